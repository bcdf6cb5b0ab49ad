"""Whether the figures that a ranking stands on have come, and how old they are.

The age of a figure is the time from the end of its period to the as-of date. A contract says how
often its figures come and how late they may be; a figure is old once the next one should have
been there. A critical source also has an age limit: past it, or where nothing has ever come, the
run stops, unless it is told to go on without (``infobank run --without custody``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from infobank.checking.period_order import is_for_every_yot, mid_year
from infobank.checking.thresholds import CheckSettings, load_settings
from infobank.contracts.model import RecordContract, SourceContract
from infobank.domain.errors import MistakeError
from infobank.domain.findings import Finding, Place, finding
from infobank.domain.in_words import day_in_words, listed
from infobank.domain.register import Register
from infobank.tables import known_by, newest_vintage

_RANKING = "out.risk_ranking"
_DAYS_PER_MONTH = 365.25 / 12
_PREFIX = "yjb_"
NEVER_CAME = "source_never_came"
TOO_OLD = "figures_too_old"

Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Figures:
    """One kind of figure that the ranking stands on, due from every YOT again and again.

    Attributes:
        name: what people call it at the command line: ``custody``.
        title: what it is called in a sentence.
        source: the contract it comes under.
        table: the table its accepted records are in.
        constants: the values that tell its rows there from others (``indicator``: ``custody``).
        count: the column whose figure counts as given.
        allowed_days: the age from which it is old.
        limit_days: the age past which a run stops; None where the source is not critical.
    """

    name: str
    title: str
    source: str
    table: str
    constants: Mapping[str, str]
    count: str
    allowed_days: int
    limit_days: int | None

    @property
    def measure(self) -> str:
        """The measure of the ranking it is; "" for what the measures are divided by."""
        return self.constants.get("indicator", "")

    def among(self, frame: pd.DataFrame) -> pd.Series:
        """Which rows of its table are of this kind."""
        own = pd.Series(True, index=frame.index)
        for column, value in self.constants.items():
            own &= frame[column] == value
        return own

    def rows(self, tables: Frames, as_of: date) -> pd.DataFrame:
        """Its newest word on each YOT and period known on a day: yot_id, period_end.

        Only rows with a figure are returned, and none of a period that is not over by that day: a
        mistyped year must not make old figures look new.
        """
        frame = tables.get(self.table)
        if frame is None or frame.empty:
            return pd.DataFrame({"yot_id": [], "period_end": pd.to_datetime([])})
        frame = known_by(frame[self.among(frame)], as_of)
        dated = "period_end" in frame.columns
        ends = pd.to_datetime(frame["period_end"]) if dated else mid_year(frame["year"])
        over = frame.assign(period_end=ends)
        over = over[over["period_end"] <= pd.Timestamp(as_of)]
        newest = newest_vintage(over, ["yot_id", "period_end"])
        return newest.loc[newest[self.count].notna(), ["yot_id", "period_end"]]


def ranked_figures(
    sources: Mapping[str, SourceContract], settings: CheckSettings | None = None
) -> tuple[Figures, ...]:
    """Every kind of figure that a contract says is due from all YOTs and feeds the ranking."""
    settings = settings or load_settings()
    return tuple(
        _figures(source, record, settings)
        for source in sources.values()
        for record in source.objects.values()
        if _RANKING in record.feeds
        and record.loads_into
        and source.sla.get("frequency_months")
        and is_for_every_yot(record)
    )


def _figures(source: SourceContract, record: RecordContract, settings: CheckSettings) -> Figures:
    count = next(c for c in record.columns if c.kind == "count" and c.becomes != "denominator")
    every = source.sla["frequency_months"] * _DAYS_PER_MONTH
    several = len(source.objects) > 1
    return Figures(
        name=record.constants.get("indicator", record.name),
        title=f"{source.title} ({record.name})" if several else source.title,
        source=source.id,
        table=str(record.loads_into),
        constants=record.constants,
        count=count.becomes or count.name,
        allowed_days=round(every) + source.sla.get("latency_days", 0) + settings.late.grace_days,
        limit_days=source.sla.get("age_limit_days") if source.severity == "critical" else None,
    )


def left_out(asked: Iterable[str], figures: Sequence[Figures]) -> tuple[str, ...]:
    """The names of the figures that a run goes on without, sorted.

    Args:
        asked: names of figures (``reoffending_binary``) or of sources (``yjb_reoffending``, or
            ``reoffending`` for short).
        figures: every kind of figure the ranking stands on.

    Raises:
        MistakeError: there are no such figures, they are not critical, or no critical measure
            would be left to rank on.
    """
    critical = [f for f in figures if f.limit_days is not None]
    names: set[str] = set()
    for word in asked:
        wanted = word.strip().lower().replace(" ", "_").replace("-", "_")
        called = [
            f for f in critical if wanted in (f.name, f.source, f.source.removeprefix(_PREFIX))
        ]
        if not called:
            known = listed((f.name for f in critical), "or", most=None)
            msg = f"A run cannot go on without {word!r}. It can go on without: {known}."
            raise MistakeError(msg)
        names |= {f.name for f in called}
    if names and not any(f.measure for f in critical if f.name not in names):
        msg = (
            "Without all of these nothing would be left to rank on. Leave out fewer, or wait for "
            "the deliveries."
        )
        raise MistakeError(msg)
    return tuple(sorted(names))


def newest_period(
    rows: pd.DataFrame, register: Register, settings: CheckSettings | None = None
) -> date | None:
    """Last day of the newest period that enough of the YOTs then in force have a figure for."""
    share = (settings or load_settings()).timeliness.share
    for end in sorted(rows["period_end"].unique(), reverse=True):
        day = pd.Timestamp(end).date()
        given = set(rows.loc[rows["period_end"] == end, "yot_id"])
        expected = set(register.in_force(day)["yot_id"])
        if len(given & expected) >= share * len(expected):
            return day
    return None


def check_figures_are_there(
    figures: Sequence[Figures],
    tables: Frames,
    register: Register,
    as_of: date,
    settings: CheckSettings | None = None,
) -> list[Finding]:
    """Critical findings where figures that a run needs never came or are past their age limit.

    Args:
        figures: the kinds of figure that the run does not go on without.
        tables: the loaded tables.
        register: the register.
        as_of: only what was known by then has come.
        settings: the thresholds; those of ``schemas/checks.yaml`` by default.
    """
    found = []
    for kind in figures:
        if kind.limit_days is None:
            continue
        rows = kind.rows(tables, as_of)
        newest = newest_period(rows, register, settings)
        if newest is None:
            found.append(_never_came(kind, as_of, rows["yot_id"].nunique()))
        elif (as_of - newest).days > kind.limit_days:
            found.append(_too_old(kind, newest, as_of))
    return found


def _never_came(kind: Figures, as_of: date, yots: int) -> Finding:
    day = day_in_words(as_of)
    if yots:
        return _finding(kind, NEVER_CAME, says="too_few", yots=yots, day=day)
    return _finding(kind, NEVER_CAME, says="nothing", day=day)


def _too_old(kind: Figures, newest: date, as_of: date) -> Finding:
    return _finding(
        kind,
        TOO_OLD,
        newest=day_in_words(newest),
        days=f"{(as_of - newest).days:,}",
        day=day_in_words(as_of),
        limit=f"{kind.limit_days:,}",
        found=newest.isoformat(),
    )


def _finding(kind: Figures, code: str, **facts: Any) -> Finding:
    return finding(
        code,
        Place(),
        source=kind.source,
        title=kind.title,
        name=kind.name,
        expected=f"figures at most {kind.limit_days} days old",
        **facts,
    )


def old_figures(
    figures: Sequence[Figures], newest: pd.DataFrame, as_of: date
) -> dict[str, list[tuple[Figures, date]]]:
    """By YOT, the kinds of figure whose newest one is old, and the day it ends on.

    Args:
        figures: the kinds of figure used.
        newest: one row per YOT and kind: yot_id, name, period_end.
        as_of: the day the age is counted to.
    """
    found: dict[str, list[tuple[Figures, date]]] = {}
    ages = {kind.name: kind for kind in figures}
    for row in newest.sort_values(["yot_id", "name"]).itertuples():
        kind, end = ages[str(row.name)], pd.Timestamp(str(row.period_end)).date()
        if (as_of - end).days > kind.allowed_days:
            found.setdefault(str(row.yot_id), []).append((kind, end))
    return found
