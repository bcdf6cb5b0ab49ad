"""The published tables: ``out`` whole, ``core`` and ``restricted`` as a digest of each column."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from infobank.contracts import load_tables
from infobank.tables import LocalStorage
from infobank.tables.storage import Record
from tests.golden.classes import of_table
from tests.golden.spelling import spelled
from tests.golden.tables import Row, Table

_DIGEST_LENGTH = 16
_KEY = ("table", "column")


def runs(records: Iterable[Record]) -> Table:
    """What each run counted."""
    rows = tuple(
        {
            "quarter": record["parameters"]["quarter"],
            "as_of": record["as_of"],
            "status": record["status"],
            "synthetic": record["synthetic"],
            **record["counts"],
        }
        for record in records
    )
    return Table("runs", ("quarter",), tuple(rows[0]), rows)


def out_tables(warehouse: Path) -> list[Table]:
    """Every table of ``out`` as it stands after the last quarter."""
    return [
        Table(name.replace(".", "/", 1), load_tables()[name].key, columns, rows)
        for name, columns, rows in _tables(warehouse)
        if name.startswith("out.")
    ]


def digests(warehouse: Path) -> tuple[Table, Table]:
    """Digests of the other tables' columns: those of figures, and those of wording."""
    figures: list[Row] = []
    wording: list[Row] = []
    for name, columns, rows in _tables(warehouse):
        if not name.startswith("out."):
            told, said = digests_of(name, load_tables()[name].key, columns, rows)
            figures += told
            wording += said
    columns = (*_KEY, "rows", "digest")
    return (
        Table("digests", _KEY, columns, tuple(figures)),
        Table("digests", _KEY, columns, tuple(wording)),
    )


def digests_of(
    name: str, key: tuple[str, ...], columns: tuple[str, ...], rows: Iterable[Row]
) -> tuple[list[Row], list[Row]]:
    """The digests of one table: one row per column, of figures and of wording.

    The order of the table's rows does not matter, nor does the wording of one column to another.
    """
    classes = of_table(name)
    figures, wording = classes.apart(Table(name, key, columns, tuple(rows)))
    worded = wording.columns[len(key) :] if wording else ()
    return (
        _column_digests(figures, [c for c in figures.columns if c not in worded]),
        _column_digests(wording, [c for c in worded]) if wording else [],
    )


def _column_digests(table: Table, columns: list[str]) -> list[Row]:
    first = [column for column in table.key if column in columns]
    order = [*first, *(column for column in columns if column not in first)]
    lines = sorted(tuple(spelled(row[column]) for column in order) for row in table.rows)
    told: list[Row] = []
    for number, column in enumerate(order):
        digest = hashlib.sha256("\x1e".join(line[number] for line in lines).encode())
        told.append(
            {
                "table": table.name.replace(".", "/", 1),
                "column": column,
                "rows": len(lines),
                "digest": digest.hexdigest()[:_DIGEST_LENGTH],
            }
        )
    return told


def _tables(warehouse: Path) -> Iterable[tuple[str, tuple[str, ...], tuple[Row, ...]]]:
    storage = LocalStorage(warehouse)
    snapshot = storage.current()
    if snapshot is None:
        msg = f"Nothing is published in {warehouse}."
        raise FileNotFoundError(msg)
    for name, entry in sorted(storage.record(snapshot)["tables"].items()):
        rows: list[dict[str, Any]] = []
        columns: tuple[str, ...] = ()
        for part in sorted(entry["parts"]):
            held = pq.read_table(io.BytesIO(storage.read(snapshot, name, part) or b""))
            columns = tuple(held.column_names)
            rows += held.to_pylist()
        yield name, columns, tuple(rows)
