"""Read a workbook of disposals by region: a sheet per region, a block per YOT.

The Youth Justice Board's annual workbook gives, for every YOT, the disposals of the year by age,
gender and ethnicity. One record is one YOT: its custodial sentences are the total column's
figures of the lines under the section "Custody".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from infobank.domain.findings import address, cell_range
from infobank.domain.register import NameResolver
from infobank.reading.cells import Cell, is_filled, text_of
from infobank.reading.finding_log import FindingLog
from infobank.reading.grid import Grid
from infobank.reading.headings import matches, normalised
from infobank.reading.layout import Blocks, Part
from infobank.reading.layouts.block import Stacked, read_stacked
from infobank.reading.layouts.block_arithmetic import Sum, between_blocks, report, within_block
from infobank.reading.layouts.block_parts import TOTAL_KEY, Block, BlockLine
from infobank.reading.layouts.block_shape import misplaced_lines
from infobank.reading.names import NameCells
from infobank.reading.periods import Period, find_period, period_words
from infobank.reading.record_maker import Gathered


@dataclass
class BlockReading:
    """What the blocks gave.

    Attributes:
        gathered: per sheet, the cells of its records.
        lines: per sheet: filled lines, lines of YOT blocks, lines of total blocks, notes.
        gone: per sheet, the records of YOTs not in force whose figures are all nought.
        unread: per sheet that could not be read, its filled lines.
    """

    gathered: list[tuple[str, Gathered]] = field(default_factory=list)
    lines: dict[str, tuple[int, int, int, int]] = field(default_factory=dict)
    gone: dict[str, list[int]] = field(default_factory=dict)

    def mark_missing(self, sheet: str, frame: pd.DataFrame) -> None:
        """Noughts of a YOT that no longer exists are no figures: they do not apply."""
        for record in self.gone.get(sheet, ()):
            frame.loc[record, "missing_reason"] = "not_applicable"
            frame.loc[record, "missing_note"] = "not in force; every figure is zero"


@dataclass
class _Kinds:
    """The blocks of a workbook by what they are about."""

    national: list[Block] = field(default_factory=list)
    regions: dict[str, list[Block]] = field(default_factory=dict)
    yots: dict[str, list[Block]] = field(default_factory=dict)
    noted: set[int] = field(default_factory=set)


class _Reader:
    def __init__(self, part: Part, names: NameResolver, log: FindingLog) -> None:
        if part.blocks is None:
            msg = "a part of shape disposal_blocks needs the key blocks"
            raise ValueError(msg)
        self.part = part
        self.layout: Blocks = part.blocks
        self.names = names
        self.cells = NameCells(names, part.blocks.missing_note)
        self.log = log
        self.kinds = _Kinds()
        self.result = BlockReading()
        self.groups: dict[str, dict[str, str]] = {}
        self.lacking: dict[str, list[Block]] = {}
        self.misplaced: dict[int, tuple[BlockLine, str]] = {}

    def sheet(self, grid: Grid, title: tuple[str, str] | None) -> None:
        if not grid.lines:
            return
        stacked = read_stacked(grid, self.layout, self.part.within)
        if stacked is None:
            self._no_blocks(grid)
            return
        if stacked.changed is not None:
            self._other_headings(grid, stacked.changed)
            return
        own = _title(grid, self.part) or title
        if own is None:
            self._no_period(grid)
        self.groups[grid.name] = stacked.columns.groups
        self._headless(grid, stacked)
        self._gather(grid, stacked, own or ("", ""))

    def _no_blocks(self, grid: Grid) -> None:
        sections = " or ".join(f'"{s}"' for s in self.layout.sections[:2])
        self.log.report(
            "column_missing",
            self.log.place(grid.name),
            says="no_blocks",
            sections=sections,
            expected=self.layout.total_column[0],
            severity=self.log.severity,
        )

    def _other_headings(self, grid: Grid, row: int) -> None:
        self.log.report(
            "column_unexpected",
            self.log.place(grid.name, address(row, 0)),
            says="other_headings",
            line=row + 1,
            expected="the headings at the top of the sheet",
            severity=self.log.severity,
        )

    def _no_period(self, grid: Grid) -> None:
        text = text_of(grid.lines[0][0]) if grid.lines else ""
        self.log.report(
            "title_missing",
            self.log.place(grid.name, "A1"),
            says="no_year",
            found=text,
            expected="a title with a year such as 2012/13",
            severity=self.log.severity,
        )

    def _headless(self, grid: Grid, stacked: Stacked) -> None:
        """Figures in a column without heading, and on lines without label, are mentioned."""
        for col, heading in stacked.apart.items():
            self.log.report(
                "column_unexpected",
                self.log.place(grid.name, address(stacked.columns.first - 1, col)),
                says="apart",
                found=heading,
            )
        for col in range(1, grid.width):
            if col in stacked.columns.keys or col in stacked.apart:
                continue
            filled_rows = [
                row
                for row in range(stacked.columns.first, len(grid.lines))
                if is_filled(grid.lines[row][col]) and grid.lines[row][col] != 0
            ]
            if filled_rows:
                self.log.report(
                    "column_unexpected",
                    self.log.place(grid.name, address(filled_rows[0], col)),
                    says="no_heading",
                    found=text_of(grid.lines[filled_rows[0]][col]),
                )
        strays = [(block, line) for block in stacked.blocks for line in block.strays]
        if strays:
            block, line = strays[0]
            self.log.report(
                "key_missing",
                self.log.place(grid.name, address(line.row, 0)),
                says="no_label",
                block=block.name,
                others=len(strays) - 1 or "",
                expected="a label",
            )

    def _gather(self, grid: Grid, stacked: Stacked, title: tuple[str, str]) -> None:
        period = find_period(title[0])
        gathered = Gathered(grid.name)
        records: list[list[tuple[Cell, str]]] = []
        region, totals = self.names.region(grid.name) or grid.name, 0
        self.misplaced = misplaced_lines(stacked.blocks, self.layout.section)
        for place, block in enumerate(stacked.blocks):
            kind = self._kind(block, grid, place)
            if kind == "yot":
                self.kinds.yots.setdefault(region, []).append(block)
                sentences = self._sentences(block, len(records), period)
                name: tuple[Cell, str] = (block.name, block.cell)
                records.append([name, (region, ""), title, sentences])
                continue
            totals += block.filled
            if kind == "national":
                self.kinds.national.append(block)
            else:
                region = self.names.region(block.name) or block.name
                self.kinds.regions.setdefault(region, []).append(block)
        self._mention_lacking()
        columns = ("yot", "region", "period", self.layout.figure)
        gathered.count = len(records)
        for n, column in enumerate(columns):
            gathered.contents[column] = [record[n][0] for record in records]
            gathered.cells[column] = [record[n][1] for record in records]
        lines = stacked.filled - stacked.notes - totals
        self.result.gathered.append((grid.name, gathered))
        self.result.lines[grid.name] = (stacked.filled, lines, totals, stacked.notes)

    def _kind(self, block: Block, grid: Grid, place: int) -> str:
        if matches(normalised(block.name), self.layout.national):
            return "national"
        if self.cells.read(block.name).resolution.yot_id is not None:
            return "yot"
        same = normalised(block.name) == normalised(grid.name) and place == 0
        return "region" if same or self.names.region(block.name) is not None else "yot"

    def _sentences(self, block: Block, record: int, period: Period | None) -> tuple[Cell, str]:
        """The record's figure and the cells it is the sum of."""
        lines = [ln for ln in block.lines if matches(ln.section, [self.layout.section])]
        if not lines:
            self.lacking.setdefault(self.layout.section, []).append(block)
            return "", block.cell
        if block.total is None:
            self.lacking.setdefault(self.layout.total_line[0], []).append(block)
            return "", block.cell
        if block.row in self.misplaced:
            self._misplaced(block)
            return "", block.cell
        first, last = lines[0].cells[TOTAL_KEY], lines[-1].cells[TOTAL_KEY]
        cells = cell_range(first, last)
        start, end = (period.start, period.end) if period else (None, None)
        named = self.cells.read_in(block.name, start, end)
        if named.says_missing:
            self.kinds.noted.add(id(block))
        if block.is_nought():
            self._nought(block, record, cells, named.note, named.resolution.in_force)
            return "", cells
        return self._sum(block, lines), cells

    def _misplaced(self, block: Block) -> None:
        line, usual = self.misplaced[block.row]
        self.log.report(
            "column_unexpected",
            self.log.place(block.sheet, address(line.row, 0)),
            says="misplaced",
            block=block.name,
            label=line.label,
            found=line.section,
            expected=usual,
        )

    def _sum(self, block: Block, lines: Sequence[BlockLine]) -> Cell:
        """The sum, or the first cell that keeps it from being one (a sign, or a word)."""
        added = 0.0
        for line in lines:
            figure = line.figures[TOTAL_KEY]
            if figure is None and not is_filled(line.contents[TOTAL_KEY]):
                figure = self._from_parts(block, line)
            if figure is None:
                return line.contents[TOTAL_KEY]
            added += figure
        return added

    def _from_parts(self, block: Block, line: BlockLine) -> float | None:
        """The total of a line whose total cell is empty, if its ages, genders and so on agree."""
        sums: set[float] = set()
        for group in self.groups[block.sheet]:
            parts = [figure for key, figure in line.figures.items() if key[0] == group]
            if any(figure is None for figure in parts):
                return None
            sums.add(sum(figure for figure in parts if figure is not None))
        if len(sums) != 1:
            return None
        (figure,) = sums
        self.log.report(
            "value_not_a_number",
            self.log.place(block.sheet, line.cells[TOTAL_KEY]),
            says="total_empty",
            block=block.name,
            label=line.label,
            expected=f"{figure:g}",
        )
        return figure

    def _mention_lacking(self) -> None:
        """Blocks of one sheet that lack the same thing are told together."""
        for what, blocks in self.lacking.items():
            first = blocks[0]
            found = ", ".join(f'"{s}"' for s in first.sections) or "none"
            self.log.report(
                "column_missing",
                self.log.place(first.sheet, first.cell),
                says="no_section" if what == self.layout.section else "no_total_line",
                block=first.name,
                others=len(blocks) - 1 or "",
                have="have" if len(blocks) > 1 else "has",
                found=found,
                expected=what,
            )
        self.lacking = {}

    def _nought(self, block: Block, record: int, cells: str, note: str, in_force: bool) -> None:
        if not in_force:
            self.result.gone.setdefault(block.sheet, []).append(record)
            return  # that it is not in force is said where the name is read
        self.kinds.noted.add(id(block))
        facts = {"block": block.name}
        if note:
            facts = {"block": block.name.split(" - ")[0], "note": note}
        self.log.report(
            "missing_recorded_as_zero",
            self.log.place(block.sheet, cells),
            says="block_named" if note else "block",
            found="0",
            expected="a figure, or nothing",
            **facts,
        )

    def arithmetic(self) -> None:
        broken: list[Sum] = []
        kinds = self.kinds
        blocks = [*kinds.national]
        blocks += [b for found in (*kinds.regions.values(), *kinds.yots.values()) for b in found]
        for block in blocks:
            broken += within_block(block, self.groups[block.sheet])
        for region, found in kinds.regions.items():
            yots = kinds.yots.get(region, [])
            home = [b for b in found if any(b.sheet == y.sheet for y in yots)]
            incomplete = any(id(b) in kinds.noted for b in yots)
            for block in home:
                broken += between_blocks(block, yots, "the YOTs", incomplete=incomplete)
            for block in home:
                for other in found:
                    if other is not block:
                        what = f"the block on the sheet {block.sheet}"
                        broken += between_blocks(other, [block], what)
        for block in kinds.national:
            regions = [
                b for found in kinds.regions.values() for b in found if b.sheet == block.sheet
            ]
            broken += between_blocks(block, regions, "the regions")
        report(broken, self.log)


def _title(grid: Grid, part: Part) -> tuple[str, str] | None:
    """The period's words in the sheet's title, and the title's cell."""
    glob = [part.period_from.cell_text] if part.period_from else ["*"]
    for row, line in enumerate(grid.lines[: part.within]):
        for col, cell in enumerate(line):
            text = text_of(cell) if isinstance(cell, str) else ""
            if text and matches(text, glob) and (words := period_words(text)):
                return words, address(row, col)
    return None


def read_blocks(
    sheets: Sequence[Grid], part: Part, names: NameResolver, log: FindingLog
) -> BlockReading:
    """Read every block of a workbook, and hold its sums against each other."""
    reader = _Reader(part, names, log)
    titles = [title for grid in sheets if (title := _title(grid, part))]
    title = (titles[0][0], "") if len({words for words, _ in titles}) == 1 else None
    for grid in sheets:
        reader.sheet(grid, title)
    reader.arithmetic()
    return reader.result
