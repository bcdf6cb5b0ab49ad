"""The published tables of one snapshot, as the pack reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from infobank.contracts import load_tables
from infobank.contracts.model import PANDAS_DTYPES
from infobank.meeting.proposed import current_record, proposed_quarter, read_days
from infobank.tables import LocalStorage, snapshot_called
from infobank.tables.storage import Record

Row = dict[str, Any]


@dataclass
class Published:
    """The tables of one snapshot, each read once, when it is first asked for.

    Attributes:
        warehouse: the warehouse folder.
        quarter: the quarter the pack is about.
        snapshot: the snapshot's name.
        record: what the snapshot says of itself.
        label: its name, where it stands beside what is published; else "".
    """

    warehouse: Path
    quarter: str
    snapshot: str
    record: Record
    label: str = ""
    _read: dict[str, pd.DataFrame] = field(default_factory=dict)

    @classmethod
    def open(cls, warehouse: Path, quarter: str | None, label: str = "") -> Published:
        """Open what is published, or what stands beside it under a name.

        Raises:
            MistakeError: nothing is published, or nothing for that quarter.
        """
        snapshot, record = current_record(warehouse)
        if label:
            storage = LocalStorage(warehouse)
            snapshot = snapshot_called(storage, label)
            record = storage.record(snapshot)
        return cls(warehouse, proposed_quarter(record, quarter), snapshot, record, label)

    def table(self, name: str) -> pd.DataFrame:
        """A whole table; without rows where the snapshot does not hold it."""
        if name not in self._read:
            if name in self.record["tables"]:
                frame = read_days(self.warehouse, name, self.snapshot)
            else:
                columns = load_tables()[name].columns
                frame = pd.DataFrame(
                    {c.name: pd.Series([], dtype=PANDAS_DTYPES[c.logical_type]) for c in columns}
                )
            self._read[name] = frame
        return self._read[name]

    def of_quarter(self, name: str) -> pd.DataFrame:
        """The rows of a table that belong to the pack's quarter."""
        frame = self.table(name)
        return frame[frame["quarter"] == self.quarter].reset_index(drop=True)


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Rows as records, with None for everything that is missing."""
    return [
        {str(k): None if pd.api.types.is_scalar(v) and pd.isna(v) else v for k, v in row.items()}
        for row in frame.to_dict("records")
    ]
