from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from infobank.domain.findings import FindingError
from infobank.meeting.decision import understand
from infobank.meeting.meeting import Meeting, decide, decide_all
from infobank.meeting.spreadsheet import Edited, export_workbook, not_taken_over, read_workbook
from tests.unit.meeting.small_meeting import TODAY, inside, outside

COLUMNS = {"yot_id": 2, "yot": 3, "programme": 4, "week": 5, "team": 7, "hours": 9}


def edited(meeting: Meeting, path: Path, *changes: tuple[str, str, object]) -> Edited:
    """Export, change cells of the lines of YOTs, read back."""
    export_workbook(meeting, path)
    book = openpyxl.load_workbook(path)
    sheet = book["Programme"]
    for yot, column, value in changes:
        line = next(r[0].row for r in sheet.iter_rows() if r[COLUMNS["yot"] - 1].value == yot)
        if column == "line":
            sheet.delete_rows(line)
        else:
            sheet.cell(line, COLUMNS[column]).value = value
    book.save(path)
    return read_workbook(meeting, path, who="the meeting", why="by hand", decided_on=TODAY)


def test_a_spreadsheet_left_alone_decides_nothing(meeting: Meeting, tmp_path: Path) -> None:
    told = edited(meeting, tmp_path / "p.xlsx")
    assert told.decisions == []
    assert told.changes == []
    assert len(told.findings) == len(meeting.proposal.violations)


def test_two_broken_rules_are_both_named_with_their_cells(meeting: Meeting, tmp_path: Path) -> None:
    drawn, late = inside(meeting.proposal, "random"), inside(meeting.proposal)
    told = edited(
        meeting,
        tmp_path / "p.xlsx",
        (drawn, "line", None),
        (late, "week", pd.Timestamp("2014-07-09").to_pydatetime()),
    )
    before = meeting.proposal.violations
    new = [f for f in told.findings if not any(f.message.endswith(v) for v in before)]
    said = " ".join(f.message for f in new)
    assert drawn in said
    assert "drawn at random" in said
    assert late in said
    assert any(f.code == "week" and f.cell.startswith("E") for f in new)
    assert all(f.message.startswith("p.xlsx, sheet Programme") for f in new)


def test_the_differences_become_decisions(meeting: Meeting, tmp_path: Path) -> None:
    gone, moved, removed = (inside(meeting.proposal, number=n) for n in (0, 1, 2))
    came = outside(meeting.proposal)
    came_id = next(c.yot_id for c in meeting.proposal.basis.candidates.values() if c.name == came)
    told = edited(
        meeting,
        tmp_path / "p.xlsx",
        (moved, "week", pd.Timestamp("2014-09-15").to_pydatetime()),
        (removed, "line", None),
        (gone, "yot_id", came_id),
        (gone, "yot", came),
    )
    assert [d.action for d in told.decisions] == ["remove", "swap", "defer"]
    after = decide_all(meeting, told.decisions).after
    wanted = told.programme.set_index("yot_id")["week_commencing"].sort_index()
    found = after.final.programme.set_index("yot_id")["week_commencing"].sort_index()
    pd.testing.assert_series_equal(found, wanted)
    assert {e.why for e in after.entries} == {"by hand"}


def test_another_kind_of_visit_is_a_removal_and_an_addition(
    meeting: Meeting, tmp_path: Path
) -> None:
    told = edited(meeting, tmp_path / "p.xlsx", (inside(meeting.proposal), "programme", "FJI"))
    assert [(d.action, d.programme) for d in told.decisions] == [("remove", ""), ("add", "FJI")]


def test_what_follows_from_the_rules_is_not_taken_over_silently(
    meeting: Meeting, tmp_path: Path
) -> None:
    told = edited(meeting, tmp_path / "p.xlsx", (inside(meeting.proposal), "hours", 1))
    assert told.decisions == []
    left = not_taken_over(meeting.final.programme, told.programme)
    assert len(left) == 1
    assert f"{inside(meeting.proposal)}: Hours stays" in left[0]


@pytest.mark.parametrize(
    ("value", "code"),
    [("soon", "value_not_allowed"), (pd.Timestamp("2014-07-09").to_pydatetime(), "week")],
)
def test_a_slip_of_the_pen_is_told_apart(
    meeting: Meeting, tmp_path: Path, value: object, code: str
) -> None:
    told = edited(meeting, tmp_path / "p.xlsx", (inside(meeting.proposal), "week", value))
    assert code in {f.code for f in told.slips}


def test_the_programme_as_decided_is_what_is_exported(meeting: Meeting, tmp_path: Path) -> None:
    decision = understand(
        meeting.proposal,
        "remove",
        yot=inside(meeting.proposal),
        who="the meeting",
        why="merged",
        decided_on=TODAY,
    )
    after = decide(meeting, decision).after
    assert edited(after, tmp_path / "p.xlsx").decisions == []


def test_another_file_is_refused(meeting: Meeting, tmp_path: Path) -> None:
    (tmp_path / "p.xlsx").write_text("no spreadsheet")
    with pytest.raises(FindingError, match="cannot be opened"):
        read_workbook(meeting, tmp_path / "p.xlsx", decided_on=TODAY)
