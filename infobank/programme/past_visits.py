"""When each YOT was last visited, and when its five years run out."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from infobank.programme.year_rules import Rules


def add_years(day: dt.date, years: int) -> dt.date:
    """The same day some years on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def assumed_start(yot_id: str, rules: Rules) -> dt.date:
    """Where the five-year clock of a YOT starts when its Core Case Inspection has no known date.

    Every YOT had one between the two configured days. The day is spread over them by a digest of
    the YOT's id, so it never depends on which other YOTs are in the table.
    """
    first, last = rules.coverage.assumed_start_first, rules.coverage.assumed_start_last
    digest = int.from_bytes(hashlib.sha256(yot_id.encode()).digest()[:8], "big")
    return first + dt.timedelta(days=digest % ((last - first).days + 1))


@dataclass(frozen=True)
class LastVisit:
    """The last visit to one YOT, and when its five years run out.

    Attributes:
        day: day of the last visit on record, or None.
        programme: its kind, or None.
        counted: the day the five years are counted from: the same, or the assumed start.
        due: the day they run out.
    """

    day: dt.date | None
    programme: str | None
    counted: dt.date
    due: dt.date

    @property
    def assumed(self) -> bool:
        """Whether the five years are counted from an assumption."""
        return self.day is None


def planned(history: pd.DataFrame) -> list[bool]:
    """Which visits of a history are agreed and not held yet, one by one."""
    if "planned" not in history:
        return [False] * len(history)
    return [mark is True for mark in history["planned"].astype("object")]


def last_visits(
    yot_ids: Iterable[str], history: pd.DataFrame, as_of: dt.date, rules: Rules
) -> dict[str, LastVisit]:
    """The last visit of every YOT that was known on the as-of date, by YOT.

    A visit marked ``planned`` was agreed for a week before the inspection year and counts although
    its days lie after the as-of date.
    """
    known: dict[str, tuple[dt.date, str]] = {}
    if len(history):
        days = pd.to_datetime(history["fieldwork_end"]).dt.date
        for yot_id, day, programme, agreed in zip(
            history["yot_id"],
            days,
            history["programme"].astype(str),
            planned(history),
            strict=True,
        ):
            if not pd.isna(day) and (day <= as_of or agreed):
                known[yot_id] = max(known.get(yot_id, (dt.date.min, "")), (day, programme))
    found = {}
    for yot_id in yot_ids:
        visit = known.get(yot_id)
        last, kind = visit if visit else (None, None)
        counted = last or min(assumed_start(yot_id, rules), as_of)
        found[yot_id] = LastVisit(last, kind, counted, add_years(counted, rules.coverage.years))
    return found
