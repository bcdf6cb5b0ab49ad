"""Sheets of stacked blocks: what stands in which block, section, line and column.

A block is a name on a line of its own, section labels under it ("Pre-court", "Custody"), lines of
figures under each, and a TOTAL line. Nothing is known of how many there are of any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from infobank.reading.grid import Cell, Grid, address, is_filled, text_of
from infobank.reading.headings import matches, normalised
from infobank.reading.layout import Blocks
from infobank.reading.values import number_of

LABEL_WITHIN = 3
"""A block's first section label follows its name within so many lines."""

Key = tuple[str, str]
TOTAL_KEY: Key = ("", "total")
"""A column by what stands over it: its group and its heading, as headings compare."""


@dataclass(frozen=True)
class Columns:
    """The figure columns of a sheet.

    Attributes:
        keys: column of the sheet -> what stands over it, totals of a line included.
        total: the column that totals a line; None where there is none.
        groups: group -> its label as printed.
        first: the sheet's first line below the header.
    """

    keys: dict[int, Key]
    total: int | None
    groups: dict[str, str]
    first: int


@dataclass(frozen=True)
class BlockLine:
    """One line of figures.

    Attributes:
        label: its label as printed.
        section: the section it stands in; "" for a total line.
        row: its line, counted from 0.
        figures: column key -> figure; None where the cell holds none.
        cells: column key -> address.
        told: column key -> the cell itself.
    """

    label: str
    section: str
    row: int
    figures: dict[Key, float | None]
    cells: dict[Key, str]
    told: dict[Key, Cell]


@dataclass
class Block:
    """One block: a YOT's, a region's or the nation's.

    Attributes:
        sheet: the sheet it stands in.
        name: the text of its name cell.
        row: that cell's line, counted from 0.
        lines: its lines of figures.
        total: its TOTAL line.
        sections: the section labels met.
        filled: how many filled lines it has.
        strays: lines with figures and no label.
    """

    sheet: str
    name: str
    row: int
    lines: list[BlockLine] = field(default_factory=list)
    total: BlockLine | None = None
    sections: list[str] = field(default_factory=list)
    filled: int = 1
    strays: list[BlockLine] = field(default_factory=list)

    @property
    def cell(self) -> str:
        """The address of the name."""
        return address(self.row, 0)

    def all_lines(self) -> Iterator[BlockLine]:
        """The lines and the total line."""
        yield from self.lines
        if self.total is not None:
            yield self.total

    def is_nought(self) -> bool:
        """Whether it has figures and every one of them is nought."""
        told = [f for line in self.all_lines() for f in line.figures.values()]
        return any(f is not None for f in told) and not any(told)


@dataclass
class Stacked:
    """The blocks of one sheet.

    Attributes:
        blocks: in order.
        columns: the sheet's figure columns.
        notes: how many filled lines belong to no block.
        filled: how many lines are filled in all.
    """

    blocks: list[Block]
    columns: Columns
    notes: int
    filled: int


def read_stacked(grid: Grid, layout: Blocks, within: int) -> Stacked | None:
    """The blocks of a sheet; None where it has no header with a total column, or no block."""
    lines = grid.lines
    known = _section_labels(lines, layout)
    starts = _starts(lines, layout, known)
    if not starts:
        return None
    columns = _columns(lines[: starts[0]][:within], layout, starts[0])
    if columns is None:
        return None
    blocks: list[Block] = []
    filled = sum(any(is_filled(c) for c in line) for line in lines)
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        blocks.append(_block(grid, start, end, columns, layout, known))
    notes = filled - sum(block.filled for block in blocks)
    return Stacked(blocks, columns, notes, filled)


def _is_label_only(line: Sequence[Cell]) -> bool:
    """A text in the first cell and nothing beside it but a few stray noughts."""
    if not line or not isinstance(line[0], str) or not is_filled(line[0]):
        return False
    beside = [cell for cell in line[1:] if is_filled(cell)]
    return all(number_of(cell) == 0 for cell in beside) and len(beside) * 3 < len(line)


