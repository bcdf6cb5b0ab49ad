"""Read a Parquet file as a table whose first line is the names of its columns."""

from __future__ import annotations

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq

from infobank.reading.cells import LARGEST_SHEET, Cell
from infobank.reading.finding_log import unreadable


def read_parquet(content: bytes, named: str) -> list[list[Cell]]:
    """The lines of a Parquet file, the names of its columns first.

    Raises:
        FindingError: the file is damaged, or larger than a run may hold.
    """
    try:
        file = pq.ParquetFile(io.BytesIO(content))
        if file.metadata.num_rows * file.metadata.num_columns > LARGEST_SHEET:
            raise unreadable(named, "too_large", size=f"{file.metadata.num_rows:,} lines")
        table = file.read()
    except (pa.ArrowException, OSError, ValueError) as problem:
        raise unreadable(named, "damaged_parquet") from problem
    columns = [[_cell(value) for value in column.to_pylist()] for column in table.columns]
    lines: list[list[Cell]] = [list(table.column_names)]
    lines += [list(line) for line in zip(*columns, strict=True)]
    return lines


def _cell(value: object) -> Cell:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str | float | int | bool | datetime | date | time | timedelta):
        return value
    return str(value)
