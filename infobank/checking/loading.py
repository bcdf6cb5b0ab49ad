"""From accepted records to tables, and from findings to the quarantine.

A record's way into its table is written in its contract: ``loadsInto`` names the table,
``becomes`` the column, ``constants`` what is the same for all. Nothing is computed here.
"""

from __future__ import annotations

from dataclasses import asdict, fields

import pandas as pd

from infobank.checking import CheckedSource
from infobank.contracts.model import PANDAS_DTYPES, RecordContract, SourceContract, TableContract
from infobank.domain.findings import Finding

_MISSING_KINDS = ("missing_reason", "missing_note")


def load_tables_from(
    checked: list[CheckedSource],
    sources: dict[str, SourceContract],
    tables: dict[str, TableContract],
) -> dict[str, pd.DataFrame]:
    """The tables that accepted records go to: one frame per table name, sorted by its key."""
    parts: dict[str, list[pd.DataFrame]] = {}
    for item in checked:
        for name, frame in item.objects.items():
            contract = sources[item.source].objects[name]
            if contract.loads_into is None:
                continue
            accepted = frame[~frame["refused"]]
            table = tables[contract.loads_into]
            parts.setdefault(table.name, []).append(_as_rows(accepted, contract, table))
    return {
        name: in_order(pd.concat(frames, ignore_index=True), tables[name])
        for name, frames in sorted(parts.items())
    }


def _as_rows(
    accepted: pd.DataFrame, contract: RecordContract, table: TableContract
) -> pd.DataFrame:
    renamed = accepted.rename(
        columns={c.name: c.becomes for c in contract.columns if c.becomes and c.becomes != c.name}
    )
    rows = pd.DataFrame(index=accepted.index)
    for column in table.columns:
        if column.name in contract.constants:
            rows[column.name] = contract.constants[column.name]
        elif column.name in renamed.columns:
            rows[column.name] = renamed[column.name]
        elif column.required:
            msg = f"{table.name}.{column.name} is required, but {contract.name} does not give it."
            raise KeyError(msg)
        else:
            rows[column.name] = None
    return rows.astype({c.name: PANDAS_DTYPES[c.logical_type] for c in table.columns})


def in_order(frame: pd.DataFrame, table: TableContract) -> pd.DataFrame:
    """A table's rows in the order they are published in: by its key, then by every column."""
    first = [c for c in (table.sort or table.key) if c in frame.columns]
    rest = [c for c in frame.columns if c not in first]
    return frame.sort_values([*first, *rest], kind="stable", ignore_index=True)


def quarantine(findings: list[Finding], received: dict[str, pd.Timestamp]) -> pd.DataFrame:
    """The quarantine: one row per finding, with the day its delivery was received.

    Findings that say the same of the same cell (a cell that several records stand on) are one
    row, and the records they refused are added up.
    """
    frame = _one_row_each(findings)
    same = ["source_file", "sheet", "cell", "code", "message"]
    frame["rows_refused"] = frame.groupby(same, sort=False)["rows_refused"].transform("sum")
    frame = frame.sort_values([*same, "severity"], kind="stable").drop_duplicates(same)
    frame = frame.reset_index(drop=True)
    frame["known_from"] = pd.to_datetime(frame["source_file"].map(received))
    return frame


def _one_row_each(findings: list[Finding]) -> pd.DataFrame:
    columns = [field.name for field in fields(Finding)]
    frame = pd.DataFrame([asdict(f) for f in findings], columns=columns)
    frame["rows_refused"] = frame["rows_refused"].astype("Int64")
    order = ["source_file", "sheet", "cell", "code", "message"]
    return frame.sort_values(order, kind="stable", ignore_index=True)
