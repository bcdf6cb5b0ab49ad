"""The programme as a spreadsheet, to be edited by hand, and read back.

Everything a person may change stands on the sheet ``Programme``, one line per visit, under headings
in words. What is read back is compared with the proposal line by line and turned into findings, so
a slip of the pen is named with its cell.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from python_calamine import CalamineWorkbook

from infobank.findings import Finding, FindingError, where
from infobank.programme.check import Violation, check_programme
from infobank.programme.propose import COLUMNS, Proposal, typed_programme

SHEET = "Programme"
HEADINGS = {
    "quarter": "Quarter of the ranking",
    "yot_id": "YOT id",
    "yot_name": "YOT",
    "programme": "Programme",
    "week_commencing": "Week commencing",
    "second_week": "Second fieldwork week",
    "team": "Team",
    "notice_date": "Notice date",
    "hours": "Hours",
    "cases_to_sample": "Cases to sample",
    "arm": "Arm",
    "inclusion_probability": "Inclusion probability",
    "reason": "Reason",
}
_DATES = ("week_commencing", "second_week", "notice_date")
_WIDTHS = {"yot_name": 28, "reason": 90, "team": 12, "yot_id": 24}
# A workbook carries when it was made; one fixed day keeps its bytes the same every time.
_MADE = dt.datetime(2000, 1, 1)


@dataclass(frozen=True)
class EditedProgramme:
    """A programme read back from a spreadsheet.

    Attributes:
        programme: as in ``out/programme``.
        violations: every rule it breaks.
        findings: the same for people: each with sheet and cell.
        changes: what differs from the proposal, one sentence each.
    """

    programme: pd.DataFrame
    violations: list[Violation]
    findings: list[Finding]
    changes: list[str]


def write_programme_workbook(
    programme: pd.DataFrame, path: Path, *, title: str, notes: list[str], synthetic: bool = False
) -> None:
    """Write a programme as a spreadsheet; the same programme gives the same bytes.

    Args:
        programme: as in ``out/programme``.
        path: the file to write.
        title: of the first sheet.
        notes: sentences for the sheet ``Notes``: assumptions, conflicts, broken rules.
        synthetic: whether any figure behind it is synthetic; it then says so.
    """
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "d mmm yyyy"})
    book.set_properties({"title": title, "created": _MADE})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "d mmm yyyy", "valign": "top"})
    sheet = book.add_worksheet(SHEET)
    extra = [c for c in programme.columns if c not in HEADINGS]
    columns = [*COLUMNS, *extra]
    for n, column in enumerate(columns):
        heading = HEADINGS.get(column, column.replace("_", " ").capitalize())
        sheet.write_string(0, n, heading, bold)
        sheet.set_column(n, n, _WIDTHS.get(column, 14))
    for line, record in enumerate(programme.to_dict("records"), start=1):
        for n, column in enumerate(columns):
            _write(sheet, line, n, record[column], day if column in _DATES else wrap)
    sheet.freeze_panes(1, 3)
    about = book.add_worksheet("Notes")
    about.set_column(0, 0, 110)
    lines = [title, *notes]
    if synthetic:
        lines.insert(1, "SYNTHETIC: made from synthetic figures; not about any real YOT.")
    for n, text in enumerate(lines):
        about.write_string(n, 0, text, bold if n == 0 else wrap)
    book.close()


def _write(sheet: Any, line: int, column: int, value: Any, form: Any) -> None:
    if pd.isna(value):
        sheet.write_blank(line, column, None, form)
    elif isinstance(value, pd.Timestamp):
        sheet.write_datetime(line, column, value.to_pydatetime(), form)
    elif isinstance(value, str):
        sheet.write_string(line, column, value, form)
    else:
        sheet.write_number(line, column, float(value), form)


def read_programme_workbook(path: Path, proposal: Proposal) -> EditedProgramme:
    """Read a spreadsheet edited by hand, and name every broken rule and every change.

    Raises:
        FindingError: if it is not a workbook, or its sheet or a heading is missing.
    """
    lines = _lines(path)
    places = _headings(lines[0], path)
    records, findings, cells = [], [], []
    for number, line in enumerate(lines[1:], start=2):
        if all(str(value).strip() == "" for value in line):
            continue
        record, found = _record(line, number, places, path, proposal)
        records.append(record)
        findings += found
        cells.append(number)
    programme = typed_programme(pd.DataFrame.from_records(records, columns=list(COLUMNS)))
    basis = proposal.basis
    violations = check_programme(
        programme,
        basis.rules,
        basis.constraints,
        basis.history,
        basis.ranking,
        quarter=basis.year.quarter,
        as_of=basis.as_of,
        draw=proposal.draw,
    )
    row_of = {str(r["yot_id"]): n for r, n in zip(records, cells, strict=True)}
    findings += [_finding_of(v, row_of, places, path) for v in violations]
    return EditedProgramme(programme, violations, findings, changes(proposal.programme, programme))


def _lines(path: Path) -> list[list[Any]]:
    try:
        book = CalamineWorkbook.from_path(str(path))
    except Exception as error:  # calamine has no common base class for unreadable files
        raise _refusal(path, "", "file_unreadable", "cannot be opened as a spreadsheet") from error
    if SHEET not in book.sheet_names:
        raise _refusal(path, "", "sheet_missing", f"has no sheet called {SHEET}")
    lines = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    if not lines:
        raise _refusal(path, SHEET, "file_not_recognised", "is empty")
    return [list(line) for line in lines]


def _refusal(path: Path, sheet: str, code: str, what: str) -> FindingError:
    message = (
        f"{where(path.name, sheet)}: the programme {what}. Export the programme again and copy "
        "your changes into it."
    )
    return FindingError(
        Finding("programme", path.name, sheet, "", code, message, "", SHEET, "critical")
    )


def _headings(first: list[Any], path: Path) -> dict[str, int]:
    found = {str(value).strip().casefold(): n for n, value in enumerate(first)}
    places = {}
    for column, heading in HEADINGS.items():
        if heading.casefold() not in found:
            raise _refusal(path, SHEET, "column_missing", f"has no column headed {heading!r}")
        places[column] = found[heading.casefold()]
    return places


def _record(
    line: list[Any], number: int, places: dict[str, int], path: Path, proposal: Proposal
) -> tuple[dict[str, Any], list[Finding]]:
    record: dict[str, Any] = {}
    findings = []
    for column, place in places.items():
        value = line[place] if place < len(line) else ""
        try:
            record[column] = _value(column, value)
        except ValueError:
            record[column] = None
            kind = "a date" if column in _DATES else "a number"
            findings.append(
                _finding(
                    path,
                    f"{_letter(place)}{number}",
                    "value_not_a_number" if kind == "a number" else "value_not_allowed",
                    f"{HEADINGS[column]} is {str(value)!r}, which is not {kind}. Write {kind}.",
                    str(value),
                    kind,
                )
            )
    names = {c.name.casefold(): c.yot_id for c in proposal.basis.candidates.values()}
    if not record["yot_id"]:
        # A visit added by hand may carry the name alone.
        record["yot_id"] = names.get(str(record["yot_name"]).casefold(), str(record["yot_name"]))
    record["quarter"] = record["quarter"] or proposal.basis.year.quarter
    return record, findings


def _value(column: str, value: Any) -> Any:
    if isinstance(value, str):
        value = value.strip()
    if value == "" or value is None:
        return (
            None if column in (*_DATES, "hours", "cases_to_sample", "inclusion_probability") else ""
        )
    if column in _DATES:
        return pd.Timestamp(value).normalize()
    if column in ("hours", "inclusion_probability"):
        return float(value)
    if column == "cases_to_sample":
        return int(float(value))
    return str(value)


def _finding_of(
    v: Violation, row_of: dict[str, int], places: dict[str, int], path: Path
) -> Finding:
    column = _COLUMN_OF_RULE.get(v.rule, "yot_name")
    cell = f"{_letter(places[column])}{row_of[v.yot_id]}" if v.yot_id in row_of else ""
    return _finding(path, cell, v.rule, v.sentence, "", "")


_COLUMN_OF_RULE = {
    "week": "week_commencing",
    "bank_holiday": "week_commencing",
    "blackout": "week_commencing",
    "second_week": "second_week",
    "notice": "notice_date",
    "teams": "team",
    "hours_of_visit": "hours",
    "cases": "cases_to_sample",
    "arm": "arm",
    "programme": "programme",
    "random": "arm",
    "register": "yot_id",
}


def _finding(path: Path, cell: str, code: str, sentence: str, found: str, expected: str) -> Finding:
    message = f"{where(path.name, SHEET, cell)}: {sentence}"
    return Finding("programme", path.name, SHEET, cell, code, message, found, expected, "warning")


def _letter(place: int) -> str:
    return chr(ord("A") + place)


def changes(proposed: pd.DataFrame, edited: pd.DataFrame) -> list[str]:
    """What differs between two programmes, one sentence per visit."""
    old = {str(r["yot_id"]): r for r in proposed.to_dict("records")}
    new = {str(r["yot_id"]): r for r in edited.to_dict("records")}
    sentences = [f"{old[y]['yot_name']} is taken out." for y in sorted(set(old) - set(new))]
    sentences += [
        f"{new[y]['yot_name'] or y} comes in ({new[y]['programme']})."
        for y in sorted(set(new) - set(old))
    ]
    for yot_id in sorted(set(old) & set(new)):
        for column in COLUMNS:
            a, b = (_plain(side[yot_id][column]) for side in (old, new))
            if a != b:
                sentences.append(f"{old[yot_id]['yot_name']}: {HEADINGS[column]} {a} becomes {b}.")
    return sentences


def _plain(value: Any) -> str:
    if pd.isna(value):
        return "(none)"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return f"{value:.10g}" if isinstance(value, float) else str(value)
