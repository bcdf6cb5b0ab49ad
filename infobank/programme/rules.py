"""The rules of the programme, read from ``schemas/programme.yaml`` as typed values."""

from __future__ import annotations

import dataclasses
import datetime as dt
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infobank.domain.yaml_files import read_yaml

PROGRAMMES = ("FJI", "SQS")
ARMS = ("risk", "benchmark", "range", "random", "coverage")
DEFAULT_PATH = Path(__file__).resolve().parents[2] / "schemas" / "programme.yaml"


class RulesError(ValueError):
    """The rules file holds something it should not; the message says what and where."""


@dataclass(frozen=True)
class HoursRules:
    """Inspection hours for youth work in the inspection year."""

    budget: float


@dataclass(frozen=True)
class FjiRules:
    """Counts, mix and pace of Full Joint Inspections."""

    count: int
    from_worst: int
    worst_share: float
    strong: int
    strong_share: float
    wales: int
    at_once: int
    notice_days: int
    quarter_least: int
    quarter_most: int


@dataclass(frozen=True)
class SqsRules:
    """Counts, range and pace of Short Quality Screenings."""

    count: int
    least: int
    most: int
    bands: int
    least_per_band: int
    a_week: int
    notice_days: int
    fieldwork_days: int
    quarter_least: int
    quarter_most: int


@dataclass(frozen=True)
class RandomRules:
    """The random arm: how many SQSs, in how many strata, and the published seed phrase."""

    count: int
    strata: int
    seed: str
    seed_number: int | None


@dataclass(frozen=True)
class CoverageRules:
    """The five-year promise and where its clock starts when a YOT's date is not known."""

    years: int
    assumed_start_first: dt.date
    assumed_start_last: dt.date


@dataclass(frozen=True)
class Team:
    """One team of inspectors and the programmes it can lead."""

    name: str
    programmes: tuple[str, ...]


@dataclass(frozen=True)
class Size:
    """Hours and sample of cases for YOTs with fewer than ``below`` people aged 10-17."""

    name: str
    below: float | None
    hours: dict[str, float]
    cases: dict[str, int]


@dataclass(frozen=True)
class CaseListRules:
    """The headings under which a YOT's list of eligible cases may hold each column."""

    headings: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class ValueRules:
    """What a visit is worth, in expected members of the worst six."""

    fji_risk: float
    fji_place: float
    strong_place: float
    sqs_risk: float
    sqs_age: float
    sqs_doubt: float


@dataclass(frozen=True)
class Price:
    """What one unit of bending a rule costs, and whether that is hours or risk."""

    price: float
    unit: str


@dataclass(frozen=True)
class ScheduleRules:
    """Points of untidiness in the weeks of the chosen visits."""

    same_week: int
    overdue_week: int
    risk_week: int
    other_week: int
    beside_fji: int


@dataclass(frozen=True)
class ForecastRules:
    """The chances and thresholds of the forecast of the five-year promise."""

    futures: int
    quarters: int
    blackout_rate: float
    reinspection_rate: float
    alarm: float
    ahead: int


@dataclass(frozen=True)
class FollowUpRules:
    """Days that each step after a visit may take, and when lateness is severe."""

    plan_days: int
    agreement_days: int
    report_days: int
    severe_days: int


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


@dataclass(frozen=True)
class Rules:
    """All rules of the programme; one instance holds for one inspection year."""

    version: str
    hours: HoursRules
    fji: FjiRules
    sqs: SqsRules
    random: RandomRules
    gap_years: int
    results_within_days: int
    coverage: CoverageRules
    reinspection_programme: str
    teams: tuple[Team, ...]
    bank_holidays: tuple[str, ...]
    sizes: tuple[Size, ...]
    size_when_unknown: str
    case_list: CaseListRules
    value: ValueRules
    hours_per_risk: float
    prices: dict[str, Price]
    schedule: ScheduleRules
    forecast: ForecastRules
    follow_up: FollowUpRules
    fixed: tuple[FixedVisit, ...] = ()

    def change(self, **changes: Any) -> Rules:
        """The same rules with some values changed; ``__`` steps into a section.

        ``rules.change(sqs__count=30, hours__budget=4000)``

        Raises:
            RulesError: if there is no such rule.
        """
        rules = self
        for path, value in changes.items():
            section, _, name = path.partition("__")
            try:
                if name:
                    value = dataclasses.replace(getattr(rules, section), **{name: value})
                rules = dataclasses.replace(rules, **{section: value})
            except (TypeError, AttributeError) as error:
                raise RulesError(f"There is no rule called {path.replace('__', '.')}.") from error
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
    source = path or DEFAULT_PATH
    data = read_yaml(source)
    data["prices"] = {
        name: {"price": entry["price"], "unit": entry["in"]}
        for name, entry in data["prices"].items()
    }
    rules = _build(Rules, data, source.name)
    assert isinstance(rules, Rules)  # noqa: S101 - for the type checker
    return rules


def _build(kind: Any, data: Any, place: str) -> Any:
    """Turn plain YAML values into the typed value ``kind``, refusing surprises."""
    origin = typing.get_origin(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _build_section(kind, data, place)
    if origin is tuple:
        inner = typing.get_args(kind)[0]
        return tuple(_build(inner, item, f"{place}[{n}]") for n, item in enumerate(data))
    if origin is dict:
        inner = typing.get_args(kind)[1]
        return {key: _build(inner, item, f"{place}.{key}") for key, item in data.items()}
    if origin in (types.UnionType, typing.Union):
        if data is None:
            return None
        return _build(next(a for a in typing.get_args(kind) if a is not type(None)), data, place)
    if kind is float and isinstance(data, int):
        return float(data)
    if not isinstance(data, kind) or isinstance(data, bool):
        raise RulesError(f"{place} should be {kind.__name__}, but is {data!r}.")
    return data


def _build_section(kind: type, data: Any, place: str) -> Any:
    """Build one dataclass from a YAML mapping."""
    if not isinstance(data, dict):
        raise RulesError(f"{place} should be a section with named rules, but is {data!r}.")
    hints = typing.get_type_hints(kind)
    fields = {f.name: f for f in dataclasses.fields(kind)}
    unknown = sorted(set(data) - set(fields))
    if unknown:
        raise RulesError(f"{place} holds the unknown rule {unknown[0]}.")
    missing = [
        name for name, f in fields.items() if name not in data and f.default is dataclasses.MISSING
    ]
    if missing:
        raise RulesError(f"{place} lacks the rule {missing[0]}.")
    return kind(
        **{name: _build(hints[name], item, f"{place}.{name}") for name, item in data.items()}
    )
