"""A zip of deliveries: each file in it is a delivery of its own, named ``x.zip/custody.xlsx``.

Nothing is ever unpacked onto the disk, so a member's name cannot lead anywhere. A zip whose
members have names that lead out of it, that is encrypted, or that unpacks to more than one run may
hold, is refused as a whole: somebody meant it so, or it is broken.
"""

from __future__ import annotations

import stat
import zipfile
import zlib
from itertools import pairwise
from pathlib import Path, PurePosixPath

ENDING = ".zip"
MOST_MEMBERS = 1_000
"""Files of the largest zip opened. An assumption."""
LARGEST_MEMBER = 300_000_000
"""Bytes of the largest file taken out of a zip. An assumption."""
LARGEST_TOTAL = 1_000_000_000
"""Bytes that the files of one zip unpack to. An assumption."""
LARGEST_WORKBOOK = 400_000_000
"""Bytes that the parts of one workbook unpack to. An assumption: it takes under 1 GiB to open."""

_PIECE = 1 << 20
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
)
_ASIDE = ("__MACOSX", ".", "~$", "Thumbs.db", "desktop.ini")


class ZipRefusedError(Exception):
    """A zip that is not opened; what is wrong, and what to do, in words."""

    def __init__(self, wrong: str, do: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.do = do


def is_zip(path: Path) -> bool:
    """Whether a path is that of a zip of deliveries, by its name."""
    return path.suffix.lower() == ENDING


def zip_and_member(path: Path) -> tuple[Path, str] | None:
    """The zip and the member that a path such as ``x.zip/custody.xlsx`` speaks of."""
    for parent in path.parents:
        if is_zip(parent) and parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return None


def members(path: Path) -> list[str]:
    """The names of the files in a zip, in order; folders and a system's own files left out.

    Raises:
        ZipRefusedError: the zip cannot be opened, or is not to be.
    """
    again = "Ask the sender to send it again."
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except _UNREADABLE as problem:
        wrong = "the zip is damaged or cut short and cannot be opened"
        raise ZipRefusedError(wrong, again) from problem
    for entry in entries:
        _refuse_strange(entry)
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_MEMBERS or total > LARGEST_TOTAL:
        wrong = f"the zip unpacks to {len(entries):,} files of {total:,} bytes, which is too much"
        raise ZipRefusedError(wrong, "Ask the sender for the files themselves.")
    names = sorted(e.filename for e in entries if not e.is_dir() and not _is_aside(e.filename))
    if not names:
        raise ZipRefusedError("the zip has no file in it", again)
    twice = next((n for n, m in pairwise(names) if n == m), None)
    if twice is not None:
        wrong = f'the zip has two files named "{twice}"'
        raise ZipRefusedError(wrong, "Ask the sender which is meant.")
    return names


def content_of(path: Path, member: str) -> bytes:
    """The bytes of one file in a zip.

    Raises:
        ZipRefusedError: the zip is not to be opened, or the file is not in it or is damaged.
    """
    if member not in members(path):
        raise ZipRefusedError(f'the zip has no file "{member}"', "Look for it in the zip.")
    pieces: list[bytes] = []
    size = 0
    try:
        with zipfile.ZipFile(path) as archive, archive.open(member) as stream:
            # What a zip says of its sizes need not be so.
            while piece := stream.read(_PIECE):
                pieces.append(piece)
                size += len(piece)
                if size > LARGEST_MEMBER:
                    wrong = f"the file unpacks to more than {LARGEST_MEMBER:,} bytes"
                    raise ZipRefusedError(wrong, "Ask the sender for the file itself.")
    except _UNREADABLE as problem:
        wrong = "the file in the zip is damaged"
        raise ZipRefusedError(wrong, "Ask the sender to send it again.") from problem
    return b"".join(pieces)


def _refuse_strange(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    parts = PurePosixPath(name).parts
    leads_out = name.startswith("/") or ".." in parts or "\\" in name or ":" in name
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    if leads_out or is_link or "\x00" in name:
        wrong = f'the zip holds "{name}", a name that leads out of it'
        raise ZipRefusedError(wrong, "Ask the sender for the files themselves.")
    if entry.flag_bits & 0x1:
        wrong = "the zip is protected with a password"
        raise ZipRefusedError(wrong, "Ask the sender for a copy without a password.")


def _is_aside(name: str) -> bool:
    return any(part.startswith(_ASIDE) for part in PurePosixPath(name).parts)
