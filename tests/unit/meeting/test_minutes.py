from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.domain.errors import MistakeError
from infobank.meeting.minutes import (
    Entry,
    append_minutes,
    minutes_bytes,
    minutes_file,
    read_minutes,
    standing,
)
from infobank.tables import WarehouseError


def entry(number: int, action: str = "remove", why: str = "known", **more: object) -> Entry:
    told = {
        "decision": number,
        "quarter": "2014-Q1",
        "action": action,
        "yot_id": "leeds",
        "other_yot_id": "",
        "programme": "",
        "week_commencing": "",
        "withdraws": None,
        "who": "the meeting",
        "why": why,
        "decided_on": "2014-04-22",
        "proposal": "0" * 16,
        "risk_change": 0.1,
        "hours_change": -100.0,
        "past_five_years_change": 0,
        "new_violations": "",
        "effect": "Hours -100.",
    }
    return Entry(**(told | more))  # type: ignore[arg-type]


@settings(deadline=None, max_examples=40)  # every line waits for the disk
@given(st.lists(st.text(min_size=1), max_size=5))
def test_what_is_recorded_is_read_back(reasons: list[str]) -> None:
    entries = tuple(entry(n, why=why) for n, why in enumerate(reasons, start=1))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for n, each in enumerate(entries):
            append_minutes(place, "2014-Q1", entries[:n], [each])
        assert read_minutes(place, "2014-Q1") == entries
        if entries:
            assert minutes_file(place, "2014-Q1").read_bytes() == minutes_bytes(entries)


@given(st.lists(st.booleans(), max_size=12))
def test_what_stands_is_what_was_not_withdrawn(takes_back: list[bool]) -> None:
    entries: list[Entry] = []
    stack: list[int] = []
    for number, back in enumerate(takes_back, start=1):
        if back and stack:
            entries.append(entry(number, "withdraw", withdraws=stack.pop()))
        else:
            entries.append(entry(number))
            stack.append(number)
    assert [e.decision for e in standing(entries)] == stack


def test_a_line_cut_short_was_never_recorded(tmp_path: Path) -> None:
    append_minutes(tmp_path, "2014-Q1", (), [entry(1)])
    with minutes_file(tmp_path, "2014-Q1").open("ab") as file:
        file.write(b'{"decision": 2, "quar')
    known = read_minutes(tmp_path, "2014-Q1")
    assert known == (entry(1),)
    append_minutes(tmp_path, "2014-Q1", known, [entry(2)])
    assert read_minutes(tmp_path, "2014-Q1") == (entry(1), entry(2))


def test_two_people_recording_at_once_are_told(tmp_path: Path) -> None:
    append_minutes(tmp_path, "2014-Q1", (), [entry(1)])
    with pytest.raises(MistakeError, match="somebody else is recording"):
        append_minutes(tmp_path, "2014-Q1", (), [entry(1)])
    assert read_minutes(tmp_path, "2014-Q1") == (entry(1),)


@pytest.mark.parametrize("line", ["not a decision", '{"decision": 1}', "[]"])
def test_a_record_changed_by_other_hands_is_not_guessed_at(tmp_path: Path, line: str) -> None:
    path = minutes_file(tmp_path, "2014-Q1")
    path.parent.mkdir(parents=True)
    path.write_text(f"{line}\n")
    with pytest.raises(WarehouseError, match="line 1"):
        read_minutes(tmp_path, "2014-Q1")


def test_a_line_taken_out_is_noticed(tmp_path: Path) -> None:
    path = minutes_file(tmp_path, "2014-Q1")
    path.parent.mkdir(parents=True)
    path.write_bytes(minutes_bytes([entry(2)]))
    with pytest.raises(WarehouseError, match="out of order"):
        read_minutes(tmp_path, "2014-Q1")
