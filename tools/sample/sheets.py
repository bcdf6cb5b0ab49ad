"""Spreadsheets and CSV files whose bytes depend on their content alone."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

import xlsxwriter
from odf.element import Element
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

Cell = str | int | float | date | None
SYNTHETIC = "SYNTHETIC - not real figures"
_MADE = datetime(2014, 1, 1)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass
class Sheet:
    """One sheet to be written.

    Attributes:
        name: the tab's name.
        rows: its cells, row by row; None is an empty cell.
        merges: merged ranges as first row, first column, last row, last column (from 0);
            the value stands in the first cell.
        bold: rows set in bold.
        widths: column widths in characters, from the first column.
        formats: number formats by column.
        hidden: whether the tab is hidden.
    """

    name: str
    rows: Sequence[Sequence[Cell]]
    merges: Sequence[tuple[int, int, int, int]] = field(default_factory=list)
    bold: set[int] = field(default_factory=set)
    widths: Sequence[float] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)
    hidden: bool = False


def xlsx(sheets: list[Sheet], title: str, comments: str = SYNTHETIC) -> bytes:
    """A workbook as Excel would save it; the comments stand in its properties."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": title, "comments": comments, "created": _MADE})
    styles = _Styles(book)
    for sheet in sheets:
        tab = book.add_worksheet(sheet.name)
        for column, width in enumerate(sheet.widths):
            tab.set_column(column, column, width)
        for number, row in enumerate(sheet.rows):
            for column, value in enumerate(row):
                _write_cell(tab, styles, sheet, number, column, value)
        for top, left, bottom, right in sheet.merges:
            style = styles.get(bold=True, merged=True)
            tab.merge_range(top, left, bottom, right, sheet.rows[top][left], style)
        if sheet.hidden:
            tab.hide()
    book.close()
    return stream.getvalue()


class _Styles:
    """The formats of one workbook, made once each, in the order they are first needed."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self._made: dict[tuple[bool, bool, str], object] = {}

    def get(self, bold: bool = False, merged: bool = False, number: str = "") -> object:
        key = (bold, merged, number)
        if key not in self._made:
            style = self._book.add_format({"bold": bold})
            if merged:
                style.set_align("center")
                style.set_align("vcenter")
                style.set_text_wrap()
            if number:
                style.set_num_format(number)
            self._made[key] = style
        return self._made[key]


def _write_cell(
    tab: xlsxwriter.worksheet.Worksheet,
    styles: _Styles,
    sheet: Sheet,
    row: int,
    column: int,
    value: Cell,
) -> None:
    bold = row in sheet.bold
    if value is None:
        return
    if isinstance(value, date):
        tab.write_datetime(row, column, value, styles.get(bold, number="dd/mm/yyyy"))
    elif isinstance(value, str):
        tab.write_string(row, column, value, styles.get(bold))
    else:
        tab.write_number(row, column, value, styles.get(bold, number=sheet.formats.get(column, "")))


@contextmanager
def _own_namespaces() -> Iterator[None]:
    """Odfpy declares in a file every namespace any file of the process has used; not in ours."""
    others = dict(Element.namespaces)
    Element.namespaces.clear()
    try:
        yield
    finally:
        Element.namespaces.update(others)


def ods(sheets: list[Sheet], title: str) -> bytes:
    """The same workbook in OpenDocument format."""
    with _own_namespaces():
        return _ods(sheets)


def _ods(sheets: list[Sheet]) -> bytes:
    document = OpenDocumentSpreadsheet()
    for sheet in sheets:
        spans = {(top, left): (bottom, right) for top, left, bottom, right in sheet.merges}
        covered = {
            (row, column)
            for top, left, bottom, right in sheet.merges
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        } - set(spans)
        table = Table(name=sheet.name)
        for number, row in enumerate(sheet.rows):
            line = TableRow()
            for column, value in enumerate(row):
                place = (number, column)
                line.addElement(
                    CoveredTableCell() if place in covered else _ods_cell(value, place, spans)
                )
            table.addElement(line)
        document.spreadsheet.addElement(table)
    stream = io.BytesIO()
    document.write(stream)
    return _with_fixed_times(stream.getvalue())


def _ods_cell(
    value: Cell,
    place: tuple[int, int],
    spans: dict[tuple[int, int], tuple[int, int]],
) -> TableCell:
    options: dict[str, object] = {}
    if place in spans:
        bottom, right = spans[place]
        options["numberrowsspanned"] = bottom - place[0] + 1
        options["numbercolumnsspanned"] = right - place[1] + 1
    if value is None:
        return TableCell(**options)
    if isinstance(value, date):
        cell = TableCell(valuetype="date", datevalue=value.isoformat(), **options)
    elif isinstance(value, str):
        cell = TableCell(valuetype="string", **options)
    else:
        cell = TableCell(valuetype="float", value=value, **options)
    cell.addElement(P(text=str(value)))
    return cell


def _with_fixed_times(archive: bytes) -> bytes:
    """An OpenDocument archive again, with fixed times, and the media type first and stored."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(stream, "w") as new:
        names = sorted(old.namelist(), key=lambda name: (name != "mimetype", name))
        for name in names:
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            stored = name == "mimetype"
            entry.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return stream.getvalue()


def csv_bytes(
    rows: Sequence[Sequence[Cell]], encoding: str = "utf-8", delimiter: str = ","
) -> bytes:
    """A CSV file with Windows line ends, as spreadsheets export it."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([["" if value is None else value for value in row] for row in rows])
    return stream.getvalue().encode(encoding)
