from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from infobank.contracts import load_tables
from infobank.contracts.arrow import to_table
from infobank.programme import Proposal, load_rules, propose
from infobank.programme.coverage_forecast import forecast_coverage
from infobank.programme.five_years import plan_five_years
from infobank.programme.outlook import FORECAST, PLAN, look_ahead
from tests.unit.programme import small_world


def _propose(n: int, **changes: object) -> Proposal:
    table = small_world.ranking(n)
    rules = load_rules().change(**changes)
    past = small_world.history(table, visits=10)
    return propose(
        table, None, past, small_world.constraints(table, 5), quarter="2014-Q1",
        as_of=dt.date(2014, 4, 15), rules=rules,
    )  # fmt: skip


@pytest.fixture(scope="module")
def roomy() -> Proposal:
    return _propose(60)


def test_enough_visits_need_no_warning(roomy: Proposal) -> None:
    forecast = forecast_coverage(roomy, futures=300)
    assert len(forecast.table) == 20
    assert forecast.table["quarter"].iloc[0] == "2014-Q2"
    assert (forecast.table["low_95"] <= forecast.table["past_five_years"]).all()
    assert forecast.extra_visits == 0


def test_too_few_visits_warn_and_price_it() -> None:
    forecast = forecast_coverage(_propose(160), futures=300)
    assert "likely that a YOT has gone 5 years without a visit" in forecast.warning
    assert forecast.extra_visits is None or forecast.extra_visits > 0


def test_the_same_futures_every_time(roomy: Proposal) -> None:
    one, other = (forecast_coverage(roomy, futures=100).table for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_five_years_keep_the_yearly_rules() -> None:
    small = _propose(
        60, fji__count=2, fji__from_worst=1, fji__quarter_least=0, sqs__count=10,
        sqs__least_per_band=1, sqs__quarter_least=1, random__count=4,
    )  # fmt: skip
    view = plan_five_years(small.basis)
    years = view.table["quarter"].map(lambda q: (int(q[:4]) * 4 + int(q[-1]) - 2) // 4)
    counts = pd.crosstab(years, view.table["programme"])
    assert (counts["FJI"] == 2).all()
    assert (counts["SQS"] == 10).all()
    assert view.gap <= 0.001
    assert view.bent == []


def test_five_years_bend_rather_than_fail(roomy: Proposal) -> None:
    view = plan_five_years(roomy.basis)
    assert view.bent
    assert "could not be kept" in view.sentence


def test_the_five_year_view_as_tables(roomy: Proposal) -> None:
    outlook = look_ahead(roomy, futures=100)
    contracts = load_tables()
    for name, rows in ((FORECAST, 20), (PLAN, len(outlook.plan.table))):
        frame = outlook.tables[name].assign(synthetic=True)
        contract = contracts[name]
        assert to_table(frame, contract).num_rows == rows
        assert not frame.duplicated(list(contract.key)).any()
    assert list(outlook.tables[FORECAST]["quarters_ahead"]) == list(range(1, 21))


def test_the_first_of_the_five_years_is_the_proposal(roomy: Proposal) -> None:
    plan = look_ahead(roomy, futures=100).tables[PLAN]
    first = plan[plan["visit_quarter"] < "2015-Q2"]
    proposed = roomy.programme
    quarter = pd.PeriodIndex(proposed["week_commencing"], freq="Q").astype(str)
    expected = set(
        zip(proposed["yot_id"], proposed["programme"], quarter.str.replace("Q", "-Q"), strict=True)
    )
    found = zip(first["yot_id"], first["programme"], first["visit_quarter"], strict=True)
    assert set(found) == expected
