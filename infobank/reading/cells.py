"""A cell of a sheet: what it can hold, and how a person reads it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

Cell = str | float | int | bool | datetime | date | time | timedelta | None
"""What a cell can hold; an empty cell is the empty string."""
LARGEST_SHEET = 8_000_000
"""Cells of the largest sheet opened, which takes most of 1 GiB of memory. An assumption."""


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
