"""A frame as an arrow table in its contract's schema."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from infobank.contracts.model import TableContract


def arrow_schema(contract: TableContract) -> pa.Schema:
    """The contract's columns as an arrow schema, unit and description in the field metadata."""
    return pa.schema(
        [
            pa.field(
                column.name,
                pa.type_for_alias(column.arrow_type),
                nullable=not column.required,
                metadata={"description": column.description, "unit": column.unit},
            )
            for column in contract.columns
        ]
    )


def to_table(frame: pd.DataFrame, contract: TableContract) -> pa.Table:
    """The frame in the contract's schema; raises ValueError when the columns are not the same."""
    schema = arrow_schema(contract)
    if set(frame.columns) != set(schema.names):
        unlike = sorted(set(frame.columns) ^ set(schema.names))
        msg = f"{contract.name}: columns {', '.join(unlike)} are not as in the contract."
        raise ValueError(msg)
    return pa.Table.from_pandas(frame, schema=schema, preserve_index=False)
