"""Open a delivered file as grids of cells whose addresses are those a person sees.

Spreadsheets (XLSX, XLS, XLSB, ODS) are read with calamine; delimited text in
:mod:`infobank.reading.delimited`. A file that cannot be opened is refused in one sentence.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import python_calamine as calamine

from infobank.domain.findings import FindingError
from infobank.domain.zip_files import (
    LARGEST_MEMBER,
    LARGEST_WORKBOOK,
    ZipRefusedError,
    content_of,
    is_zip,
    members,
    zip_and_member,
)
from infobank.reading.cells import (
    LARGEST_SHEET,
    Cell,
    is_filled,
)
from infobank.reading.columnar import read_parquet
from infobank.reading.delimited import read_text
from infobank.reading.finding_log import unreadable
from infobank.reading.open_document import extents_of
from infobank.reading.workbook_xml import SheetXml, sheets_of, unpacked_size

SPREADSHEETS = ("xlsx", "xlsm", "xls", "xlsb", "ods")
TEXTS = ("csv", "tsv", "txt")
COLUMNAR = ("parquet",)

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_PARQUET = b"PAR1"
_MARKUP = re.compile(rb"<[a-z!?]|mime-version:")
_ENCRYPTED = ("EncryptedPackage".encode("utf-16-le"), "EncryptionInfo".encode("utf-16-le"))


@dataclass(frozen=True)
class Grid:
    """One sheet, or one text file, as lines of cells.

    Attributes:
        name: the sheet's name; "" for a text file.
        visible: whether a person opening the file sees the sheet.
        lines: the cells, line by line, from A1; trailing empty lines are left out. Every line
            has the same length.
        hidden_lines: filled lines that a person does not see, counted from 0, where known.
        hidden_columns: filled columns that a person does not see, counted from 0, where known.
    """

    name: str
    visible: bool
    lines: Sequence[Sequence[Cell]]
    hidden_lines: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()

    @property
    def width(self) -> int:
        """How many columns the sheet has."""
        return len(self.lines[0]) if self.lines else 0


@dataclass(frozen=True)
class OpenedFile:
    """One delivered file, opened.

    Attributes:
        format: xlsx, xls, xlsb, ods, csv or parquet.
        sheets: its sheets in order; one without a name for a text file.
        reading: how the text was understood (encoding and delimiter), in words; "" otherwise.
    """

    format: str
    sheets: tuple[Grid, ...]
    reading: str = ""

    @property
    def is_text(self) -> bool:
        """Whether the file is one table of no sheet, whose cells are lines and columns."""
        return self.format in ("csv", *COLUMNAR)


def open_delivery(path: Path, source_file: str = "") -> OpenedFile:
    """Open a delivered file.

    Args:
        path: the file, or a file in a zip (``x.zip/custody.xlsx``).
        source_file: its name for messages; the file's own name by default.

    Raises:
        FindingError: the file cannot be read (code ``file_unreadable``).
    """
    named = source_file or path.name
    suffix = path.suffix.lower().lstrip(".")
    content = _content(path, named)
    wrong = _wrong_kind(content, suffix)
    if wrong:
        raise unreadable(named, wrong, **_ending_of(wrong, suffix))
    if suffix in TEXTS:
        lines, reading = read_text(content, named)
        return OpenedFile("csv", (Grid("", True, lines),), reading)
    if suffix in COLUMNAR:
        return OpenedFile(suffix, (Grid("", True, read_parquet(content, named)),))
    fmt = "xlsx" if suffix == "xlsm" else suffix
    return OpenedFile(fmt, _sheets(path, content, named))


def _content(path: Path, named: str) -> bytes:
    """A file's bytes, from a zip if it lies in one."""
    try:
        inside = None if path.is_file() else zip_and_member(path)
        if inside is not None:
            return content_of(*inside)
        if is_zip(path):
            names = members(path)
            example = f"{path.name}/{names[0]}"
            raise unreadable(named, "zip_of_several", count=str(len(names)), example=example)
        size = path.stat().st_size
        if size > LARGEST_MEMBER:
            raise unreadable(named, "too_large", size=f"{size:,} bytes")
        return path.read_bytes()
    except ZipRefusedError as problem:
        raise unreadable(named, "zip_refused", wrong=problem.wrong, do=problem.do) from problem
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise unreadable(named, "not_there", reason=reason) from problem


