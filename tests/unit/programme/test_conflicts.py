"""Planted conflicts are named, with the cheapest way out."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from infobank.programme import Proposal, Rules, load_rules, propose
from infobank.programme.past_visits import last_visits
from infobank.programme.year_rules import FixedVisit
from tests.unit.programme import small_world

AS_OF = dt.date(2014, 4, 15)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return small_world.ranking()


def _propose(table: pd.DataFrame, rules: Rules, **inputs: Any) -> Proposal:
    history = inputs.get("history", small_world.history(table))
    constraints = inputs.get("constraints", small_world.constraints(table))
    return propose(table, None, history, constraints, quarter="2014-Q1", as_of=AS_OF, rules=rules)


def test_too_few_hours(table: pd.DataFrame) -> None:
    proposal = _propose(table, load_rules().change(hours__budget=3000.0))
    assert "at most 3,000 inspection hours" in proposal.conflicts[0]
    assert "6 FJIs" in proposal.conflicts[0]
    assert "25 SQSs" in proposal.conflicts[0]
    spent = proposal.programme["hours"].sum()
    assert f"{spent - 3000:,.0f} hours above the budget" in proposal.conflicts[1]
    assert len(proposal.violations) == 1


def test_closed_all_year_and_due(table: pd.DataFrame) -> None:
    rules = load_rules()
    visits = last_visits(table["yot_id"], small_world.history(table), AS_OF, rules)
    due = next(y for y, v in visits.items() if v.due <= dt.date(2015, 3, 31))
    closed = pd.DataFrame(
        {
            "yot_id": [due],
            "kind": ["reorganisation"],
            "first_day": [dt.date(2014, 1, 1)],
            "last_day": [dt.date(2015, 12, 31)],
            "note": [""],
        }
    )
    proposal = _propose(
        table, rules, constraints=pd.concat([small_world.constraints(table), closed])
    )
    assert proposal.conflicts[0].startswith("These 2 rules cannot all be kept")
    assert "period to avoid (reorganisation" in proposal.conflicts[0]
    assert "5 years run out" in proposal.conflicts[0]
    assert "past its five years" in proposal.conflicts[1]
    assert "add up to 120 hours" in proposal.conflicts[2]


def test_two_joint_inspections_in_one_team_week(table: pd.DataFrame) -> None:
    busy = set(small_world.history(table)["yot_id"]) | set(small_world.constraints(table)["yot_id"])
    pair = [y for y in table["yot_id"] if y not in busy][:2]
    base = load_rules()
    rules = base.change(
        fixed=tuple(FixedVisit(y, "FJI", dt.date(2014, 6, 9)) for y in pair),
        fji__at_once=2,
        teams=(base.teams[0], base.teams[2]),
    )
    proposal = _propose(table, rules)
    assert proposal.conflicts[0].count("the agreed FJI at") == 2
    assert "2 teams, one visit each in the week of" in proposal.conflicts[0]
    assert "hire 1 team" in proposal.conflicts[1]
    assert "330 hours" in proposal.conflicts[2]


def test_no_conflict_no_words(table: pd.DataFrame) -> None:
    assert _propose(table, load_rules()).conflicts == []


def test_two_conflicts_are_both_named(table: pd.DataFrame) -> None:
    """A YOT due and closed all year, and two FJIs agreed for one week."""
    rules = load_rules()
    history = small_world.history(table).query("programme != 'CCI'")
    visits = last_visits(table["yot_id"], history, AS_OF, rules)
    due = [y for y, v in visits.items() if v.due <= dt.date(2015, 3, 31)]
    closed = pd.DataFrame(
        {
            "yot_id": due[:1],
            "kind": ["reorganisation"],
            "first_day": [dt.date(2014, 1, 1)],
            "last_day": [dt.date(2015, 12, 31)],
            "note": [""],
        }
    )
    busy = {*history["yot_id"], *due}
    pair = [y for y in table["yot_id"] if y not in busy][:2]
    rules = rules.change(fixed=tuple(FixedVisit(y, "FJI", dt.date(2014, 6, 9)) for y in pair))
    proposal = _propose(table, rules, history=history, constraints=closed)
    names = table.set_index("yot_id")["yot_name"]
    blocked = next(c for c in proposal.conflicts if "reorganisation" in c)
    assert f"a visit to {names[due[0]]} this year" in blocked
    twice = next(c for c in proposal.conflicts if "the agreed FJI at" in c)
    assert all(names[y] in twice for y in pair)
    assert "1 FJI under way at most" in twice
    assert {blocked.split(",")[0], twice.split(",")[0]} == {
        "These 2 rules cannot all be kept: no visit to "
        f"{names[due[0]]} in the period to avoid (reorganisation 2014-01-01 to 2015-12-31); a "
        f"visit to {names[due[0]]} this year",
        "Whichever other rules are broken",
    }
