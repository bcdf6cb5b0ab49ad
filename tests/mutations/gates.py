"""All gates over many mutants: Great Expectations is asked once for many records.

Every record is held against its contract's expectations alone, so what was said of a record holds
for the same record in another mutant. Nothing else is left out or done otherwise than in a run.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from infobank.checking import gates as checking_gates
from infobank.contracts.derive import resolved_names
from infobank.contracts.expectations import ExpectationResult, validate
from infobank.contracts.model import Column, RecordContract


@dataclass
class Remembered:
    """What Great Expectations said of each record, by what the record holds."""

    said: dict[tuple[int, int], list[ExpectationResult]] = field(default_factory=dict)

    def learn(self, contract: RecordContract, frames: Sequence[pd.DataFrame]) -> None:
        """Ask about the records of these frames that are new, all at once."""
        usable = [frame[~frame["refused"]] for frame in frames if len(frame)]
        usable = [frame for frame in usable if len(frame)]
        if not usable:
            return
        together = pd.concat(usable, ignore_index=True)
        marks = _marks(together, contract.columns)
        kind = _kind(contract.columns)
        together = together[[(kind, m) not in self.said for m in marks]]
        marks = _marks(together, contract.columns) if len(together) else []
        fresh = ~pd.Series(marks).duplicated()
        together = together[fresh.to_numpy()] if len(together) else together
        marks = [m for m, new in zip(marks, fresh, strict=True) if new]
        self.said |= {(kind, m): [] for m in marks}
        if together.empty:
            return
        together = together.reset_index(drop=True)
        for result in validate(together, contract.columns, contract.expectations):
            self.said[kind, marks[int(str(result.index))]].append(result)

    def validate(
        self, frame: pd.DataFrame, columns: Iterable[Column], expectations: Iterable[Any] = ()
    ) -> list[ExpectationResult]:
        """As :func:`infobank.contracts.expectations.validate`, from memory."""
        columns = tuple(columns)
        kind = _kind(columns)
        told: list[ExpectationResult] = []
        index: list[Hashable] = list(frame.index)
        for label, mark in zip(index, _marks(frame, columns), strict=True):
            told += [replace(result, index=label) for result in self.said[kind, mark]]
        return told

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the gates ask here."""
        own = checking_gates.validate
        checking_gates.validate = self.validate  # type: ignore[assignment]
        try:
            yield
        finally:
            checking_gates.validate = own


def _kind(columns: Sequence[Column]) -> int:
    return hash(tuple(column.name for column in columns))


def _marks(frame: pd.DataFrame, columns: Sequence[Column]) -> list[int]:
    named = [
        name
        for column in columns
        for name in (column.name, *resolved_names(column))
        if name in frame.columns
    ]
    told = frame[list(dict.fromkeys(named))]
    return [int(mark) for mark in pd.util.hash_pandas_object(told, index=False)]
