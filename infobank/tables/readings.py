"""The cache of read deliveries: a file already read and unchanged is not read again.

``readings/<key>/`` holds whatever the reader wrote for one delivery. The key says everything that
decides the reading, so an entry is never out of date, only unused. The folder is private, since
case spreadsheets are read too.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infobank.tables.identity import canonical_json
from infobank.tables.local import sync

_KEY_LENGTH = 32
_PRIVATE = 0o700


class Readings:
    """The readings kept in a warehouse folder."""

    def __init__(self, warehouse: Path) -> None:
        self._folder = warehouse / "readings"

    def find(self, key: str) -> Path | None:
        """The folder of a complete reading, or None."""
        folder = self._folder / key
        return folder if folder.is_dir() else None

    @contextmanager
    def store(self, key: str) -> Iterator[Path]:
        """A folder to write a reading into; it appears under its key when the block ends well.

        Two tasks may read the same delivery at once: the first to end is kept, and the readings
        are the same.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
        self._folder.chmod(_PRIVATE)
        draft = self._folder / f".{key}.{os.getpid()}.{secrets.token_hex(4)}"
        draft.mkdir(mode=_PRIVATE)
        try:
            yield draft
            for path in (*sorted(draft.rglob("*")), draft):
                sync(path)
            try:
                draft.rename(self._folder / key)
            except OSError:
                if not (self._folder / key).is_dir():
                    raise
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def reading_key(basis: Mapping[str, Any]) -> str:
    """A key from all that decides a reading.

    Args:
        basis: the delivery's sha256 and path, the versions of its contract and layouts, and the
            code version.
    """
    return hashlib.sha256(canonical_json(dict(basis))).hexdigest()[:_KEY_LENGTH]
