"""The snapshot that a pack is about, and its rows as a page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from infobank.meeting.proposed import current_record, proposed_quarter
from infobank.tables import LocalStorage, Tables, snapshot_called
from infobank.tables.storage import Record

Row = dict[str, Any]


@dataclass
class PackSnapshot:
    """The snapshot that a pack is about.

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

    @classmethod
    def open(cls, warehouse: Path, quarter: str | None, label: str = "") -> PackSnapshot:
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

    @cached_property
    def tables(self) -> Tables:
        """The tables, every quarter in them."""
        return Tables.of_snapshot(self.warehouse, self.snapshot)

    @cached_property
    def own(self) -> Tables:
        """The tables with the rows of the pack's quarter."""
        return self.tables.of_quarter(self.quarter)


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Rows as records, with None for everything that is missing."""
    return [
        {str(k): None if pd.api.types.is_scalar(v) and pd.isna(v) else v for k, v in row.items()}
        for row in frame.to_dict("records")
    ]