def _section_labels(lines: Sequence[Sequence[Cell]], layout: Blocks) -> set[str]:
    """The section labels that stand alone somewhere in the sheet, as they compare."""
    labels = {normalised(text_of(line[0])) for line in lines if _is_label_only(line)}
    return {label for label in labels if matches(label, layout.sections)}


def _is_section(line: Sequence[Cell], known: set[str]) -> bool:
    """Whether a line is a section label; some have a nought in every column."""
    if not line or normalised(text_of(line[0])) not in known:
        return False
    return not any(is_filled(cell) and number_of(cell) != 0 for cell in line[1:])


def _starts(lines: Sequence[Sequence[Cell]], layout: Blocks, known: set[str]) -> list[int]:
    """The lines on which blocks start."""
    labels: dict[int, str] = {}
    for row, line in enumerate(lines):
        if _is_label_only(line) or _is_section(line, known):
            labels[row] = text_of(line[0])
    sections = {row for row, text in labels.items() if normalised(text) in known}
    if not sections:
        return []
    first = normalised(labels[min(sections)])
    starts: list[int] = []
    closed = True
    for row, line in enumerate(lines):
        if line and _is_total(text_of(line[0]), layout):
            closed = True
        if row not in labels or row in sections:
            continue
        follows = next((r for r in range(row + 1, row + 1 + LABEL_WITHIN) if r in labels), None)
        if follows not in sections:
            continue
        if closed or normalised(labels[follows]) == first:
            starts.append(row)
            closed = False
    return starts


def _is_total(text: str, layout: Blocks) -> bool:
    return bool(text) and any(normalised(text) == normalised(t) for t in layout.total_line)


def _columns(header: Sequence[Sequence[Cell]], layout: Blocks, first: int) -> Columns | None:
    rows = [
        [text_of(cell) for cell in line]
        for line in header
        if any(is_filled(cell) for cell in line[1:])
    ]
    if not rows:
        return None
    totals = {normalised(t) for t in layout.total_column}
    total = max(
        (
            col
            for line in rows
            for col, text in enumerate(line)
            if col and normalised(text) in totals
        ),
        default=None,
    )
    if total is None:
        return None
    upper = rows[0] if len(rows) > 1 else [""] * len(rows[-1])
    keys: dict[int, Key] = {}
    groups: dict[str, str] = {}
    group = ""
    for col in range(1, len(rows[-1])):
        group = upper[col] or group
        heading = normalised(rows[-1][col])
        if col == total:
            keys[col] = TOTAL_KEY
        elif heading and heading not in totals:
            keys[col] = (normalised(group), heading)
            groups[normalised(group)] = group
    return Columns(keys, total, groups, first)


def _block(
    grid: Grid, start: int, end: int, columns: Columns, layout: Blocks, known: set[str]
) -> Block:
    block = Block(grid.name, text_of(grid.lines[start][0]), start)
    section = ""
    for row in range(start + 1, end):
        line = grid.lines[row]
        if not any(is_filled(cell) for cell in line):
            continue
        label = text_of(line[0])
        if block.total is not None and not any(is_filled(cell) for cell in line[1:]):
            continue  # a footnote under the block, counted with the notes
        block.filled += 1
        if _is_total(label, layout) and block.total is None:
            block.total = _line(line, label, "", row, columns)
            section = ""
        elif _is_section(line, known):
            section = normalised(label)
            block.sections.append(section)
        elif label and any(is_filled(cell) for cell in line[1:]):
            block.lines.append(_line(line, label, section, row, columns))
        else:
            stray = _line(line, label, section, row, columns)
            if any(stray.figures.values()):
                block.strays.append(stray)
    return block


def _line(line: Sequence[Cell], label: str, section: str, row: int, columns: Columns) -> BlockLine:
    return BlockLine(
        label,
        section,
        row,
        {key: number_of(line[col]) for col, key in columns.keys.items()},
        {key: address(row, col) for col, key in columns.keys.items()},
        {key: line[col] for col, key in columns.keys.items()},
    )
