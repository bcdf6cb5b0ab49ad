from __future__ import annotations

from datetime import date

import pytest

from infobank.domain.errors import MistakeError
from infobank.meeting.decision import ACTIONS, Decision, monday, understand
from infobank.meeting.meeting import Meeting
from tests.unit.meeting.small_meeting import TODAY, inside, outside


def said(meeting: Meeting, action: str, **words: str) -> Decision:
    words = {"who": "the meeting", "why": "local knowledge"} | words
    return understand(meeting.proposal, action, decided_on=TODAY, **words)


@pytest.mark.parametrize("spelling", ["Hull", "KINGSTON-UPON-HULL", " kingston upon hull "])
def test_a_name_is_taken_as_people_write_it(meeting: Meeting, spelling: str) -> None:
    assert said(meeting, "remove", yot=spelling).yot_id == "kingston-upon-hull"


def test_a_swap_names_both(meeting: Meeting) -> None:
    gone, came = inside(meeting.proposal), outside(meeting.proposal)
    decision = said(meeting, "Swap", yot=gone, other_yot=came, week="7 July 2014")
    assert decision.action == "swap"
    assert meeting.name(decision.yot_id) == gone
    assert meeting.name(decision.other_yot_id) == came
    assert decision.week == date(2014, 7, 7)


@pytest.mark.parametrize(
    ("action", "words", "sentence"),
    [
        ("postpone", {}, "use approve, swap, defer, add, remove or withdraw"),
        ("remove", {"yot": "Leeds", "who": " "}, "Say who decided this"),
        ("remove", {"yot": "Leeds", "why": ""}, "why it was decided"),
        ("remove", {}, "Say which YOT to remove"),
        ("swap", {"yot": "Leeds"}, "which YOT comes in"),
        ("add", {"yot": "Leeds"}, "FJI or SQS"),
        ("remove", {"yot": "Leads"}, "Did you mean"),
        ("remove", {"yot": "Atlantis"}, "no YOT called 'Atlantis'"),
        ("remove", {"yot": "Wessex"}, "was not in force"),
        ("defer", {"yot": "Leeds", "week": "2014-07-09"}, "such as 2014-07-07"),
        ("defer", {"yot": "Leeds", "week": "next week"}, "is not a day"),
    ],
)
def test_what_is_not_understood_is_answered_in_a_sentence(
    meeting: Meeting, action: str, words: dict[str, str], sentence: str
) -> None:
    with pytest.raises(MistakeError, match=sentence):
        said(meeting, action, **words)


def test_a_week_may_be_left_to_the_rules() -> None:
    assert monday("  ") is None


def test_an_approval_of_the_whole_names_no_yot(meeting: Meeting) -> None:
    assert said(meeting, "approve").yot_id == ""
    assert "approve" in ACTIONS
