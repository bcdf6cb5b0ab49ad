"""From a frame to an arrow table that keeps every promise of its contract, or says why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from infobank.contracts.model import Column, TableContract, pandas_dtypes


class BrokenPromiseError(RuntimeError):
    """A table we made is not what its contract promises: a fault of the program.

    Deliveries have been checked before, so nobody who sends data can mend it.
    """


def no_rows(table: TableContract) -> pd.DataFrame:
    """A frame of no rows, with the columns and types of a table's contract."""
    types = pandas_dtypes(table.columns)
    return pd.DataFrame({name: pd.Series([], dtype=dtype) for name, dtype in types.items()})


def arrow_schema(table: TableContract, metadata: Mapping[str, str] | None = None) -> pa.Schema:
    """The arrow schema of a table.

    Each field carries ``description`` and, for a figure, ``unit`` in its metadata, and may hold
    nulls only where the contract allows them. The schema carries the table's name, description
    and contract version, and whatever metadata the run adds.
    """
    own = {
        "table": table.name,
        "description": table.description,
        "contract_version": table.version,
    }
    return pa.schema(
        [_field(column) for column in table.columns], metadata=own | dict(metadata or {})
    )


def to_table(
    frame: pd.DataFrame, table: TableContract, metadata: Mapping[str, str] | None = None
) -> pa.Table:
    """A frame as an arrow table of the contract, its rows in the contract's order.

    Args:
        frame: exactly the contract's columns, in any order; the index is ignored.
        table: the contract.
        metadata: what the run adds to the file (run id, as-of date, code version).

    Raises:
        BrokenPromiseError: the columns differ, a figure does not fit its type without loss, a
            required column has an empty cell or a key stands twice; the sentence names table and
            column.
    """
    _compare_columns(frame, table)
    columns = {c.name: _cast(frame[c.name], c, table) for c in table.columns}
    typed = pd.DataFrame(columns).reset_index(drop=True)
    for column in table.columns:
        if column.required and typed[column.name].isna().any():
            row = int(typed[column.name].isna().to_numpy().argmax())
            msg = f"{table.name}: {column.name} is required but empty in row {row}."
            raise BrokenPromiseError(msg)
    repeated = typed.duplicated(list(table.key))
    if repeated.any():
        first = typed[repeated].head(1)
        key = ", ".join(f"{name} {first[name].item()}" for name in table.key)
        raise BrokenPromiseError(f"{table.name}: the key is there twice: {key}.")
    typed = typed.sort_values(list(table.sort), kind="stable", na_position="last")
    schema = arrow_schema(table)
    made = pa.Table.from_pandas(
        typed.reset_index(drop=True), schema=schema, preserve_index=False, safe=True
    )
    # The pandas block stays: with it, counts with gaps are read back as counts, not as floats.
    described = dict(arrow_schema(table, metadata).metadata or {})
    return made.replace_schema_metadata({b"pandas": made.schema.metadata[b"pandas"]} | described)


def _field(column: Column) -> pa.Field:
    metadata = {"description": column.description}
    if column.unit:
        metadata["unit"] = column.unit
    kind = pa.date32() if column.logical_type == "date" else pa.type_for_alias(column.arrow_type)
    return pa.field(column.name, kind, nullable=not column.required, metadata=metadata)


def _compare_columns(frame: pd.DataFrame, table: TableContract) -> None:
    """Arrow would drop a column too many without a word, so the sets are held together first."""
    wanted = [column.name for column in table.columns]
    given = [str(name) for name in frame.columns]
    missing = [name for name in wanted if name not in given]
    extra = [name for name in given if name not in wanted]
    twice = sorted({name for name in given if given.count(name) > 1})
    parts = [
        f"{label}: {', '.join(names)}"
        for label, names in (("missing", missing), ("unexpected", extra), ("repeated", twice))
        if names
    ]
    if parts:
        msg = f"{table.name}: the columns are not those of the contract ({'; '.join(parts)})."
        raise BrokenPromiseError(msg)


def _cast(values: pd.Series, column: Column, table: TableContract) -> pd.Series:
    try:
        if column.logical_type == "string":
            return _as_text(values)
        if column.logical_type == "date":
            return _as_days(values)
        _refuse_other_kinds(values, column)
        return _typed(values, column)
    except (TypeError, ValueError) as error:
        msg = f"{table.name}: {column.name} does not fit {column.arrow_type}: {error}."
        raise BrokenPromiseError(msg) from error


def _typed(values: pd.Series, column: Column) -> pd.Series:
    dtype: Any = pandas_dtypes((column,))[column.name]
    return pd.Series(values.astype(dtype))


def _as_text(values: pd.Series) -> pd.Series:
    if isinstance(values.dtype, pd.StringDtype):
        return values.astype("str")  # can hold nothing but text
    odd = [value for value in values.dropna() if not isinstance(value, str)]
    if odd:
        msg = f"{odd[0]!r} is not text"
        raise TypeError(msg)
    return values.astype("str")


def _as_days(values: pd.Series) -> pd.Series:
    days = pd.to_datetime(values)
    known = days.dropna()
    if days.dt.tz is not None or (known != known.dt.normalize()).any():
        msg = "a day has a time of day or a time zone"
        raise ValueError(msg)
    return pd.Series(days.astype("datetime64[s]"))


def _refuse_other_kinds(values: pd.Series, column: Column) -> None:
    """Pandas would read "1" as 1 and yes as true; here a figure arrives as a figure."""
    wants_flag = column.logical_type == "boolean"
    for value in values.dropna().head(1) if values.dtype != object else values.dropna():
        if isinstance(value, str) or isinstance(value, bool | np.bool_) != wants_flag:
            msg = f"{value!r} is not a {'yes or no' if wants_flag else 'figure'}"
            raise TypeError(msg)
