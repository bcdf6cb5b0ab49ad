"""What a sheet of stacked blocks is made of: its columns, its blocks and their lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from infobank.domain.findings import address
from infobank.reading.cells import Cell

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
        contents: column key -> what the cell holds.
    """

    label: str
    section: str
    row: int
    figures: dict[Key, float | None]
    cells: dict[Key, str]
    contents: dict[Key, Cell]


@dataclass
class Block:
    """One block: a YOT's, a region's or the nation's.

    Attributes:
        sheet: the sheet it stands in.
        name: the text of its name cell.
        row: that cell's line, counted from 0.
        lines: its lines of figures.
        total: its TOTAL line.
        subtotals: lines that total one section.
        sections: the section labels met.
        filled: how many filled lines it has.
        strays: lines with figures and no label.
    """

    sheet: str
    name: str
    row: int
    lines: list[BlockLine] = field(default_factory=list)
    total: BlockLine | None = None
    subtotals: list[BlockLine] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    filled: int = 1
    strays: list[BlockLine] = field(default_factory=list)

    @property
    def cell(self) -> str:
        """The address of the name."""
        return address(self.row, 0)

    def all_lines(self) -> Iterator[BlockLine]:
        """The lines, those that total a section, and the total line."""
        yield from self.lines
        yield from self.subtotals
        if self.total is not None:
            yield self.total

    def is_nought(self) -> bool:
        """Whether it has figures and every one of them is nought."""
        figures = [f for line in self.all_lines() for f in line.figures.values()]
        return any(f is not None for f in figures) and not any(figures)
