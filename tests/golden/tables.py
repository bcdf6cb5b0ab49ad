"""A table of golden values: rows found by a key, kept as CSV in the order of that key."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.golden.spelling import spelled

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """Rows with a key.

    Attributes:
        name: what it is called, such as ``out/risk_ranking``.
        key: the columns that tell a row from every other.
        columns: all columns, in order.
        rows: one mapping of column to value each. Values of today are as they were made, those of
            a golden file are text.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def file(self) -> str:
        """Name of its golden file."""
        return f"{self.name.replace('/', '.')}.csv"

    def by_key(self) -> dict[tuple[str, ...], Row]:
        """Rows by their key, in the order of the key.

        Raises:
            ValueError: two rows have the same key.
        """
        found: dict[tuple[str, ...], Row] = {}
        for row in self.rows:
            place = tuple(spelled(row[column]) for column in self.key)
            if place in found:
                msg = f"{self.name} has two rows of the key {', '.join(place)}."
                raise ValueError(msg)
            found[place] = row
        return dict(sorted(found.items()))

    def only(self, columns: Iterable[str]) -> Table:
        """The table with these columns."""
        return Table(self.name, self.key, tuple(columns), self.rows)

    def as_csv(self) -> str:
        """The table as it is committed."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        for row in self.by_key().values():
            writer.writerow([spelled(row[column]) for column in self.columns])
        return out.getvalue()


class BrokenError(Exception):
    """A golden file that cannot be compared with, in one sentence."""


@dataclass(frozen=True)
class Golden:
    """A golden file as read: all text, and its rows under no key yet."""

    columns: tuple[str, ...]
    rows: tuple[dict[str, str], ...]

    @classmethod
    def parse(cls, text: str) -> Golden:
        """Read the text of a golden file."""
        lines = list(csv.reader(io.StringIO(text, newline="")))
        columns = tuple(lines[0])
        return cls(columns, tuple(dict(zip(columns, line, strict=True)) for line in lines[1:]))

    @classmethod
    def read(cls, path: Path) -> Golden:
        """Read a golden file.

        Raises:
            BrokenError: it is no table, in one sentence.
        """
        try:
            with path.open(encoding="utf-8", newline="") as file:
                return cls.parse(file.read())
        except (ValueError, IndexError, csv.Error) as problem:
            msg = f"{path.name} is not a golden file: its lines do not fit its first. Restore it."
            raise BrokenError(msg) from problem

    def by_key(self, key: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, str]]:
        """Rows by their key.

        Raises:
            BrokenError: two rows have the same key.
        """
        found: dict[tuple[str, ...], dict[str, str]] = {}
        for row in self.rows:
            place = tuple(row[column] for column in key)
            if place in found:
                msg = f"A golden file has two rows for {', '.join(place)}. Restore it."
                raise BrokenError(msg)
            found[place] = row
        return found


def numbered(rows: Iterable[dict[str, Any]], by: tuple[str, ...]) -> tuple[dict[str, Any], ...]:
    """Rows with a column ``number``: which of those alike in ``by`` each is, from 1."""
    seen: dict[tuple[Any, ...], int] = {}
    told = []
    for row in rows:
        place = tuple(row[column] for column in by)
        seen[place] = seen.get(place, 0) + 1
        told.append({**row, "number": seen[place]})
    return tuple(told)
