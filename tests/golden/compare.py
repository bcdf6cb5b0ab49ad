"""What has changed since the golden files, in words: the place, before and after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.golden.spelling import agrees, spelled
from tests.golden.tables import Golden, Row, Table

Key = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """Differences of one sort in one table: the first of them in words, and how many.

    Attributes:
        table: the table.
        first: the first, in a sentence without its full stop.
        further: what can be said of every other row, where it is about rows.
        count: how many there are.
    """

    table: str
    first: str
    further: str
    count: int = 1

    def __str__(self) -> str:
        others = self.count - 1
        if not others:
            return f"{self.first}."
        rows = "row" if others == 1 else "rows"
        return f"{self.first}.\n  {others:,} more {rows} {self.further}."


def compare(golden: Mapping[str, Golden], now: Mapping[str, Table]) -> list[Difference]:
    """All differences, by table, both by file name."""
    found = []
    for file in sorted({*golden, *now}):
        if file not in now:
            name = file.removesuffix(".csv").replace(".", "/", 1)
            found.append(Difference(name, f"{name} is gone: there is no such table now", ""))
        elif file not in golden:
            table = now[file]
            said = f"{table.name} is new, with {len(table.rows):,} rows"
            found.append(Difference(table.name, said, ""))
        else:
            found += compare_table(golden[file], now[file])
    return found


def compare_table(golden: Golden, now: Table) -> list[Difference]:
    """The differences of one table: columns, then rows, then values column by column."""
    missing = [column for column in golden.columns if column not in now.columns]
    added = [column for column in now.columns if column not in golden.columns]
    found = [Difference(now.name, f"{now.name}: the column {c} is gone", "") for c in missing]
    found += [Difference(now.name, f"{now.name}: the column {c} is new", "") for c in added]
    if set(now.key) & {*missing, *added}:
        return found  # rows cannot be found again
    before, after = golden.by_key(now.key), now.by_key()
    found += _rows(now, sorted(before.keys() - after.keys()), "is gone")
    found += _rows(now, sorted(after.keys() - before.keys()), "is new")
    both = [key for key in after if key in before]
    for column in golden.columns:
        if column in now.columns and column not in now.key:
            found += _values(now, column, [(k, before[k], after[k]) for k in both])
    return found


def _rows(table: Table, keys: list[Key], what: str) -> list[Difference]:
    if not keys:
        return []
    said = f"{_place(table, keys[0])}: the row {what}"
    return [Difference(table.name, said, "like it", len(keys))]


def _values(
    table: Table, column: str, rows: list[tuple[Key, dict[str, str], Row]]
) -> list[Difference]:
    changed = [row for row in rows if not agrees(row[1][column], row[2][column])]
    if not changed:
        return []
    key, before, after = changed[0]
    said = (
        f"{_place(table, key)}: {column} was {_told(before[column])}, "
        f"is now {_told(spelled(after[column]))}"
    )
    return [Difference(table.name, said, f"with another value of {column}", len(changed))]


def _told(text: str) -> str:
    if " " in text:
        return f'"{text}"'
    return text or "empty"


def _place(table: Table, key: Key) -> str:
    return ", ".join([table.name, *(f"{c}={v}" for c, v in zip(table.key, key, strict=True))])
