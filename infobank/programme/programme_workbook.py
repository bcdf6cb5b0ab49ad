"""The programme as a spreadsheet, to be edited by hand; ``edited_programme`` reads it back.

Everything a person may change stands on the sheet ``Programme``, one line per visit, under headings
in words.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from infobank.programme.propose import COLUMNS

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
DATES = ("week_commencing", "second_week", "notice_date")
_WIDTHS = {"yot_name": 28, "reason": 90, "team": 12, "yot_id": 24}
# A workbook carries when it was made; one fixed day keeps its bytes the same every time.
_MADE = dt.datetime(2000, 1, 1)


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
            _write(sheet, line, n, record[column], day if column in DATES else wrap)
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
