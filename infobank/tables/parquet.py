"""A table's part as Parquet bytes: the same rows in the same schema give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

_ROW_GROUP = 1 << 20
# pandas reads a nullable count as float64 unless the file says otherwise, and 45 custodial
# sentences are not 45.0.
_NULLABLE = {pa.int64(): "Int64", pa.int32(): "Int32", pa.bool_(): "boolean"}


def encode(table: pa.Table, metadata: Mapping[str, str]) -> bytes:
    """The table as one zstd Parquet file, its field metadata kept.

    Args:
        table: rows in their final order, in the contract's schema.
        metadata: key and value of the file's metadata; what the schema already carries is kept
            where it does not clash.
    """
    kept = {k.decode(): v.decode() for k, v in (table.schema.metadata or {}).items()}
    kept.pop("pandas", None)
    merged = {**kept, **metadata, "pandas": _pandas_metadata(table.schema)}
    ordered = {key: merged[key] for key in sorted(merged)}
    sink = pa.BufferOutputStream()
    # Page version 1.0 is what the older readers behind Excel and Power BI understand.
    pq.write_table(
        table.replace_schema_metadata(ordered).combine_chunks(),
        sink,
        compression="zstd",
        compression_level=6,
        version="2.6",
        data_page_version="1.0",
        row_group_size=_ROW_GROUP,
        use_dictionary=True,
        write_statistics=True,
        store_schema=True,
    )
    content: bytes = sink.getvalue().to_pybytes()
    return content


def in_order(table: pa.Table, leading: Sequence[str]) -> pa.Table:
    """The rows sorted by the leading columns, then by every other, so that no order is left open.

    Missing values come last.
    """
    names = [*leading, *(n for n in table.column_names if n not in leading)]
    if not names or table.num_rows < 2:
        return table
    return table.sort_by([(name, "ascending") for name in names])


def _pandas_metadata(schema: pa.Schema) -> str:
    columns: list[dict[str, Any]] = [
        {
            "name": field.name,
            "field_name": field.name,
            "pandas_type": str(field.type),
            "numpy_type": _NULLABLE[field.type],
            "metadata": None,
        }
        for field in schema
        if field.type in _NULLABLE and (field.nullable or not pa.types.is_boolean(field.type))
    ]
    metadata = {
        "index_columns": [],
        "column_indexes": [],
        "columns": columns,
        "creator": {"library": "pyarrow", "version": "fixed"},
        "pandas_version": "3",
    }
    return json.dumps(metadata, sort_keys=True)
