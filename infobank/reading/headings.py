"""Compare headings as people mean them, and find the nearest when one is missing."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache

from infobank.reading.cells import Cell, text_of

_FOOTNOTE = re.compile(
    r"\s*(?:\*+|\((?:\d{1,2}|[a-z]|\*)\)|\[(?:\d{1,2}|[a-z]|note \d+)\]|[¹²³†‡]+)$"
)
_CLOSENESS = 0.6


@lru_cache(maxsize=65536)
def normalised(text: str) -> str:
    """A heading without case, double spaces and footnote marks such as ``*`` or ``(1)``."""
    tidy = " ".join(text.replace("\xa0", " ").split()).casefold()
    while tidy:
        shorter = _FOOTNOTE.sub("", tidy).rstrip(" :")
        if shorter == tidy:
            break
        tidy = shorter
    return tidy


def heading_of(cell: Cell) -> str:
    """A cell's text, normalised as a heading."""
    return normalised(text_of(cell))


def matches(text: str, globs: Iterable[str]) -> bool:
    """Whether a text fits one of the globs, without regard to case and spacing.

    Only ``*`` and ``?`` stand for something else; brackets are themselves, since headings and
    footnotes have them.
    """
    tidy = " ".join(text.replace("\xa0", " ").split()).casefold()
    return any(fnmatchcase(tidy, _literal_brackets(glob)) for glob in globs)


@lru_cache(maxsize=4096)
def _literal_brackets(glob: str) -> str:
    return " ".join(glob.split()).casefold().replace("[", "[[]")


def any_cell_matches(lines: Sequence[Sequence[Cell]], glob: str) -> bool:
    """Whether some cell of these lines fits a glob."""
    return any(matches(text_of(cell), [glob]) for line in lines for cell in line if cell != "")


def nearest(wanted: Iterable[str], found: Sequence[str]) -> int | None:
    """The place of the text that looks most like one of the wanted ones; None where none does."""
    best: tuple[float, int] | None = None
    for place, text in enumerate(found):
        tidy = normalised(text)
        if not tidy:
            continue
        for want in wanted:
            closeness = _closeness(normalised(want), tidy)
            if closeness >= _CLOSENESS and (best is None or closeness > best[0]):
                best = (closeness, place)
    return best[1] if best else None


def _closeness(want: str, text: str) -> float:
    closeness = difflib.SequenceMatcher(None, want, text).ratio()
    words = set(want.split()) & set(text.split())
    if words:
        closeness = max(closeness, _CLOSENESS + 0.1 * len(words) / len(want.split()))
    return closeness
