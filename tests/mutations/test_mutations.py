"""Mutated deliveries: nothing fails, nothing is lost, nothing the contract can tell gets past.

A few hundred here; ten thousand with ``make mutations``, which also writes docs/mutations.md.
"""

from __future__ import annotations

import pytest

from tests.mutations.bases import load_library
from tests.mutations.page import page
from tests.mutations.run import Outcome, run

BAD = ("fault", "missed", "lost")


def bad(outcomes: list[Outcome]) -> list[str]:
    return [
        f"{o.number} {o.source}: {o.did}: {o.verdict.outcome} {o.verdict.why} {o.fault}"
        for o in outcomes
        if o.verdict.outcome in BAD
    ]


def test_a_few_hundred_mutants_are_refused_or_reported_or_harmless() -> None:
    outcomes = list(run(load_library(), 250, seed=1))
    assert len(outcomes) == 250
    assert bad(outcomes) == []
    told = {o.verdict.outcome for o in outcomes}
    assert {"refused", "reported", "same"} <= told
    assert "## Which gate caught them" in page(outcomes, 1)


def test_mutants_are_the_same_each_time() -> None:
    library = load_library(("population_10_17",))
    first, second = (list(run(library, 12, seed=3)) for _ in range(2))
    assert first == second


@pytest.mark.slow
def test_ten_thousand_mutants_are_refused_or_reported_or_harmless() -> None:
    assert bad(list(run(load_library(), 10_000))) == []
