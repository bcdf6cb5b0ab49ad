"""What a rule asks, as rows of a model: sums of columns between two bounds, and how far they give.

The choice of a year, its timetable and the five-year view make their models from the same rules;
each decides what giving way costs in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from infobank.programme.candidates import Candidate
from infobank.programme.milp import INFINITY, LinearModel

MANY = 1000.0
"""More visits than any rule is broken by."""
INFINITE_HOURS = 1e6


@dataclass(frozen=True)
class Option:
    """A visit that may be chosen: to whom, of which programme, and its column in the model."""

    candidate: Candidate
    programme: str
    column: int


Starts = Mapping[tuple[str, int], Sequence[int]]
"""The columns that count visits starting, by programme and week."""


@dataclass(frozen=True)
class Row:
    """``lower <= sum of terms <= upper``, asked by one case of a rule.

    Attributes:
        rule: the rule's id.
        member: what the case is about; "" where the rule has one case.
        terms: the columns with their factors.
        lower: the least.
        upper: the most.
        more: how far the sum may pass ``upper`` where the rule gives way; None: not at all.
        fewer: how far it may stay below ``lower``; None: not at all.
    """

    rule: str
    member: str
    terms: Mapping[int, float]
    lower: float = -INFINITY
    upper: float = INFINITY
    more: float | None = None
    fewer: float | None = None


GiveWay = Callable[[Row, float], int]
"""Makes the column by which a row gives way, at most so far."""


def shared(make: GiveWay) -> GiveWay:
    """The same, with one column for all rows about one case.

    A row whose sum can miss both ways has a column for each.
    """
    ways: dict[tuple[str, str], int] = {}

    def give_way(row: Row, most: float) -> int:
        if row.fewer is not None:
            return make(row, most)
        key = (row.rule, row.member)
        if key not in ways:
            ways[key] = make(row, most)
        return ways[key]

    return give_way


def ask(model: LinearModel, row: Row, give_way: GiveWay) -> None:
    """Put a row into a model, with columns by which it can give way."""
    terms = dict(row.terms)
    if row.more is not None:
        terms[give_way(row, row.more)] = -1.0
    if row.fewer is not None:
        terms[give_way(row, row.fewer)] = 1.0
    model.row(terms, lower=row.lower, upper=row.upper)
