"""An error report as files: the spreadsheet to send back, and the same as Parquet.

The spreadsheet follows the UK government's guidance on accessible tables (gptables): a cover, one
table that is marked as one, no empty cell, nothing told by colour. What senders wrote is written
back as text, never as a formula or a link. The same findings give the same bytes.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from datetime import datetime, time
from pathlib import Path
from textwrap import wrap
from typing import Any

import gptables
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from infobank.domain.codes import load_findings
from infobank.reports.error_reports.error_report import (
    A_LOOK,
    COLUMNS,
    HOW_SERIOUS,
    LEFT_OUT,
    NOTHING_FOUND,
    SERIOUS,
    ErrorReport,
)

MOST_ROWS = 2000
"""Findings in the spreadsheet; more than that nobody works through, and Parquet has them all."""

_UNDATED = datetime(2000, 1, 1)
_SENDER = "HM Inspectorate of Probation, Research and Information Bank"
_WIDTHS = (24, 60, 16, 14, 24, 30, 34, 14, 56)
_LINE = 16.0  # points of a line of 12 point Arial
_OF_WIDTH = 0.97  # letters that go into a unit of width, near enough
_LONGEST = 2000
_SAYS_SOMETHING = re.compile(r"[a-zA-Z0-9]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TEXT_ONLY = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_report(report: ErrorReport, path: Path) -> Path:
    """Write a report as a spreadsheet, and beside it, with the ending ``.parquet``, as a table.

    Args:
        report: the report.
        path: the spreadsheet's path, ending in ``.xlsx``; its folder is there.

    Returns:
        The path of the Parquet file.
    """
    table = report.table()
    _write_workbook(report, table, path)
    beside = path.with_suffix(".parquet")
    _write_parquet(report, table, beside)
    return beside


def _write_workbook(report: ErrorReport, table: pd.DataFrame, path: Path) -> None:
    mark = "SYNTHETIC: " if report.synthetic else ""
    cover, found = _cover(report, table, mark), _sheet(report, table, mark)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="No note text provided")
        book = gptables.produce_workbook(
            path.as_posix(),
            sheets={"What was found": found},
            cover=cover,
            contentsheet_label=None,
            auto_width=False,
            workbook_options=_TEXT_ONLY,
        )
    day = report.received
    book.set_properties(
        {
            "title": f"{mark}What was found in {_tame(report.file)}",
            "author": _SENDER,
            "created": datetime.combine(day, time(0)) if day else _UNDATED,
        }
    )
    for sheet in book.worksheets():
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
    _give_room(book, cover, found)
    book.close()


def _give_room(book: Any, cover: gptables.Cover, found: gptables.GPTable) -> None:
    """Make rows as high as their text, which not every program does by itself."""
    front, sheet = book.worksheets()
    texts = [cover.title, "", *cover.intro, "", *cover.about, "", *cover.contact]
    for row, text in enumerate(texts):
        front.set_row(row, _height([text], [cover.width]) + (_LINE if text == "" else 0))
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    header = 2 + len(found.legend)
    lines = [list(found.table.columns), *found.table.to_numpy().tolist()]
    for row, line in enumerate(lines, start=header):
        sheet.set_row(row, _height(line, _WIDTHS))
    sheet.freeze_panes(header + 1, 0)
    sheet.repeat_rows(header)


def _height(texts: Sequence[object], widths: Sequence[int]) -> float:
    """Height in points of a row whose texts wrap in columns of these widths."""
    lines = (len(wrap(str(t), int(w * _OF_WIDTH))) for t, w in zip(texts, widths, strict=True))
    return _LINE * max(1, *lines)


def _sheet(report: ErrorReport, table: pd.DataFrame, mark: str) -> gptables.GPTable:
    shown = table.head(MOST_ROWS)
    legend = [
        'Every line is one thing found. "Nothing" means an empty cell; "the whole sheet" and "the '
        'whole file" mean that a line is about more than one cell.'
    ]
    if len(table) > len(shown):
        legend.append(
            f"The first {len(shown):,} of {len(table):,} findings are shown, the most serious "
            "first. The rest are much like them: put these right and send the file again."
        )
    words = _words(shown)
    headings = list(words.columns)
    return gptables.GPTable(
        table=words,
        table_name="what_was_found",
        title=f"{mark}What was found in {_tame(report.file)}",
        instructions="This sheet has one table. Its column headings are in the row above the data.",
        legend=legend,
        index_columns={},
        additional_formatting=[
            {"column": {"columns": headings, "format": {"valign": "top", "align": "left"}}}
        ],
    )


def _words(table: pd.DataFrame) -> pd.DataFrame:
    """The table as the spreadsheet has it: no cell empty, and the title of each kind of finding."""
    if table.empty:
        none = dict.fromkeys(COLUMNS.values(), "Not applicable")
        return pd.DataFrame([{**none, COLUMNS["what_is_wrong"]: f"{NOTHING_FOUND}."}])
    shown = table.copy()
    titles = {code: kind.title for code, kind in load_findings().items()}
    shown["code"] = [titles.get(code, code) for code in shown["code"]]
    no_cell, no_sheet = table["cell"] == "", table["sheet"] == ""
    shown.loc[no_sheet, "sheet"] = "The only sheet"
    shown.loc[no_sheet & no_cell, ["sheet", "cell"]] = "The whole file"
    shown.loc[no_cell & ~no_sheet, "cell"] = "The whole sheet"
    shown["found"] = shown["found"].where(shown["found"] != "", "Nothing")
    shown["expected"] = shown["expected"].where(shown["expected"] != "", "Not stated")
    for column in shown.columns.drop("records_left_out"):
        shown[column] = shown[column].map(_tame)
    shown["records_left_out"] = shown["records_left_out"].astype("int64")
    return shown.rename(columns=COLUMNS)


def _tame(text: str) -> str:
    """A text that a spreadsheet and gptables take for nothing but text, with a word in it."""
    plain = _UNPRINTABLE.sub(" ", text).strip()
    plain = plain.replace("](", "] (").replace("$$", "$ $")
    if len(plain) > _LONGEST:
        plain = f"{plain[:_LONGEST]} ... (and more)"
    if not plain:
        return "Nothing"
    return plain if _SAYS_SOMETHING.search(plain) else f'the sign "{plain}"'


def _cover(report: ErrorReport, table: pd.DataFrame, mark: str) -> gptables.Cover:
    each = table["how_serious"].value_counts()
    intro = [
        f"This is what was found when {_tame(report.file)} was checked"
        + (f", received on {report.received:%-d %B %Y}." if report.received else "."),
        f"It was checked as: {_tame(report.title)}." if report.title else "It was not recognised.",
        f"The file holds {report.records_read:,} records: {report.records_accepted:,} can be used "
        f"and {report.records_refused:,} cannot.",
        *(f"{how}: {each[how]:,}." for how in HOW_SERIOUS if how in each),
    ]
    if table.empty:
        intro.append(f"{NOTHING_FOUND}.")
    if report.synthetic:
        intro.insert(0, "SYNTHETIC: the file is declared to be made up. Nothing here is real.")
    about = [
        'The sheet "What was found" has one line for each thing found: its kind, what is wrong, '
        "where, what was found and what was expected, how serious it is and what to do.",
        f'"{SERIOUS}": we cannot use the file, or part of it, and wait for you.',
        f'"{LEFT_OUT}": the rest of the file is used.',
        f'"{A_LOOK}": put it right if it is wrong.',
        "Please put things right in your own file and send the whole file again. Do not change "
        "this report.",
        "What a column about a person holds is never shown here. Look it up in your own file.",
        "Name the sheet and the cell when you ask us about a line. What is not in this report may "
        "still be wrong.",
    ]
    return gptables.Cover(
        title=f"{mark}Report on a delivery to the Information Bank",
        intro=intro,
        about=about,
        contact=[_SENDER],
    )


def _write_parquet(report: ErrorReport, table: pd.DataFrame, path: Path) -> None:
    described = {**COLUMNS, "records_left_out": "Records left out (records)"}
    schema = pa.schema(
        [
            pa.field(
                name,
                pa.int64() if name == "records_left_out" else pa.string(),
                nullable=False,
                metadata={"description": described[name]},
            )
            for name in COLUMNS
        ],
        metadata={
            "file": report.file,
            "source": report.source,
            "synthetic": "true" if report.synthetic else "false",
        },
    )
    held = pa.Table.from_pandas(table, schema=schema, preserve_index=False)
    pq.write_table(held.replace_schema_metadata(schema.metadata), path, compression="zstd")
