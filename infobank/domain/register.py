"""The register of youth offending teams: who exists when, under which names, who came from whom.

The register is kept by the inspectorate in ``schemas/register/``: ``yots.csv`` (one row per YOT
that ever existed here), ``aliases.csv`` (one row per other spelling), ``lineage.csv`` (one row per
step of a merger, a split or a joint inspection) and ``regions.csv`` (other names of regions).
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

import pandas as pd

from infobank.domain.lineage import Step, carry_to_heirs, heirs_of, origins_of
from infobank.domain.paths import schemas_root

_SUGGESTION_CLOSENESS = 0.78
_TEAM_SUFFIX = re.compile(r"\b(yot|yos|youth offending (team|service))\b")


def plain(name: str) -> str:
    """A name without what spellings differ in: case, accents, ampersands, hyphens, double spaces.

    ``"Newcastle-upon-Tyne "`` and ``"newcastle upon tyne"`` become the same; ``"St. Helens"``
    and ``"St Helens"`` too. Words are never dropped, but for the suffixes YOT and YOS.
    """
    text = unicodedata.normalize("NFKD", name.replace("&", " and ")).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = re.sub(r"[^a-z0-9]+", " ", text.replace("'", "").replace("’", ""))
    return " ".join(_TEAM_SUFFIX.sub(" ", text).split())


COUNTRIES = ("England", "Wales")
"""The countries whose YOTs are in the register."""


@dataclass(frozen=True)
class Resolution:
    """What a delivered name means.

    Attributes:
        yot_id: the YOT, or None where the name is not known.
        suggestion: the nearest known name where the name is not known and one is near.
        in_force: False where that YOT had ended by the day asked about. A YOT named for a time
            before it began is in force: publishers restate earlier periods for new teams.
    """

    yot_id: str | None
    suggestion: str | None = None
    in_force: bool = True


class NameResolver:
    """Finds the YOT a delivered name stands for: register first, then aliases, never a guess."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._ids: dict[str, str] = {}
        self._names: dict[str, str] = {}
        for row in register.yots.itertuples():
            self._learn(str(row.yot_name), str(row.yot_id))
            self._learn(str(row.yot_id), str(row.yot_id))
        for row in register.aliases.itertuples():
            self._learn(str(row.alias), str(row.yot_id))
        self._regions = {plain(r): r for r in register.yots["region"].unique()}
        self._regions |= {plain(str(r.alias)): str(r.region) for r in register.regions.itertuples()}

    def _learn(self, name: str, yot_id: str) -> None:
        key = plain(name)
        if self._ids.setdefault(key, yot_id) != yot_id:
            both = f"{self._ids[key]} and {yot_id}"
            msg = f"schemas/register: the name {name!r} is used for two YOTs, {both}."
            raise ValueError(msg)
        self._names.setdefault(key, name)

    def resolve(self, name: str, on: date | None = None) -> Resolution:
        """The YOT of a name as delivered, and whether it was in force on a day."""
        key = plain(name)
        yot_id = self._ids.get(key)
        if yot_id is not None:
            ended = on is not None and self._register.had_ended(yot_id, on)
            return Resolution(yot_id, in_force=not ended)
        near = difflib.get_close_matches(key, self._names, n=1, cutoff=_SUGGESTION_CLOSENESS)
        return Resolution(None, self._names[near[0]] if near else None)

    def region(self, name: str) -> str | None:
        """The region a delivered region name stands for, or None."""
        return self._regions.get(plain(name))


