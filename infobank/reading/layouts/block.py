"""Sheets of stacked blocks: what stands in which block, section, line and column.

A block is a name on a line of its own, section labels under it ("Pre-court", "Custody"), lines of
figures under each, and a TOTAL line. Nothing is known of how many there are of any of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from infobank.domain.findings import address
from infobank.reading.cells import Cell, is_filled, text_of
from infobank.reading.grid import Grid
from infobank.reading.headings import matches, normalised
from infobank.reading.layout import Blocks
from infobank.reading.layouts.block_parts import TOTAL_KEY, Block, BlockLine, Columns, Key
from infobank.reading.layouts.block_shape import columns_apart, inferred_totals
from infobank.reading.values import number_of

LABEL_WITHIN = 3
"""A block's first section label follows its name within so many lines."""


@dataclass
class Stacked:
    """The blocks of one sheet.

    Attributes:
        blocks: in order.
        columns: the sheet's figure columns.
        notes: how many filled lines belong to no block.
        filled: how many lines are filled in all.
        changed: the line further down whose headings are others than the sheet's; None where
            there is none.
        apart: columns that are no part of what they stand under, with their headings.
    """

    blocks: list[Block]
    columns: Columns
    notes: int
    filled: int
    changed: int | None = None
    apart: dict[int, str] = field(default_factory=dict)


def read_stacked(grid: Grid, layout: Blocks, within: int) -> Stacked | None:
    """The blocks of a sheet; None where it has no header with a total column, or no block."""
    lines = grid.lines
    known = _section_labels(lines, layout)
    starts = _starts(lines, layout, known)
    if not starts:
        return None
    header = lines[: starts[0]][:within]
    columns = _columns(header, layout, starts[0])
    if columns is None:
        return None
    again, changed = _headers_below(lines, header, layout, starts[0])
    blocks = _blocks(grid, layout, known, columns, again)
    spelt = inferred_totals(blocks)
    if spelt:
        layout = layout.model_copy(update={"total_line": (*layout.total_line, *spelt)})
        blocks = _blocks(grid, layout, known, columns, again)
    apart = columns_apart(blocks, columns)
    if apart:
        keys = {col: key for col, key in columns.keys.items() if col not in apart}
        columns = replace(columns, keys=keys)
        blocks = _blocks(grid, layout, known, columns, again)
    filled = sum(any(is_filled(c) for c in line) for line in lines)
    notes = filled - sum(block.filled for block in blocks)
    return Stacked(blocks, columns, notes, filled, changed, apart)


def _blocks(
    grid: Grid, layout: Blocks, known: set[str], columns: Columns, again: set[int]
) -> list[Block]:
    starts = _starts(grid.lines, layout, known)
    return [
        _block(grid, range(start, end), columns, layout, known, again)
        for start, end in zip(starts, [*starts[1:], len(grid.lines)], strict=True)
    ]


def _headers_below(
    lines: Sequence[Sequence[Cell]], header: Sequence[Sequence[Cell]], layout: Blocks, first: int
) -> tuple[set[int], int | None]:
    """The lines that repeat the header between blocks, and the first one that reads otherwise."""
    own = {headings for line in header if any(headings := _headings(line))}
    totals = {normalised(t) for t in layout.total_column}
    again: set[int] = set()
    changed: int | None = None
    for row in range(first, len(lines)):
        headings = _headings(lines[row])
        if headings in own:
            again.add(row)
        elif changed is None and totals & set(headings):
            changed = row
    return again, changed


def _headings(line: Sequence[Cell]) -> tuple[str, ...]:
    """What stands beside the first cell of a line, as headings compare."""
    return tuple(normalised(text_of(cell)) for cell in line[1:])


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
        if _is_label_only(line) or (line and normalised(text_of(line[0])) in known):
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
        follows = _next_label(lines, labels, row)
        if follows not in sections:
            continue
        if closed or normalised(labels[follows]) == first:
            starts.append(row)
            closed = False
    return starts


def _next_label(lines: Sequence[Sequence[Cell]], labels: dict[int, str], row: int) -> int | None:
    """The label that follows another; empty lines between them do not count."""
    passed = 0
    for below in range(row + 1, len(lines)):
        if below in labels:
            return below
        passed += any(is_filled(cell) for cell in lines[below])
        if passed >= LABEL_WITHIN:
            return None
    return None


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
    grid: Grid, rows: range, columns: Columns, layout: Blocks, known: set[str], again: set[int]
) -> Block:
    block = Block(grid.name, text_of(grid.lines[rows.start][0]), rows.start)
    section = ""
    for row in rows[1:]:
        line = grid.lines[row]
        if row in again or not any(is_filled(cell) for cell in line):
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
        elif normalised(label) in known:  # the section's total stands beside its label
            section = normalised(label)
            block.sections.append(section)
            block.subtotals.append(_line(line, label, section, row, columns))
        elif section and matches(normalised(label), layout.subtotal_line):
            block.subtotals.append(_line(line, label, section, row, columns))
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
