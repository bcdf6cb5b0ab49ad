"""The page of what was caught by which gate, written from the outcomes of a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.mutations.run import Outcome


def summary(outcomes: list[Outcome]) -> str:
    """The outcomes counted, in a few lines."""
    told = Counter(o.verdict.outcome for o in outcomes)
    lines = [
        f"{sum(told.values())} mutants: " + ", ".join(f"{k} {v}" for k, v in told.most_common())
    ]
    silent = Counter(
        (o.source, o.mutation, o.verdict.column, o.verdict.why)
        for o in outcomes
        if o.verdict.outcome == "silent"
    )
    lines += [f"  {n:4} {' | '.join(what)}" for what, n in silent.most_common()]
    return "\n".join(lines)


def page(outcomes: list[Outcome], seed: int) -> str:
    return summary(outcomes)
