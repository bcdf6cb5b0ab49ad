"""Read a table: one header, one record per line (or per group, or per opened column)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from infobank.contracts.model import RecordContract
from infobank.domain.findings import address, column_letters
from infobank.domain.register import NameResolver
from infobank.reading.cells import Cell, is_filled, text_of
from infobank.reading.finding_log import FindingLog
from infobank.reading.grid import Grid
from infobank.reading.header import Header, find_header
from infobank.reading.headings import matches, normalised
from infobank.reading.layout import Part
from infobank.reading.names import NameCells
from infobank.reading.periods import period_words
from infobank.reading.record_maker import Gathered
from infobank.reading.values import FIGURES

NATIONAL = "national"
_LONGEST_NAME = 6
"""Words of the longest name or code that stands alone on a line; more is a note."""


@dataclass
class TableReading:
    """What a table gave.

    Attributes:
        records: the cells of its records.
        totals: the cells of its published totals.
        total_of: for each total, a region of the register, or ``national``.
        lines: lines filled between header and end.
        record_lines, total_lines, notes: what those lines are.
        unread: lines that could not be read, as the header could not; counted from 0.
    """

    records: Gathered
    totals: Gathered
    total_of: list[str] = field(default_factory=list)
    lines: int = 0
    record_lines: int = 0
    total_lines: int = 0
    notes: int = 0
    unread: list[int] = field(default_factory=list)


@dataclass
class _Sorted:
    """The numbers of the lines that are records and totals, and how many are notes."""

    records: list[int] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    total_of: list[str] = field(default_factory=list)
    notes: int = 0


def read_table(
    grid: Grid,
    part: Part,
    contract: RecordContract,
    names: NameResolver,
    log: FindingLog,
) -> TableReading:
    """The records and totals of one sheet.

    Every filled line below the header is a record, a total or a note, and is counted as such.
    A sheet whose header cannot be understood gives its filled lines as ``unread``.
    """
    header = find_header(grid, part, contract, log)
    title = _title(grid, part, contract, log) if header is not None else None
    if header is None or (part.period_from is not None and title is None):
        return _unread(grid, header)
    sorted_lines = _sort(grid, part, header, contract, names)
    if part.fill_down:
        grid = _filled_down(grid, part, header, sorted_lines.records)
    reading = TableReading(
        _gather(grid, part, header, sorted_lines.records, contract, log),
        _gather(grid, part, header, sorted_lines.totals, contract, log, totals=True),
        record_lines=len(sorted_lines.records),
        total_lines=len(sorted_lines.totals),
        notes=sorted_lines.notes,
    )
    per_line = reading.totals.count // max(1, len(sorted_lines.totals))
    reading.total_of = [name for name in sorted_lines.total_of for _ in range(per_line)]
    reading.lines = reading.record_lines + reading.total_lines + reading.notes
    if title is not None:
        column = next(c.name for c in contract.columns if c.kind == "period")
        for gathered in (reading.records, reading.totals):
            gathered.fill(column, *title)
    return reading


def _unread(grid: Grid, header: Header | None) -> TableReading:
    below = header.bottom + 1 if header else 0
    unread = [
        row
        for row in range(below, len(grid.lines))
        if sum(is_filled(cell) for cell in grid.lines[row]) > 1
    ]
    if header is None:
        unread = unread[1:]  # the first full line is most likely the header
    empty = Gathered(grid.name)
    return TableReading(empty, Gathered(grid.name), lines=len(unread), unread=unread)


def _title(
    grid: Grid, part: Part, contract: RecordContract, log: FindingLog
) -> tuple[Cell, str] | None:
    """The words of the period in the sheet's title, and their cell."""
    if part.period_from is None:
        return None
    glob = part.period_from.cell_text
    tried: list[tuple[str, str]] = []
    for row, line in enumerate(grid.lines[: part.within]):
        for col, cell in enumerate(line):
            text = text_of(cell)
            if text and matches(text, [glob]):
                words = period_words(text)
                if words is not None:
                    return words, address(row, col)
                tried.append((text, address(row, col)))
    text, cell = tried[0] if tried else ("", "")
    log.report(
        "title_missing",
        log.place(grid.name, cell),
        says="not_understood" if tried else "default",
        found=text,
        expected=glob,
        severity=log.severity,
    )
    return None


