"""Figures that go wrong between the sender's desk and ours."""

from __future__ import annotations

import random

from infobank.reading.cells import text_of
from tests.mutations.sheets import Mutation, Sheets, any_figure, figure_rows, given_figure


def cells_swapped(sheets: Sheets, rng: random.Random) -> str | None:
    one = any_figure(sheets, rng)
    if one is None:
        return None
    alike = [r for r in sheets.base.figures if r.column == one.column and r.sheet == one.sheet]
    other = rng.choice(alike)
    first, second = sheets.get(one), sheets.get(other)
    sheets.put(one, second)
    sheets.put(other, first)
    return f"{one.column} of two lines swapped"


def cell_blanked(sheets: Sheets, rng: random.Random) -> str | None:
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    sheets.put(ref, "")
    return f"{ref.column} blanked"


_RETYPED = ("12a", "twelve", "1,23", "12 (r)", "n/k", "O", "1O", "?", "see note", "12;5", "1.2.3",
            "#REF!", "#DIV/0!", "TRUE", "01/04/2013", "(5)", "5-9", "£12")  # fmt: skip


def cell_retyped(sheets: Sheets, rng: random.Random) -> str | None:
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    told = rng.choice(_RETYPED)
    sheets.put(ref, told)
    return f'{ref.column} retyped as "{told}"'


def number_as_text(sheets: Sheets, rng: random.Random) -> str | None:
    ref = given_figure(sheets, rng)
    number = sheets.number(ref) if ref else None
    if ref is None or number is None:
        return None
    sheets.put(ref, f" {number:,.10g}" if number.is_integer() else f"{number}0000000000004")
    return f"{ref.column} stored as text"


def marker_put_in(sheets: Sheets, rng: random.Random) -> str | None:
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    sheets.put(ref, rng.choice(["*", "..", "-", "n/a", "[c]", "[x]"]))
    return f"{ref.column} replaced by a marker"


def decimal_shifted(sheets: Sheets, rng: random.Random) -> str | None:
    ref = given_figure(sheets, rng)
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
    ref = given_figure(sheets, rng)
    if ref is None:
        return None
    digits = list(text_of(sheets.get(ref)).replace(",", ""))
    places = [n for n in range(len(digits) - 1) if (digits[n] + digits[n + 1]).isdigit()]
    places = [n for n in places if digits[n] != digits[n + 1]]
    if not places:
        return None
    n = rng.choice(places)
    digits[n], digits[n + 1] = digits[n + 1], digits[n]
    sheets.put_number(ref, float("".join(digits)))
    return f"two digits of {ref.column} transposed"


def digit_mistyped(sheets: Sheets, rng: random.Random) -> str | None:
    ref = given_figure(sheets, rng)
    if ref is None:
        return None
    digits = list(text_of(sheets.get(ref)).replace(",", ""))
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
    ref = given_figure(sheets, rng)
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
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    rows = [row for row in figure_rows(sheets, ref) if row >= ref.row]
    rows = rows[: rng.choice([3, 10, len(rows)])]
    column = [sheets.lines[ref.sheet][row][ref.col] for row in rows]
    for row, cell in zip(rows, ["", *column[:-1]], strict=True):
        sheets.lines[ref.sheet][row][ref.col] = cell
    return f"{ref.column} shifted down a line over {'some' if len(rows) < 11 else 'many'} lines"


def row_shifted(sheets: Sheets, rng: random.Random) -> str | None:
    """One line's cells moved a column to the right or to the left."""
    ref = any_figure(sheets, rng)
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
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    rows = [r for r in figure_rows(sheets, ref) if r != ref.row]
    near = [r for r in rows if abs(r - ref.row) == 1]
    if not rows:
        return None
    other = rng.choice(near if near and rng.random() < 0.5 else rows)
    cols = sorted({r.col for r in sheets.base.figures if r.sheet == ref.sheet})
    lines = sheets.lines[ref.sheet]
    for col in cols:
        lines[ref.row][col], lines[other][col] = lines[other][col], lines[ref.row][col]
    return "the figures of two lines swapped"


def row_made_zero(sheets: Sheets, rng: random.Random) -> str | None:
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    for other in sheets.base.figures:
        if (other.sheet, other.row) == (ref.sheet, ref.row) and other.kind != "code":
            sheets.put_number(other, 0)
    return "zero for every figure of a line"


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


FIGURE_MUTATIONS: dict[str, Mutation] = {
    f.__name__: f
    for f in (
        cells_swapped, cell_blanked, cell_retyped, number_as_text, marker_put_in, decimal_shifted,
        digits_transposed, digit_mistyped, total_changed, sign_flipped, word_swapped,
        column_shifted, row_shifted, rows_swapped, row_made_zero, units_changed,
        counts_in_thousands,
    )
}  # fmt: skip
"""Mutations that change figures; made more often than the others."""
