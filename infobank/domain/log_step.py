"""One line in the log for each step: what it did, to how much, and how long it took.

A line names files, sources and counts. It holds nothing that stands in a delivery, and no line
becomes part of anything published: a time would make the bytes of two runs differ.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

LOGGER = "infobank"
"""The logger above all others of the program; without a handler of its own it is silent."""


class Counts:
    """What a step has to say of itself."""

    def __init__(self) -> None:
        self._phrases: list[str] = []

    def __str__(self) -> str:
        return ", ".join(self._phrases) or "done"

    def add(self, number: int, what: str) -> None:
        """So many of something, its plural first: ``1,234 visits proposed``."""
        first, _, rest = what.partition(" ")
        named = f"{first.removesuffix('s') if number == 1 else first} {rest}".strip()
        self._phrases.append(f"{number:,} {named}")

    def note(self, words: str) -> None:
        """Something that is no count: ``kept from an earlier run``."""
        self._phrases.append(words)


@contextmanager
def log_step(log: logging.Logger, what: str) -> Iterator[Counts]:
    """Write one line when a step is done; none where it ends in an error, which tells itself.

    Args:
        log: the logger of the step's module.
        what: the step, and what of: ``check yjb_custody``.
    """
    counts, began = Counts(), perf_counter()
    yield counts
    log.info("%s: %s (%.1f s)", what, counts, perf_counter() - began)
