from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from infobank.contracts.arrow import BrokenPromiseError
from infobank.domain.errors import MistakeError
from infobank.domain.quarters import Quarter
from infobank.domain.run_request import RunRequest
from infobank.meeting import closing
from infobank.meeting.closing import changed_since_meeting, close, standing_rows
from infobank.meeting.decision import understand
from infobank.meeting.meeting import Meeting, decide, open_meeting, record
from infobank.steps.publish import PublishedRun, publish
from infobank.steps.workspace import Workspace
from infobank.tables import LocalStorage, WarehouseError, status
from tests.unit.meeting.small_meeting import AS_OF, QUARTER, TODAY, Small, inside, outside


def decided(
    meeting: Meeting, warehouse: Path, action: str, yot: str = "", other: str = ""
) -> Meeting:
    decision = understand(
        meeting.proposal,
        action,
        yot=yot,
        other_yot=other,
        who="the meeting",
        why="local knowledge",
        decided_on=TODAY,
    )
    return record(decide(meeting, decision), warehouse)


def swapped(meeting: Meeting, warehouse: Path) -> Meeting:
    return decided(meeting, warehouse, "swap", inside(meeting.proposal), outside(meeting.proposal))


def table(warehouse: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(warehouse / "current/out" / name / f"{QUARTER}.parquet")


def digests(link: Path) -> dict[str, str]:
    folder = link.resolve()
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*.parquet"))
    }


def test_the_tables_show_proposal_decision_and_final(meeting: Meeting, warehouse: Path) -> None:
    before = digests(warehouse / "current")
    after = decided(swapped(meeting, warehouse), warehouse, "approve")
    closed = close(after, warehouse)
    assert closed.approved
    now = digests(warehouse / "current")
    assert {k: now[k] for k in before} == before
    assert set(now) - set(before) == {
        f"out/decision/{QUARTER}.parquet",
        f"out/programme_final/{QUARTER}.parquet",
    }
    decisions, final = table(warehouse, "decision"), table(warehouse, "programme_final")
    assert list(decisions["action"]) == ["swap", "approve"]
    assert decisions["yot_name"].iloc[0] == inside(meeting.proposal)
    assert decisions["other_yot_name"].iloc[0] == outside(meeting.proposal)
    assert decisions["week_commencing"].iloc[0] is not None
    assert set(decisions["decided_on"]) == {TODAY}
    assert outside(meeting.proposal) in set(final["yot_name"])
    assert inside(meeting.proposal) not in set(final["yot_name"])
    assert final["approved"].all()
    assert final["synthetic"].all()
    assert final["decision"].str.contains("local knowledge").all()
    assert status(warehouse).quarter == QUARTER
    assert status(warehouse).runs[0].outcome == "promoted"


def test_closing_again_with_nothing_new_changes_nothing(meeting: Meeting, warehouse: Path) -> None:
    after = swapped(meeting, warehouse)
    first = close(after, warehouse)
    link = (warehouse / "current").readlink()
    assert close(after, warehouse).snapshot == first.snapshot
    assert (warehouse / "current").readlink() == link


def test_a_reopened_meeting_adds_rows_and_keeps_the_earlier(
    meeting: Meeting, warehouse: Path
) -> None:
    close(decided(swapped(meeting, warehouse), warehouse, "approve"), warehouse)
    earlier = table(warehouse, "decision")
    again = open_meeting(warehouse)
    assert again.approved
    close(decided(decided(again, warehouse, "withdraw"), warehouse, "withdraw"), warehouse)
    later = table(warehouse, "decision")
    pd.testing.assert_frame_equal(later.iloc[:2], earlier, check_dtype=False)
    assert list(later["withdraws"].dropna()) == [2, 1]
    assert standing_rows(later).empty
    assert list(standing_rows(earlier)["decision"]) == [1, 2]
    final = table(warehouse, "programme_final")
    assert set(final["yot_id"]) == set(table(warehouse, "programme")["yot_id"])
    assert not final["approved"].any()