@dataclass(frozen=True)
class Register:
    """The register as frames.

    Attributes:
        yots: one row per YOT: yot_id, yot_name, region, country, kind (``yot``, or ``joint`` for
            two teams inspected as one), valid_from and valid_to (first and last day in force;
            NaT where open), population_10_17 (persons, mid-2021 or as population_basis says).
        aliases: one row per other spelling: alias, yot_id, source, note.
        lineage: one row per step: predecessor, successor, on (day; NaT for joint), kind
            (split, merge, joint), source, note.
        regions: one row per other name of a region: region, alias.
    """

    yots: pd.DataFrame
    aliases: pd.DataFrame
    lineage: pd.DataFrame
    regions: pd.DataFrame

    @cached_property
    def names(self) -> NameResolver:
        """Finds the YOT of a delivered name; made once, since it goes through every alias."""
        return NameResolver(self)

    def in_force(self, on: date) -> pd.DataFrame:
        """The YOTs in force on a day, one row each, by yot_id."""
        if on not in self._known_in_force:
            day = pd.Timestamp(on)
            yots = self.yots
            started = yots["valid_from"].isna() | (yots["valid_from"] <= day)
            going_on = yots["valid_to"].isna() | (yots["valid_to"] >= day)
            chosen = yots[started & going_on & (yots["kind"] == "yot")]
            self._known_in_force[on] = chosen.sort_values("yot_id", ignore_index=True)
        return self._known_in_force[on].copy()

    @cached_property
    def _known_in_force(self) -> dict[date, pd.DataFrame]:
        """What has been asked before; every delivery asks for the same few days."""
        return {}

    def had_ended(self, yot_id: str, on: date) -> bool:
        """Whether a YOT's last day in force lies before a day."""
        last = self._lives[yot_id][1]
        return bool(pd.notna(last) and last < pd.Timestamp(on))

    def heirs(self, yot_id: str, day: date) -> tuple[str, ...]:
        """What had become of a YOT by a day: itself, or the last that came of it.

        A joint name stands for its parts on any day: two teams inspected as one have always been
        two, and the inspection speaks of both.

        Raises:
            ValueError: the lineage goes round in a circle.
        """
        return heirs_of(yot_id, self._steps(day))

    def origins(self, yot_id: str, day: date) -> tuple[str, ...]:
        """A YOT, all it had come from by a day, and the joint names it was inspected under.

        Raises:
            ValueError: the lineage goes round in a circle.
        """
        return origins_of(yot_id, self._steps(day))

    def carry(self, frame: pd.DataFrame, day: date) -> pd.DataFrame:
        """Figures as if the YOTs of a day had always been: those of predecessors go to heirs.

        Counts of predecessors that merged are added for the same measure, period and vintage; where
        one of them is missing, so is the sum. The figures of a YOT that split go whole to each
        successor, since they are the best there is about each. What a successor reports itself of a
        period stands, and its predecessors' figures of that period do not.

        Args:
            frame: one row per YOT, measure, period and vintage: yot_id, region, measure, numerator,
                denominator, period_end, known_from.
            day: changes after it have not happened yet.

        Returns:
            The same columns.

        Raises:
            ValueError: the lineage goes round in a circle.
        """
        return carry_to_heirs(frame, self._steps(day))

    def _steps(self, day: date) -> list[Step]:
        """The steps of the lineage taken by a day."""
        if day not in self._known_steps:
            on = self.lineage["on"]
            taken = self.lineage[on.isna() | (on <= pd.Timestamp(day))]
            pairs = zip(taken["predecessor"], taken["successor"], strict=True)
            self._known_steps[day] = [(str(before), str(after)) for before, after in pairs]
        return self._known_steps[day]

    @cached_property
    def _known_steps(self) -> dict[date, list[Step]]:
        """What has been asked before; a page about each YOT asks for the same day."""
        return {}

    @cached_property
    def _lives(self) -> dict[str, tuple[pd.Timestamp, pd.Timestamp]]:
        rows = self.yots[["yot_id", "valid_from", "valid_to"]].itertuples(index=False)
        return {str(i): (first, last) for i, first, last in rows}


def load_register(root: Path | None = None) -> Register:
    """Read the register from ``schemas/register`` (or another folder of the same files)."""
    return _register(root or schemas_root() / "register")


@lru_cache(maxsize=4)
def _register(folder: Path) -> Register:
    def table(name: str, dates: tuple[str, ...] = ()) -> pd.DataFrame:
        frame = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
        for column in dates:
            frame[column] = pd.to_datetime(frame[column].replace("", None))
        return frame

    yots = table("yots.csv", ("valid_from", "valid_to"))
    yots["population_10_17"] = yots["population_10_17"].astype("Int64")
    return Register(yots, table("aliases.csv"), table("lineage.csv", ("on",)), table("regions.csv"))
