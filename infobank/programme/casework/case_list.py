"""A YOT's list of eligible cases, read from a spreadsheet or a text file.

No sentence of this module shows what stands in a cell: a case identifier is personal, and the
address of the cell is enough to find it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from infobank.domain.findings import FindingError, Place, address, cell_range, refusal
from infobank.programme.casework.case_sample import TRAITS
from infobank.programme.year_rules import Rules
from infobank.reading.cells import Cell, text_of
from infobank.reading.grid import Grid, open_delivery

COLUMNS = ("case_id", *TRAITS)
_WITHIN = 20  # lines in which the headings are looked for
_SHOWN = 5


@dataclass(frozen=True)
class CaseList:
    """A list of eligible cases.

    Attributes:
        cases: one row per case: case_id, sentence, looked_after, gender, ethnicity as written (a
            trait left empty is missing), and ``cell``, where its identifier stands.
        file: the file's name.
        sheet: the sheet; "" for a text file.
        sha256: of the file, so that a sample can be held to the list it was drawn from.
        synthetic: whether the list is declared synthetic.
    """

    cases: pd.DataFrame
    file: str
    sheet: str
    sha256: str
    synthetic: bool


def read_case_list(path: Path, rules: Rules, declared: Collection[str] = frozenset()) -> CaseList:
    """Read a list of eligible cases (XLSX, XLS, XLSB, ODS or CSV).

    Args:
        path: the list.
        rules: the rules of the programme, with the headings of such lists.
        declared: the hashes of the files that are declared synthetic.

    Raises:
        FindingError: it cannot be opened, lacks a column, holds no case, or a case stands in it
            twice or without an identifier. The sentence names the cell and not what stands there.
    """
    delivery = open_delivery(path)
    shown = [grid for grid in delivery.sheets if grid.visible and grid.lines]
    found = [(grid, _header(grid, rules)) for grid in shown]
    best = max(found, key=lambda pair: len(pair[1][1]), default=None)
    if best is None:
        raise _refusal(Place(path.name), "file_not_recognised", says="case_list")
    grid, (line, places) = best
    missing = [column for column in COLUMNS if column not in places]
    if missing:
        raise _refusal(
            Place(path.name, grid.name, address(line, 0) if places else ""),
            "column_missing",
            says="case_list",
            heading=repr(_heading(missing[0], rules)),
            more=len(missing) - 1 or "",
            needed=", ".join(f"{_heading(c, rules)!r}" for c in COLUMNS),
        )
    cases = _cases(grid, line, places)
    _insist(cases, path, grid, line, places["case_id"])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return CaseList(cases, path.name, grid.name, digest, digest in declared)


def insist_on_enough(listed: CaseList, size: int) -> None:
    """Refuse a list with fewer cases than are to be drawn.

    Raises:
        FindingError: there are fewer.
    """
    if len(listed.cases) >= size:
        return
    cells = cell_range(listed.cases["cell"].iloc[0], listed.cases["cell"].iloc[-1])
    place = Place(listed.file, listed.sheet, cells)
    raise _refusal(place, "coverage_low", says="cases", listed=len(listed.cases), size=size)


def _header(grid: Grid, rules: Rules) -> tuple[int, dict[str, int]]:
    """The line with most of the headings, and where each column stands."""
    best: tuple[int, dict[str, int]] = (0, {})
    for number, line in enumerate(grid.lines[:_WITHIN]):
        places: dict[str, int] = {}
        for place, cell in enumerate(line):
            for column, headings in rules.case_list.headings.items():
                if _plain(cell) in headings:
                    places.setdefault(column, place)
        if len(places) > len(best[1]):
            best = (number, places)
    return best


def _plain(cell: Cell) -> str:
    words = text_of(cell).casefold().replace("_", " ").replace("-", " ")
    return " ".join(words.split()).rstrip("*:")


def _heading(column: str, rules: Rules) -> str:
    return rules.case_list.headings[column][0].capitalize()


def _cases(grid: Grid, header: int, places: dict[str, int]) -> pd.DataFrame:
    rows = []
    for number, line in enumerate(grid.lines[header + 1 :], start=header + 1):
        case = {column: text_of(line[place]) for column, place in places.items()}
        if any(case.values()):
            rows.append(case | {"cell": address(number, places["case_id"])})
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "cell"], dtype="str")
    return frame.mask(frame == "")


def _insist(cases: pd.DataFrame, path: Path, grid: Grid, header: int, place: int) -> None:
    sheet = Place(path.name, grid.name)
    if cases.empty:
        raise _refusal(sheet.within(address(header + 1, place)), "coverage_low", says="no_case")
    nameless = cases.loc[cases["case_id"].isna(), "cell"]
    if len(nameless):
        here = sheet.within(nameless.iloc[0])
        raise _refusal(here, "key_missing", says="case", others=_others(here, nameless))
    ids = cases["case_id"].str.casefold()
    again = cases.loc[ids.duplicated(), "cell"]
    if len(again):
        first = cases.loc[ids == ids[again.index[0]], "cell"].iloc[0]
        here, first = sheet.within(again.iloc[0]), sheet.within(first).cell_words
        others = _others(here, again)
        raise _refusal(here, "key_repeated", says="case", first=first, others=others)


def _others(here: Place, cells: pd.Series) -> str:
    """The cells after the first, in words."""
    return here.several(list(cells)[1:], _SHOWN)


def _refusal(place: Place, code: str, **facts: Any) -> FindingError:
    return refusal(code, place, source="case_list", severity="critical", **facts)