def test_nothing_is_published_of_a_meeting_that_decided_nothing(
    meeting: Meeting, warehouse: Path
) -> None:
    with pytest.raises(MistakeError, match="Nothing has been decided"):
        close(meeting, warehouse)


def test_a_decision_recorded_by_somebody_else_is_not_passed_over(
    meeting: Meeting, warehouse: Path
) -> None:
    mine = swapped(meeting, warehouse)
    decided(mine, warehouse, "approve")
    with pytest.raises(MistakeError, match="Somebody else has recorded"):
        close(mine, warehouse)
    assert not (warehouse / "current/out/decision").exists()


def test_a_proposal_changed_meanwhile_is_not_closed_on(meeting: Meeting, warehouse: Path) -> None:
    mine = swapped(meeting, warehouse)
    other = replace(mine, proposed=replace(mine.proposed, digest="0" * 16))
    with pytest.raises(MistakeError, match="changed the proposal"):
        close(other, warehouse)


def test_no_table_is_lost_by_closing(
    meeting: Meeting, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = closing.load_tables()
    fewer = {k: v for k, v in known.items() if k != "out.risk_contribution"}
    monkeypatch.setattr(closing, "load_tables", lambda: fewer)
    with pytest.raises(WarehouseError, match=r"out\.risk_contribution was published in a form"):
        close(swapped(meeting, warehouse), warehouse)


def rerun(small: Small, warehouse: Path, work: Path, programme: pd.DataFrame) -> PublishedRun:
    """The publishing step of another run of the same quarter."""
    order = RunRequest(
        Quarter.parse(QUARTER), AS_OF, work / "raw", warehouse, work, {"a.xlsx": "1" * 64}, {}
    )
    tables = Workspace.begin(work).inside("tables")
    for name, frame in (small.tables | {"out.programme": programme}).items():
        tables.keep(name, frame)
    tables.note("ranking", {"remarks": []})
    tables.keep(
        "core.delivery",
        pd.DataFrame(
            {
                "source": ["calendar_constraints"],
                "source_file": ["a.xlsx"],
                "sheet": [""],
                "object": ["constraint"],
                "layout": ["any"],
                "received": [pd.Timestamp(date(2014, 4, 1))],
                "rows_read": pd.Series([1], dtype="Int64"),
                "rows_accepted": pd.Series([1], dtype="Int64"),
                "rows_quarantined": pd.Series([0], dtype="Int64"),
                "sha256": ["1" * 64],
                "status": ["accepted"],
                "synthetic": [True],
            }
        ),
    )
    Workspace.begin(work).keep_findings([])
    return publish(order)


def test_a_working_column_left_in_a_table_stops_the_run_and_publishes_nothing(
    small: Small, warehouse: Path, tmp_path: Path
) -> None:
    before = LocalStorage(warehouse).current()
    programme = small.proposal.programme.assign(draft=1)
    with pytest.raises(BrokenPromiseError, match=r"out\.programme: .*unexpected: draft"):
        rerun(small, warehouse, tmp_path / "work", programme)
    assert LocalStorage(warehouse).current() == before


def test_a_rerun_keeps_what_was_decided_and_says_when_the_proposal_changed(
    small: Small, meeting: Meeting, warehouse: Path, tmp_path: Path
) -> None:
    close(swapped(meeting, warehouse), warehouse)
    before = digests(warehouse / "current")
    kept = [k for k in before if "decision" in k or "programme_final" in k]
    assert len(kept) == 2
    lines = small.proposal.programme
    assert rerun(small, warehouse, tmp_path / "same", lines).remarks == []
    again = rerun(small, warehouse, tmp_path / "other", lines.iloc[1:])
    assert again.promoted
    assert "decided on another proposal" in again.remarks[0]
    now = digests(warehouse / "current")
    assert {k: now[k] for k in kept} == {k: before[k] for k in kept}
    assert not changed_since_meeting(LocalStorage(warehouse), "2013-Q4", lines)
