"""The rules about one YOT: five years, the gap, and visits asked for, agreed or drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from infobank.programme.candidates import Candidate
from infobank.programme.rules.rows import Row
from infobank.programme.year_rules import Rules

Visits = Mapping[str, int]
"""The column of a YOT's visit, by programme."""


def gap(c: Candidate, visits: Visits, rules: Rules, drawn: bool) -> Iterator[Row]:
    """No second visit soon after the last, unless a re-inspection is asked for."""
    if c.recent:
        yield Row("gap", c.yot_id, _any(visits), upper=0, more=1.0)


def coverage(c: Candidate, visits: Visits, rules: Rules, drawn: bool) -> Iterator[Row]:
    """A visit to each YOT whose five years run out, where the gap allows one."""
    if c.must_cover and not c.recent:
        yield Row("coverage", c.yot_id, _any(visits), lower=1, fewer=1.0)


def reinspection(c: Candidate, visits: Visits, rules: Rules, drawn: bool) -> Iterator[Row]:
    """A re-inspection that is asked for takes place."""
    if c.reinspection is not None:
        again = {visits[rules.reinspection_programme]: 1.0}
        yield Row("reinspection", c.yot_id, again, lower=1, fewer=1.0)


def fixed(c: Candidate, visits: Visits, rules: Rules, drawn: bool) -> Iterator[Row]:
    """A visit that is agreed takes place."""
    if c.fixed is not None:
        yield Row("fixed", c.yot_id, {visits[c.fixed.programme]: 1.0}, lower=1, fewer=1.0)


def random(c: Candidate, visits: Visits, rules: Rules, drawn: bool) -> Iterator[Row]:
    """A YOT that is drawn at random has a visit of the random arm's programme."""
    if drawn:
        yield Row("random", c.yot_id, {visits[rules.random.programme]: 1.0}, lower=1, fewer=1.0)


def blackout(c: Candidate, visit: int, inside: int) -> Row:
    """No visit in a period to avoid: where this gives way, the visit starts in one of its weeks.

    Args:
        c: the YOT.
        visit: the column of the visit.
        inside: the column by which it gives way; the model counts it into the weeks to avoid.
    """
    return Row("blackout", c.yot_id, {visit: 1.0, inside: -1.0}, lower=0)


OF_A_YOT = (gap, coverage, reinspection, fixed, random)
"""The rules about the visits of one YOT; ``blackout`` is about one visit of it."""


def only_of(c: Candidate, rules: Rules, drawn: bool) -> list[str]:
    """The programmes that rules ask for at this YOT: each closes all others to it."""
    asked = []
    if c.reinspection is not None:
        asked.append(rules.reinspection_programme)
    if c.fixed is not None:
        asked.append(c.fixed.programme)
    return [*asked, rules.random.programme] if drawn else asked


def _any(visits: Visits) -> dict[int, float]:
    return dict.fromkeys(visits.values(), 1.0)
