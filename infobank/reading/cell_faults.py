"""Cells of an XLSX workbook that hold a fault instead of a value.

The spreadsheet library gives an error (``#DIV/0!``) and a formula whose value was never stored
both as an empty cell. An empty cell means "missing" to us, so both must be told from it.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from html import unescape

_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
NOT_STORED = "#NOT CALCULATED"

_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*[^/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)</")
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")

Faults = dict[tuple[int, int], str]


def faults_of(content: bytes) -> dict[str, Faults]:
    """The faulty cells by sheet name, counted from (0, 0); nothing for other formats."""
    if not content.startswith(b"PK"):
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return {name: found for name, part in _parts(book) if (found := _faults(book, part))}
    except _UNREADABLE:
        return {}  # the reader proper says what is wrong with the file


def _parts(book: zipfile.ZipFile) -> list[tuple[str, str]]:
    if "xl/workbook.xml" not in book.namelist():
        return []
    targets: dict[str, str] = {}
    for element in _RELATION.findall(book.read("xl/_rels/workbook.xml.rels")):
        told = _attributes(element)
        targets[told.get("Id", "")] = told.get("Target", "")
    parts: list[tuple[str, str]] = []
    for element in _SHEET.findall(book.read("xl/workbook.xml")):
        told = _attributes(element)
        target = targets.get(told.get("r:id", ""), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in book.namelist():
            parts.append((told.get("name", ""), path))
    return parts


def _attributes(element: bytes) -> dict[str, str]:
    return {
        name.decode(): unescape(value.decode("utf-8"))
        for name, value in _ATTRIBUTE.findall(element)
    }


def _faults(book: zipfile.ZipFile, part: str) -> Faults:
    xml = book.read(part)
    if b't="e"' not in xml and not re.search(rb"<(?:\w+:)?f[\s>/]", xml):
        return {}
    found: Faults = {}
    for match in _CELL.finditer(xml):
        attributes, inside = match.groups()
        is_error = b't="e"' in attributes
        is_formula = b"<f" in inside or b":f" in inside
        if not (is_error or is_formula):
            continue
        value = _VALUE.search(inside)
        told = _attributes(b"<c " + attributes)
        place = _REFERENCE.fullmatch(told.get("r", ""))
        if place is None:
            continue
        if is_error:
            says = value.group(1).decode() if value else "#ERROR"
        elif value is None and told.get("t") not in ("str", "inlineStr"):
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
