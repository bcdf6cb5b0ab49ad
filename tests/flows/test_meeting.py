"""The meeting's flow: it asks until it is closed, and no slip of a person's ends it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from infobank.meeting.minutes import read_minutes
from tests.unit.meeting import small_meeting
from tests.unit.meeting.small_meeting import QUARTER, Small, inside, outside

pytestmark = pytest.mark.xdist_group("flows")


@pytest.fixture(scope="module")
def small() -> Small:
    return small_meeting.made()


@pytest.fixture
def warehouse(small: Small, tmp_path: Path) -> Path:
    return small_meeting.publish(small, tmp_path / "warehouse")


class People:
    """Those who fill in the forms: one answer after the other."""

    def __init__(self, *answers: dict[str, Any]) -> None:
        self.answers: Iterator[dict[str, Any]] = iter(answers)
        self.read: list[str] = []
        self.prefilled: list[dict[str, Any]] = []

    def __call__(self, wait_for_input: Any, **how: Any) -> Any:
        assert how["timeout"] > 7 * 24 * 60 * 60
        self.read.append(wait_for_input._description)
        self.prefilled.append(wait_for_input().model_dump())
        assert all(f.description for f in wait_for_input.model_fields.values())
        return wait_for_input(**next(self.answers))


def hold(people: People, warehouse: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    import flows.meeting

    monkeypatch.setattr(flows.meeting, "pause_flow_run", people)
    return flows.meeting.record_the_meeting(QUARTER, warehouse)


def said(action: str, **words: str) -> dict[str, Any]:
    return {"action": action, "who": "the meeting", "why": "local knowledge"} | words


def table(warehouse: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(warehouse / "current/out" / name)


def test_several_decisions_then_approval(
    prefect_for_tests: None, small: Small, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, came = inside(small.proposal), outside(small.proposal)
    people = People(
        said("close without approval"),
        said("swap", yot=gone, other_yot="Atlantis"),
        said("swap", yot=gone, other_yot=came),
        said("remove", yot=inside(small.proposal, number=2), why=""),
        said("remove", yot=inside(small.proposal, number=2)),
        said("withdraw last"),
        said("approve programme"),
        {"publish": False},
        said("approve programme"),
        {"publish": True},
    )
    told = hold(people, warehouse, monkeypatch)
    assert "approved" in told
    assert next(people.answers, None) is None
    # What was wrong is said above the form, which still holds what was filled in.
    assert "Nothing has been decided" in people.read[1]
    assert "no YOT called 'Atlantis'" in people.read[2]
    assert people.prefilled[2]["yot"] == gone
    assert f"{came} in place of {gone}" in people.read[3]
    assert people.prefilled[3]["who"] == "the meeting"
    assert people.prefilled[3]["yot"] == ""
    assert "why it was decided" in people.read[4]
    assert "Decision 2 is withdrawn" in people.read[6]
    assert "nothing is published yet" in people.read[8]
    decisions = table(warehouse, "decision")
    assert list(decisions["action"]) == ["swap", "remove", "withdraw", "approve"]
    final = table(warehouse, "programme_final")
    assert final["approved"].all()
    assert set(final["yot_name"]) - set(table(warehouse, "programme")["yot_name"]) == {came}


def test_what_was_decided_outlives_a_run_that_died(
    prefect_for_tests: None, small: Small, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = inside(small.proposal)
    with pytest.raises(StopIteration):
        hold(People(said("remove", yot=gone)), warehouse, monkeypatch)
    assert [e.action for e in read_minutes(warehouse, QUARTER)] == ["remove"]
    assert not (warehouse / "current/out/programme_final").exists()
    people = People(said("close without approval"), {"publish": True})
    assert "without approval" in hold(people, warehouse, monkeypatch)
    assert "1 of 1 recorded" in people.read[0]
    assert gone not in set(table(warehouse, "programme_final")["yot_name"])
