"""From a source's record to the table it is loaded into, so that no column is described twice.

A table that holds one kind of record has that record's columns, with these differences: a YOT name
becomes ``yot_id``; a period becomes ``period_start`` and ``period_end``; a column may take another
name (``becomes``); constants and the standard columns of provenance follow. The key is the
record's key with ``known_from``, because every vintage is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from infobank.contracts.model import Column, Expectation, RecordContract, TableContract

VINTAGE = "known_from"
_RESOLVED: Mapping[str, tuple[str, ...]] = {
    "yot_name": ("yot_id",),
    "period": ("period_start", "period_end"),
}


@dataclass(frozen=True)
class SharedColumns:
    """Columns described once for all contracts (``schemas/tables/_provenance.odcs.yaml``).

    Attributes:
        named: every column a table contract may name without describing it.
        provenance: the names of those that say where a loaded row comes from.
        delivered: every column a source contract may name without describing it, by name.
    """

    named: Mapping[str, Column]
    provenance: tuple[str, ...]
    delivered: Mapping[str, Column]

    def provenance_columns(self) -> tuple[Column, ...]:
        """The columns of provenance, in the order tables hold them."""
        return tuple(self.named[name] for name in self.provenance)


def resolved_names(column: Column) -> tuple[str, ...]:
    """The column or columns that the reader puts in place of a delivered one."""
    return _RESOLVED.get(column.kind, (column.becomes or column.name,))


def resolved_key(columns: tuple[Column, ...], key: tuple[str, ...]) -> tuple[str, ...]:
    """A record's key in the reader's frame: identifiers for names, dates for periods.

    Columns keep their delivered names here; only YOT names and periods are replaced.
    """
    by_name = {column.name: column for column in columns}
    return tuple(
        resolved for name in key for resolved in _RESOLVED.get(by_name[name].kind, (name,))
    )


def loaded_names(record: RecordContract, table: TableContract) -> dict[str, str]:
    """Column of the reader's frame -> column of the table, for every column that is loaded.

    A column the table has no place for is read for the checks alone and is not among them.
    """
    names: dict[str, str] = {}
    held = {column.name for column in table.columns}
    for column in record.columns:
        if column.kind in _RESOLVED:
            names |= {name: name for name in _RESOLVED[column.kind] if name in held}
        elif (column.becomes or column.name) in held:
            names[column.name] = column.becomes or column.name
    return names


def held_columns(record: RecordContract, shared: SharedColumns) -> tuple[Column, ...]:
    """The columns a table has for one kind of record, without constants and provenance."""
    columns: list[Column] = []
    for column in record.columns:
        if column.kind in _RESOLVED:
            columns.extend(
                replace(shared.named[name], required=column.required)
                for name in _RESOLVED[column.kind]
            )
        else:
            name = column.becomes or column.name
            columns.append(
                replace(column, name=name, becomes=None, expectations=_renamed(column, name))
            )
    return tuple(columns)


def held_key(record: RecordContract) -> tuple[str, ...]:
    """The record's key in the names of its table, without the vintage."""
    becomes = {column.name: column.becomes or column.name for column in record.columns}
    return tuple(becomes.get(name, name) for name in record.key)


def _renamed(column: Column, name: str) -> tuple[Expectation, ...]:
    return tuple(
        replace(check, kwargs={**check.kwargs, "column": name}) for check in column.expectations
    )
