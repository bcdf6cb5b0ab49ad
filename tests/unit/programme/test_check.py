"""The checker names every planted breach, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from infobank.programme import Proposal, load_rules
from infobank.programme.check import check_programme
from infobank.programme.year_rules import FixedVisit
from tests.unit.programme import small_world

AS_OF = dt.date(2014, 4, 15)
DAY = pd.Timedelta(days=1)


@pytest.fixture(scope="module")
def proposal() -> Proposal:
    return small_world.proposal(load_rules().change(sqs__count=30))


def _broken(proposal: Proposal, programme: pd.DataFrame) -> set[str]:
    b = proposal.basis
    found = check_programme(
        programme, b.rules, b.constraints, b.history, b.ranking, as_of=AS_OF, draw=proposal.draw
    )
    assert all(v.sentence.endswith(".") for v in found)
    return {v.rule for v in found}


def test_a_proposal_breaks_nothing(proposal: Proposal) -> None:
    assert proposal.violations == []
    assert _broken(proposal, proposal.programme) == set()


def _first(frame: pd.DataFrame, programme: str) -> int:
    return int(frame.index[frame["programme"] == programme][0])


def _on_a_tuesday(f: pd.DataFrame) -> None:
    f.loc[_first(f, "SQS"), "week_commencing"] += DAY


def _bank_holiday(f: pd.DataFrame) -> None:
    f.loc[_first(f, "SQS"), "week_commencing"] = pd.Timestamp("2014-08-25")


def _second_week(f: pd.DataFrame) -> None:
    f.loc[_first(f, "FJI"), "second_week"] += 7 * DAY


def _late_notice(f: pd.DataFrame) -> None:
    f.loc[_first(f, "FJI"), "notice_date"] += 3 * DAY


def _same_team(f: pd.DataFrame) -> None:
    row = _first(f, "FJI")
    other = f.index[f["programme"] == "SQS"][8]
    f.loc[other, ["week_commencing", "team"]] = [f.loc[row, "week_commencing"], f.loc[row, "team"]]


def _unable_team(f: pd.DataFrame) -> None:
    f.loc[_first(f, "FJI"), "team"] = "Team C"


def _hours(f: pd.DataFrame) -> None:
    f.loc[_first(f, "FJI"), "hours"] += 1000


def _cases(f: pd.DataFrame) -> None:
    f.loc[_first(f, "SQS"), "cases_to_sample"] += 1


def _stranger(f: pd.DataFrame) -> None:
    f.loc[_first(f, "SQS"), "yot_id"] = "atlantis"


def _claims_random(f: pd.DataFrame) -> None:
    f.loc[_first(f, "FJI"), "arm"] = "random"


def _probability(f: pd.DataFrame) -> None:
    f.loc[f.index[f["arm"] == "random"][0], "inclusion_probability"] = 0.5


@pytest.mark.parametrize(
    ("spoil", "rule"),
    [
        (_on_a_tuesday, "week"),
        (_bank_holiday, "bank_holiday"),
        (_second_week, "second_week"),
        (_late_notice, "notice"),
        (_same_team, "teams"),
        (_unable_team, "teams"),
        (_hours, "hours"),
        (_hours, "hours_of_visit"),
        (_cases, "cases"),
        (_stranger, "register"),
        (_claims_random, "random"),
        (_probability, "random"),
    ],
)
def test_names_a_planted_breach(
    proposal: Proposal, spoil: Callable[[pd.DataFrame], None], rule: str
) -> None:
    edited = proposal.programme.copy()
    spoil(edited)
    assert rule in _broken(proposal, edited)


def test_names_what_is_missing(proposal: Proposal) -> None:
    f = proposal.programme
    assert {"count FJI", "count SQS"} <= _broken(proposal, f.iloc[4:20])
    assert "coverage" in _broken(proposal, f[f["arm"] != "coverage"])
    assert "random" in _broken(proposal, f[f["arm"] != "random"])
    assert "strong FJI" in _broken(proposal, f[f["arm"] != "benchmark"])
    assert "one_visit" in _broken(proposal, pd.concat([f, f.iloc[:1]], ignore_index=True))


def test_names_a_recent_visit_a_blackout_and_a_missing_agreement(proposal: Proposal) -> None:
    b, f = proposal.basis, proposal.programme
    yot_id, monday = str(f["yot_id"].iloc[7]), f["week_commencing"].iloc[7]
    history = pd.DataFrame(
        {"yot_id": [yot_id], "programme": ["SQS"], "fieldwork_end": [dt.date(2013, 5, 1)]}
    )
    avoid = pd.DataFrame(
        {
            "yot_id": [yot_id],
            "kind": ["YJB work"],
            "first_day": [monday],
            "last_day": [monday],
        }
    )
    fixed = FixedVisit(str(f["yot_id"].iloc[9]), "FJI", dt.date(2014, 6, 2))
    rules = b.rules.change(fixed=(fixed,))
    found = check_programme(
        f, rules, avoid, pd.concat([b.history, history]), b.ranking, as_of=AS_OF
    )
    assert {"gap", "blackout", "fixed"} <= {v.rule for v in found}
