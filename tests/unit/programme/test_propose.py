from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from infobank.programme import Proposal, load_rules, propose
from infobank.programme.propose import COLUMNS
from tests.unit.programme import small_world

AS_OF = dt.date(2014, 4, 15)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return small_world.ranking()


def test_has_six_joint_inspections_and_twenty_five_screenings(proposal: Proposal) -> None:
    assert list(proposal.programme.columns) == list(COLUMNS)
    assert proposal.programme["programme"].value_counts().to_dict() == {"SQS": 25, "FJI": 6}
    assert proposal.programme["yot_id"].is_unique
    assert proposal.gap <= 0.001


def test_mixes_the_joint_inspections(proposal: Proposal, table: pd.DataFrame) -> None:
    joint = proposal.programme[proposal.programme["programme"] == "FJI"].merge(
        table[["yot_id", "rank", "country"]], on="yot_id"
    )
    assert (joint["rank"] <= 32).sum() >= 4
    assert (joint["arm"] == "benchmark").sum() >= 1
    assert (joint["rank"] > 120).sum() >= 1
    assert ((joint["country"] == "Wales") & (joint["arm"] == "risk")).sum() >= 1


def test_leaves_alone_who_was_visited_in_two_years(proposal: Proposal, table: pd.DataFrame) -> None:
    recent = small_world.history(table)
    recent = recent[pd.to_datetime(recent["fieldwork_end"]) > "2012-04-01"]
    assert not set(proposal.programme["yot_id"]) & set(recent["yot_id"])


def test_the_order_of_the_rows_changes_nothing(proposal: Proposal, table: pd.DataFrame) -> None:
    shuffled = table.sample(frac=1, random_state=5)
    again = propose(
        shuffled,
        None,
        small_world.history(table).iloc[::-1],
        small_world.constraints(table).iloc[::-1],
        quarter="2014-Q1",
        as_of=AS_OF,
    )
    pd.testing.assert_frame_equal(again.programme, proposal.programme)


def test_the_random_arm_carries_its_probability(proposal: Proposal) -> None:
    arm = proposal.programme[proposal.programme["arm"] == "random"]
    assert len(arm) == load_rules().random.count
    drawn = proposal.draw.set_index("yot_id").loc[arm["yot_id"]]
    assert drawn["drawn"].all()
    assert (arm["inclusion_probability"].to_numpy() == drawn["inclusion_probability"]).all()
    rest = proposal.programme[proposal.programme["arm"] != "random"]
    assert rest["inclusion_probability"].isna().all()
