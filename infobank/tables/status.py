"""What the warehouse holds now, for a command and for people; and reading a table back."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from infobank.tables.errors import WarehouseError
from infobank.tables.local import BESIDE, LocalStorage
from infobank.tables.object_store import ObjectStorage
from infobank.tables.runlog import LoggedRun, last_runs
from infobank.tables.storage import Storage


@dataclass(frozen=True)
class TableStatus:
    """One table of the current snapshot.

    Attributes:
        name: ``out.risk_ranking``.
        parts: the names of its parts.
        rows: rows in all parts.
        bytes: size of its files.
    """

    name: str
    parts: tuple[str, ...]
    rows: int
    bytes: int


@dataclass(frozen=True)
class WhatIf:
    """A snapshot that stands beside the current one under a name.

    Attributes:
        name: such as ``2013-Q4-as-of-2014-01-31``.
        snapshot: the snapshot.
        quarter: the quarter ranked in it.
        as_of: the day whose knowledge it stands on.
        place: the folder (or, on an object store, the file) it can be read by.
    """

    name: str
    snapshot: str
    quarter: str
    as_of: date
    place: str


@dataclass(frozen=True)
class Status:
    """The warehouse at a glance.

    Attributes:
        warehouse: where it is.
        snapshot: the current snapshot, or None before the first run.
        run_id: the run that made it.
        quarter: the quarter it is about, where the run had one.
        as_of: the day whose knowledge it stands on.
        synthetic: whether anything in it is made up: ``true``, ``false``, ``partly`` or "".
        code_version: the program that made it.
        tables: its tables by name.
        snapshots: how many snapshots are kept.
        runs: the last runs, the newest first.
        what_if: the snapshots that stand beside the current one under a name.
        without: names of figures that the run went on without.
    """

    warehouse: str
    snapshot: str | None
    run_id: str | None
    quarter: str | None
    as_of: date | None
    synthetic: str
    code_version: str
    tables: tuple[TableStatus, ...]
    snapshots: int
    runs: tuple[LoggedRun, ...]
    what_if: tuple[WhatIf, ...] = ()
    without: tuple[str, ...] = ()


def open_warehouse(place: Path | str) -> Storage:
    """The storage at a folder, or at an address such as ``s3://bucket/warehouse``."""
    if isinstance(place, str) and "://" in place:
        return ObjectStorage(place)
    return LocalStorage(Path(place))


def status(place: Path | str, runs: int = 5) -> Status:
    """The warehouse's current snapshot, its tables and its last runs."""
    storage = open_warehouse(place)
    name = storage.current()
    record = storage.record(name) if name else {}
    tables = tuple(
        TableStatus(
            name=table,
            parts=tuple(sorted(entry["parts"])),
            rows=sum(part["rows"] for part in entry["parts"].values()),
            bytes=sum(part["bytes"] for part in entry["parts"].values()),
        )
        for table, entry in sorted(record.get("tables", {}).items())
    )
    return Status(
        warehouse=str(place),
        snapshot=name,
        run_id=record.get("run_id"),
        quarter=record.get("parameters", {}).get("quarter"),
        as_of=date.fromisoformat(record["as_of"]) if record else None,
        synthetic=record.get("synthetic", ""),
        code_version=record.get("code_version", ""),
        tables=tables,
        snapshots=len(storage.snapshots()),
        runs=tuple(last_runs(storage, runs)),
        what_if=tuple(_beside(storage, place)),
        without=tuple(record.get("parameters", {}).get("without", ())),
    )


def _beside(storage: Storage, place: Path | str) -> Iterator[WhatIf]:
    ending = "" if isinstance(storage, LocalStorage) else ".json"
    for name, snapshot in sorted(storage.named().items()):
        record = storage.record(snapshot)
        yield WhatIf(
            name=name,
            snapshot=snapshot,
            quarter=record["parameters"]["quarter"],
            as_of=date.fromisoformat(record["as_of"]),
            place=f"{place}/{BESIDE}/{name}{ending}",
        )


def snapshot_called(storage: Storage, called: str) -> str:
    """The snapshot of a name beside the current one, or of a snapshot's own name.

    Raises:
        WarehouseError: there is neither.
    """
    named = storage.named()
    if called in named:
        return named[called]
    if called in storage.snapshots():
        return called
    known = f"Named are: {', '.join(named)}." if named else "No snapshot has a name yet."
    msg = f"There is no snapshot called {called!r}. {known} `infobank status` lists them."
    raise WarehouseError(msg)


def read_table(
    place: Path | str,
    table: str,
    snapshot: str | None = None,
    columns: Sequence[str] | None = None,
) -> pd.DataFrame:
    """A table of the current snapshot (or of a named one), all its parts, in their order.

    Args:
        place: the folder or address of the warehouse.
        table: ``out.risk_ranking``.
        snapshot: the snapshot; the current one by default.
        columns: the columns wanted; all by default.

    Raises:
        WarehouseError: there is no snapshot yet, or it has no such table.
    """
    storage = open_warehouse(place)
    name = snapshot or storage.current()
    if name is None:
        msg = f"The warehouse {place} is empty. Run a quarter first."
        raise WarehouseError(msg)
    entry = storage.record(name)["tables"].get(table)
    if entry is None:
        msg = f"The snapshot {name} has no table {table}."
        raise WarehouseError(msg)
    contents = [storage.read(name, table, part) for part in sorted(entry["parts"])]
    wanted = None if columns is None else list(columns)
    parts = [
        pq.read_table(io.BytesIO(content), columns=wanted)
        for content in contents
        if content is not None
    ]
    frame: pd.DataFrame = pa.concat_tables(parts).to_pandas()
    return frame
