"""An independent check of a programme: every rule looked at again, knowing nothing of the solver.

It reads a programme as a person wrote it, whether proposed, decided or edited by hand in the
spreadsheet, works out the calendar for itself, and names every broken rule in a plain sentence.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

import pandas as pd

from infobank.domain.in_words import day_in_words
from infobank.programme.check_facts import WEEK, Facts, Violation, months_on, years_on
from infobank.programme.check_visits import calendar, entries, periods, teams
from infobank.programme.past_visits import assumed_start
from infobank.programme.rules.named import of_programme
from infobank.programme.year_rules import Rules

__all__ = ["Violation", "check_programme"]


def check_programme(
    programme: pd.DataFrame,
    rules: Rules,
    constraints: pd.DataFrame,
    history: pd.DataFrame,
    register: pd.DataFrame,
    *,
    quarter: str | None = None,
    as_of: dt.date | None = None,
    draw: pd.DataFrame | None = None,
) -> list[Violation]:
    """Every rule a programme breaks, in a stable order; an empty list if it keeps them all.

    Args:
        programme: one row per visit, columns as in ``out/programme``.
        rules: the rules.
        constraints: yot_id, kind, first_day, last_day.
        history: yot_id, programme, fieldwork_end.
        register: the YOTs in force: yot_id, country; with rank and population_10_17 where known
            (the ranking will do). Without ranks the mix is read from the arms.
        quarter: the ranking's quarter; by default the programme's own.
        as_of: what was known then; by default the last day of the quarter.
        draw: the random draw, to check that it was kept.
    """
    quarter = quarter or str(programme["quarter"].iloc[0])
    facts = Facts(programme, rules, constraints, history, register, quarter, as_of)
    found = [violation for check in _CHECKS for violation in check(facts)]
    if draw is not None:
        found += random_arm(facts, draw)
    return sorted(found, key=lambda v: (v.rule, v.yot_id, v.sentence))


def pace(facts: Facts) -> Iterator[Violation]:
    """How many visits stand in one week and in one quarter."""
    for kind in facts.rules.planned:
        yield from _at_once(facts, kind)
    for number in range(4):
        start, end = months_on(facts.first, 3 * number), months_on(facts.first, 3 * number + 3)
        for kind in facts.rules.planned:
            limits = facts.rules.plan(kind)
            count = sum(1 for r in facts.of_kind(kind) if r.monday and start <= r.monday < end)
            if not limits.quarter_least <= count <= limits.quarter_most:
                yield Violation(
                    "quarters",
                    "",
                    f"The quarter from {day_in_words(start)} has {count} {kind}s; between "
                    f"{limits.quarter_least} and {limits.quarter_most} are allowed.",
                )


def _at_once(facts: Facts, kind: str) -> Iterator[Violation]:
    most = facts.rules.plan(kind).at_once
    weeks = Counter(
        r.monday + n * WEEK
        for r in facts.of_kind(kind)
        if r.monday
        for n in range(facts.rules.visit(kind).team_weeks)
    )
    for week, count in sorted(weeks.items()):
        if count > most:
            yield Violation(
                of_programme("at_once", kind),
                "",
                f"The week of {day_in_words(week)} has {count} {kind}s under way; "
                f"{most} {'is' if most == 1 else 'are'} allowed.",
            )


def counts(facts: Facts) -> Iterator[Violation]:
    """Number of visits and hours."""
    for kind in facts.rules.planned:
        there, planned = len(facts.of_kind(kind)), facts.rules.plan(kind).count
        if there != planned:
            yield Violation(
                of_programme("count", kind),
                "",
                f"The programme has {there} {kind}s, not {planned}.",
            )
    hours = sum(r.hours for r in facts.rows)
    if hours > facts.rules.hours.budget + 1e-6:
        yield Violation(
            "hours",
            "",
            f"The programme takes {hours:,.0f} hours, "
            f"{hours - facts.rules.hours.budget:,.0f} more "
            f"than the budget of {facts.rules.hours.budget:,.0f}.",
        )


def mix(facts: Facts) -> Iterator[Violation]:
    """Most where risk is highest, strong performers to compare with, some in a country."""
    total, shares = len(facts.register), facts.rules.performance
    for kind in facts.rules.planned:
        plan = facts.rules.plan(kind)
        worst = strong = 0
        inside: Counter[str] = Counter()
        for r in facts.of_kind(kind):
            rank = facts.rank(r.yot_id)
            is_strong, is_worst = r.arm == "benchmark", r.arm == "risk"
            if rank is not None:
                is_strong = rank > total - round(shares.strong_share * total)
                is_worst = rank <= round(shares.worst_share * total)
            strong += is_strong
            worst += is_worst
            inside[facts.country(r.yot_id)] += not is_strong
        highest = f"the {shares.worst_share:.0%} with the highest risk"
        lowest = f"the {shares.strong_share:.0%} with the lowest risk"
        for rule, count, least, of in (
            ("from_worst", worst, plan.from_worst, highest),
            ("strong", strong, plan.strong, lowest),
            *(
                ("countries", inside[name], least, f"{name}, chosen for their risk")
                for name, least in plan.countries.items()
            ),
        ):
            if count < least:
                yield Violation(
                    of_programme(rule, kind),
                    "",
                    f"{count} {kind}s are in {of}; there should be {least} at least.",
                )


def across(facts: Facts) -> Iterator[Violation]:
    """Visits in every band of performance, where a programme goes over the whole range."""
    if "rank" not in facts.register:
        return
    total, bands = len(facts.register), facts.rules.performance.bands
    for kind in facts.rules.planned:
        least = facts.rules.plan(kind).least_per_band
        have: Counter[int] = Counter()
        for r in facts.of_kind(kind):
            rank = facts.rank(r.yot_id)
            if rank is not None:
                have[(rank - 1) * bands // total + 1] += 1
        for band in range(1, bands + 1):
            if have[band] < least:
                yield Violation(
                    of_programme("bands", kind),
                    "",
                    f"Band {band} of {bands} (1 is the highest risk) has {have[band]} {kind}s; "
                    f"there should be {least} at least.",
                )


def promises(facts: Facts) -> Iterator[Violation]:
    """The five years, re-inspections asked for, visits already agreed."""
    inside = {r.yot_id: r for r in facts.rows}
    for yot_id in sorted(facts.register.index):
        last = facts.visits.get(yot_id) or min(assumed_start(yot_id, facts.rules), facts.as_of)
        due = years_on(last, facts.rules.coverage.years)
        name = facts.name_of(yot_id)
        if due <= facts.last and yot_id not in inside:
            yield Violation(
                "coverage",
                yot_id,
                f"{name} is not in the programme, and its {facts.rules.coverage.years} years "
                f"{'ran' if due < facts.first else 'run'} out on {day_in_words(due)}.",
            )
        for kind, start, end in facts.periods_of.get(yot_id, []):
            if kind == "re-inspection" and start <= facts.last and end >= facts.first:
                row = inside.get(yot_id)
                if row is None or row.monday is None or not start <= row.monday <= end:
                    yield Violation(
                        "reinspection",
                        yot_id,
                        f"{name} should be re-inspected between {day_in_words(start)} and "
                        f"{day_in_words(end)}.",
                    )
    for visit in facts.rules.fixed:
        row = inside.get(visit.yot_id)
        week = visit.week_commencing
        if row is None or row.programme != visit.programme or (week and row.monday != week):
            when = f" in the week of {day_in_words(week)}" if week else ""
            yield Violation(
                "fixed",
                visit.yot_id,
                f"An agreed {visit.programme} at {facts.name_of(visit.yot_id)}{when} is missing.",
            )


def random_arm(facts: Facts, draw: pd.DataFrame) -> Iterator[Violation]:
    """Everyone drawn has its visit with the recorded probability; nobody else claims one."""
    programme = facts.rules.random.programme
    chance = dict(zip(draw["yot_id"], draw["inclusion_probability"], strict=True))
    drawn = set(draw.loc[draw["drawn"].astype(bool), "yot_id"])
    rows = {r.yot_id: r for r in facts.rows}
    for yot_id in sorted(drawn):
        row = rows.get(yot_id)
        if row is None or row.programme != programme or row.arm != "random":
            yield Violation(
                "random",
                yot_id,
                f"{facts.name_of(yot_id)} was drawn at random but has no {programme} of the "
                "random arm.",
            )
        elif row.probability is None or abs(row.probability - chance[yot_id]) > 1e-9:
            yield Violation(
                "random",
                yot_id,
                f"{row.what} should carry the inclusion probability {chance[yot_id]:.4f}.",
            )
    before = {v.yot_id for v in facts.rules.fixed if v.arm == "random"}
    for r in facts.rows:
        if r.arm == "random" and r.yot_id not in drawn | before:
            yield Violation("random", r.yot_id, f"{r.what} is called random but was not drawn.")


_CHECKS = (entries, calendar, periods, teams, pace, counts, mix, across, promises)
