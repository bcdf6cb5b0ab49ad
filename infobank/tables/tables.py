"""Tables by name: of a published snapshot, or of a folder that a run works in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from infobank.contracts import load_tables
from infobank.contracts.arrow import no_rows
from infobank.domain.quarters import Quarter
from infobank.tables.local import LocalStorage
from infobank.tables.status import read_table
from infobank.tables.vintages import KNOWN_FROM, known_by

Read = Callable[[str, Sequence[str] | None], pd.DataFrame]
"""Reads a table by name: the columns asked for, or all where none are."""


class Tables(Mapping[str, pd.DataFrame]):
    """Tables by name, each read once, when it is first asked for.

    ``tables["core.population"]`` is every row of a table. A table that a contract describes and
    nobody made has no rows, and the columns and types of its contract; ``"core.population" in
    tables`` says whether it was made.
    """

    def __init__(self, names: Iterable[str], read: Read) -> None:
        self._names = tuple(dict.fromkeys(names))
        self._read = read
        self._frames: dict[str, pd.DataFrame] = {}

    @classmethod
    def of(cls, frames: Mapping[str, pd.DataFrame]) -> Tables:
        """Frames that are there already."""
        return cls(frames, lambda name, columns: _columns(frames[name], columns))

    @classmethod
    def in_folder(cls, folder: Path) -> Tables:
        """The Parquet files of a folder as it is now, in alphabetical order."""
        files = {path.stem: path for path in sorted(folder.glob("*.parquet"))}
        return cls(files, lambda name, columns: _of_file(files[name], columns))

    @classmethod
    def of_snapshot(cls, warehouse: Path, snapshot: str | None = None) -> Tables:
        """The tables of a snapshot, of the current one by default; none before the first run."""
        storage = LocalStorage(warehouse)
        name = snapshot or storage.current()
        names = storage.record(name)["tables"] if name else ()
        return cls(names, lambda table, columns: _of_snapshot(warehouse, name, table, columns))

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            self._frames[name] = self._read(name, None) if name in self else _not_made(name)
        return self._frames[name]

    def get(self, name: str, default: Any = None) -> Any:
        """A table that was made; the default where it was not."""
        return self[name] if name in self._names else default

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def select(self, name: str, columns: Sequence[str]) -> pd.DataFrame:
        """Some columns of a table; no others are read from the disk."""
        if name in self._frames or name not in self:
            return self[name][list(columns)]
        return self._read(name, columns)

    def given(self, frames: Mapping[str, pd.DataFrame]) -> Tables:
        """The same tables, with these in place of those of their name."""
        return Tables(
            [*self, *frames],
            lambda name, columns: (
                _columns(frames[name], columns) if name in frames else self._some(name, columns)
            ),
        )

    def as_known(self, day: date) -> Tables:
        """The tables as they stood on a day: only rows known by then, their vintages among them.

        ``newest_vintage`` chooses between vintages. A table that keeps no ``known_from`` stays as
        it is.
        """
        return self._narrowed(KNOWN_FROM, lambda frame: known_by(frame, day))

    def of_quarter(self, quarter: Quarter | str) -> Tables:
        """The tables with the rows of one quarter; one that has no quarters stays as it is."""
        return self._narrowed(
            "quarter",
            lambda frame: frame[frame["quarter"] == str(quarter)].reset_index(drop=True),
        )

    def _narrowed(self, column: str, narrow: Callable[[pd.DataFrame], pd.DataFrame]) -> Tables:
        def read(name: str, columns: Sequence[str] | None) -> pd.DataFrame:
            frame = self[name]
            return _columns(narrow(frame) if column in frame else frame, columns)

        return Tables(self, read)

    def _some(self, name: str, columns: Sequence[str] | None) -> pd.DataFrame:
        return self[name] if columns is None else self.select(name, columns)


def _columns(frame: pd.DataFrame, columns: Sequence[str] | None) -> pd.DataFrame:
    return frame if columns is None else frame[list(columns)]


def _not_made(name: str) -> pd.DataFrame:
    contracts = load_tables()
    if name not in contracts:
        raise KeyError(name)
    return no_rows(contracts[name])


def _of_file(path: Path, columns: Sequence[str] | None) -> pd.DataFrame:
    wanted = None if columns is None else list(columns)
    return pd.read_parquet(path, columns=wanted, use_threads=False)  # small: threads cost more


def _of_snapshot(
    warehouse: Path, snapshot: str | None, name: str, columns: Sequence[str] | None
) -> pd.DataFrame:
    """A published table with its days as pandas dates."""
    frame = read_table(warehouse, name, snapshot, columns)
    for column in load_tables()[name].columns:
        if column.logical_type == "date" and column.name in frame:
            frame[column.name] = pd.to_datetime(frame[column.name]).astype("datetime64[s]")
    return frame
