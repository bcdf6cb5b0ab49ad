"""A warehouse in local folders.

``snapshots/<run id>/<zone>/<table>/<part>.parquet`` and ``run.json`` beside the zones;
``current`` is a symbolic link to one snapshot; ``what-if/`` holds links to snapshots that stand
beside it; ``staging/`` holds what is not sealed yet;
``runs/`` the run log; ``lock`` is held by the one writer.

Sealing is one rename and promotion is one rename, each after everything before it is on the
disk: a kill at any instant leaves the old or the new.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from infobank.domain.lock import HeldError, only_one
from infobank.tables.errors import WarehouseBusyError, WarehouseError
from infobank.tables.storage import RESTRICTED, Record, split

RECORD = "run.json"
CURRENT = "current"
BESIDE = "what-if"

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o400
_SHARED_FILE = 0o444


class LocalStorage:
    """A warehouse on a file system that has symbolic links (hard links save space)."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._snapshots = root / "snapshots"
        self._staging = root / "staging"
        self._runs = root / "runs"
        self._beside = root / BESIDE

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold ``lock`` until the block ends; the system lets go of it when the process dies."""
        try:
            with only_one(self.root / "lock"):
                yield
        except HeldError as held:
            raise WarehouseBusyError(self._busy(held.process)) from None

    def _busy(self, process: str) -> str:
        who = f"Another run (process {process})" if process else "Another run"
        return f"{who} is writing to the warehouse {self.root}. Wait until it ends, then run again."

    def current(self) -> str | None:
        """Name of the snapshot that ``current`` points to, or None before the first."""
        link = self.root / CURRENT
        if not link.is_symlink():
            if link.exists():
                msg = (
                    f"{link} is a folder, where a link to a snapshot should be. Move it away and "
                    "run again."
                )
                raise WarehouseError(msg)
            return None
        name = link.readlink().name
        if not (self._snapshots / name / RECORD).is_file():
            msg = (
                f"{link} points to the snapshot {name}, which is not there. Put it back from a "
                "copy, or remove the link and run again."
            )
            raise WarehouseError(msg)
        return name

    def snapshots(self) -> list[str]:
        """Names of all sealed snapshots, the first sealed first."""
        sealed = [p.parent for p in self._snapshots.glob(f"*/{RECORD}")]
        return [p.name for p in sorted(sealed, key=lambda p: (_sealed_at(p), p.name))]

    def record(self, snapshot: str) -> Record:
        """The snapshot's ``run.json``."""
        path = self._snapshots / snapshot / RECORD
        if not path.is_file():
            msg = f"There is no snapshot {snapshot} in {self._snapshots}."
            raise WarehouseError(msg)
        record: Record = json.loads(path.read_bytes())
        return record

    def read(self, snapshot: str, table: str, part: str) -> bytes | None:
        """A part's bytes, or None where the snapshot does not have it."""
        path = self._snapshots / snapshot / _file(table, part)
        return path.read_bytes() if path.is_file() else None

    def begin(self) -> str:
        """Empty ``staging/`` (the lock's holder is alone) and open a new folder in it."""
        for folder in (self._snapshots, self._staging, self._runs):
            folder.mkdir(parents=True, exist_ok=True)
        for left in sorted(self._staging.iterdir()):
            _remove(left)
        stage = secrets.token_hex(8)
        (self._staging / stage).mkdir()
        return stage

    def put(self, stage: str, table: str, part: str, content: bytes) -> str:
        """Write a part, or link the current snapshot's file where the bytes are the same."""
        name = self.current()
        held = self._snapshots / name / _file(table, part) if name else None
        path = self._make_room(stage, table, part)
        if held and _same(held, content):
            _share(held, path)
        else:
            _write(path, content, _PRIVATE_FILE if split(table)[0] == RESTRICTED else _SHARED_FILE)
        return _file(table, part)

    def carry(self, stage: str, table: str, part: str) -> str:
        """Link the current snapshot's part into the stage."""
        name = self.current()
        if name is None:
            msg = f"There is no current snapshot to carry {table}/{part} from."
            raise WarehouseError(msg)
        _share(self._snapshots / name / _file(table, part), self._make_room(stage, table, part))
        return _file(table, part)

    def _make_room(self, stage: str, table: str, part: str) -> Path:
        path = self._staging / stage / _file(table, part)
        zone = path.parent.parent
        if not zone.exists():
            zone.mkdir(mode=_PRIVATE_FOLDER if zone.name == RESTRICTED else 0o777)
        if not path.parent.exists():
            path.parent.mkdir(mode=_PRIVATE_FOLDER if zone.name == RESTRICTED else 0o777)
        return path

    def seal(self, stage: str, snapshot: str, record: bytes) -> None:
        """Write the record, bring all to the disk, and rename the stage to its final name."""
        folder = self._staging / stage
        _write(folder / RECORD, record, _SHARED_FILE)
        for directory, _, _ in os.walk(folder):
            sync(Path(directory))
        (self._staging / stage).rename(self._snapshots / snapshot)
        sync(self._snapshots)

    def discard(self, stage: str) -> None:
        """Drop a stage."""
        _remove(self._staging / stage)

    def promote(self, snapshot: str) -> None:
        """Replace ``current`` by a link to the snapshot, in one rename."""
        if self.current() == snapshot:
            return
        self._link(self.root / CURRENT, Path("snapshots") / snapshot)

    def name(self, label: str, snapshot: str) -> None:
        """Make or move the link ``what-if/<label>`` to the snapshot, in one rename."""
        self._beside.mkdir(exist_ok=True)
        self._link(self._beside / label, Path("..") / "snapshots" / snapshot)

    def named(self) -> dict[str, str]:
        """The snapshots linked in ``what-if/``, by name; a link to nothing is left out."""
        links = {
            p.name: p.readlink().name for p in sorted(self._beside.glob("*")) if p.is_symlink()
        }
        return {k: v for k, v in links.items() if (self._snapshots / v / RECORD).is_file()}

    def _link(self, path: Path, target: Path) -> None:
        self._staging.mkdir(exist_ok=True)
        link = self._staging / f"{secrets.token_hex(8)}.link"
        link.symlink_to(target)
        link.replace(path)
        sync(path.parent)

    def remove(self, snapshot: str) -> None:
        """Take the snapshot out of sight in one rename, then delete it."""
        self._staging.mkdir(exist_ok=True)
        aside = self._staging / f"{secrets.token_hex(8)}.removed"
        (self._snapshots / snapshot).rename(aside)
        _remove(aside)

    def note(self, name: str, content: bytes) -> None:
        """Write ``runs/<name>.json`` whole or not at all."""
        self._runs.mkdir(parents=True, exist_ok=True)
        draft = self._runs / f".{name}.{secrets.token_hex(4)}"
        draft.write_bytes(content)
        draft.replace(self._runs / f"{name}.json")

    def notes(self) -> dict[str, bytes]:
        """The run log's entries by name."""
        return {p.stem: p.read_bytes() for p in sorted(self._runs.glob("[!.]*.json"))}


def _file(table: str, part: str) -> str:
    zone, name = split(table)
    return f"{zone}/{name}/{part}.parquet"


def _sealed_at(snapshot: Path) -> int:
    return (snapshot / RECORD).stat().st_mtime_ns


def _same(path: Path, content: bytes) -> bool:
    if not path.is_file() or path.stat().st_size != len(content):
        return False
    return path.read_bytes() == content


def _share(held: Path, path: Path) -> None:
    try:
        path.hardlink_to(held)
    except OSError:
        if not held.is_file():
            raise
        # Some network shares have no hard links; a copy costs space and nothing else.
        _write(path, held.read_bytes(), held.stat().st_mode & 0o777)


def _write(path: Path, content: bytes, mode: int) -> None:
    # Files are shared between snapshots, so they are closed to writing once written.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Bring a folder's entries, or a file's content, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        with suppress(FileNotFoundError):
            path.unlink()
    elif path.exists():
        shutil.rmtree(path)
