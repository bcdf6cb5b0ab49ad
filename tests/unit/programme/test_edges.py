"""Registers and tables at their smallest, and visits agreed before."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from infobank.programme import load_rules, propose
from infobank.programme.past_visits import assumed_start
from infobank.programme.weeks import inspection_year, notice_date
from infobank.programme.year_rules import RulesError
from tests.unit.programme import small_world

AS_OF = dt.date(2014, 4, 15)
NO_HISTORY = pd.DataFrame(columns=["yot_id", "programme", "fieldwork_end"])
NO_PERIODS = pd.DataFrame(columns=["yot_id", "kind", "first_day", "last_day", "note"])


@pytest.mark.parametrize("n", [1, 3, 8])
def test_a_small_register_bends_rules_rather_than_fail(n: int) -> None:
    proposal = propose(
        small_world.ranking(n), None, NO_HISTORY, NO_PERIODS, quarter="2014-Q1", as_of=AS_OF
    )
    assert len(proposal.programme) <= n
    assert proposal.conflicts
    assert "cannot" in proposal.conflicts[0]


def test_only_the_needed_columns_of_a_ranking() -> None:
    table = small_world.ranking(160).drop(columns=["population_10_17", "flags"])
    proposal = propose(table, None, NO_HISTORY, NO_PERIODS, quarter="2014-Q1", as_of=AS_OF)
    assert proposal.programme["hours"].isin([340.0, 100.0]).all()
    assert "160 of 160 YOTs have no visit on record" in proposal.notes[0]


def test_a_reinspection_lifts_the_gap() -> None:
    table = small_world.ranking(160)
    past = small_world.history(table)
    yot_id = str(past["yot_id"].iloc[-1])
    asked = pd.DataFrame(
        {
            "yot_id": [yot_id],
            "kind": ["re-inspection"],
            "first_day": [dt.date(2014, 9, 1)],
            "last_day": [dt.date(2014, 10, 31)],
            "note": [""],
        }
    )
    rules = load_rules().change(sqs__count=30)
    proposal = propose(table, None, past, asked, quarter="2014-Q1", as_of=AS_OF, rules=rules)
    line = proposal.programme.set_index("yot_id").loc[yot_id]
    assert pd.Timestamp("2014-09-01") <= line["week_commencing"] <= pd.Timestamp("2014-10-31")
    assert "Re-inspection asked for" in line["reason"]
    assert proposal.violations == []


def test_notice_falls_on_a_friday_or_before_good_friday() -> None:
    rules = load_rules()
    assert notice_date("SQS", dt.date(2014, 6, 2), rules) == dt.date(2014, 5, 23)
    assert notice_date("SQS", dt.date(2014, 4, 28), rules) == dt.date(2014, 4, 17)


def test_bank_holiday_weeks_are_closed() -> None:
    year = inspection_year("2014-Q1", AS_OF, load_rules())
    closed = [m for m, shut in zip(year.mondays, year.closed, strict=True) if shut]
    assert dt.date(2014, 12, 22) in closed
    assert dt.date(2014, 8, 25) in closed
    assert len(year.mondays) == 52


def test_the_assumed_start_lies_in_its_years() -> None:
    rules = load_rules()
    days = [assumed_start(f"yot-{k}", rules) for k in range(300)]
    assert min(days) >= rules.coverage.assumed_start_first
    assert max(days) <= rules.coverage.assumed_start_last
    assert len(set(days)) > 200


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(RulesError, match=r"no rule called sqs\.colour"):
        load_rules().change(sqs__colour="red")
