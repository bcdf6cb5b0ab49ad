"""The rules about weeks and quarters: teams, visits under way at a time, the pace of the year."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from infobank.programme.rules.named import of_programme
from infobank.programme.rules.rows import MANY, Row, Starts
from infobank.programme.weeks import InspectionYear
from infobank.programme.year_rules import Rules


def under_way(starts: Starts, programme: str, week: int, rules: Rules) -> dict[int, float]:
    """The visits of a programme that hold their team in a week, by the weeks they may start in."""
    first = week - rules.visit(programme).team_weeks + 1
    return {
        column: 1.0
        for start in range(first, week + 1)
        for column in starts.get((programme, start), ())
    }


def in_fieldwork(starts: Starts, programme: str, week: int, rules: Rules) -> dict[int, float]:
    """The visits of a programme with fieldwork in a week."""
    offsets = reversed(rules.visit(programme).offsets)
    return {column: 1.0 for n in offsets for column in starts.get((programme, week - n), ())}


def at_once(starts: Starts, week: int, year: InspectionYear, rules: Rules) -> Iterator[Row]:
    """So many visits of a programme at most are under way in one week."""
    for programme in reversed(rules.planned):
        terms = under_way(starts, programme, week, rules)
        if terms:
            rule, monday = of_programme("at_once", programme), year.mondays[week].isoformat()
            yield Row(rule, monday, terms, upper=rules.plan(programme).at_once, more=MANY)


def teams(starts: Starts, week: int, year: InspectionYear, rules: Rules) -> Iterator[Row]:
    """No more visits are under way than there are teams that can lead them.

    Asked of every set of programmes that has fewer teams than any larger set of them: by Hall's
    theorem each visit of a week then has a team of its own.
    """
    monday = year.mondays[week].isoformat()
    for programmes, able in _sets_of_programmes(rules):
        terms: dict[int, float] = {}
        for programme in programmes:
            terms |= under_way(starts, programme, week, rules)
        if terms:
            yield Row("teams", monday, terms, upper=able, more=MANY)


def _sets_of_programmes(rules: Rules) -> list[tuple[tuple[str, ...], int]]:
    able = {
        chosen: frozenset(t.name for p in chosen for t in rules.able(p))
        for size in range(1, len(rules.planned) + 1)
        for chosen in combinations(rules.planned, size)
    }
    return [
        (chosen, len(names))
        for chosen, names in able.items()
        if not any(set(chosen) < set(more) and names == able[more] for more in able)
    ]


def quarters(starts: Starts, year: InspectionYear, rules: Rules) -> Iterator[Row]:
    """So many visits of a programme at least, and at most, start in each quarter of the year."""
    for quarter in range(4):
        weeks = [w for w, q in enumerate(year.quarter_of_week) if q == quarter]
        for programme in rules.planned:
            terms = {column: 1.0 for w in weeks for column in starts.get((programme, w), ())}
            yield pace(terms, programme, quarter + 1, rules)


def pace(terms: dict[int, float], programme: str, quarter: int, rules: Rules) -> Row:
    """The same for the visits of one programme that start in one quarter."""
    plan = rules.plan(programme)
    return Row(
        "quarters",
        f"{programme} {quarter}",
        terms,
        plan.quarter_least,
        plan.quarter_most,
        more=MANY,
        fewer=MANY,
    )


OF_A_WEEK = (at_once, teams)
"""The rules of one week; each is a function of the visits that may start in the weeks."""
