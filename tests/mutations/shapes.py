"""Lines, columns, names, periods, headings and sheets that go wrong on the way."""

from __future__ import annotations

import random

from infobank.reading.cells import Cell, is_filled, text_of
from tests.mutations.sheets import Lines, Mutation, Sheets, any_figure, figure_rows, given_figure


def row_deleted(sheets: Sheets, rng: random.Random) -> str | None:
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    count = rng.choice([1, 1, 1, 5, 30])
    del sheets.lines[ref.sheet][ref.row : ref.row + count]
    return "one line deleted" if count == 1 else "several lines deleted"


def row_repeated(sheets: Sheets, rng: random.Random) -> str | None:
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    lines.insert(ref.row + 1, list(lines[ref.row]))
    return "a line repeated"


def row_repeated_otherwise(sheets: Sheets, rng: random.Random) -> str | None:
    ref = given_figure(sheets, rng, total=False)
    number = sheets.number(ref) if ref else None
    if ref is None or number is None:
        return None
    lines = sheets.lines[ref.sheet]
    lines.insert(ref.row + 1, list(lines[ref.row]))
    sheets.put_number(ref, number + 1)
    return f"a line repeated with another {ref.column}"


def rows_shuffled(sheets: Sheets, rng: random.Random) -> str | None:
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    rows = figure_rows(sheets, ref)
    lines = sheets.lines[ref.sheet]
    order = rng.sample(rows, len(rows))
    for row, line in zip(rows, [lines[row] for row in order], strict=True):
        lines[row] = line
    return "the lines in another order"


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
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    first = min(figure_rows(sheets, ref))
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
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    count = rng.choice([1, 2, 5, 15, 40])
    width = len(lines[0])
    says = rng.choice(["", "Provisional figures, not for onward release"])
    lines[0:0] = [[says, *[""] * (width - 1)] for _ in range(count)]
    return f"{'few' if count < 6 else 'many'} lines above the header"


def title_deleted(sheets: Sheets, rng: random.Random) -> str | None:
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    del lines[: rng.choice([1, 2])]
    return "lines above the header deleted"


def empty_rows(sheets: Sheets, rng: random.Random) -> str | None:
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    width = len(lines[0])
    for _ in range(rng.randrange(1, 6)):
        lines.insert(rng.choice(figure_rows(sheets, ref)), [""] * width)
    return "empty lines put in"


def empty_column(sheets: Sheets, rng: random.Random) -> str | None:
    ref = any_figure(sheets, rng)
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
    ref = any_figure(sheets, rng)
    if ref is None:
        return None
    lines = sheets.lines[ref.sheet]
    note: list[Cell] = [""] * len(lines[0])
    note[0] = rng.choice(
        ["Note: figures from here on are provisional", "(4) revised", "* see notes"]
    )
    lines.insert(rng.choice(figure_rows(sheets, ref)), note)
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
