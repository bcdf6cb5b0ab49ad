"""The rules of the programme, read from ``schemas/programme.yaml`` as typed values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from infobank.domain.settings import (
    Above0,
    Day,
    From0,
    Settings,
    SettingsError,
    Share,
    WholeFrom0,
    WholeFrom1,
    in_words,
    load,
)

PROGRAMMES = ("FJI", "SQS")
ARMS = ("risk", "benchmark", "range", "random", "coverage")


class RulesError(SettingsError):
    """The rules file holds something it should not; the message says what and where."""


class HoursRules(Settings):
    """Inspection hours for youth work in the inspection year."""

    budget: From0


class FjiRules(Settings):
    """Counts, mix and pace of Full Joint Inspections."""

    count: WholeFrom0
    from_worst: WholeFrom0
    worst_share: Share
    strong: WholeFrom0
    strong_share: Share
    wales: WholeFrom0
    at_once: WholeFrom1
    notice_days: WholeFrom0
    quarter_least: WholeFrom0
    quarter_most: WholeFrom0


class SqsRules(Settings):
    """Counts, range and pace of Short Quality Screenings."""

    count: WholeFrom0
    least: WholeFrom0
    most: WholeFrom0
    bands: WholeFrom1
    least_per_band: WholeFrom0
    a_week: WholeFrom1
    notice_days: WholeFrom0
    fieldwork_days: WholeFrom0
    quarter_least: WholeFrom0
    quarter_most: WholeFrom0


class RandomRules(Settings):
    """The random arm: how many SQSs, in how many strata, and the published seed phrase."""

    count: WholeFrom0
    strata: WholeFrom1
    seed: str
    seed_number: WholeFrom0 | None


class CoverageRules(Settings):
    """The five-year promise and where its clock starts when a YOT's date is not known."""

    years: WholeFrom1
    assumed_start_first: Day
    assumed_start_last: Day


class Team(Settings):
    """One team of inspectors and the programmes it can lead."""

    name: str
    programmes: tuple[str, ...]


class Size(Settings):
    """Hours and sample of cases for YOTs with fewer than ``below`` people aged 10-17."""

    name: str
    below: Above0 | None
    hours: dict[str, From0]
    cases: dict[str, WholeFrom0]


class CaseListRules(Settings):
    """The headings under which a YOT's list of eligible cases may hold each column."""

    headings: dict[str, tuple[str, ...]]


class ValueRules(Settings):
    """What a visit is worth, in expected members of the worst six."""

    fji_risk: From0
    fji_place: From0
    strong_place: From0
    sqs_risk: From0
    sqs_age: From0
    sqs_doubt: From0


class Price(Settings):
    """What one unit of bending a rule costs, and whether that is hours or risk."""

    price: From0
    unit: Literal["hours", "risk"] = Field(validation_alias="in")


class ScheduleRules(Settings):
    """Points of untidiness in the weeks of the chosen visits."""

    same_week: WholeFrom0
    overdue_week: WholeFrom0
    risk_week: WholeFrom0
    other_week: WholeFrom0
    beside_fji: WholeFrom0


class ForecastRules(Settings):
    """The chances and thresholds of the forecast of the five-year promise."""

    futures: WholeFrom1
    quarters: WholeFrom1
    blackout_rate: Share
    reinspection_rate: Share
    alarm: Share
    ahead: WholeFrom0


class FollowUpRules(Settings):
    """Days that each step after a visit may take, and when lateness is severe."""

    plan_days: WholeFrom0
    agreement_days: WholeFrom0
    report_days: WholeFrom0
    severe_days: WholeFrom0


@dataclass(frozen=True)
class FixedVisit:
    """A visit already agreed, which the programme must keep (week: a Monday, or any).

    The arm and, for the random arm, the probability are those it was chosen with; the words say
    who agreed to it and why.
    """

    yot_id: str
    programme: str
    week_commencing: dt.date | None = None
    arm: str = ""
    inclusion_probability: float | None = None
    words: str = ""


class Rules(Settings):
    """All rules of the programme; one instance holds for one inspection year."""

    version: str
    hours: HoursRules
    fji: FjiRules
    sqs: SqsRules
    random: RandomRules
    gap_years: WholeFrom0
    results_within_days: WholeFrom0
    coverage: CoverageRules
    reinspection_programme: str
    teams: tuple[Team, ...]
    bank_holidays: tuple[str, ...]
    sizes: tuple[Size, ...]
    size_when_unknown: str
    case_list: CaseListRules
    value: ValueRules
    hours_per_risk: From0
    prices: dict[str, Price]
    schedule: ScheduleRules
    forecast: ForecastRules
    follow_up: FollowUpRules
    fixed: Annotated[
        tuple[FixedVisit, ...],
        in_words("left out (agreed visits come from the record of the meetings)"),
    ] = ()

    def change(self, **changes: Any) -> Rules:
        """The same rules with some values changed; ``__`` steps into a section.

        ``rules.change(sqs__count=30, hours__budget=4000)``

        Raises:
            RulesError: if there is no such rule.
        """
        rules = self
        for path, value in changes.items():
            section, _, name = path.partition("__")
            held = getattr(rules, section) if section in Rules.model_fields else None
            if held is None or (name and name not in getattr(type(held), "model_fields", {})):
                raise RulesError(f"There is no rule called {path.replace('__', '.')}.")
            new = held.model_copy(update={name: value}) if name else value
            rules = rules.model_copy(update={section: new})
        return rules

    def price(self, rule: str) -> Price:
        """The price of bending a rule by one unit."""
        return self.prices[rule]

    def price_in_hours(self, rule: str) -> float:
        """The same price in hours, risk converted at ``hours_per_risk``."""
        price = self.prices[rule]
        return price.price * (self.hours_per_risk if price.unit == "risk" else 1.0)

    def size_of(self, population: float | None) -> Size:
        """The size class of a YOT with this many people aged 10-17 (None: not known)."""
        if population is None or population != population:
            return next(s for s in self.sizes if s.name == self.size_when_unknown)
        return next(s for s in self.sizes if s.below is None or population < s.below)


def load_rules(path: Path | None = None) -> Rules:
    """Read the rules file.

    Raises:
        RulesError: if a rule is missing, unknown or of the wrong kind.
    """
    return load(Rules, path or "programme.yaml", RulesError)
