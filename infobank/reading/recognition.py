"""Which layout a file is of, and in words why it is not of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from infobank.reading.cells import text_of
from infobank.reading.grid import Grid, OpenedFile
from infobank.reading.headings import any_cell_matches, heading_of, matches, nearest, normalised
from infobank.reading.layout import Layout

TITLE_LINES = 12
"""Titles and marks are looked for in the first so many lines of a sheet."""
_LONGEST_HEADING = 80


@dataclass(frozen=True)
class Fit:
    """How a file fits one layout.

    Attributes:
        layout: the layout.
        held: how many of its conditions hold.
        asked: how many conditions it has.
        misses: the conditions that do not hold, in words.
        headings: the headings asked for and not found.
        format_fits: whether the file's format is one of the layout's.
    """

    layout: Layout
    held: int
    asked: int
    misses: tuple[str, ...]
    headings: tuple[str, ...]
    format_fits: bool

    @property
    def whole(self) -> bool:
        """Whether every condition holds."""
        return self.format_fits and not self.misses and not self.headings


def fit(delivery: OpenedFile, layout: Layout) -> Fit:
    """Hold a file against the conditions of a layout."""
    misses: list[str] = []
    wanted = layout.recognise
    sheets = [
        sheet
        for sheet in delivery.sheets
        if delivery.is_text or not wanted.sheet or matches(sheet.name, wanted.sheet)
    ]
    if wanted.sheet and not delivery.is_text and not sheets:
        names = ", ".join(f'"{sheet.name}"' for sheet in delivery.sheets)
        misses.append(f'no sheet is named like "{wanted.sheet[0]}" (there are {names})')
    among = sheets or list(delivery.sheets)
    tops = [sheet.lines[:TITLE_LINES] for sheet in among]
    misses += [
        f'no cell of the first {TITLE_LINES} lines reads "{glob}"'
        for glob in wanted.text
        if not any(any_cell_matches(top, glob) for top in tops)
    ]
    headings = tuple(_headings_missing(among, layout))
    format_fits = delivery.format in layout.formats
    if not format_fits:
        misses.append(f"it comes as {' or '.join(layout.formats).upper()}")
    asked = bool(wanted.sheet) + len(wanted.text) + len(wanted.headings) + 1
    return Fit(
        layout, asked - len(misses) - len(headings), asked, tuple(misses), headings, format_fits
    )


def _headings_missing(sheets: Sequence[Grid], layout: Layout) -> list[str]:
    found = {heading_of(text) for text in _texts(sheets)}
    return [
        heading
        for heading in layout.recognise.headings
        if not found & {normalised(h) for h in _spellings(layout, heading)}
    ]


def _texts(sheets: Sequence[Grid]) -> list[str]:
    """The different texts near the top of the sheets, in order, that could be headings."""
    cells = (
        cell
        for sheet in sheets
        for line in sheet.lines[: 2 * TITLE_LINES]
        for cell in line
        if isinstance(cell, str) and cell
    )
    return [text for text in dict.fromkeys(map(text_of, cells)) if len(text) <= _LONGEST_HEADING]


def missing_words(fit: Fit, delivery: OpenedFile) -> str:
    """The conditions that do not hold, in words, with what looks nearest to a missing heading."""
    words = list(fit.misses)
    texts = _texts(delivery.sheets) if fit.headings else []
    for heading in fit.headings:
        near = nearest(_spellings(fit.layout, heading), texts)
        hint = f'; nearest is "{texts[near]}"' if near is not None else ""
        words.append(f'no column is headed "{heading}"{hint}')
    return "; ".join(words)


def _spellings(layout: Layout, heading: str) -> set[str]:
    """The headings meant: a contract column's accepted ones, or the heading itself."""
    spelled = {heading}
    for part in layout.parts:
        spelled |= set(part.columns.get(heading, ()))
        if part.repeat is not None:
            spelled |= set(part.repeat.columns.get(heading, ()))
    return spelled


def best_fits(delivery: OpenedFile, layouts: Sequence[Layout]) -> list[Fit]:
    """Every layout's fit, the best first: whole ones by how much they ask, then nearest misses."""
    fits = [fit(delivery, layout) for layout in layouts]
    return sorted(
        fits,
        key=lambda f: (
            not f.whole,
            not f.format_fits,
            -f.asked if f.whole else -f.held / f.asked,
            -f.held,
            f.layout.layout,
        ),
    )
