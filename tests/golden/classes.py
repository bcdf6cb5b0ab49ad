"""Which columns are figures, which are wording and which are ids: ``classes.yaml``, as read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from tests.golden.spelling import figures_in, words_of
from tests.golden.tables import Row, Table

FILE = Path(__file__).with_name("classes.yaml")
_KINDS = ("figures", "wording", "lists", "ids")


class UnclassedError(Exception):
    """A column or heading that ``classes.yaml`` does not know, in one sentence."""


@dataclass(frozen=True)
class Classes:
    """Column -> ``figures``, ``wording``, ``lists`` (wording with a number of parts) or ``ids``."""

    of: Mapping[str, str]

    @classmethod
    def read(cls, told: Mapping[str, Iterable[str]]) -> Classes:
        """From lists of columns by class."""
        unknown = set(told) - set(_KINDS)
        if unknown:
            msg = f"{FILE.name}: there is no class {sorted(unknown)[0]}; use {', '.join(_KINDS)}."
            raise UnclassedError(msg)
        return cls({column: kind for kind in _KINDS for column in told.get(kind, ())})

    def check(self, table: str, columns: Iterable[str]) -> None:
        """Refuse a column of no class.

        Raises:
            UnclassedError: the column, and what to do about it.
        """
        for column in columns:
            if column not in self.of:
                msg = (
                    f"{table} has the column {column}, which tests/golden/{FILE.name} does not "
                    f"class. Put it there under one of {', '.join(_KINDS)}."
                )
                raise UnclassedError(msg)

    def kind(self, column: str) -> str:
        """The class of a column; a figure where nothing is said."""
        return self.of.get(column, "figures")

    def apart(self, table: Table) -> tuple[Table, Table | None]:
        """A table's figures, and its wording if it has any.

        Of a sentence the figures stand among the figures and the words among the wording, so that
        neither hides a change of the other. Ids are in neither.
        """
        worded = [c for c in table.columns if self.kind(c) in ("wording", "lists")]
        kept = [c for c in table.columns if c not in worded and self.kind(c) != "ids"]
        rows = tuple({**row, **self._figures(row, worded)} for row in table.rows)
        columns = (*kept, *(_named(c) for c in worded))
        figures = Table(table.name, table.key, columns, rows)
        if not worded:
            return figures, None
        said = tuple({**row, **{c: _words(row[c]) for c in worded}} for row in table.rows)
        return figures, Table(table.name, table.key, (*table.key, *worded), said)

    def _figures(self, row: Row, worded: Iterable[str]) -> dict[str, Any]:
        return {_named(c): figures_of(row[c], parts=self.kind(c) == "lists") for c in worded}


def figures_of(value: Any, parts: bool = False) -> Any:
    """The figures in a sentence, and for a list of notes how many there are."""
    if not isinstance(value, str):
        return None
    found = figures_in(value)
    if not parts:
        return found
    count = len([part for part in value.split(";") if part.strip()])
    return f"{count} notes: {found}" if count else ""


def _words(value: Any) -> Any:
    return words_of(value) if isinstance(value, str) else value


def _named(column: str) -> str:
    return f"figures in {column}"


@lru_cache(maxsize=1)
def _told() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return told


def of_table(name: str) -> Classes:
    """The classes of a table's columns, such as those of ``out.risk_ranking``."""
    return Classes.read(_told()["tables"].get(name, {}))


def of_pack() -> Classes:
    """The classes of the names in the pack's data."""
    return Classes.read(_told()["pack_data"])


def of_headings() -> Classes:
    """The classes of the headings of the pack page's tables."""
    return Classes.read(_told()["pack_page"])


def of_reports() -> Classes:
    """The classes of the columns of error reports."""
    return Classes.read(_told()["reports"])
