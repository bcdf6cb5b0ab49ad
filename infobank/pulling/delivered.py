"""What lies in the raw folder of a source already, so that nothing comes twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from infobank.domain.deliveries import SIDECAR_SUFFIX, sha256_of
from infobank.pulling.errors import PullError
from infobank.pulling.landing import PART, notes_of, write_whole
from infobank.pulling.listing import Remote


@dataclass(frozen=True)
class KnownFile:
    """A file in the raw folder that was pulled, as its sidecar tells.

    Attributes:
        file: its path relative to the raw folder.
        origin: where it came from.
        sha256: hash of its bytes.
        size: bytes.
        mark: what the server said to tell its versions apart by.
        fetched_at: when it came, as text that sorts by time.
    """

    file: str
    origin: str
    sha256: str
    size: int
    mark: str
    fetched_at: str


class Delivered:
    """The files of one source in the raw folder, pulled or put in by hand."""

    def __init__(self, raw: Path, source: str) -> None:
        """Look at the folder of a source.

        Raises:
            PullError: a pulled file is no longer as it was pulled.
        """
        self._raw = raw
        self._source = source
        self._files: list[Path] = []
        self._known: dict[Path, KnownFile] = {}
        self._hashes: dict[Path, str] = {}
        self._seen = _json(notes_of(raw, source))
        for path in sorted((raw / source).rglob("*")):
            if _is_delivery(path, raw):
                self.add(path)

    def add(self, file: Path) -> None:
        """Take in a file that lies in the raw folder."""
        self._files.append(file)
        if known := self._pulled(file):
            self._known[file] = known
            self._hashes[file] = known.sha256

    def last(self, origin: str) -> KnownFile | None:
        """What was last pulled from an origin, by the time it was fetched."""
        pulled = (k for k in self._known.values() if k.origin == origin)
        return max(pulled, key=lambda k: (k.fetched_at, k.file), default=None)

    def holding(self, sha256: str, size: int) -> Path | None:
        """The newest file with these bytes, by its received date; None where there is none."""
        same = [p for p in self._files if p.stat().st_size == size and self._hash(p) == sha256]
        return max(same, key=lambda p: (self.received(p) or date.max, str(p)), default=None)

    def received(self, file: Path) -> date | None:
        """The day a file came, from its folder; None where the folder says nothing."""
        for part in file.relative_to(self._raw).parts[:-1]:
            try:
                return date.fromisoformat(part)
            except ValueError:
                continue
        return None

    def at(self, file: str) -> Path:
        """A file by its path relative to the raw folder."""
        return self._raw / file

    def in_words(self, file: Path) -> str:
        """A file's path relative to the raw folder."""
        return file.relative_to(self._raw).as_posix()

    def seen(self, remote: Remote) -> tuple[str, int] | None:
        """Hash and size that this version of a remote file was found to have before."""
        seen = self._seen.get(remote.origin)
        if not isinstance(seen, dict) or not remote.mark or seen.get("mark") != remote.mark:
            return None
        return str(seen.get("sha256")), int(seen.get("size", -1))

    def note(self, remote: Remote, sha256: str, size: int) -> None:
        """Remember that this version of a remote file brought nothing new."""
        self._seen[remote.origin] = {"mark": remote.mark, "sha256": sha256, "size": size}
        write_whole(notes_of(self._raw, self._source), self._seen)

    def _hash(self, file: Path) -> str:
        if file not in self._hashes:
            self._hashes[file] = sha256_of(file)
        return self._hashes[file]

    def _pulled(self, file: Path) -> KnownFile | None:
        sidecar = _json(file.with_name(file.name + SIDECAR_SUFFIX))
        if not sidecar.get("origin") or not sidecar.get("sha256"):
            return None  # put in by hand, with or without a word on the day it came
        size = file.stat().st_size
        if size != sidecar.get("size"):
            name = self.in_words(file)
            msg = (
                f"{self._source}: {name} has been changed since it was pulled ({size} bytes, then "
                f"{sidecar.get('size')}). Put the pulled file back, or take it out together with "
                f"{file.name}{SIDECAR_SUFFIX} to have it pulled again."
            )
            raise PullError(msg)
        return KnownFile(
            file=self.in_words(file),
            origin=str(sidecar["origin"]),
            sha256=str(sidecar["sha256"]),
            size=size,
            mark=f"{sidecar.get('etag', '')}|{sidecar.get('mtime', '')}|{size}",
            fetched_at=str(sidecar.get("fetched_at", "")),
        )


def _is_delivery(path: Path, raw: Path) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in path.relative_to(raw).parts)
    notes = path.name.endswith(SIDECAR_SUFFIX) or path.suffix == PART
    return not hidden and not notes and path.is_file()


def _json(path: Path) -> dict[str, Any]:
    """What a note says; nothing where there is none or it cannot be read."""
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return note if isinstance(note, dict) else {}
