"""What people do to the spreadsheet of a programme, read back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from infobank.programme import Proposal
from infobank.programme.edited_programme import SLIPS, EditedProgramme, read_programme_workbook
from infobank.programme.programme_workbook import HEADINGS, SHEET, write_programme_workbook

Edit = Callable[[Any, dict[str, int]], None]


@pytest.fixture
def edited(proposal: Proposal, tmp_path: Path) -> Callable[..., EditedProgramme]:
    def read(edit: Edit | None = None, save: Callable[[Path], Path] | None = None) -> Any:
        path = tmp_path / "p.xlsx"
        write_programme_workbook(proposal.programme, path, title="Programme", notes=[])
        book = openpyxl.load_workbook(path)
        sheet = book[SHEET]
        columns = {str(cell.value): cell.column for cell in sheet[1]}
        if edit is not None:
            edit(sheet, columns)
        book.save(path)
        return read_programme_workbook(save(path) if save else path, proposal)

    return read


def _sqs(proposal: Proposal) -> int:
    """The line of the sheet with the first screening."""
    return int((proposal.programme["programme"] == "SQS").to_numpy().argmax()) + 2


def test_two_broken_rules_are_named_and_no_more(
    proposal: Proposal, edited: Callable[..., EditedProgramme]
) -> None:
    line = _sqs(proposal)

    def edit(sheet: Any, columns: dict[str, int]) -> None:
        sheet.cell(line, columns["Week commencing"]).value = dt.datetime(2014, 12, 22)
        sheet.cell(line + 1, columns["Hours"]).value = 40

    findings = {f.code: f for f in edited(edit).findings}
    assert set(findings) - {"blackout", "quarters"} == {"bank_holiday", "hours_of_visit"}
    assert findings["bank_holiday"].cell == f"E{line}"
    assert "which holds a bank holiday" in findings["bank_holiday"].message
    assert "is down for 40 hours" in findings["hours_of_visit"].message


def _csv(path: Path) -> Path:
    frame = pd.read_excel(path, engine="calamine")
    frame.to_csv(path.with_suffix(".csv"), index=False, date_format="%d/%m/%Y")
    return path.with_suffix(".csv")


def _ods(path: Path) -> Path:
    frame = pd.read_excel(path, engine="calamine")
    frame.to_excel(path.with_suffix(".ods"), index=False, sheet_name=SHEET, engine="odf")
    return path.with_suffix(".ods")


@pytest.mark.parametrize("save", [_csv, _ods, None])
def test_another_format_changes_nothing(
    edited: Callable[..., EditedProgramme], save: Callable[[Path], Path] | None
) -> None:
    back = edited(None, save)
    assert (back.findings, back.changes) == ([], [])


def test_blank_lines_a_title_and_another_column_change_nothing(
    edited: Callable[..., EditedProgramme],
) -> None:
    def edit(sheet: Any, columns: dict[str, int]) -> None:
        sheet.insert_cols(4)
        sheet.cell(1, 4).value = "Our remarks"
        sheet.cell(7, 4).value = "ask again"
        sheet.insert_rows(15)
        sheet.insert_rows(1)
        sheet.cell(1, 1).value = "As discussed"

    back = edited(edit)
    assert (back.findings, back.changes) == ([], [])


def test_days_as_text_are_read_the_day_first(
    proposal: Proposal, edited: Callable[..., EditedProgramme]
) -> None:
    line = _sqs(proposal)

    def edit(sheet: Any, columns: dict[str, int]) -> None:
        for n, text in enumerate(("03/11/2014", "10 November 2014", "next spring")):
            sheet.cell(line + n, columns["Week commencing"]).value = text

    back = edited(edit)
    names = proposal.programme["yot_name"].to_list()
    weeks = back.programme.set_index("yot_name")["week_commencing"]
    assert weeks[names[line - 2]] == pd.Timestamp("2014-11-03")
    assert weeks[names[line - 1]] == pd.Timestamp("2014-11-10")
    slip = next(f for f in back.findings if f.code == "value_not_allowed")
    assert f"cell E{line + 2}: Week commencing is 'next spring'" in slip.message


def test_slips_about_a_yot_are_named(
    proposal: Proposal, edited: Callable[..., EditedProgramme]
) -> None:
    line = _sqs(proposal)
    name = str(proposal.programme["yot_name"].iloc[line - 2])

    def edit(sheet: Any, columns: dict[str, int]) -> None:
        sheet.cell(line, columns["YOT"]).value = "Barsetshire"
        sheet.cell(line, columns["YOT id"]).value = None
        sheet.cell(line + 1, columns["YOT"]).value = name
        for column in range(1, len(HEADINGS) + 1):
            sheet.cell(sheet.max_row + (column == 1), column).value = sheet.cell(2, column).value

    findings = [f for f in edited(edit).findings if f.code in SLIPS]
    told = " ".join(f.message for f in findings)
    assert "YOT is 'Barsetshire', which is not a YOT of the register in force" in told
    assert f"YOT is {name!r}, but YOT id is that of" in told
    assert "is in the programme 2 times" in told
    assert not [f for f in findings if "hours" in f.message]


def test_a_line_with_yot_programme_and_week_is_enough(
    proposal: Proposal, edited: Callable[..., EditedProgramme]
) -> None:
    inside = set(proposal.programme["yot_id"])
    free = next(
        c for c in proposal.basis.candidates.values()
        if c.yot_id not in inside and not c.recent and not c.away
    )  # fmt: skip

    def edit(sheet: Any, columns: dict[str, int]) -> None:
        line = sheet.max_row + 1
        sheet.cell(line, columns["YOT"]).value = free.name.upper()
        sheet.cell(line, columns["Programme"]).value = "sqs"
        sheet.cell(line, columns["Week commencing"]).value = "8 September 2014"

    back = edited(edit)
    added = back.programme.set_index("yot_id").loc[free.yot_id]
    assert added["hours"] == free.hours["SQS"]
    assert added["notice_date"] == pd.Timestamp("2014-08-29")
    assert added["team"].startswith("Team")
    assert {f.code for f in back.findings} <= {"count SQS", "at_once SQS", "quarters"}


def test_rules_broken_before_are_told_apart(proposal: Proposal, tmp_path: Path) -> None:
    now = proposal.programme.iloc[:-1].reset_index(drop=True)
    path = tmp_path / "p.xlsx"
    write_programme_workbook(now, path, title="Programme", notes=[])
    back = read_programme_workbook(path, proposal, now)
    assert back.findings == []
    assert any("24 SQSs, not 25" in sentence for sentence in back.already)


def test_a_line_of_no_known_programme_hides_no_team_of_another(
    proposal: Proposal, edited: Callable[..., EditedProgramme]
) -> None:
    line = _sqs(proposal)

    def edit(sheet: Any, columns: dict[str, int]) -> None:
        sheet.cell(line, columns["Programme"]).value = "CCI"
        sheet.cell(line + 1, columns["Team"]).value = None

    back = edited(edit)
    assert "programme" in {f.code for f in back.findings}
    assert back.programme["team"].isin(["Team A", "Team B", "Team C"]).all()
