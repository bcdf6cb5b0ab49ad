"""One process at a time: a file that one of them holds until it has done, or has died."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout


class HeldError(Exception):
    """Another process holds the file.

    Attributes:
        process: its number; "" where it has not written it yet.
    """

    def __init__(self, process: str) -> None:
        super().__init__(process)
        self.process = process


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold a file until the block ends; the system lets go of it when the process dies.

    The file stays, and holds the number of the process that holds it.

    Raises:
        HeldError: another process does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # A file system without locks is refused: a mark in its place would outlive a killed process.
    lock = FileLock(path, blocking=False, thread_local=False, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout:
        raise HeldError(path.read_text(encoding="utf-8").strip()) from None
    try:
        path.write_text(f"{os.getpid()}\n", encoding="utf-8")
        yield
    finally:
        with suppress(FileNotFoundError):  # a person has taken the folder away
            os.truncate(path, 0)
        lock.release()
