"""The error reports of a run: their rows, and every cell of the spreadsheets sent back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from python_calamine import CalamineWorkbook

from infobank.reports.error_reports.error_report import COLUMNS, HOW_SERIOUS
from tests.golden.classes import figures_of, of_reports
from tests.golden.spelling import words_of
from tests.golden.tables import Table, numbered

_REPORT = ("quarter", "report")
_PLACE = (*_REPORT, "sheet", "cell", "code")
_ENDING = ".report.parquet"

Runs = Iterable[tuple[str, Path]]


def findings(runs: Runs) -> Table:
    """The rows of every report: one row per finding.

    Args:
        runs: quarters, and the folders of their reports.
    """
    rows = [
        {"quarter": quarter, "report": name, **row, "seriousness": _seriousness(row)}
        for quarter, name, path in _reports(runs)
        for row in pq.read_table(path).to_pylist()
    ]
    rows.sort(key=lambda row: (row["found"], row["expected"]))
    columns = [c for c in COLUMNS if c not in _PLACE]
    told = numbered(rows, _PLACE)
    key = (*_PLACE, "number")
    of_reports().check("An error report", [*COLUMNS])
    return Table("reports/findings", key, (*key, "seriousness", *columns), told)


def _seriousness(row: dict[str, Any]) -> int | None:
    """1 for the most serious; the words for it are wording."""
    how = row["how_serious"]
    return HOW_SERIOUS.index(how) + 1 if how in HOW_SERIOUS else None


def spreadsheets(runs: Runs) -> tuple[Table, Table]:
    """Figures and wording of the spreadsheets, cell by cell."""
    facts: list[dict[str, Any]] = []
    words: list[dict[str, Any]] = []
    for quarter, name, path in _reports(runs):
        report = {"quarter": quarter, "report": name}
        for place, fact, text in _cells(path.with_suffix(".xlsx")):
            told = text if fact else figures_of(text)
            if told:
                facts.append({**report, "place": place, "figures": told})
            if not fact:
                words.append({**report, "place": place, "words": words_of(text)})
    by = (*_REPORT, "place")
    key = (*by, "number")
    return (
        Table("reports/spreadsheets", key, (*key, "figures"), numbered(facts, by)),
        Table("reports/spreadsheets", key, (*key, "words"), numbered(words, by)),
    )


def _cells(path: Path) -> Iterable[tuple[str, bool, str]]:
    """Place, whether it is a figure or code and no sentence, and text, of every filled cell."""
    headings = {heading: name for name, heading in COLUMNS.items()}
    classes = of_reports()
    with CalamineWorkbook.from_path(path) as book:
        for number, sheet in enumerate(book.sheet_names, start=1):
            columns: list[str] = []
            row = 0
            for line in book.get_sheet_by_name(sheet).to_python():
                texts = [_text(value) for value in line]
                if columns:
                    row += 1
                for column, text in zip(columns or [""] * len(texts), texts, strict=False):
                    place = f"sheet {number}, row {row}, {column}" if columns else f"sheet {number}"
                    fact = bool(columns) and classes.kind(column) == "figures"
                    if text:
                        yield place, fact, text
                if not columns and texts and all(text in headings for text in texts):
                    columns = [headings[text] for text in texts]


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split())


def _reports(runs: Runs) -> Iterable[tuple[str, str, Path]]:
    for quarter, folder in runs:
        for path in sorted(folder.rglob(f"*{_ENDING}")):
            name = path.relative_to(folder).as_posix().removesuffix(_ENDING)
            yield quarter, name, path
