"""A cell of a sheet: what it can hold, how a person reads it, and what it is called."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from infobank.domain.findings import Finding, Severity

Cell = str | float | int | bool | datetime | date | time | timedelta | None
"""What a cell can hold; an empty cell is the empty string."""
LARGEST_SHEET = 8_000_000
"""Cells of the largest sheet opened, which takes most of 1 GiB of memory. An assumption."""


def column_letters(col: int) -> str:
    """The letters of a column counted from 0: 0 is A, 25 is Z, 26 is AA."""
    return str(xl_col_to_name(col))


def address(row: int, col: int) -> str:
    """The A1 address of a cell counted from (0, 0)."""
    return str(xl_rowcol_to_cell(row, col))


def text_of(cell: Cell) -> str:
    """A cell as a person reads it: 15.0 is ``15``, spaces of every kind are one space."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return " ".join(str(cell).replace("\u200b", "").replace("\ufeff", "").split())


def is_filled(cell: Cell) -> bool:
    """Whether a cell holds anything but spaces."""
    return cell is not None and (
        not isinstance(cell, str) or bool(cell.strip("\ufeff\u200b \xa0\t\r\n"))
    )


def unreadable(source_file: str, wrong: str, do: str, severity: Severity = "critical") -> Finding:
    """The finding for a file that cannot be opened."""
    return Finding(
        source="",
        source_file=source_file,
        sheet="",
        cell="",
        code="file_unreadable",
        message=f"{source_file}: {wrong}. {do}",
        found=wrong,
        expected="a file that opens",
        severity=severity,
    )
