"""What a check of a programme starts from: its lines, the calendar, the past, as plain values.

Nothing here is shared with the solver; the two only read the same rules.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import holidays
import pandas as pd

from infobank.programme.rules.named import OF_A_LINE, RULES
from infobank.programme.year_rules import Rules, Size

WEEK = dt.timedelta(weeks=1)


@dataclass(frozen=True)
class Violation:
    """One broken rule: which, for which YOT ("" for the programme as a whole), in a sentence.

    Its id is that of the rule it breaks (``rules.named``): no arithmetic is shared with it.
    """

    rule: str
    yot_id: str
    sentence: str

    def __post_init__(self) -> None:
        if self.rule.partition(" ")[0] not in (*RULES, *OF_A_LINE):
            raise AssertionError(f"no rule is called {self.rule!r}")


@dataclass(frozen=True)
class Line:
    """One line of a programme: one visit. What cannot be read is None or not a number."""

    yot_id: str
    name: str
    programme: str
    monday: dt.date | None
    second: dt.date | None
    team: str
    notice: dt.date | None
    hours: float
    cases: int
    arm: str
    probability: float | None

    @property
    def what(self) -> str:
        """The visit in words: ``Croydon's SQS``."""
        return f"{self.name}'s {self.programme}"


class Facts:
    """One programme with everything needed to judge it."""

    def __init__(
        self,
        programme: pd.DataFrame,
        rules: Rules,
        constraints: pd.DataFrame,
        history: pd.DataFrame,
        register: pd.DataFrame,
        quarter: str,
        as_of: dt.date | None,
    ) -> None:
        self.rules = rules
        self.register = register.set_index("yot_id")
        self.rows = [_row(r) for r in programme.to_dict("records")]
        year, number = int(quarter[:4]), int(quarter[-1])
        self.first = dt.date(year + number // 4, number % 4 * 3 + 1, 1)
        self.last = years_on(self.first, 1) - dt.timedelta(days=1)
        self.quarter_end = self.first - dt.timedelta(days=1)
        self.as_of = as_of or self.quarter_end
        self.closed = self._holiday_weeks()
        self.visits = _visits(history, self.as_of)
        self.periods_of = _periods(constraints)

    def _holiday_weeks(self) -> dict[dt.date, str]:
        weeks: dict[dt.date, str] = {}
        for part in self.rules.bank_holidays:
            days: dict[dt.date, str] = {}
            for year in (self.first.year, self.last.year):
                days |= bank_holidays_of(part, year)
            for day, name in days.items():
                if day.isoweekday() <= 5:
                    weeks[day - dt.timedelta(days=day.isoweekday() - 1)] = name
        return weeks

    def size(self, yot_id: str) -> Size:
        """The size class of a YOT."""
        people = None
        if "population_10_17" in self.register and yot_id in self.register.index:
            people = float(
                self.register.loc[[yot_id], "population_10_17"].astype("float64").iloc[0]
            )
        return self.rules.size_of(people)

    def rank(self, yot_id: str) -> int | None:
        """Its rank, where ranks are known."""
        if "rank" not in self.register or yot_id not in self.register.index:
            return None
        return int(self.register.loc[[yot_id], "rank"].iloc[0])

    def country(self, yot_id: str) -> str:
        """Its country."""
        if yot_id not in self.register.index:
            return ""
        return str(self.register.loc[[yot_id], "country"].iloc[0])

    def is_planned(self, r: Line) -> bool:
        """Whether the line names a programme that is planned; of another nothing follows."""
        return r.programme in self.rules.planned

    def of_kind(self, programme: str) -> list[Line]:
        """The lines of one programme."""
        return [r for r in self.rows if r.programme == programme]

    def fieldwork(self, r: Line) -> list[dt.date]:
        """Mondays of the weeks with fieldwork."""
        if r.monday is None:
            return []
        return [r.monday + (n - 1) * WEEK for n in self.rules.visit(r.programme).fieldwork_weeks]

    def name_of(self, yot_id: str) -> str:
        """The name of a YOT, where the register has it."""
        for column in ("yot_name", "name"):
            if column in self.register and yot_id in self.register.index:
                return str(self.register.loc[[yot_id], column].iloc[0])
        return yot_id


def _row(record: Mapping[Hashable, Any]) -> Line:
    def text(name: str) -> str:
        value = record.get(name)
        return "" if pd.isna(value) else str(value).strip()

    def day(name: str) -> dt.date | None:
        value = text(name)
        return pd.Timestamp(value).date() if value else None

    def number(name: str) -> float:
        value = text(name)
        return float(value) if value and value != "<NA>" else float("nan")

    cases, probability = number("cases_to_sample"), number("inclusion_probability")
    return Line(
        text("yot_id"),
        text("yot_name") or text("yot_id"),
        text("programme"),
        day("week_commencing"),
        day("second_week"),
        text("team"),
        day("notice_date"),
        number("hours"),
        -1 if cases != cases else int(cases),
        text("arm"),
        None if probability != probability else probability,
    )


def _visits(history: pd.DataFrame, as_of: dt.date) -> dict[str, dt.date]:
    last: dict[str, dt.date] = {}
    for record in history.to_dict("records"):
        day = pd.Timestamp(record["fieldwork_end"])
        # A visit agreed for before the inspection year counts although it lies ahead.
        if not pd.isna(day) and (day.date() <= as_of or record.get("planned") is True):
            yot_id = str(record["yot_id"])
            last[yot_id] = max(last.get(yot_id, day.date()), day.date())
    return last


def _periods(constraints: pd.DataFrame) -> dict[str, list[tuple[str, dt.date, dt.date]]]:
    found: dict[str, list[tuple[str, dt.date, dt.date]]] = defaultdict(list)
    for record in constraints.to_dict("records"):
        first, last = (pd.Timestamp(record[c]).date() for c in ("first_day", "last_day"))
        found[str(record["yot_id"])].append((str(record["kind"]), first, last))
    return found


@functools.cache
def bank_holidays_of(part: str, year: int) -> dict[dt.date, str]:
    """Bank holidays of a part of the country in one calendar year, with their names."""
    return dict(holidays.country_holidays("GB", subdiv=part, years=year).items())


def years_on(day: dt.date, years: int) -> dt.date:
    """The same day some years on."""
    return (pd.Timestamp(day) + pd.DateOffset(years=years)).date()


def months_on(day: dt.date, months: int) -> dt.date:
    """The same day some months on."""
    return (pd.Timestamp(day) + pd.DateOffset(months=months)).date()
