from __future__ import annotations

import pandas as pd
import pytest

from infobank.programme import Proposal
from infobank.programme.decisions import DecisionError, apply_decisions, empty_decisions, measure


def _decide(*rows: dict[str, str]) -> pd.DataFrame:
    base = {
        "who": "HM Assistant Chief Inspector",
        "why": "local knowledge",
        "decided_on": "2014-04-22",
    }
    return pd.concat([empty_decisions(), pd.DataFrame([base | row for row in rows])])


def _outside(proposal: Proposal) -> str:
    inside = set(proposal.programme["yot_id"])
    return next(
        c.yot_id
        for c in proposal.basis.candidates.values()
        if c.yot_id not in inside and not c.recent and not c.away
    )


def test_no_decision_leaves_the_proposal(proposal: Proposal) -> None:
    final = apply_decisions(proposal, empty_decisions())
    pd.testing.assert_frame_equal(final.programme.drop(columns="decision"), proposal.programme)
    assert not final.approved
    assert final.violations == []


def test_swap_takes_the_week_and_records_who_and_why(proposal: Proposal) -> None:
    out = proposal.programme[proposal.programme["arm"] == "range"]
    out = out if len(out) else proposal.programme[proposal.programme["arm"] == "coverage"]
    gone, came = str(out["yot_id"].iloc[0]), _outside(proposal)
    before = proposal.programme.copy()
    final = apply_decisions(
        proposal,
        _decide({"action": "swap", "yot_id": gone, "other_yot_id": came}, {"action": "approve"}),
    )
    pd.testing.assert_frame_equal(proposal.programme, before)
    assert gone not in set(final.programme["yot_id"])
    line = final.programme.set_index("yot_id").loc[came]
    assert line["week_commencing"] == out["week_commencing"].iloc[0]
    assert "local knowledge" in line["decision"]
    assert final.approved
    assert list(final.decisions["decision"]) == [1, 2]
    assert final.decisions["week_commencing"].iloc[0] == line["week_commencing"]
    assert final.decisions["effect"].str.len().min() > 0


def test_removing_the_riskiest_shows_the_risk_given_up(proposal: Proposal) -> None:
    first = proposal.programme[proposal.programme["programme"] == "FJI"]
    worst = max(first["yot_id"], key=lambda y: proposal.basis.candidates[y].p_worst)
    final = apply_decisions(proposal, _decide({"action": "remove", "yot_id": worst}))
    row = final.decisions.iloc[0]
    assert row["risk_change"] == pytest.approx(-proposal.basis.candidates[worst].p_worst)
    assert row["hours_change"] == -proposal.basis.candidates[worst].hours["FJI"]
    assert "5 FJIs, not 6" in row["new_violations"]


def test_defer_finds_a_later_free_week(proposal: Proposal) -> None:
    line = proposal.programme[proposal.programme["programme"] == "SQS"].iloc[0]
    final = apply_decisions(proposal, _decide({"action": "defer", "yot_id": line["yot_id"]}))
    moved = final.programme.set_index("yot_id").loc[line["yot_id"]]
    assert moved["week_commencing"] > line["week_commencing"]
    assert moved["arm"] == line["arm"]


def test_add_breaks_the_count_and_says_so(proposal: Proposal) -> None:
    final = apply_decisions(
        proposal, _decide({"action": "add", "yot_id": _outside(proposal), "programme": "SQS"})
    )
    assert any("26 SQSs, not 25" in v.sentence for v in final.violations)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"action": "postpone"}, "use approve"),
        ({"action": "remove", "yot_id": "nowhere"}, "not in the programme"),
        ({"action": "add", "yot_id": "nowhere", "programme": "SQS"}, "not a YOT"),
        ({"action": "approve", "why": ""}, "does not say why"),
    ],
)
def test_refuses_in_a_sentence(proposal: Proposal, row: dict[str, str], words: str) -> None:
    with pytest.raises(DecisionError, match=words):
        apply_decisions(proposal, _decide(row))


def test_a_visit_put_off_past_the_year_covers_nothing_in_it(proposal: Proposal) -> None:
    basis = proposal.basis
    whole = measure(proposal.programme, basis)
    put_off = proposal.programme.copy()
    put_off.loc[0, "week_commencing"] = pd.Timestamp("2019-07-08")
    left = measure(put_off, basis)
    assert left == measure(proposal.programme.drop(index=0), basis)
    assert left.hours < whole.hours
    assert left.risk < whole.risk
