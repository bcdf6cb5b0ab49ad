"""Joint inspections go where the risk is, and every YOT left out is told why."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from infobank.programme import Proposal, propose
from infobank.programme.not_proposed import COLUMNS, not_proposed
from tests.unit.programme import small_world

AS_OF = dt.date(2014, 4, 15)


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    """A year in which the five-year promise cannot be kept to every YOT."""
    table = small_world.ranking()
    past = small_world.history(table)
    unknown = past[past["programme"] != "CCI"]
    return propose(
        table, None, unknown, small_world.constraints(table), quarter="2014-Q1", as_of=AS_OF
    )


def test_no_joint_inspection_is_spent_on_the_promise(proposal: Proposal) -> None:
    assert {b.rule for b in proposal.bent} == {"coverage"}
    candidates = proposal.basis.candidates
    joint = proposal.programme[proposal.programme["programme"] == "FJI"]
    by_risk = {y for y, arm in zip(joint["yot_id"], joint["arm"], strict=True) if arm == "risk"}
    free = sorted((c for c in candidates.values() if not c.recent), key=lambda c: c.rank)
    assert {c.yot_id for c in free[: len(by_risk) - 1]} <= by_risk
    assert "keeps the FJIs for the highest risks" in proposal.conflicts[1]
    assert "of the six highest risks, as expected" in proposal.conflicts[2]


def test_every_yot_is_visited_or_told_why_not(proposal: Proposal) -> None:
    left = not_proposed(proposal)
    assert list(left.columns) == list(COLUMNS)
    visited = set(proposal.programme["yot_id"])
    assert set(left["yot_id"]) | visited == set(proposal.basis.candidates)
    assert not set(left["yot_id"]) & visited
    assert left["rank"].is_monotonic_increasing
    assert left["reason"].str.endswith(".").all()


def test_the_reason_is_the_one_that_holds(proposal: Proposal) -> None:
    left = not_proposed(proposal).set_index("yot_id")
    candidates = proposal.basis.candidates
    for yot_id, reason in left["reason"].items():
        c = candidates[str(yot_id)]
        if c.recent:
            assert reason.endswith("no second visit within 2 years.")
        elif c.must_cover:
            assert "there are not enough visits to keep the promise" in reason
        else:
            assert "not drawn at random" in reason
    late = sum(b.rule == "coverage" for b in proposal.bent)
    told = left["reason"].str.contains("not enough visits to keep the promise").sum()
    assert told == late


def test_a_yot_that_can_never_be_visited_is_told_so() -> None:
    table = small_world.ranking()
    closed = pd.DataFrame(
        {
            "yot_id": [table["yot_id"].iloc[-1]],
            "kind": ["reorganisation"],
            "first_day": [dt.date(2014, 1, 1)],
            "last_day": [dt.date(2015, 12, 31)],
            "note": [""],
        }
    )
    made = propose(
        table, None, small_world.history(table, 0), closed, quarter="2014-Q1", as_of=AS_OF
    )
    left = not_proposed(made).set_index("yot_id")["reason"]
    assert left[table["yot_id"].iloc[-1]] == (
        "No week of the inspection year is free of periods to avoid (reorganisation)."
    )
