"""The rules of the programme of a year, as typed values.

What holds for the year is in ``schemas/programme.yaml``; what holds for one kind of inspection in
its own file in ``schemas/programmes``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from infobank.domain.programmes import (
    PROGRAMME_RULES,
    Price,
    Programme,
    VisitPattern,
    YearPlan,
    load_programmes,
)
from infobank.domain.register import COUNTRIES
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

ARMS = ("risk", "benchmark", "range", "random", "coverage")


class RulesError(SettingsError):
    """The rules file holds something it should not; the message says what and where."""


class HoursRules(Settings):
    """Inspection hours for youth work in the inspection year."""

    budget: From0


class PerformanceRules(Settings):
    """Who performs less well, who well, and in how many bands the rest is told apart."""

    worst_share: Share
    strong_share: Share
    bands: WholeFrom1


class RandomRules(Settings):
    """The random arm: how many visits of which programme, in how many strata, and the seed."""

    programme: str
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
    """YOTs with fewer than ``below`` people aged 10-17; hours and cases go by it."""

    name: str
    below: Above0 | None


class CaseListRules(Settings):
    """The headings under which a YOT's list of eligible cases may hold each column."""

    headings: dict[str, tuple[str, ...]]


class ScheduleRules(Settings):
    """Points of untidiness in the weeks of the chosen visits."""

    same_week: WholeFrom0
    overdue_week: WholeFrom0
    risk_week: WholeFrom0
    other_week: WholeFrom0
    beside_settled: WholeFrom0


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
    performance: PerformanceRules
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
    hours_per_risk: From0
    prices: dict[str, Price]
    schedule: ScheduleRules
    forecast: ForecastRules
    follow_up: FollowUpRules
    fixed: Annotated[
        tuple[FixedVisit, ...],
        in_words("left out (agreed visits come from the record of the meetings)"),
    ] = ()
    programmes: Annotated[
        tuple[Programme, ...],
        in_words("left out (each programme is a file in schemas/programmes)"),
    ] = ()

    @property
    def planned(self) -> tuple[str, ...]:
        """The programmes that have a plan, by id, in their order."""
        return tuple(p.id for p in self.programmes)

    @property
    def by_risk(self) -> tuple[str, ...]:
        """The planned programmes whose visits go where risk is highest."""
        return tuple(p for p in self.planned if self.plan(p).chosen_for == "risk")

    def programme(self, programme: str) -> Programme:
        """A planned programme by its id.

        Raises:
            RulesError: none of that id is planned.
        """
        for known in self.programmes:
            if known.id == programme:
                return known
        raise RulesError(
            f"No file in schemas/programmes has a plan for the programme {programme}; there are "
            f"{', '.join(self.planned)}."
        )

    def plan(self, programme: str) -> YearPlan:
        """What the year holds of a planned programme."""
        plan = self.programme(programme).plan
        assert plan is not None, programme  # noqa: S101 (load_rules takes those with a plan)
        return plan

    def visit(self, programme: str) -> VisitPattern:
        """How a visit of a planned programme runs."""
        visit = self.programme(programme).visit
        assert visit is not None, programme  # noqa: S101 (a plan needs a visit)
        return visit

    def able(self, programme: str) -> list[Team]:
        """The teams that can lead visits of a programme; first those that can lead least else."""
        able = [team for team in self.teams if programme in team.programmes]
        return sorted(able, key=lambda team: len(team.programmes))

    def in_year(self, first: dt.date, last: dt.date) -> Rules:
        """The same rules with the programmes in force in an inspection year alone.

        Raises:
            RulesError: the programme of the random arm or of re-inspections is not among them.
        """
        kept = tuple(p for p in self.programmes if p.in_force(first) or p.in_force(last))
        for use, needed in self._needed():
            if needed not in {p.id for p in kept}:
                raise RulesError(
                    f"The programme {needed} is named for {use}, but it is not in force between "
                    f"{first} and {last}. See the days in its file in schemas/programmes."
                )
        return self.model_copy(update={"programmes": kept})

    def _needed(self) -> list[tuple[str, str]]:
        return [
            ("the random arm", self.random.programme),
            ("re-inspections", self.reinspection_programme),
        ]

    def change(self, **changes: Any) -> Rules:
        """The same rules with some values changed; ``__`` steps into a section.

        A programme's plan is a section under its id: ``rules.change(sqs__count=30)``.

        Raises:
            RulesError: if there is no such rule.
        """
        rules = self
        for path, value in changes.items():
            section, _, name = path.partition("__")
            named = [p.id for p in rules.programmes if p.id.lower() == section.lower()]
            if named and name in YearPlan.model_fields:
                rules = rules.with_plan(named[0], **{name: value})
                continue
            held = getattr(rules, section) if section in Rules.model_fields else None
            if held is None or (name and name not in getattr(type(held), "model_fields", {})):
                raise RulesError(f"There is no rule called {path.replace('__', '.')}.")
            new = held.model_copy(update={name: value}) if name else value
            rules = rules.model_copy(update={section: new})
        return rules

    def with_plan(self, programme: str, **changes: Any) -> Rules:
        """The same rules with some values of one programme's plan changed."""
        plan = self.plan(programme).model_copy(update=changes)
        new = self.programme(programme).model_copy(update={"plan": plan})
        programmes = tuple(new if p.id == programme else p for p in self.programmes)
        return self.model_copy(update={"programmes": programmes})

    def price(self, rule: str) -> Price:
        """The price of breaking a rule by one unit; ``count FJI`` is the count of one programme."""
        kind, _, programme = rule.partition(" ")
        return self.plan(programme).prices[kind] if kind in PROGRAMME_RULES else self.prices[kind]

    def price_in_hours(self, rule: str) -> float:
        """The same price in hours, risk converted at ``hours_per_risk``."""
        price = self.price(rule)
        return price.price * (self.hours_per_risk if price.unit == "risk" else 1.0)

    def size_of(self, population: float | None) -> Size:
        """The size class of a YOT with this many people aged 10-17 (None: not known)."""
        if population is None or population != population:
            return next(s for s in self.sizes if s.name == self.size_when_unknown)
        return next(s for s in self.sizes if s.below is None or population < s.below)