def _wrong_kind(content: bytes, suffix: str) -> str:
    """What stands against opening a file of this name, by its sentence; "" for nothing."""
    if not content.strip(b"\x00\r\n\t "):
        return "empty"
    if suffix not in SPREADSHEETS + TEXTS + COLUMNAR:
        return "unknown_ending"
    if suffix in COLUMNAR:
        return "" if content.startswith(_PARQUET) else "not_parquet"
    start = content[:4096].replace(b"\x00", b"")  # UTF-16 as well
    start = start.lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ").lower()
    if _MARKUP.match(start):
        return "spreadsheet_2003" if b"office:spreadsheet" in start else "web_page"
    is_spreadsheet = content.startswith((_ZIP, _OLE))
    if suffix in TEXTS:
        return "named_as_text" if is_spreadsheet else ""
    if content.startswith(_OLE) and _is_locked(content):
        return "locked"
    return "" if is_spreadsheet else _not_a_spreadsheet(content, suffix)


def _not_a_spreadsheet(content: bytes, suffix: str) -> str:
    sample = content[:4096]
    printable = sum(b >= 32 or b in (9, 10, 13) for b in sample) / len(sample)
    if printable > 0.95 and (b"\n" in sample or b"\r" in sample or b"," in sample):
        return "named_as_spreadsheet"
    if suffix == "xls" and sample[:1] == b"\x09":
        return ""  # bare BIFF streams of very old Excel begin so; calamine decides
    return "not_a_spreadsheet"


def _ending_of(wrong: str, suffix: str) -> dict[str, str]:
    return {"ending": suffix} if wrong in ("unknown_ending", "named_as_spreadsheet") else {}


def _is_locked(content: bytes) -> bool:
    return all(mark in content for mark in _ENCRYPTED)


def _sheets(path: Path, content: bytes, named: str) -> tuple[Grid, ...]:
    size = unpacked_size(content)
    if size > LARGEST_WORKBOOK:
        raise unreadable(named, "unpacks_too_large", size=f"{size:,} bytes")
    sheets = sheets_of(content)
    for name, sheet in sheets.items():
        cells = " and ".join(dict.fromkeys((sheet.furthest, sheet.widest)))
        _refuse_too_large(name, sheet.rows, sheet.columns, cells, named)
    for name, extent in extents_of(content).items():
        _refuse_too_large(name, extent.rows, extent.columns, "", named)
    try:
        grids = _grids(path if path.is_file() else io.BytesIO(content), sheets, named)
    except (FindingError, KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except calamine.PasswordError as problem:
        raise unreadable(named, "locked") from problem
    except BaseException as problem:  # a panic in the Rust reader is no Exception
        raise unreadable(named, "damaged") from problem
    if not any(grid.lines for grid in grids):
        raise unreadable(named, "nothing_filled")
    return tuple(grids)


def _refuse_too_large(name: str, rows: int, columns: int, furthest: str, named: str) -> None:
    """Refuse a sheet that would not fit into memory, before anybody tries."""
    if rows * columns <= LARGEST_SHEET:
        return
    size = {"rows": f"{rows:,}", "columns": f"{columns:,}", "furthest": furthest}
    raise unreadable(named, "sheet_too_large", name=name, **size)


def _grids(book_of: Path | io.BytesIO, sheets: dict[str, SheetXml], named: str) -> list[Grid]:
    grids: list[Grid] = []
    book = calamine.load_workbook(book_of)
    for meta in book.sheets_metadata:
        if meta.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_name(meta.name)
        # The library's totals are the numbers of the last line and column, counted from 0.
        rows, columns = sheet.total_height + 1, sheet.total_width + 1
        _refuse_too_large(meta.name, rows, columns, "", named)
        cells: list[list[Any]] = sheet.to_python(skip_empty_area=False)
        lines = _trimmed(cells)
        xml = sheets.get(meta.name, SheetXml())
        for (row, col), says in xml.faults.items():
            if row < len(lines) and col < len(lines[row]):
                lines[row][col] = says
        visible = meta.visible == calamine.SheetVisibleEnum.Visible
        grids.append(Grid(meta.name, visible, lines, *_hidden(xml, lines)))
    return grids


def _hidden(xml: SheetXml, lines: list[list[Cell]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The filled lines and columns that a person does not see."""
    rows = (n for n in sorted(xml.hidden_rows) if n < len(lines))
    columns = (n for n in sorted(xml.hidden_columns) if lines and n < len(lines[0]))
    return (
        tuple(n for n in rows if any(is_filled(cell) for cell in lines[n])),
        tuple(n for n in columns if any(is_filled(line[n]) for line in lines)),
    )


def _trimmed(lines: list[list[Cell]]) -> list[list[Cell]]:
    """Without the hundreds of empty lines and columns some sheets are padded with."""
    end = len(lines)
    while end and not any(is_filled(cell) for cell in lines[end - 1]):
        end -= 1
    lines = lines[:end]
    width = 0
    for line in lines:
        for col in range(len(line) - 1, width - 1, -1):
            if is_filled(line[col]):
                width = col + 1
                break
    return [line[:width] for line in lines]
