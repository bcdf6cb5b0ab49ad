"""What an XLSX workbook's own XML says that the spreadsheet library does not pass on.

The library gives an error (``#DIV/0!``) and a formula whose value was never stored both as an
empty cell. An empty cell means "missing" to us, so both must be told from it. It does not say
which lines and columns are hidden. And it ends the whole program where one stray cell far from the
others makes the sheet too large for memory. So the XML is read first, a piece at a time.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import IO

UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
"""What a broken, cut or encrypted archive raises while it is looked through."""

NOT_STORED = "#NOT CALCULATED"

_PIECE = 1 << 20
_LONGEST_ROW = 1 << 26
"""Bytes of the longest line looked through; a longer one is no line of a table."""

_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*[^/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)</")
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_FILLED = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*\s)?r="([A-Z]{1,3})(\d{1,7})"[^>]*[^/]>')
_HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s[^>]*\bhidden="(?:1|true)"[^>]*>')
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")

Faults = dict[tuple[int, int], str]


@dataclass
class SheetXml:
    """What the XML of one sheet says.

    Attributes:
        faults: the cells that hold a fault instead of a value, counted from (0, 0).
        rows: one more than the last line with a filled cell.
        columns: one more than the last column with a filled cell.
        furthest: the address of the filled cell that makes the sheet so long.
        widest: the address of the filled cell that makes it so wide.
        hidden_rows: hidden lines, counted from 0.
        hidden_columns: hidden columns, counted from 0.
    """

    faults: Faults = field(default_factory=dict)
    rows: int = 0
    columns: int = 0
    furthest: str = ""
    widest: str = ""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def sheets_of(content: bytes) -> dict[str, SheetXml]:
    """What the XML says of each sheet, by its name; nothing for other formats."""
    if not content.startswith(b"PK"):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return {name: _looked_through(book, part) for name, part in _parts(book)}
    except UNREADABLE:
        return {}  # the reader proper says what is wrong with the file


def unpacked_size(content: bytes) -> int:
    """How many bytes a zipped workbook says it unpacks to; 0 for other formats."""
    if not content.startswith(b"PK"):
        return 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return sum(entry.file_size for entry in book.infolist())
    except UNREADABLE:
        return 0


def _parts(book: zipfile.ZipFile) -> list[tuple[str, str]]:
    if "xl/workbook.xml" not in book.namelist():
        return []
    targets: dict[str, str] = {}
    for element in _RELATION.findall(book.read("xl/_rels/workbook.xml.rels")):
        attributes = _attributes(element)
        targets[attributes.get("Id", "")] = attributes.get("Target", "")
    parts: list[tuple[str, str]] = []
    for element in _SHEET.findall(book.read("xl/workbook.xml")):
        attributes = _attributes(element)
        target = targets.get(attributes.get("r:id", ""), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in book.namelist():
            parts.append((attributes.get("name", ""), path))
    return parts


def _attributes(element: bytes) -> dict[str, str]:
    return {
        name.decode(): unescape(value.decode("utf-8"))
        for name, value in _ATTRIBUTE.findall(element)
    }


def _looked_through(book: zipfile.ZipFile, part: str) -> SheetXml:
    sheet = SheetXml()
    with book.open(part) as stream:
        for number, piece in enumerate(_pieces(stream)):
            if number == 0:
                _note_hidden_columns(sheet, piece)
            _note_extent(sheet, piece)
            if b"hidden=" in piece:
                _note_hidden_rows(sheet, piece)
            if b't="e"' in piece or _FORMULA.search(piece):
                sheet.faults |= _faults(piece)
    return sheet


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The XML in pieces of whole lines of the sheet."""
    held = b""
    while more := stream.read(_PIECE):
        held += more
        ends = [found.end() for found in _ROW_END.finditer(held)]
        if ends:
            yield held[: ends[-1]]
            held = held[ends[-1] :]
        elif len(held) > _LONGEST_ROW:
            return
    yield held


def _note_hidden_columns(sheet: SheetXml, piece: bytes) -> None:
    for element in _COLUMN.findall(piece):
        attributes = _attributes(element)
        if attributes.get("hidden") in ("1", "true"):
            first, last = int(attributes.get("min", "1")), int(attributes.get("max", "1"))
            sheet.hidden_columns.update(range(first - 1, min(last, 16384)))


def _note_hidden_rows(sheet: SheetXml, piece: bytes) -> None:
    for element in _HIDDEN_ROW.findall(piece):
        number = _attributes(element).get("r", "")
        if number.isdigit():
            sheet.hidden_rows.add(int(number) - 1)


def _note_extent(sheet: SheetXml, piece: bytes) -> None:
    found = _FILLED.findall(piece)
    if not found:
        return
    letters, number = max(found, key=lambda cell: int(cell[1]))
    if int(number) > sheet.rows:
        sheet.rows, sheet.furthest = int(number), (letters + number).decode()
    widest = max({letters for letters, _ in found}, key=lambda column: (len(column), column))
    if _column(widest.decode()) + 1 > sheet.columns:
        sheet.columns = _column(widest.decode()) + 1
        sheet.widest = next((a + n).decode() for a, n in found if a == widest)


def _faults(piece: bytes) -> Faults:
    found: Faults = {}
    for match in _CELL.finditer(piece):
        attributes, inside = match.groups()
        is_error = b't="e"' in attributes
        is_formula = b"<f" in inside or b":f" in inside
        if not (is_error or is_formula):
            continue
        value = _VALUE.search(inside)
        cell = _attributes(b"<c " + attributes)
        place = _REFERENCE.fullmatch(cell.get("r", ""))
        if place is None:
            continue
        if is_error:
            says = value.group(1).decode() if value else "#ERROR"
        elif value is None and cell.get("t") not in ("str", "inlineStr"):
            says = NOT_STORED
        else:
            continue
        found[int(place.group(2)) - 1, _column(place.group(1))] = says
    return found


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
