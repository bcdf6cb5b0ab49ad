"""What the figures of stacked blocks say of their shape where the labels do not.

A total under a label nobody listed would be counted as one more sentence, and a column of
percentages as one more age. Both show in the sums, so they are told by them.
"""

from __future__ import annotations

from collections.abc import Sequence

from infobank.reading.block_parts import TOTAL_KEY, Block, BlockLine, Columns, Key
from infobank.reading.headings import normalised

_MOSTLY = 0.5
_NEARLY_ALL = 0.9
_FEW = 5


def inferred_totals(blocks: Sequence[Block]) -> list[str]:
    """Labels of last lines that are the sum of the lines above them, in blocks without a total.

    One wrong figure does not hide a total: it must be the sum in more than half of the columns
    that hold any figure but nought.
    """
    found: dict[str, None] = {}
    for block in blocks:
        if block.total is not None or len(block.lines) < 3:
            continue
        *parts, last = block.lines
        held = [_holds(parts, last, key) for key in last.figures]
        told = [one for one in held if one is not None]
        if told and sum(told) > _MOSTLY * len(told):
            found[normalised(last.label)] = None
    return list(found)


def _holds(parts: Sequence[BlockLine], last: BlockLine, key: Key) -> bool | None:
    """Whether a column adds up to its last line; None where fewer than two parts are given."""
    figures = [f for line in parts if (f := line.figures[key])]
    given = last.figures[key]
    if len(figures) < 2 or given is None:
        return None
    return abs(sum(figures) - given) < 0.5


def columns_apart(blocks: Sequence[Block], columns: Columns) -> dict[int, str]:
    """Columns that keep a breakdown from adding up on nearly every line, with their headings."""
    lines = [line for block in blocks for line in block.all_lines()]
    apart: dict[int, str] = {}
    for group in columns.groups:
        keys = {col: key for col, key in columns.keys.items() if key[0] == group}
        if len(keys) < 3 or _adding(lines, list(keys.values())) >= _MOSTLY:
            continue
        for col, key in keys.items():
            others = [k for k in keys.values() if k != key]
            if _adding(lines, others) >= _NEARLY_ALL:
                apart[col] = key[1]
                break
    return apart


def _adding(lines: Sequence[BlockLine], keys: Sequence[Key]) -> float:
    """The share of lines whose figures in these columns add up to the line's total."""
    told = holding = 0
    for line in lines:
        total = line.figures.get(TOTAL_KEY)
        figures = [line.figures[key] for key in keys]
        if not total or any(f is None for f in figures):
            continue
        told += 1
        holding += abs(sum(f for f in figures if f is not None) - total) < 0.5
    return holding / told if told >= _FEW else 1.0
