"""What the figures of stacked blocks say of their shape where the labels do not.

A total under a label nobody listed would be counted as one more sentence, and a column of
percentages as one more age. Both show in the sums, so they are told by them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from infobank.reading.headings import matches, normalised
from infobank.reading.layouts.block_parts import TOTAL_KEY, Block, BlockLine, Columns, Key

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
        verdicts = [verdict for verdict in held if verdict is not None]
        if verdicts and sum(verdicts) > _MOSTLY * len(verdicts):
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
    complete = holding = 0
    for line in lines:
        total = line.figures.get(TOTAL_KEY)
        figures = [line.figures[key] for key in keys]
        if not total or any(f is None for f in figures):
            continue
        complete += 1
        holding += abs(sum(f for f in figures if f is not None) - total) < 0.5
    return holding / complete if complete >= _FEW else 1.0


def misplaced_lines(blocks: Sequence[Block], section: str) -> dict[int, tuple[BlockLine, str]]:
    """Blocks in which a line stands in or out of a section otherwise than in most blocks.

    Two section labels that have changed places leave every sum of the block whole, so the other
    blocks of the sheet are asked where a line belongs.

    Args:
        blocks: the blocks of a sheet.
        section: glob of the section that is read.

    Returns:
        Row of the block's name -> the first such line, and the section it stands in elsewhere.
    """
    met: dict[str, Counter[str]] = {}
    for block in blocks:
        for line in block.lines:
            met.setdefault(normalised(line.label), Counter())[normalised(line.section)] += 1
    found: dict[int, tuple[BlockLine, str]] = {}
    for block in blocks:
        here = {(normalised(line.label), normalised(line.section)) for line in block.lines}
        for line in block.lines:
            label, own = normalised(line.label), normalised(line.section)
            sections = met[label]
            usual = max(sections, key=lambda name: (sections[name], name))
            moved = sections[own] < sections[usual] and (label, usual) not in here
            if moved and matches(own, [section]) != matches(usual, [section]):
                found.setdefault(block.row, (line, usual))
    return found
