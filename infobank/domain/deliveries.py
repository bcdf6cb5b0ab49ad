"""What has arrived: the files of the raw folder, whose they are, when they came, what they weigh.

A delivery lies in ``raw/<source>/<received YYYY-MM-DD>/<file>``, with an optional sidecar
``<file>.meta.json`` beside it. Each file in a zip is a delivery of its own, ``x.zip/custody.xlsx``.
A file elsewhere under the raw folder is not passed over: its source is looked for from its looks
when it is read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from infobank.domain.errors import MistakeError
from infobank.domain.synthetic_files import LIST_NAME, declared_below
from infobank.domain.zip_files import ZipRefusedError, content_of, is_zip, members, zip_and_member

SIDECAR_SUFFIX = ".meta.json"
_BLOCK = 1 << 20


@dataclass(frozen=True, order=True)
class Delivery:
    """One file that arrived.

    Attributes:
        file: path relative to the raw folder, with forward slashes.
        source: id of the contract whose folder it lies in, or "" where the folder is nobody's.
        received: the day it came, from its folder or its sidecar; None where neither says.
        sha256: hash of its bytes.
        size: bytes.
        synthetic: whether its bytes are declared synthetic.
    """

    file: str
    source: str
    received: date | None
    sha256: str
    size: int
    synthetic: bool = False


def list_deliveries(raw: Path, sources: Collection[str]) -> list[Delivery]:
    """Every delivered file under a raw folder, by path.

    Raises:
        MistakeError: the folder does not exist, or its list of synthetic files is not as it was
            written (one plain sentence).
    """
    if not raw.is_dir():
        msg = f"There is no folder {raw}. Say where the deliveries are with --raw."
        raise MistakeError(msg)
    files = sorted(p for p in raw.rglob("*") if p.is_file() and _is_delivered(p, raw))
    found = [each for path in files for each in _deliveries(path, raw, sources)]
    declared = declared_below(raw)
    return sorted(replace(each, synthetic=each.sha256 in declared) for each in found)


def _is_delivered(path: Path, raw: Path) -> bool:
    parts = path.relative_to(raw).parts
    hidden = any(part.startswith((".", "~$")) for part in parts)
    beside = path.name.endswith(SIDECAR_SUFFIX) or path.name == LIST_NAME
    notes = beside or path.suffix.lower() in {".md", ".part"}
    return not hidden and not notes


def _deliveries(path: Path, raw: Path, sources: Collection[str]) -> list[Delivery]:
    """A file as one delivery, or each file of a zip as one."""
    own = _delivery(path, raw, sources)
    if not is_zip(path):
        return [own]
    try:
        names = members(path)
    except ZipRefusedError:
        return [own]  # the reader says what is wrong with it
    return [_member(own, path, name) for name in names]


def _member(zipped: Delivery, path: Path, name: str) -> Delivery:
    file = f"{zipped.file}/{name}"
    try:
        content = content_of(path, name)
    except ZipRefusedError:
        return replace(zipped, file=file)  # and here, too
    return replace(zipped, file=file, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def _delivery(path: Path, raw: Path, sources: Collection[str]) -> Delivery:
    parts = path.relative_to(raw).parts[:-1]
    source = next((part for part in parts if part in sources), "")
    return Delivery(
        file=path.relative_to(raw).as_posix(),
        source=source,
        received=_received(path, parts),
        sha256=sha256_of(path),
        size=path.stat().st_size,
    )


def _received(path: Path, folders: Iterable[str]) -> date | None:
    for folder in folders:
        try:
            return date.fromisoformat(folder)
        except ValueError:
            continue
    sidecar = path.with_name(path.name + SIDECAR_SUFFIX)
    if sidecar.is_file():
        return _received_by_sidecar(sidecar)
    return None


def _received_by_sidecar(sidecar: Path) -> date | None:
    try:
        received = json.loads(sidecar.read_text(encoding="utf-8")).get("received")
        return date.fromisoformat(received) if received else None
    except (ValueError, AttributeError, TypeError) as problem:
        msg = (
            f"{sidecar.name}: the sidecar does not say in a readable way when the file was "
            'received. Write {"received": "YYYY-MM-DD"} or delete it.'
        )
        raise MistakeError(msg) from problem


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, or of a file in a zip, in hexadecimal."""
    digest = hashlib.sha256()
    inside = None if path.is_file() else zip_and_member(path)
    if inside is not None:
        try:
            return hashlib.sha256(content_of(*inside)).hexdigest()
        except ZipRefusedError:
            path = inside[0]  # the reader says what is wrong with it
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