def _sort(
    grid: Grid, part: Part, header: Header, contract: RecordContract, names: NameResolver
) -> _Sorted:
    """Tell records, totals and notes apart."""
    sorted_lines = _Sorted()
    used = header.used()
    total_col = header.columns.get(part.totals.column) if part.totals else None
    left_out = [(header.columns[c], g) for c, g in part.leave_out.items() if c in header.columns]
    name_cells = NameCells(names)
    yot_cols = [
        header.columns[c.name]
        for c in contract.columns
        if c.kind == "yot_name" and c.name in header.columns
    ]
    for row in range(header.bottom + 1, len(grid.lines)):
        line = grid.lines[row]
        filled = [col for col, cell in enumerate(line) if is_filled(cell)]
        if not filled:
            continue
        total = _total_of(text_of(line[total_col]), part, names) if total_col is not None else ""
        known = any(matches(text_of(line[col]), globs) for col, globs in left_out)
        if known or _is_note(line, filled, used, part, header):
            sorted_lines.notes += 1
        elif total and len(filled) > 1:
            sorted_lines.totals.append(row)
            sorted_lines.total_of.append(total)
        elif len(filled) == 1 and _stands_alone(line, filled[0], yot_cols, names, name_cells):
            sorted_lines.notes += 1
        else:
            sorted_lines.records.append(row)
    return sorted_lines


def _is_note(
    line: Sequence[Cell], filled: list[int], used: set[int], part: Part, header: Header
) -> bool:
    """Whether a line is a footnote, lies beside the table, or repeats the header."""
    in_table = sum(col in used for col in filled)
    if not in_table:
        return True
    first = text_of(line[filled[0]])
    if in_table <= 2 and matches(first, part.ends):
        return True
    lowest = header.texts[-1]
    if len(filled) < 2 or normalised(first) != normalised(lowest[filled[0]]):
        return False
    return all(normalised(text_of(line[col])) == normalised(lowest[col]) for col in filled)


def _stands_alone(
    line: Sequence[Cell], col: int, yot_cols: list[int], names: NameResolver, name_cells: NameCells
) -> bool:
    """Whether the one filled cell of a line is a note or a sub-heading rather than a record."""
    text = text_of(line[col])
    if yot_cols and col in yot_cols:
        if name_cells.read(text).resolution.yot_id is not None:
            return False
        if names.region(text) is not None:
            return True
    return len(text.split()) > _LONGEST_NAME or text.startswith(("(", "*", "["))


def _total_of(text: str, part: Part, names: NameResolver) -> str:
    """What a line is the total of; "" where it is none."""
    totals = part.totals
    if totals is None or not text:
        return ""
    label = normalised(text)
    if any(label == normalised(name) for name in totals.national) or matches(text, totals.national):
        return NATIONAL
    if totals.regions and names.resolve(text).yot_id is None:
        bare = label.removesuffix(" total").removeprefix("total ").strip()
        return names.region(text) or names.region(bare) or ""
    return ""


def _filled_down(grid: Grid, part: Part, header: Header, records: list[int]) -> Grid:
    lines = [list(line) for line in grid.lines]
    for column in part.fill_down:
        col = header.columns.get(column)
        last: Cell = ""
        for row in records if col is not None else []:
            if is_filled(lines[row][col]):  # type: ignore[index]
                last = lines[row][col]  # type: ignore[index]
            else:
                lines[row][col] = last  # type: ignore[index]
    return Grid(grid.name, grid.visible, lines)


def _gather(
    grid: Grid,
    part: Part,
    header: Header,
    rows: list[int],
    contract: RecordContract,
    log: FindingLog,
    *,
    totals: bool = False,
) -> Gathered:
    plain = _plain(grid, header, rows)
    if part.repeat is not None:
        return _repeated(grid, part, header, rows, plain)
    if part.unpivot is not None:
        kinds = {column.name: column.kind for column in contract.columns}
        keeps = kinds.get(part.unpivot.value) in FIGURES
        return _opened(grid, part, header, rows, plain, log, report=not totals, keeps_blanks=keeps)
    return plain


