"""A warehouse on an object store, through fsspec: ``s3://bucket/warehouse``.

An object store has no renames and no links, but it writes one object whole or not at all.
So parts are named by their content (``parts/<zone>/<table>/<part>-<sha256>.parquet``; the same
bytes are the same object, shared by every snapshot), a snapshot is its record
(``snapshots/<run id>.json``, naming its parts), and ``current.json``, written last, names the
promoted snapshot and lists its files for analysts. Nothing points to a part before the record
does, and nothing to the record before ``current.json`` does.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import fsspec

from infobank.tables.errors import WarehouseError
from infobank.tables.identity import canonical_json
from infobank.tables.storage import Record, find_part, sha256, split

CURRENT = "current.json"
BESIDE = "what-if"


class ObjectStorage:
    """A warehouse under an fsspec address.

    The lock is not this class's: an object store has none that a dead run lets go of, so the
    scheduler must let one run in at a time (a concurrency limit of 1 on the deployment).
    """

    def __init__(self, address: str, **options: Any) -> None:
        self._fs, self.root = fsspec.core.url_to_fs(address, **options)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Nothing: see the class."""
        yield

    def current(self) -> str | None:
        """Name of the snapshot in ``current.json``, or None before the first."""
        if not self._fs.exists(self._at(CURRENT)):
            return None
        name: str = json.loads(self._fs.cat_file(self._at(CURRENT)))["snapshot"]
        return name

    def snapshots(self) -> list[str]:
        """Names of all sealed snapshots, by name: a store's times of writing are not relied on."""
        found = self._fs.glob(self._at("snapshots/*.json"))
        return sorted(path.rsplit("/", 1)[-1].removesuffix(".json") for path in found)

    def record(self, snapshot: str) -> Record:
        """The snapshot's record."""
        path = self._at(f"snapshots/{snapshot}.json")
        if not self._fs.exists(path):
            msg = f"There is no snapshot {snapshot} in {self.root}."
            raise WarehouseError(msg)
        record: Record = json.loads(self._fs.cat_file(path))
        return record

    def read(self, snapshot: str, table: str, part: str) -> bytes | None:
        """A part's bytes, or None where the snapshot does not have it."""
        entry = find_part(self.record(snapshot), table, part)
        if entry is None:
            return None
        content: bytes = self._fs.cat_file(self._at(entry["file"]))
        return content

    def begin(self) -> str:
        """Nothing is staged apart: a part that no record names is invisible."""
        return ""

    def put(self, stage: str, table: str, part: str, content: bytes) -> str:
        """Write the object unless the same bytes are there already."""
        zone, name = split(table)
        file = f"parts/{zone}/{name}/{part}-{sha256(content)[:32]}.parquet"
        if not self._fs.exists(self._at(file)):
            self._write(file, content)
        return file

    def carry(self, stage: str, table: str, part: str) -> str:
        """The path that the current snapshot's record gives for the part."""
        name = self.current()
        entry = find_part(self.record(name), table, part) if name else None
        if entry is None:
            msg = f"There is no current snapshot to carry {table}/{part} from."
            raise WarehouseError(msg)
        file: str = entry["file"]
        return file

    def seal(self, stage: str, snapshot: str, record: bytes) -> None:
        """Write the record."""
        self._write(f"snapshots/{snapshot}.json", record)

    def discard(self, stage: str) -> None:
        """Nothing to drop."""

    def promote(self, snapshot: str) -> None:
        """Write ``current.json``: the snapshot's name and, for each table, its files."""
        self._point(CURRENT, snapshot)

    def _point(self, path: str, snapshot: str) -> None:
        tables = {
            table: [part["file"] for _, part in sorted(entry["parts"].items())]
            for table, entry in self.record(snapshot)["tables"].items()
        }
        self._write(path, canonical_json({"snapshot": snapshot, "tables": tables}, indent=1))

    def name(self, label: str, snapshot: str) -> None:
        """Write ``what-if/<label>.json``: the snapshot's name and, for each table, its files."""
        self._point(f"{BESIDE}/{label}.json", snapshot)

    def named(self) -> dict[str, str]:
        """The snapshots named in ``what-if/``, by name."""
        found = sorted(self._fs.glob(self._at(f"{BESIDE}/*.json")))
        return {
            p.rsplit("/", 1)[-1].removesuffix(".json"): json.loads(self._fs.cat_file(p))["snapshot"]
            for p in found
        }

    def remove(self, snapshot: str) -> None:
        """Drop the record, then every part that no other record names."""
        gone = _files(self.record(snapshot))
        self._fs.rm_file(self._at(f"snapshots/{snapshot}.json"))
        kept = {file for name in self.snapshots() for file in _files(self.record(name))}
        for file in sorted(gone - kept):
            self._fs.rm_file(self._at(file))

    def note(self, name: str, content: bytes) -> None:
        """Write ``runs/<name>.json``."""
        self._write(f"runs/{name}.json", content)

    def notes(self) -> dict[str, bytes]:
        """The run log's entries by name."""
        found = sorted(self._fs.glob(self._at("runs/*.json")))
        return {p.rsplit("/", 1)[-1].removesuffix(".json"): self._fs.cat_file(p) for p in found}

    def _at(self, path: str) -> str:
        return f"{self.root}/{path}"

    def _write(self, path: str, content: bytes) -> None:
        # Object stores have no folders; a local or memory address, for trying out, does.
        self._fs.makedirs(self._at(path).rsplit("/", 1)[0], exist_ok=True)
        self._fs.pipe_file(self._at(path), content)


def _files(record: Record) -> set[str]:
    return {part["file"] for table in record["tables"].values() for part in table["parts"].values()}
