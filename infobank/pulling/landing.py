"""Putting a pulled file into the raw folder, so that a kill at any instant leaves nothing half.

A file lands in five steps, each of which happens or does not:

1. ``<file>.meta.json.part`` says where it is coming from;
2. its bytes arrive in ``<file>.part`` and are brought to the disk;
3. ``<file>.meta.json.part`` is written anew with their sha256;
4. ``<file>.part`` gets the name ``<file>``, unless something has that name already;
5. ``<file>.meta.json.part`` gets the name ``<file>.meta.json``.

Nobody reads a name that ends in ``.part``. After a kill, ``mend`` finishes what had come to
step 4 and clears away what had not; it looks only where there is a ``.meta.json.part``, so a
file that a person put in by hand is never touched.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from infobank.domain.deliveries import SIDECAR_SUFFIX, sha256_of
from infobank.domain.lock import HeldError, only_one
from infobank.pulling.errors import PullError

PART = ".part"
_DRAFT = f".new{PART}"
_NOTES = ".pulling"
# What a file system without hard links answers.
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class Landing:
    """One file on its way into the raw folder.

    Attributes:
        target: the name it will have.
        part: where its bytes arrive.
    """

    def __init__(self, target: Path, coming_from: dict[str, Any]) -> None:
        """Take the first step.

        Args:
            target: the name it will have.
            coming_from: what is known of it before it has come.
        """
        self.target = target
        self.part = _with(target, PART)
        self._sidecar = coming_from
        target.parent.mkdir(parents=True, exist_ok=True)
        self._write_meta()

    def arrived(self, content: dict[str, Any]) -> None:
        """Say what has arrived in ``part``, and bring it to the disk: steps 2 and 3."""
        with self.part.open("rb") as stream:
            os.fsync(stream.fileno())
        self._sidecar = {**self._sidecar, **content}
        self._write_meta()

    def land(self) -> None:
        """Give the file and its sidecar their names: steps 4 and 5.

        Raises:
            FileExistsError: something has that name already; it stays as it is.
        """
        _name_without_replacing(self.part, self.target)
        _finish(self.target)

    def give_up(self) -> None:
        """Leave nothing of it."""
        _clear(self.target)

    def _write_meta(self) -> None:
        write_whole(_meta_part(self.target), self._sidecar)


def mend(folder: Path) -> None:
    """Finish or clear away what a killed pull left below a folder."""
    for draft in sorted(folder.rglob(f"*{SIDECAR_SUFFIX}{PART}{_DRAFT}")):
        draft.unlink()
        _remove_empty(draft.parent)
    for meta in sorted(folder.rglob(f"*{SIDECAR_SUFFIX}{PART}")):
        target = meta.with_name(meta.name.removesuffix(SIDECAR_SUFFIX + PART))
        arrived = _sidecar(meta).get("sha256")
        if arrived and target.is_file() and sha256_of(target) == arrived:
            _finish(target)
        else:
            _clear(target)


def write_whole(path: Path, content: dict[str, Any]) -> None:
    """Write JSON so that a reader finds the old text or the new."""
    draft = _with(path, _DRAFT)
    with draft.open("w", encoding="utf-8") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=1, sort_keys=True)
        stream.write("\n")
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)


def notes_of(raw: Path, source: str) -> Path:
    """Where a pull keeps what it has seen of a source; losing it costs time and nothing else."""
    return raw / _NOTES / f"{source}.json"


@contextmanager
def only_pull(raw: Path, source: str) -> Iterator[None]:
    """Let one pull of a source in at a time; the system lets go when the process dies.

    Raises:
        PullError: another one is under way.
    """
    try:
        with only_one(notes_of(raw, source).with_suffix(".lock")):
            yield
    except HeldError as held:
        who = f" (process {held.process})" if held.process else ""
        msg = f"{source}: another pull{who} is under way. Wait until it ends."
        raise PullError(msg) from None


def _name_without_replacing(part: Path, target: Path) -> None:
    # A rename would replace a file that a person put there a moment ago; a link does not.
    try:
        os.link(part, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if target.exists():
            raise FileExistsError(target) from None
        part.rename(target)
    else:
        part.unlink()


def _finish(target: Path) -> None:
    _with(target, PART).unlink(missing_ok=True)
    _sync_folder(target.parent)
    _meta_part(target).replace(_with(target, SIDECAR_SUFFIX))
    _sync_folder(target.parent)


def _clear(target: Path) -> None:
    _with(target, PART).unlink(missing_ok=True)
    _meta_part(target).unlink(missing_ok=True)
    _remove_empty(target.parent)


def _remove_empty(folder: Path) -> None:
    """Remove a folder of the day, or one below it, that was made for one file alone."""
    with suppress(OSError):
        for _ in range(2):
            folder.rmdir()
            folder = folder.parent


def _sidecar(meta: Path) -> dict[str, Any]:
    try:
        content = json.loads(meta.read_text(encoding="utf-8"))
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _with(target: Path, suffix: str) -> Path:
    return target.with_name(target.name + suffix)


def _meta_part(target: Path) -> Path:
    return _with(target, SIDECAR_SUFFIX + PART)