def load_rules(path: Path | None = None) -> Rules:
    """Read the rules of the year, and the programmes that have a plan.

    Raises:
        RulesError: if a rule is missing, unknown or of the wrong kind, or names a programme that
            has no plan, or a programme leaves out a size of YOT.
    """
    rules = load(Rules, path or "programme.yaml", RulesError)
    programmes = tuple(p for p in load_programmes().values() if p.plan is not None)
    rules = rules.model_copy(update={"programmes": programmes})
    for use, programme in [
        *rules._needed(),
        *((team.name, p) for team in rules.teams for p in team.programmes),
    ]:
        if programme not in rules.planned:
            raise RulesError(
                f"The programme {programme} is named for {use}, but no file in schemas/programmes "
                f"has a plan for it; there are {', '.join(rules.planned)}."
            )
    for programme in rules.planned:
        _fits(programme, rules)
    return rules


def _fits(programme: str, rules: Rules) -> None:
    sizes = {size.name for size in rules.sizes}
    visit = rules.visit(programme)
    for what, given in (("hours", set(visit.hours)), ("cases", set(visit.cases))):
        if given != sizes:
            raise RulesError(
                f"schemas/programmes, {programme}: visit.{what} should be for the sizes "
                f"{', '.join(sorted(sizes))}, but is for {', '.join(sorted(given))}."
            )
    for country in rules.plan(programme).countries:
        if country not in COUNTRIES:
            raise RulesError(
                f"schemas/programmes, {programme}: plan.countries names {country}; the register "
                f"has {' and '.join(COUNTRIES)}."
            )
    if not rules.able(programme):
        raise RulesError(
            f"No team can lead visits of the programme {programme}. Name it for a team under "
            "`teams` in schemas/programme.yaml."
        )
