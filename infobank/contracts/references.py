"""What a contract names must exist, and nothing personal may leave the restricted zone.

Each check raises :class:`ContractError` with one sentence naming the file and the key.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from infobank.contracts.derive import VINTAGE, loaded_names, resolved_names
from infobank.contracts.model import (
    Column,
    ContractError,
    Expectation,
    RecordContract,
    SourceContract,
    TableContract,
)

_COLUMN_ARGUMENTS = ("column", "column_A", "column_B")


def check(sources: Mapping[str, SourceContract], tables: Mapping[str, TableContract]) -> None:
    """Hold every reference between contracts against what it refers to.

    Raises:
        ContractError: the first one that leads nowhere.
    """
    for source in sources.values():
        for record in source.objects.values():
            _check_record(source, record, tables)
    for table in tables.values():
        _check_table(table, sources, tables)


def _check_record(
    source: SourceContract, record: RecordContract, tables: Mapping[str, TableContract]
) -> None:
    where = f"{source.file}: {record.name!r}"
    columns = {column.name: column for column in record.columns}
    for kind in ("yot_name", "period"):
        if sum(column.kind == kind for column in record.columns) > 1:
            raise ContractError(f"{where} has two columns of kind {kind}; a record has one.")
    for rule in record.rates:
        for role in ("rate", "numerator", "denominator"):
            name = getattr(rule, role)
            if name not in columns or columns[name].logical_type not in ("integer", "number"):
                msg = f"{where} has a rate rule whose {role} {name!r} is not one of its figures."
                raise ContractError(msg)
    known = set(columns) | {name for c in record.columns for name in resolved_names(c)}
    _check_expectations(where, _all_checks(record.columns, record.expectations), known)
    for name in record.feeds:
        if name not in tables:
            raise ContractError(f"{where} feeds {name!r}, for which there is no table contract.")
    if record.loads_into:
        _check_loading(where, record, tables[record.loads_into])
    elif record.constants:
        raise ContractError(f"{where} has constants but no loadsInto.")


def _check_loading(where: str, record: RecordContract, table: TableContract) -> None:
    held = {column.name: column for column in table.columns}
    loaded = loaded_names(record, table)
    for column in record.columns:
        missing = [name for name in resolved_names(column) if name not in held]
        if missing and (column.becomes or column.required):
            msg = f"{where}: column {column.name!r} has no place {missing[0]!r} in {table.name}."
            raise ContractError(msg)
        if table.zone != "restricted" and not missing and column.classification != "public":
            msg = (
                f"{where}: column {column.name!r} is {column.classification}, so it cannot be "
                f"loaded into {table.name}; only tables of the zone restricted may hold it."
            )
            raise ContractError(msg)
        _check_type(where, column, held, loaded)
    for name, value in record.constants.items():
        if name not in held or (held[name].enum and value not in held[name].enum):
            msg = f"{where}: the constant {name}: {value} has no place in {table.name}."
            raise ContractError(msg)


def _check_type(
    where: str, column: Column, held: Mapping[str, Column], loaded: Mapping[str, str]
) -> None:
    target = held.get(loaded.get(column.name, ""))
    if target is None:
        return
    widened = (column.logical_type, target.logical_type) == ("integer", "number")
    if column.logical_type != target.logical_type and not widened:
        msg = (
            f"{where}: column {column.name!r} is {column.logical_type} but becomes "
            f"{target.name!r}, which is {target.logical_type}."
        )
        raise ContractError(msg)


def _check_table(
    table: TableContract,
    sources: Mapping[str, SourceContract],
    tables: Mapping[str, TableContract],
) -> None:
    where = f"{table.file}: {table.name!r}"
    names = [column.name for column in table.columns]
    if repeated := [name for name in names if names.count(name) > 1]:
        raise ContractError(f"{where} has the column {repeated[0]!r} twice.")
    if not table.key:
        raise ContractError(f"{where} needs a primaryKey.")
    if absent := [name for name in (*table.key, *table.sort) if name not in names]:
        raise ContractError(f"{where} has {absent[0]!r} in its key or sort but no such column.")
    if absent := [name for name in table.made_from if name not in tables]:
        raise ContractError(f"{where} is made from {absent[0]!r}, which has no table contract.")
    if table.zone != "restricted" and any(c.classification != "public" for c in table.columns):
        raise ContractError(f"{where} holds personal columns, so it must be restricted.")
    _check_partition(where, table, names)
    for reference in table.holds:
        source, _, name = reference.partition("/")
        if sources[source].objects[name].loads_into != table.name:
            raise ContractError(f"{where} holds {reference!r}, which does not say loadsInto it.")
    _check_expectations(where, _all_checks(table.columns, table.expectations), set(names))


def _check_partition(where: str, table: TableContract, names: list[str]) -> None:
    needed = {"quarter": ("quarter",), "received_quarter": (VINTAGE, "received")}
    choices = needed.get(table.partition or "", ())
    if choices and not set(choices) & set(names):
        msg = f"{where} is partitioned by {table.partition} but has no column {choices[0]!r}."
        raise ContractError(msg)


def _all_checks(
    columns: tuple[Column, ...], expectations: tuple[Expectation, ...]
) -> Iterator[Expectation]:
    for column in columns:
        yield from column.expectations
    yield from expectations


def _check_expectations(where: str, checks: Iterator[Expectation], known: set[str]) -> None:
    for expectation in checks:
        kwargs = expectation.kwargs
        named = [kwargs[key] for key in _COLUMN_ARGUMENTS if key in kwargs]
        for name in [*named, *kwargs.get("column_list", [])]:
            if name not in known:
                msg = f"{where} has {expectation.type} on the column {name!r}, which it lacks."
                raise ContractError(msg)
