"""The sheets of one mutant, and its figures."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from infobank.reading.cells import Cell, text_of
from tests.mutations.bases import Base, Cellref

Lines = list[list[Cell]]


@dataclass
class Sheets:
    """The sheets of one mutant, to be changed in place.

    Attributes:
        lines: each sheet's cells by the sheet's name, in order.
        hidden: sheets a person would not see.
    """

    base: Base
    lines: dict[str, Lines]
    hidden: set[str]

    @classmethod
    def of(cls, base: Base) -> Sheets:
        lines = {g.name: [list(line) for line in g.lines] for g in base.delivery.sheets}
        return cls(base, lines, {g.name for g in base.delivery.sheets if not g.visible})

    @property
    def is_text(self) -> bool:
        return self.base.delivery.is_text

    def get(self, ref: Cellref) -> Cell:
        return self.lines[ref.sheet][ref.row][ref.col]

    def put(self, ref: Cellref, cell: Cell) -> None:
        self.lines[ref.sheet][ref.row][ref.col] = cell

    def put_number(self, ref: Cellref, number: float) -> None:
        """A figure written as the file writes figures: text in a text file."""
        self.put(ref, f"{number:.10g}" if self.is_text else float(number))

    def number(self, ref: Cellref) -> float | None:
        try:
            return float(text_of(self.get(ref)).replace(",", ""))
        except ValueError:
            return None


Mutation = Callable[[Sheets, random.Random], str | None]
"""Changes the sheets in place and says in a few words what it did; None where it cannot."""


def given_figure(
    sheets: Sheets, rng: random.Random, *, total: bool | None = None
) -> Cellref | None:
    figures = [
        ref
        for ref in rng.sample(sheets.base.figures, min(40, len(sheets.base.figures)))
        if sheets.number(ref) is not None and ref.kind != "code" and total in (None, ref.total)
    ]
    return figures[0] if figures else None


def figure_rows(sheets: Sheets, ref: Cellref) -> list[int]:
    """The lines of a sheet that hold figures."""
    return sorted({r.row for r in sheets.base.figures if r.sheet == ref.sheet})


def any_figure(sheets: Sheets, rng: random.Random) -> Cellref | None:
    return rng.choice(sheets.base.figures) if sheets.base.figures else None
