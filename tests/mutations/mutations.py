"""Ways in which a delivery goes wrong between its sender's desk and ours, on the grid.

Each mutation takes a sheet's cells and random numbers and says in a few words what it did, or
None where the file has nothing to do it to. ``MUTATIONS`` lists them by name.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from infobank.reading.grid import Cell, is_filled, text_of
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


def _figure(sheets: Sheets, rng: random.Random, *, total: bool | None = None) -> Cellref | None:
    figures = [
        ref
        for ref in rng.sample(sheets.base.figures, min(40, len(sheets.base.figures)))
        if sheets.number(ref) is not None and ref.kind != "code" and total in (None, ref.total)
    ]
    return figures[0] if figures else None


def _rows(sheets: Sheets, ref: Cellref) -> list[int]:
    """The lines of a sheet that hold figures."""
    return sorted({r.row for r in sheets.base.figures if r.sheet == ref.sheet})


def _any_figure(sheets: Sheets, rng: random.Random) -> Cellref | None:
    return rng.choice(sheets.base.figures) if sheets.base.figures else None


def cells_swapped(sheets: Sheets, rng: random.Random) -> str | None:
    one = _any_figure(sheets, rng)
    if one is None:
        return None
    alike = [r for r in sheets.base.figures if r.column == one.column and r.sheet == one.sheet]
    other = rng.choice(alike)
    first, second = sheets.get(one), sheets.get(other)
    sheets.put(one, second)
    sheets.put(other, first)
    return f"{one.column} of two lines swapped"


def cell_blanked(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    sheets.put(ref, "")
    return f"{ref.column} blanked"


_RETYPED = ("12a", "twelve", "1,23", "12 (r)", "n/k", "O", "1O", "?", "see note", "12;5", "1.2.3",
            "#REF!", "#DIV/0!", "TRUE", "01/04/2013", "(5)", "5-9", "£12")  # fmt: skip


def cell_retyped(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    told = rng.choice(_RETYPED)
    sheets.put(ref, told)
    return f'{ref.column} retyped as "{told}"'


def number_as_text(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _figure(sheets, rng)
    number = sheets.number(ref) if ref else None
    if ref is None or number is None:
        return None
    sheets.put(ref, f" {number:,.10g}" if number.is_integer() else f"{number}0000000000004")
    return f"{ref.column} stored as text"


def marker_put_in(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    sheets.put(ref, rng.choice(["*", "..", "-", "n/a", "[c]", "[x]"]))
    return f"{ref.column} replaced by a marker"


def decimal_shifted(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _figure(sheets, rng)
    number = sheets.number(ref) if ref else None
    if ref is None or not number:
        return None
    factor = rng.choice([0.001, 0.01, 0.1, 10, 100, 1000])
    moved = number * factor
    if number.is_integer() and factor < 1 and rng.random() < 0.7:
        moved = float(int(moved))
    if moved == number:
        return None
    sheets.put_number(ref, float(f"{moved:.12g}"))
    return f"{ref.column} times {factor:g}"


def digits_transposed(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _figure(sheets, rng)
    if ref is None:
        return None
    digits = list(text_of(sheets.get(ref)))
    places = [n for n in range(len(digits) - 1) if (digits[n] + digits[n + 1]).isdigit()]
    places = [n for n in places if digits[n] != digits[n + 1]]
    if not places:
        return None
    n = rng.choice(places)
    digits[n], digits[n + 1] = digits[n + 1], digits[n]
    sheets.put_number(ref, float("".join(digits)))
    return f"two digits of {ref.column} transposed"


def digit_mistyped(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _figure(sheets, rng)
    if ref is None:
        return None
    digits = list(text_of(sheets.get(ref)))
    n = rng.choice([n for n, d in enumerate(digits) if d.isdigit()])
    digits[n] = rng.choice([d for d in "0123456789" if d != digits[n]])
    sheets.put_number(ref, float("".join(digits)))
    return f"one digit of {ref.column} mistyped"


def total_changed(sheets: Sheets, rng: random.Random) -> str | None:
    totals = [r for r in sheets.base.figures if r.total and sheets.number(r)]
    if not totals:
        return None
    ref = rng.choice(totals)
    number = sheets.number(ref) or 0.0
    sheets.put_number(ref, number + rng.choice([-10, -1, 1, 2, 10, 100]))
    return f"the total of {ref.column} changed"


def sign_flipped(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _figure(sheets, rng)
    number = sheets.number(ref) if ref else None
    if ref is None or not number:
        return None
    sheets.put_number(ref, -number)
    return f"{ref.column} negative"


def word_swapped(sheets: Sheets, rng: random.Random) -> str | None:
    """One allowed word for another, or for a word that is not allowed."""
    coded = [r for r in sheets.base.figures if r.kind not in ("count", "rate", "percentage")]
    if not coded:
        return None
    ref = rng.choice(coded)
    alike = [sheets.get(r) for r in coded if r.column == ref.column]
    wrong = rng.random() < 0.5
    sheets.put(ref, rng.choice(["sufficent", "N?", "good", "Yes (partly)", "9"]) if wrong
               else rng.choice(alike))  # fmt: skip
    return f"{ref.column} replaced by {'a word not agreed' if wrong else 'another agreed word'}"


def column_shifted(sheets: Sheets, rng: random.Random) -> str | None:
    """The figures of one column moved a line down from somewhere on, as a missed paste does."""
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    rows = [row for row in _rows(sheets, ref) if row >= ref.row]
    rows = rows[: rng.choice([3, 10, len(rows)])]
    column = [sheets.lines[ref.sheet][row][ref.col] for row in rows]
    for row, cell in zip(rows, ["", *column[:-1]], strict=True):
        sheets.lines[ref.sheet][row][ref.col] = cell
    return f"{ref.column} shifted down a line over {'some' if len(rows) < 11 else 'many'} lines"


def row_shifted(sheets: Sheets, rng: random.Random) -> str | None:
    """One line's cells moved a column to the right or to the left."""
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    line = sheets.lines[ref.sheet][ref.row]
    start = rng.choice([0, ref.col])
    right = rng.random() < 0.5
    moved = ["", *line[start:-1]] if right else [*line[start + 1 :], ""]
    line[start:] = moved
    return f"a line's cells shifted to the {'right' if right else 'left'}"


