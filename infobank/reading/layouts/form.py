"""Read a form: a label in one cell, its value in the next filled cell to the right."""

from __future__ import annotations

from infobank.contracts.model import RecordContract
from infobank.domain.findings import address
from infobank.reading.cells import Cell, is_filled, text_of
from infobank.reading.finding_log import FindingLog
from infobank.reading.grid import Grid
from infobank.reading.headings import nearest, normalised
from infobank.reading.layout import Part
from infobank.reading.record_maker import Gathered


def read_form(grid: Grid, part: Part, contract: RecordContract, log: FindingLog) -> Gathered | None:
    """The one record of a form; None where a label that is needed is missing.

    A label with nothing beside it gives an empty value, at the cell to its right.
    """
    needed = {c.name for c in contract.columns if c.required} | set(contract.key)
    gathered = Gathered(grid.name, count=1)
    whole = True
    labels = {normalised(label) for wanted in part.fields.values() for label in wanted}
    for column, wanted in part.fields.items():
        found = _value(grid, {normalised(label) for label in wanted}, labels)
        if found is None:
            must = column in needed
            whole &= not must
            _missing(grid, column, wanted, log, must)
            continue
        gathered.contents[column] = [found[0]]
        gathered.cells[column] = [found[1]]
    return gathered if whole else None


def _value(grid: Grid, wanted: set[str], labels: set[str]) -> tuple[Cell, str] | None:
    for row, line in enumerate(grid.lines):
        for col, cell in enumerate(line):
            if not isinstance(cell, str) or not cell or normalised(text_of(cell)) not in wanted:
                continue
            for beyond in range(col + 1, len(line)):
                if not is_filled(line[beyond]):
                    continue
                if normalised(text_of(line[beyond])) in labels:
                    break
                return line[beyond], address(row, beyond)
            return "", address(row, col + 1)
    return None


def _missing(grid: Grid, column: str, wanted: tuple[str, ...], log: FindingLog, must: bool) -> None:
    texts = [
        (text_of(cell), address(row, col))
        for row, line in enumerate(grid.lines)
        for col, cell in enumerate(line)
        if isinstance(cell, str) and cell
    ]
    near = nearest(wanted, [text for text, _ in texts])
    text, cell = texts[near] if near is not None else ("", "")
    place = log.place(grid.name, cell)
    log.report(
        "column_missing",
        place,
        says="label",
        label=wanted[0],
        column=column,
        near=text,
        near_cell=place.cell_words,
        found=text,
        expected=" or ".join(wanted),
        severity=log.severity if must else "warning",
    )
