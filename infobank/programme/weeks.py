"""The weeks of an inspection year: bank holidays, blackouts, notice dates."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass

import holidays
import pandas as pd

from infobank.programme.year_rules import Rules

BLACKOUT_KINDS = ("YJB work", "other inspection", "reorganisation")
REINSPECTION = "re-inspection"


@dataclass(frozen=True)
class InspectionYear:
    """The four quarters after a ranking's quarter, as Mondays.

    Attributes:
        quarter: the ranking's quarter, ``2014-Q1``.
        first_day: first day of the inspection year.
        last_day: its last day.
        mondays: the Monday of every week that starts in the year.
        quarter_of_week: 0 to 3 for each Monday.
        closed: whether the week has a bank holiday on a working day.
        in_time: by programme, whether a visit starting in the week can still be announced.
        as_at: the day the programme is drawn up as at: the as-of date, or the year's first day.
    """

    quarter: str
    first_day: dt.date
    last_day: dt.date
    mondays: tuple[dt.date, ...]
    quarter_of_week: tuple[int, ...]
    closed: tuple[bool, ...]
    in_time: dict[str, tuple[bool, ...]]
    as_at: dt.date


def parse_quarter(quarter: str) -> pd.Period:
    """``2014-Q1`` as a pandas quarter.

    Raises:
        ValueError: if it is not written so.
    """
    try:
        year, _, number = quarter.partition("-Q")
        return pd.Period(year=int(year), quarter=int(number), freq="Q")
    except ValueError as error:
        raise ValueError(f"A quarter is written 2014-Q1, not {quarter!r}.") from error


def inspection_year(quarter: str, as_of: dt.date, rules: Rules) -> InspectionYear:
    """The weeks in which the programme that follows ``quarter`` takes place.

    A week can be used only if its visit can still be announced on the as-of date. When the as-of
    date lies past the first quarter of the inspection year the programme is a reconstruction of a
    past one, and it is drawn up as at the year's first day.
    """
    period = parse_quarter(quarter)
    first, last = days_of_year(quarter)
    mondays = _mondays(first, last)
    holiday_weeks = bank_holiday_weeks(first, last, rules)
    as_at = as_of if as_of <= (period + 1).end_time.date() else first
    in_time = {
        programme: tuple(
            as_at != as_of or notice_date(programme, monday, rules) >= as_of for monday in mondays
        )
        for programme in rules.planned
    }
    quarters = tuple(
        (pd.Period(monday, freq="Q").ordinal - period.ordinal) - 1 for monday in mondays
    )
    closed = tuple(monday in holiday_weeks for monday in mondays)
    return InspectionYear(quarter, first, last, mondays, quarters, closed, in_time, as_at)


def days_of_year(quarter: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of the four quarters after a quarter."""
    period = parse_quarter(quarter)
    return (period + 1).start_time.date(), (period + 4).end_time.date()


def _mondays(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    start = first + dt.timedelta(days=-first.weekday() % 7)
    count = (last - start).days // 7 + 1
    return tuple(start + dt.timedelta(weeks=n) for n in range(count))


def bank_holidays(first: dt.date, last: dt.date, rules: Rules) -> dict[dt.date, str]:
    """Bank holidays in England and Wales between two days, with their names."""
    days: dict[dt.date, str] = {}
    for part in rules.bank_holidays:
        for calendar_year in range(first.year, last.year + 1):
            days |= _holidays_of(part, calendar_year)
    return {day: name for day, name in sorted(days.items()) if first <= day <= last}


@functools.cache
def _holidays_of(part: str, calendar_year: int) -> dict[dt.date, str]:
    return dict(holidays.country_holidays("GB", subdiv=part, years=calendar_year).items())


def bank_holiday_weeks(first: dt.date, last: dt.date, rules: Rules) -> dict[dt.date, str]:
    """Mondays of the weeks that have a bank holiday on a working day, with its name."""
    end = last + dt.timedelta(days=6)
    start = first - dt.timedelta(days=6)
    return {
        day - dt.timedelta(days=day.weekday()): name
        for day, name in bank_holidays(start, end, rules).items()
        if day.weekday() < 5
    }


def notice_date(programme: str, monday: dt.date, rules: Rules) -> dt.date:
    """The day the YOT is told: a Friday, or the working day before a bank holiday Friday."""
    day = monday - dt.timedelta(days=rules.visit(programme).notice_days)
    free = bank_holidays(day - dt.timedelta(days=10), day, rules)
    while day in free or day.weekday() > 4:
        day -= dt.timedelta(days=1)
    return day


@dataclass(frozen=True, order=True)
class Constraint:
    """One period of one YOT: a time to avoid, or a window in which a re-inspection is asked for."""

    yot_id: str
    kind: str
    first_day: dt.date
    last_day: dt.date
    note: str = ""


def read_constraints(constraints: pd.DataFrame) -> list[Constraint]:
    """The rows of the constraints table as plain values, in a stable order."""
    if constraints.empty:
        return []
    notes = constraints["note"].fillna("") if "note" in constraints else [""] * len(constraints)
    rows = zip(
        constraints["yot_id"].astype(str),
        constraints["kind"].astype(str),
        pd.to_datetime(constraints["first_day"]).dt.date,
        pd.to_datetime(constraints["last_day"]).dt.date,
        (str(note) for note in notes),
        strict=True,
    )
    return sorted(Constraint(*row) for row in rows)


def usable_weeks(
    programme: str,
    year: InspectionYear,
    away: list[tuple[dt.date, dt.date]],
    rules: Rules,
    *,
    agreed: bool = False,
) -> frozenset[int]:
    """Weeks (by number) in which a visit of this programme could start.

    It needs its weeks with fieldwork; a week between them may be closed.

    Args:
        programme: a planned programme.
        year: the inspection year.
        away: periods in which this YOT cannot be visited.
        rules: the rules.
        agreed: the visit is agreed, and may have been announced before the as-of date.
    """
    free = [
        not closed and not _touches(monday, 4, away)
        for monday, closed in zip(year.mondays, year.closed, strict=True)
    ]
    starts = []
    for week in range(len(year.mondays)):
        fieldwork = [week + n for n in rules.visit(programme).offsets]
        ok = fieldwork[-1] < len(free) and all(free[w] for w in fieldwork)
        if ok and (agreed or year.in_time[programme][week]):
            starts.append(week)
    return frozenset(starts)


def _touches(monday: dt.date, days: int, away: list[tuple[dt.date, dt.date]]) -> bool:
    friday = monday + dt.timedelta(days=days)
    return any(first <= friday and last >= monday for first, last in away)