def _plain(grid: Grid, header: Header, rows: list[int]) -> Gathered:
    gathered = Gathered(grid.name, count=len(rows))
    for column, col in header.columns.items():
        gathered.contents[column] = [grid.lines[row][col] for row in rows]
        letters = column_letters(col)
        gathered.cells[column] = [f"{letters}{row + 1}" for row in rows]
    return gathered


def _repeated(grid: Grid, part: Part, header: Header, rows: list[int], plain: Gathered) -> Gathered:
    """One record per line and group, line by line."""
    repeat = part.repeat
    groups = header.groups
    gathered = Gathered(grid.name, count=len(rows) * len(groups))
    if repeat is None:
        return plain
    for column in plain.contents:
        gathered.contents[column] = [v for v in plain.contents[column] for _ in groups]
        gathered.cells[column] = [c for c in plain.cells[column] for _ in groups]
    gathered.contents[repeat.label] = [g.label for _ in rows for g in groups]
    gathered.cells[repeat.label] = [g.cell for _ in rows for g in groups]
    for column in repeat.columns:
        places = [g.columns.get(column) for g in groups]
        gathered.contents[column] = [
            "" if col is None else grid.lines[row][col] for row in rows for col in places
        ]
        gathered.cells[column] = [
            "" if col is None else address(row, col) for row in rows for col in places
        ]
    return gathered


def _opened(
    grid: Grid,
    part: Part,
    header: Header,
    rows: list[int],
    plain: Gathered,
    log: FindingLog,
    *,
    report: bool,
    keeps_blanks: bool,
) -> Gathered:
    """One record per line and opened column, line by line.

    An empty figure is a record whose figure is missing; an empty answer is no record, and how
    many there are is said.
    """
    unpivot = part.unpivot
    if unpivot is None:
        return plain
    picked: list[tuple[int, int]] = []
    blank: list[str] = []
    for place, row in enumerate(rows):
        line = grid.lines[row]
        filled = {n for n, o in enumerate(header.opened) if is_filled(line[o.col])}
        empty = [n for n in range(len(header.opened)) if n not in filled]
        if filled and keeps_blanks:
            filled.update(empty)
        elif filled:
            blank += [address(row, header.opened[n].col) for n in empty]
        elif report:
            _answers_none(grid, row, header, part, log)
        picked += [(place, n) for n in sorted(filled)]
    if blank and report:
        _answers_some(grid, blank, len(picked), log)
    gathered = Gathered(grid.name, count=len(picked))
    for column in plain.contents:
        values, cells = plain.contents[column], plain.cells[column]
        gathered.contents[column] = [values[place] for place, _ in picked]
        gathered.cells[column] = [cells[place] for place, _ in picked]
    opened = header.opened
    gathered.contents[unpivot.name] = [opened[n].heading for _, n in picked]
    gathered.cells[unpivot.name] = [opened[n].cell for _, n in picked]
    if unpivot.upper is not None:
        gathered.contents[unpivot.upper] = [opened[n].upper for _, n in picked]
        gathered.cells[unpivot.upper] = [opened[n].upper_cell for _, n in picked]
    gathered.contents[unpivot.value] = [grid.lines[rows[p]][opened[n].col] for p, n in picked]
    gathered.cells[unpivot.value] = [address(rows[p], opened[n].col) for p, n in picked]
    return gathered


def _answers_none(grid: Grid, row: int, header: Header, part: Part, log: FindingLog) -> None:
    log.report(
        "answer_missing",
        log.place(grid.name, address(row, header.opened[0].col)),
        says="of_a_line",
        columns=len(header.opened),
        expected=f"a {part.unpivot.value if part.unpivot else 'value'}",
    )


def _answers_some(grid: Grid, blank: list[str], given: int, log: FindingLog) -> None:
    """Say once for the sheet how many answers were left out, and where the first of them are."""
    place = log.place(grid.name)
    log.report(
        "answer_missing",
        place,
        says="of_a_sheet",
        missing=len(blank),
        asked=len(blank) + given,
        cells=place.several(blank),
        found=f"{len(blank)} not given",
        expected="an answer, or not applicable",
    )
