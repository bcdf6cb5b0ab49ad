"""Where a warehouse's files lie: what a place must be able to do to hold one.

A snapshot is a set of parts and a record (``run.json``). A place must be able to take parts
aside, make them a snapshot in one step, and switch to it in one step.
"""

from __future__ import annotations

import hashlib
from contextlib import AbstractContextManager
from typing import Any, Protocol

Record = dict[str, Any]

RESTRICTED = "restricted"


class Storage(Protocol):
    """A place that holds a warehouse: local folders, or an object store.

    ``table`` is always ``zone.name`` and ``part`` the value of the partition (``2014-Q1``), or
    ``part-0`` for a table that has none.
    """

    def lock(self) -> AbstractContextManager[None]:
        """Keep other writers out; raises WarehouseBusyError when one is in."""

    def current(self) -> str | None:
        """Name of the promoted snapshot, or None before the first."""

    def snapshots(self) -> list[str]:
        """Names of all sealed snapshots, the oldest first."""

    def record(self, snapshot: str) -> Record:
        """The record of a sealed snapshot; raises WarehouseError where there is none."""

    def read(self, snapshot: str, table: str, part: str) -> bytes | None:
        """A part's bytes, or None where the snapshot does not have it."""

    def begin(self) -> str:
        """Sweep what dead runs left and open a new stage. Only under the lock."""

    def put(self, stage: str, table: str, part: str, content: bytes) -> str:
        """Stage a part, sharing the current snapshot's file where the bytes are the same.

        Returns the file's path as the record shall give it.
        """

    def carry(self, stage: str, table: str, part: str) -> str:
        """Stage the current snapshot's part as it is."""

    def seal(self, stage: str, snapshot: str, record: bytes) -> None:
        """Make the stage a snapshot, whole or not at all."""

    def discard(self, stage: str) -> None:
        """Drop a stage."""

    def promote(self, snapshot: str) -> None:
        """Make the snapshot the current one in one atomic step. Only under the lock."""

    def name(self, label: str, snapshot: str) -> None:
        """Give a sealed snapshot a name beside ``current``, in one atomic step; or move the name.

        Only under the lock.
        """

    def named(self) -> dict[str, str]:
        """The snapshots that have a name, by it."""

    def remove(self, snapshot: str) -> None:
        """Drop a sealed snapshot; what other snapshots share with it stays."""

    def note(self, name: str, content: bytes) -> None:
        """Write or replace one entry of the run log."""

    def notes(self) -> dict[str, bytes]:
        """All entries of the run log by name."""


def split(table: str) -> tuple[str, str]:
    """``core.yjb_indicators`` as zone and name."""
    zone, _, name = table.partition(".")
    return zone, name


def sha256(content: bytes) -> str:
    """The hash of a file's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def find_part(record: Record, table: str, part: str) -> Record | None:
    """A part's entry in a snapshot's record: file, rows, bytes, sha256, run_id, carried."""
    entry: Record | None = record["tables"].get(table, {}).get("parts", {}).get(part)
    return entry
