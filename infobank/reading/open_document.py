"""How far the sheets of an OpenDocument workbook are filled, told before they are opened.

A line or a cell can stand for a million others, so a small file can be a sheet larger than memory.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree

from infobank.reading.workbook_xml import UNREADABLE

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_UNREADABLE = (*UNREADABLE, ElementTree.ParseError)


@dataclass
class Extent:
    """How many lines and columns of a sheet are filled."""

    rows: int = 0
    columns: int = 0
    _passed: int = field(default=0, repr=False)

    def add_line(self, line: ElementTree.Element) -> None:
        """Count one line, as often as it is repeated."""
        times = _number(line, "number-rows-repeated")
        self._passed += times
        col = filled = 0
        for cell in line:
            if cell.tag not in _CELLS:
                continue
            col += _number(cell, "number-columns-repeated")
            if cell.get(f"{_OFFICE}value-type"):
                filled = col
        if filled:
            self.rows, self.columns = self._passed, max(self.columns, filled)


def extents_of(content: bytes) -> dict[str, Extent]:
    """How far each sheet is filled, by its name; nothing for other formats."""
    if not content.startswith(b"PK"):
        return {}
    found: dict[str, Extent] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            if "content.xml" not in book.namelist():
                return {}
            with book.open("content.xml") as stream:
                now = Extent()
                # The XML is the sender's; entities in it are not resolved from elsewhere.
                for event, element in ElementTree.iterparse(stream, ("start", "end")):  # noqa: S314
                    if event == "start" and element.tag == f"{_TABLE}table":
                        now = found.setdefault(element.get(f"{_TABLE}name", ""), Extent())
                    elif event == "end" and element.tag == f"{_TABLE}table-row":
                        now.add_line(element)
                        element.clear()
    except _UNREADABLE:
        return {}  # the reader proper says what is wrong with the file
    return found


def _number(element: ElementTree.Element, name: str) -> int:
    return int(element.get(f"{_TABLE}{name}", "1"))
