from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from infobank.domain.errors import MistakeError
from infobank.meeting.decision import Decision, understand
from infobank.meeting.meeting import Meeting, convene, decide, open_meeting, record, refresh
from infobank.meeting.minutes import minutes_file, read_minutes
from infobank.meeting.proposed import proposal_digest
from infobank.meeting.words import decisions_in_words, measures, standing_in_words
from tests.unit.meeting.small_meeting import TODAY, Small, inside, outside, proposed


def said(meeting: Meeting, action: str, yot: str = "", other: str = "", **more: str) -> Decision:
    return understand(
        meeting.proposal,
        action,
        yot=yot,
        other_yot=other,
        who="the meeting",
        why="local knowledge",
        decided_on=TODAY,
        **more,
    )


def swap(meeting: Meeting) -> Decision:
    return said(meeting, "swap", inside(meeting.proposal), outside(meeting.proposal))


def test_the_effect_is_known_before_anything_is_recorded(meeting: Meeting, tmp_path: Path) -> None:
    weighed = decide(meeting, swap(meeting))
    assert "isk covered" in weighed.effect
    assert "ours" in weighed.effect
    assert weighed.before.final.programme.equals(
        meeting.proposal.programme.assign(decision="as proposed")
    )
    assert not minutes_file(tmp_path, meeting.quarter).exists()
    after = record(weighed, tmp_path)
    assert read_minutes(tmp_path, meeting.quarter) == after.entries
    assert after.entries[0].effect == weighed.entries[0].effect


def test_a_meeting_opened_again_stands_where_it_stood(
    small: Small, meeting: Meeting, tmp_path: Path
) -> None:
    now = record(decide(meeting, swap(meeting)), tmp_path)
    now = record(decide(now, said(now, "defer", inside(now.proposal, number=2))), tmp_path)
    again = convene(proposed(small), read_minutes(tmp_path, meeting.quarter))
    pd.testing.assert_frame_equal(again.final.programme, now.final.programme)
    assert again.entries == now.entries


def test_withdrawing_undoes_the_last_decision_and_keeps_both_lines(meeting: Meeting) -> None:
    one = decide(meeting, swap(meeting)).after
    two = decide(one, said(one, "remove", inside(one.proposal, number=3))).after
    back = decide(two, said(two, "withdraw")).after
    pd.testing.assert_frame_equal(back.final.programme, one.final.programme)
    assert [e.action for e in back.entries] == ["swap", "remove", "withdraw"]
    assert back.entries[2].withdraws == 2
    assert back.entries[2].hours_change == -back.entries[1].hours_change
    assert [e.decision for e in back.standing] == [1]
    more = decide(back, said(back, "withdraw")).after
    assert more.entries[3].withdraws == 1
    assert more.final.programme.drop(columns="decision").equals(meeting.proposal.programme)
    with pytest.raises(MistakeError, match="no decision to withdraw"):
        decide(more, said(more, "withdraw"))


def test_a_change_after_the_approval_takes_the_approval_back(meeting: Meeting) -> None:
    approved = decide(meeting, said(meeting, "approve")).after
    assert approved.approved
    assert not decide(approved, swap(approved)).after.approved


@pytest.mark.parametrize(("action", "which"), [("remove", "outside"), ("add", "inside")])
def test_what_cannot_be_carried_out_is_said(meeting: Meeting, action: str, which: str) -> None:
    yot = (inside if which == "inside" else outside)(meeting.proposal)
    with pytest.raises(MistakeError, match=r"in the programme"):
        decide(meeting, said(meeting, action, yot, programme="SQS"))


def test_broken_rules_are_named_with_the_decision(meeting: Meeting) -> None:
    weighed = decide(meeting, said(meeting, "remove", inside(meeting.proposal, "random")))
    assert "was drawn at random" in weighed.entries[0].new_violations
    assert "was drawn at random" in weighed.effect


def test_the_proposal_is_made_again_from_the_published_tables(
    small: Small, warehouse: Path, meeting: Meeting
) -> None:
    opened = open_meeting(warehouse)
    assert opened.proposed.digest == meeting.proposed.digest
    pd.testing.assert_frame_equal(opened.proposal.programme, small.proposal.programme)
    assert refresh(opened, warehouse) is opened
    record(decide(meeting, swap(meeting)), warehouse)
    assert len(refresh(opened, warehouse).entries) == 1


def test_there_is_no_meeting_without_a_proposal(warehouse: Path, tmp_path: Path) -> None:
    with pytest.raises(MistakeError, match="no proposal for 2013-Q4; there is one for 2014-Q1"):
        open_meeting(warehouse, "2013-Q4")
    with pytest.raises(MistakeError, match="has no tables yet"):
        open_meeting(tmp_path / "nothing")


def test_decisions_on_a_proposal_that_a_run_changed_are_kept_and_told(
    small: Small, meeting: Meeting
) -> None:
    gone = inside(meeting.proposal)
    decided = decide(meeting, said(meeting, "remove", gone)).after
    other = decide(decided, said(decided, "defer", inside(meeting.proposal, number=2))).after
    lines = small.proposal.programme
    changed = replace(small.proposal, programme=lines[lines["yot_name"] != gone])
    now = replace(meeting.proposed, proposal=changed, digest=proposal_digest(changed.programme))
    again = convene(now, other.entries)
    assert again.entries == other.entries
    assert [e.decision for e in again.standing] == [2]
    assert "not in the programme" in again.lapsed[1]
    assert any("A run has changed the proposal" in told for told in standing_in_words(again))
    assert "any longer" in decisions_in_words(again)[0]["in force"]


def test_the_measures_compare_proposal_and_programme(meeting: Meeting) -> None:
    after = decide(meeting, said(meeting, "remove", inside(meeting.proposal))).after
    rows = {row[""]: row for row in measures(after)}
    assert rows["visits"]["change"] == "-1"
    assert all(row["change"] == "none" for row in measures(meeting))
