"""Spreadsheet, calendar, letters."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from icalendar import Calendar

from infobank.domain.findings import FindingError
from infobank.programme import Proposal
from infobank.programme.announcements import announcement_letters, programme_calendar
from infobank.programme.edited_programme import read_programme_workbook
from infobank.programme.programme_workbook import write_programme_workbook


@pytest.fixture
def workbook(proposal: Proposal, tmp_path: Path) -> Path:
    path = tmp_path / "programme.xlsx"
    write_programme_workbook(
        proposal.programme, path, title="Programme", notes=proposal.notes, synthetic=True
    )
    return path


def test_the_same_programme_gives_the_same_bytes(
    proposal: Proposal, workbook: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again.xlsx"
    write_programme_workbook(
        proposal.programme, again, title="Programme", notes=proposal.notes, synthetic=True
    )
    assert again.read_bytes() == workbook.read_bytes()


def test_an_unedited_spreadsheet_reads_back_as_it_was(proposal: Proposal, workbook: Path) -> None:
    edited = read_programme_workbook(workbook, proposal)
    pd.testing.assert_frame_equal(edited.programme, proposal.programme)
    assert (edited.violations, edited.findings, edited.changes) == ([], [], [])


def _edit(path: Path, column: str, line: int, value: object) -> str:
    book = openpyxl.load_workbook(path)
    sheet = book["Programme"]
    place = next(c.column for c in sheet[1] if c.value == column)
    cell = sheet.cell(line, place, value)
    book.save(path)
    return str(cell.coordinate)


def test_two_broken_rules_are_both_named_with_their_cells(
    proposal: Proposal, workbook: Path
) -> None:
    week = _edit(workbook, "Week commencing", 12, dt.datetime(2014, 8, 25))
    team = _edit(workbook, "Team", 3, "Team C")
    edited = read_programme_workbook(workbook, proposal)
    messages = {
        c: " ".join(f.message for f in edited.findings if f.cell == c) for c in (week, team)
    }
    assert "bank holiday" in messages[week]
    assert "Team C cannot lead" in messages[team]
    names = proposal.programme["yot_name"]
    assert any(names[10] in c and "2014-08-25" in c for c in edited.changes)
    assert any(names[1] in c and "Team C" in c for c in edited.changes)


def test_what_is_not_a_date_or_a_number_is_named(proposal: Proposal, workbook: Path) -> None:
    cell = _edit(workbook, "Hours", 5, "lots")
    other = _edit(workbook, "Notice date", 6, "soon")
    found = {f.cell: f.code for f in read_programme_workbook(workbook, proposal).findings}
    assert found[cell] == "value_not_a_number" or cell in found
    assert other in found


def test_a_wrong_file_is_refused_in_a_sentence(proposal: Proposal, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.xlsx"
    wrong.write_text("not a workbook")
    with pytest.raises(FindingError, match="cannot be opened as a spreadsheet"):
        read_programme_workbook(wrong, proposal)
    other = tmp_path / "other.xlsx"
    book = openpyxl.Workbook()
    book.active["A1"] = "something else"
    book.save(other)
    with pytest.raises(FindingError, match="no sheet called Programme"):
        read_programme_workbook(other, proposal)


def test_the_calendar_has_every_week_and_notice(proposal: Proposal) -> None:
    rules = proposal.basis.rules
    text = programme_calendar(proposal.programme, rules, synthetic=True)
    assert text == programme_calendar(proposal.programme, rules, synthetic=True)
    events = Calendar.from_ical(text).walk("VEVENT")
    assert len(events) == 6 * 3 + 25 * 2
    assert len({str(e["uid"]) for e in events}) == len(events)
    assert all(str(e["summary"]).startswith("SYNTHETIC") for e in events)


def test_the_letters_leave_out_why(proposal: Proposal) -> None:
    letters = announcement_letters(proposal.programme, proposal.basis.rules)
    assert len(letters) == 31
    assert letters["notice_date"].is_monotonic_increasing
    assert not {"arm", "reason"} & set(letters.columns)
    assert letters["opening"].str.contains("Monday").all()
