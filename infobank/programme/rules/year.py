"""The rules that a year keeps as a whole: its hours, its counts, and where visits go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from infobank.domain.programmes import YearPlan
from infobank.programme.candidates import Candidate
from infobank.programme.rules.named import of_programme
from infobank.programme.rules.rows import INFINITE_HOURS, MANY, Option, Row
from infobank.programme.year_rules import Rules

Options = Sequence[Option]


def hours(options: Options, rules: Rules) -> Iterator[Row]:
    """The inspection hours of all visits stay within the budget."""
    spent = {o.column: o.candidate.hours[o.programme] for o in options}
    yield Row("hours", "", spent, upper=rules.hours.budget, more=INFINITE_HOURS)


def count(options: Options, rules: Rules) -> Iterator[Row]:
    """Each programme has as many visits as planned; for a price up to its most, or fewer."""
    for programme, plan in _plans(rules):
        visits = _sum(o for o in options if o.programme == programme)
        rule, beyond = of_programme("count", programme), max(0, plan.most - plan.count)
        yield Row(rule, "", visits, plan.count, plan.count, more=beyond, fewer=MANY)


def from_worst(options: Options, rules: Rules) -> Iterator[Row]:
    """So many visits of a programme at least are where risk is highest."""
    for programme, plan in _plans(rules):
        if plan.from_worst:
            visits = _sum(o for o in options if o.programme == programme and o.candidate.worst)
            rule = of_programme("from_worst", programme)
            yield Row(rule, "", visits, lower=plan.from_worst, fewer=MANY)


def strong(options: Options, rules: Rules) -> Iterator[Row]:
    """So many visits of a programme at least are at strong performers, to compare with."""
    for programme, plan in _plans(rules):
        if plan.strong:
            visits = _sum(o for o in options if o.programme == programme and o.candidate.strong)
            yield Row(of_programme("strong", programme), "", visits, lower=plan.strong, fewer=MANY)


def countries(options: Options, rules: Rules) -> Iterator[Row]:
    """So many visits of a programme at least are in a country, chosen for their risk."""
    for programme, plan in _plans(rules):
        for country, least in plan.countries.items():
            visits = _sum(
                o
                for o in options
                if o.programme == programme and for_its_risk(o.candidate, country)
            )
            rule = of_programme("countries", programme)
            yield Row(rule, country, visits, lower=least, fewer=MANY)


def for_its_risk(candidate: Candidate, country: str) -> bool:
    """Whether a visit to a YOT counts for its country: one to a strong performer does not."""
    return candidate.country == country and not candidate.strong


def bands(options: Options, rules: Rules) -> Iterator[Row]:
    """So many visits of a programme at least are in each band of performance."""
    for programme, plan in _plans(rules):
        for band in range(1, rules.performance.bands + 1) if plan.least_per_band else ():
            visits = _sum(
                o for o in options if o.programme == programme and o.candidate.band == band
            )
            rule = of_programme("bands", programme)
            yield Row(rule, str(band), visits, lower=plan.least_per_band, fewer=MANY)


OF_A_YEAR = (hours, count, from_worst, strong, countries, bands)
"""The rules of a year; each is a function of the visits that may be chosen in it."""


def _plans(rules: Rules) -> list[tuple[str, YearPlan]]:
    return [(programme, rules.plan(programme)) for programme in rules.planned]


def _sum(options: Iterable[Option]) -> dict[int, float]:
    return {o.column: 1.0 for o in options}