def rows_swapped(sheets: Sheets, rng: random.Random) -> str | None:
    """The figures of two lines swapped under their names."""
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    rows = [r for r in _rows(sheets, ref) if r != ref.row]
    near = [r for r in rows if abs(r - ref.row) == 1]
    if not rows:
        return None
    other = rng.choice(near if near and rng.random() < 0.5 else rows)
    cols = sorted({r.col for r in sheets.base.figures if r.sheet == ref.sheet})
    lines = sheets.lines[ref.sheet]
    for col in cols:
        lines[ref.row][col], lines[other][col] = lines[other][col], lines[ref.row][col]
    return "the figures of two lines swapped"


def row_deleted(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    count = rng.choice([1, 1, 1, 5, 30])
    del sheets.lines[ref.sheet][ref.row : ref.row + count]
    return "one line deleted" if count == 1 else "several lines deleted"


def row_repeated(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    lines.insert(ref.row + 1, list(lines[ref.row]))
    return "a line repeated"


def row_repeated_otherwise(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _figure(sheets, rng, total=False)
    number = sheets.number(ref) if ref else None
    if ref is None or number is None:
        return None
    lines = sheets.lines[ref.sheet]
    lines.insert(ref.row + 1, list(lines[ref.row]))
    sheets.put_number(ref, number + 1)
    return f"a line repeated with another {ref.column}"


def rows_shuffled(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    rows = _rows(sheets, ref)
    lines = sheets.lines[ref.sheet]
    order = rng.sample(rows, len(rows))
    for row, line in zip(rows, [lines[row] for row in order], strict=True):
        lines[row] = line
    return "the lines in another order"


def row_noughts(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    for other in sheets.base.figures:
        if (other.sheet, other.row) == (ref.sheet, ref.row) and other.kind != "code":
            sheets.put_number(other, 0)
    return "noughts for every figure of a line"


def name_misspelt(sheets: Sheets, rng: random.Random) -> str | None:
    if not sheets.base.names:
        return None
    ref = rng.choice(sheets.base.names)
    text = text_of(sheets.get(ref))
    if len(text) < 4:
        return None
    n = rng.randrange(1, len(text) - 1)
    way = rng.randrange(3)
    told = [text[:n] + text[n + 1 :], text[:n] + text[n] * 2 + text[n + 1 :],
            text[:n] + rng.choice("aeiou") + text[n + 1 :]][way]  # fmt: skip
    if told == text:
        return None
    sheets.put(ref, told)
    return "a name misspelt"


def name_taken(sheets: Sheets, rng: random.Random) -> str | None:
    """A line under the name of another YOT of the file."""
    if len(sheets.base.names) < 2:
        return None
    one, other = rng.sample(sheets.base.names, 2)
    if text_of(sheets.get(one)) == text_of(sheets.get(other)):
        return None
    sheets.put(one, sheets.get(other))
    return "a line under another's name"


def name_blanked(sheets: Sheets, rng: random.Random) -> str | None:
    if not sheets.base.names:
        return None
    ref = rng.choice(sheets.base.names)
    sheets.put(ref, rng.choice(["", " ", "-"]))
    return "a name blanked"


def name_spaced(sheets: Sheets, rng: random.Random) -> str | None:
    if not sheets.base.names:
        return None
    ref = rng.choice(sheets.base.names)
    sheets.put(ref, f"\xa0{text_of(sheets.get(ref)).upper()}  ")
    return "a name in capitals with spaces around it"


def units_changed(sheets: Sheets, rng: random.Random) -> str | None:
    """A whole column of rates or percentages in other units: 36 becomes 0.36."""
    rates = [r for r in sheets.base.figures if r.kind in ("rate", "percentage")]
    if not rates:
        return None
    one = rng.choice(rates)
    factor = rng.choice([0.01, 0.01, 0.1, 10, 100])
    for ref in rates:
        if ref.column == one.column and ref.sheet == one.sheet:
            number = sheets.number(ref)
            if number is not None:
                sheets.put_number(ref, float(f"{number * factor:.12g}"))
    return f"the whole of {one.column} times {factor:g}"


def counts_in_thousands(sheets: Sheets, rng: random.Random) -> str | None:
    """A whole column of counts given in thousands."""
    counts = [r for r in sheets.base.figures if r.kind == "count"]
    if not counts:
        return None
    one = rng.choice(counts)
    for ref in counts:
        if (ref.column, ref.sheet, ref.col) == (one.column, one.sheet, one.col):
            number = sheets.number(ref)
            if number is not None:
                sheets.put_number(ref, number / 1000)
    return f"the whole of {one.column} in thousands"


def period_changed(sheets: Sheets, rng: random.Random) -> str | None:
    if not sheets.base.labels:
        return None
    ref = rng.choice(sheets.base.labels)
    text = text_of(sheets.get(ref))
    years = sorted({w for w in text.replace("/", " ").split() if w.isdigit() and len(w) in (2, 4)})
    if years and rng.random() < 0.6:
        by = rng.choice([-1, 1, 1, 10])
        for year in sorted(years, reverse=by > 0):
            text = text.replace(year, f"{int(year) + by:0{len(year)}d}")
        sheets.put(ref, text)
        return f"a period moved by {'a year' if abs(by) == 1 else 'ten years'}"
    sheets.put(ref, rng.choice(["", "2013", "last year", "Jul 13", "Sept", text[:-2], text[2:]]))
    return "a period garbled"


def _headings(sheets: Sheets, rng: random.Random) -> tuple[Lines, int, list[int]] | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    first = min(_rows(sheets, ref))
    for row in range(first - 1, -1, -1):
        filled = [col for col, cell in enumerate(lines[row]) if is_filled(cell)]
        if len(filled) > 1:
            return lines, row, filled
    return None


def heading_renamed(sheets: Sheets, rng: random.Random) -> str | None:
    found = _headings(sheets, rng)
    if found is None:
        return None
    lines, row, filled = found
    col = rng.choice(filled)
    text = text_of(lines[row][col])
    lines[row][col] = rng.choice([text[:-2], text + " (new)", text[::-1], "Column1", ""])
    return "a heading renamed"


def headings_swapped(sheets: Sheets, rng: random.Random) -> str | None:
    found = _headings(sheets, rng)
    if found is None:
        return None
    lines, row, filled = found
    one, other = rng.sample(filled, 2)
    if text_of(lines[row][one]) == text_of(lines[row][other]):
        return None
    lines[row][one], lines[row][other] = lines[row][other], lines[row][one]
    return "two headings swapped"


def heading_repeated(sheets: Sheets, rng: random.Random) -> str | None:
    found = _headings(sheets, rng)
    if found is None:
        return None
    lines, row, filled = found
    one, other = rng.sample(filled, 2)
    if text_of(lines[row][one]) == text_of(lines[row][other]):
        return None
    lines[row][one] = lines[row][other]
    return "a heading twice"


def columns_reordered(sheets: Sheets, rng: random.Random) -> str | None:
    """Two columns change places, headings and all."""
    found = _headings(sheets, rng)
    if found is None:
        return None
    lines, row, filled = found
    one, other = rng.sample(filled, 2)
    above = [r for r in range(row) if sum(is_filled(c) for c in lines[r]) > 1]
    if above:
        return None  # a repeated group is not whole without its label
    for line in lines:
        line[one], line[other] = line[other], line[one]
    return "two columns change places"


def column_deleted(sheets: Sheets, rng: random.Random) -> str | None:
    found = _headings(sheets, rng)
    if found is None:
        return None
    lines, _, filled = found
    col = rng.choice(filled)
    for line in lines:
        del line[col]
    return "a column deleted"


def column_added(sheets: Sheets, rng: random.Random) -> str | None:
    found = _headings(sheets, rng)
    if found is None:
        return None
    lines, row, filled = found
    col = rng.choice([*filled, len(lines[0])])
    heading = rng.choice(["Comments", "Change on year", "", "2014/15 (est.)"])
    figures = rng.random() < 0.7
    for number, line in enumerate(lines):
        cell: Cell = ""
        if number == row:
            cell = heading
        elif number > row and figures and any(is_filled(c) for c in line):
            cell = str(number) if sheets.is_text else float(number)
        line.insert(col, cell)
    return "a column added" if heading else "a column without a heading added"


def header_moved(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    count = rng.choice([1, 2, 5, 15, 40])
    width = len(lines[0])
    says = rng.choice(["", "Provisional figures, not for onward release"])
    lines[0:0] = [[says, *[""] * (width - 1)] for _ in range(count)]
    return f"{'few' if count < 6 else 'many'} lines above the header"


def title_deleted(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    del lines[: rng.choice([1, 2])]
    return "lines above the header deleted"


def empty_rows(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    width = len(lines[0])
    for _ in range(rng.randrange(1, 6)):
        lines.insert(rng.choice(_rows(sheets, ref)), [""] * width)
    return "empty lines put in"


def empty_column(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    col = rng.choice([0, ref.col])
    for line in sheets.lines[ref.sheet]:
        line.insert(col, "")
    return "an empty column put in"


def header_repeated(sheets: Sheets, rng: random.Random) -> str | None:
    found = _headings(sheets, rng)
    if found is None:
        return None
    lines, row, _ = found
    lines.insert(rng.randrange(row + 2, max(row + 3, len(lines))), list(lines[row]))
    return "the header repeated between the lines"


def notes_put_in(sheets: Sheets, rng: random.Random) -> str | None:
    ref = _any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    note: list[Cell] = [""] * len(lines[0])
    note[0] = rng.choice(
        ["Note: figures from here on are provisional", "(4) revised", "* see notes"]
    )
    lines.insert(rng.choice(_rows(sheets, ref)), note)
    return "a note between the lines"


def sheet_removed(sheets: Sheets, rng: random.Random) -> str | None:
    if len(sheets.lines) < 2:
        return None
    del sheets.lines[rng.choice(list(sheets.lines))]
    return "a sheet removed"


def sheet_renamed(sheets: Sheets, rng: random.Random) -> str | None:
    if sheets.is_text:
        return None
    name = rng.choice(list(sheets.lines))
    told = rng.choice(["Sheet1", name[:4], f"{name} (2)", name.upper(), f"OLD {name}"])
    sheets.lines = {told if n == name else n: lines for n, lines in sheets.lines.items()}
    return "a sheet renamed"


def sheet_repeated(sheets: Sheets, rng: random.Random) -> str | None:
    if sheets.is_text:
        return None
    name = rng.choice(list(sheets.lines))
    sheets.lines[f"{name} (2)"] = [list(line) for line in sheets.lines[name]]
    return "a sheet twice"


def sheet_hidden(sheets: Sheets, rng: random.Random) -> str | None:
    if sheets.is_text:
        return None
    sheets.hidden.add(rng.choice(list(sheets.lines)))
    return "a sheet hidden"


def sheet_emptied(sheets: Sheets, rng: random.Random) -> str | None:
    name = rng.choice(list(sheets.lines))
    sheets.lines[name] = []
    return "a sheet emptied"


FIGURE_MUTATIONS: dict[str, Mutation] = {
    f.__name__: f
    for f in (
        cells_swapped, cell_blanked, cell_retyped, number_as_text, marker_put_in, decimal_shifted,
        digits_transposed, digit_mistyped, total_changed, sign_flipped, word_swapped,
        column_shifted, row_shifted, rows_swapped, row_noughts, units_changed,
        counts_in_thousands,
    )
}  # fmt: skip
"""Mutations that change figures; made more often than the others."""

SHAPE_MUTATIONS: dict[str, Mutation] = {
    f.__name__: f
    for f in (
        row_deleted, row_repeated, row_repeated_otherwise, rows_shuffled, name_misspelt,
        name_taken, name_blanked, name_spaced, period_changed, heading_renamed, headings_swapped,
        heading_repeated, columns_reordered, column_deleted, column_added, header_moved,
        title_deleted, empty_rows, empty_column, header_repeated, notes_put_in, sheet_removed,
        sheet_renamed, sheet_repeated, sheet_hidden, sheet_emptied,
    )
}  # fmt: skip
