"""The inspection programmes, one file each in ``schemas/programmes``: what they are and take.

No other module knows a programme by name. What the planning of a year asks of one stands in its
``plan``; a programme without a plan is known from its results alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field, field_validator, model_validator

from infobank.domain.paths import schemas_root
from infobank.domain.settings import (
    Day,
    From0,
    Settings,
    SettingsError,
    Text,
    WholeFrom0,
    WholeFrom1,
    in_words,
    kept,
    load,
)

WEEK = dt.timedelta(weeks=1)
PROGRAMME_RULES = ("count", "from_worst", "strong", "countries", "bands", "at_once")
"""The rules that a programme prices for itself; the other prices are in ``programme.yaml``."""


class Price(Settings):
    """What one unit of breaking a rule costs, and whether that is hours or risk."""

    price: From0
    unit: Literal["hours", "risk"] = Field(validation_alias="in")


class Words(Settings):
    """The programme in common words: one visit with its article, one, many."""

    an: Text
    one: Text
    many: Text


class VisitPattern(Settings):
    """How a visit runs: weeks counted from its first as 1; hours and cases by size of YOT."""

    fieldwork_weeks: tuple[WholeFrom1, ...]
    team_weeks: Annotated[int, Field(ge=1, le=12), in_words("a whole number from 1 to 12")]
    days: Annotated[int, Field(ge=1, le=5), in_words("a whole number from 1 to 5")]
    notice_days: Annotated[int, Field(ge=0, le=366), in_words("a whole number from 0 to 366")]
    hours: dict[str, From0]
    cases: dict[str, WholeFrom0]

    @field_validator("fieldwork_weeks")
    @classmethod
    def _first_and_second(cls, weeks: tuple[int, ...]) -> tuple[int, ...]:
        # The published programme holds two weeks of a visit: week_commencing and second_week.
        if len(weeks) not in (1, 2) or weeks[0] != 1 or list(weeks) != sorted(set(weeks)):
            raise ValueError("should be [1] or the first and a later week, such as [1, 3]")
        return weeks

    @model_validator(mode="after")
    def _team_stays(self) -> VisitPattern:
        if self.team_weeks < self.fieldwork_weeks[-1]:
            raise ValueError("team_weeks should reach to the last week with fieldwork")
        return self

    @property
    def offsets(self) -> tuple[int, ...]:
        """The weeks with fieldwork, counted from the first as 0."""
        return tuple(week - 1 for week in self.fieldwork_weeks)

    def fieldwork(self, monday: dt.date) -> list[dt.date]:
        """The Mondays of the weeks with fieldwork of a visit that starts on one."""
        return [monday + n * WEEK for n in self.offsets]

    def second_week(self, monday: dt.date) -> dt.date | None:
        """The Monday of the second week with fieldwork, if there is one."""
        return next(iter(self.fieldwork(monday)[1:]), None)

    def held(self, monday: dt.date) -> list[dt.date]:
        """The Mondays of the weeks in which a visit holds its team."""
        return [monday + n * WEEK for n in range(self.team_weeks)]

    def last_day(self, monday: dt.date) -> dt.date:
        """The last day of fieldwork of a visit that starts on a Monday."""
        return self.fieldwork(monday)[-1] + dt.timedelta(days=self.days - 1)


class VisitValue(Settings):
    """What a visit is worth, in expected members of the six highest risks."""

    risk: From0
    rank: From0
    strong: From0
    age: From0
    doubt: From0


class YearPlan(Settings):
    """What a year holds of a programme: counts, pace, mix, worth, and what breaking them costs."""

    count: WholeFrom0
    least: WholeFrom0
    most: WholeFrom0
    quarter_least: WholeFrom0
    quarter_most: WholeFrom0
    at_once: WholeFrom1
    chosen_for: Literal["risk", "range"]
    from_worst: WholeFrom0
    strong: WholeFrom0
    countries: dict[str, WholeFrom0]
    least_per_band: WholeFrom0
    value: VisitValue
    prices: dict[str, Price]

    @model_validator(mode="after")
    def _agrees(self) -> YearPlan:
        for holds, sentence in (
            (self.least <= self.count <= self.most, "count should be between least and most"),
            (
                4 * self.quarter_least <= self.count <= 4 * self.quarter_most,
                "count should fit four quarters of quarter_least to quarter_most",
            ),
            (self.from_worst <= self.count, "from_worst should be no more than count"),
            (
                self.strong + sum(self.countries.values()) <= self.count,
                "strong and countries together should be no more than count",
            ),
        ):
            if not holds:
                raise ValueError(sentence)
        return self

    @field_validator("prices")
    @classmethod
    def _each_rule(cls, prices: dict[str, Price]) -> dict[str, Price]:
        if set(prices) != set(PROGRAMME_RULES):
            raise ValueError(f"should price {', '.join(PROGRAMME_RULES)}, and nothing else")
        return prices


class Programme(Settings):
    """One kind of inspection; ``schemas/programmes/README.md`` says what each key means."""

    version: str
    id: Text
    order: int
    title: Text
    words: Words
    work: Literal["youth", "adult"]
    starts: Day = Field(validation_alias="from")
    ends: Day | None = Field(validation_alias="to")
    results_year: Literal["inspection", "calendar"]
    themes: tuple[Text, ...]
    visit: VisitPattern | None
    plan: YearPlan | None

    @model_validator(mode="after")
    def _can_be_planned(self) -> Programme:
        if self.plan is not None and self.visit is None:
            raise ValueError("a programme with a plan needs a visit")
        if self.ends is not None and self.ends < self.starts:
            raise ValueError("the day `to` should not be before the day `from`")
        return self

    def in_force(self, day: dt.date) -> bool:
        """Whether visits of this kind are made on a day."""
        return self.starts <= day and (self.ends is None or day <= self.ends)

    def results_day(self, year: int) -> dt.date:
        """The last day of the year that its published results carry."""
        if self.results_year == "calendar":
            return dt.date(year, 12, 31)
        return dt.date(year + 1, 3, 31)


def load_programmes(root: Path | None = None) -> dict[str, Programme]:
    """Every programme of ``schemas/programmes`` by its id, in their order.

    Raises:
        SettingsError: a file is not as it should be, or two have one id.
    """
    folder = (root or schemas_root()) / "programmes"

    def read() -> dict[str, Programme]:
        found: dict[str, Programme] = {}
        files = sorted(folder.glob("*.yaml"))
        for stray in sorted(folder.glob("*")):
            if stray not in files and stray.name != "README.md":
                raise SettingsError(f"{stray} is not read: the file of a programme ends in .yaml.")
        orders: dict[int, str] = {}
        for programme in sorted((load(Programme, file) for file in files), key=_place):
            if programme.id in found:
                raise SettingsError(f"Two files in {folder} describe the programme {programme.id}.")
            if other := orders.get(programme.order):
                raise SettingsError(f"{other} and {programme.id} have the same order in {folder}.")
            found[programme.id], orders[programme.order] = programme, programme.id
        return found

    return kept(("programmes", folder), (folder,), read)


def _place(programme: Programme) -> tuple[int, str]:
    return programme.order, programme.id


def title_of(programme: str) -> str:
    """The full name of a programme; its id where no file describes it."""
    known = load_programmes().get(programme)
    return known.title if known else programme


def in_order(programmes: Iterable[str]) -> list[str]:
    """Programmes in their order, those that no file describes last; each once."""
    order = list(load_programmes())
    return sorted(set(programmes), key=lambda p: (order.index(p) if p in order else len(order), p))


def by_programme(table: pd.DataFrame, then: list[str]) -> pd.DataFrame:
    """Visits in the order of their programmes, then of other columns."""
    place = {programme: n for n, programme in enumerate(in_order(table["programme"]))}
    return (
        table.assign(_place=table["programme"].map(place))
        .sort_values(["_place", *then], kind="stable", ignore_index=True)
        .drop(columns="_place")
    )
