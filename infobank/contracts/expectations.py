"""The checks that follow from a contract's columns, carried out by Great Expectations.

Great Expectations takes four seconds to import and keeps a project in a global, so it is imported
here alone, on first use. All validations share one context, which writes its settings out at
every change, and take turns behind a lock, since contexts are not made for threads.
"""

from __future__ import annotations

import logging
import os
import threading
import warnings
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from infobank.contracts.derive import resolved_names
from infobank.contracts.model import Column, ContractError, Expectation
from infobank.domain.findings import Severity

_ONE_AT_A_TIME = threading.Lock()

NOT_NULL = "expect_column_values_to_not_be_null"
IN_SET = "expect_column_values_to_be_in_set"
BETWEEN = "expect_column_values_to_be_between"
UNIQUE = "expect_compound_columns_to_be_unique"
UNIQUE_ALONE = "expect_column_values_to_be_unique"
ROWS = "expect_table_row_count_to_be_between"


@dataclass(frozen=True)
class ExpectationResult:
    """One record, or one whole table, that does not meet an expectation.

    Attributes:
        index: the record's label in the frame's index; None for a finding on the whole table.
        column: the column at fault (the first, where an expectation compares several); "" for a
            finding on the whole table.
        type: the expectation's name.
        severity: ``critical`` for a record not to be used, ``warning`` for one to look at.
        message: what is wrong, as a sentence.
        expected: what should stand there, in a few words.
    """

    index: Hashable | None
    column: str
    type: str
    severity: Severity
    message: str
    expected: str


def suite(
    columns: Iterable[Column],
    expectations: Iterable[Expectation] = (),
    key: tuple[str, ...] = (),
) -> tuple[Expectation, ...]:
    """The whole suite of one kind of record or table, made from its contract.

    A required column is never empty, an enumerated one holds its values alone, a figure lies
    within its bounds, a key stands once, and there is at least one row: an empty frame would pass
    every other check. A record that fails any of these is not to be used.
    """
    columns = tuple(columns)
    made: list[Expectation] = [_rule(ROWS, min_value=1)]
    for column in columns:
        made.extend(_from_column(column))
        made.extend(column.expectations)
    if len(key) == 1:
        made.append(_rule(UNIQUE_ALONE, column=key[0]))
    elif key:
        made.append(_rule(UNIQUE, column_list=list(key), ignore_row_if="never"))
    return (*made, *expectations)


def validate(
    frame: pd.DataFrame,
    columns: Iterable[Column],
    expectations: Iterable[Expectation] = (),
    key: tuple[str, ...] = (),
) -> list[ExpectationResult]:
    """Hold a frame against its contract, every record against every check.

    Args:
        frame: the records; columns beside the contract's are left alone. A YOT name or period may
            stand as delivered or already resolved.
        columns: the contract's columns.
        expectations: the contract's further checks of the object.
        key: columns that must be unique together; by default keys are not looked at, as a frame
            of several deliveries repeats them rightly.

    Returns:
        One result for each record and check that fails, in the order of the records.

    Raises:
        ContractError: a required column is not in the frame at all, or Great Expectations cannot
            carry out a check; both are faults of ours.
    """
    columns = tuple(columns)
    absent = _absent(frame, columns)
    wanted = [
        check
        for check in suite(columns, expectations, key)
        if not absent.intersection(columns_of(check))
    ]
    if frame.empty:
        return [ExpectationResult(None, "", ROWS, "critical", "There is no record at all.", "rows")]
    units = {column.name: column.unit for column in columns}
    found = [
        result
        for check, failed in _run(frame.reset_index(drop=True), wanted)
        for result in _results(frame, check, failed, units)
    ]
    place = {label: number for number, label in enumerate(frame.index)}
    found.sort(key=lambda r: (place.get(r.index, -1), r.column, r.type))
    return found


def _from_column(column: Column) -> Iterator[Expectation]:
    if column.required:
        for name in resolved_names(column) if column.kind in ("yot_name", "period") else ():
            yield _rule(NOT_NULL, column=name)
        yield _rule(NOT_NULL, column=column.name)
    if column.enum:
        yield _rule(IN_SET, column=column.name, value_set=list(column.enum))
    if column.minimum is not None or column.maximum is not None:
        yield _rule(BETWEEN, column=column.name, min_value=column.minimum, max_value=column.maximum)


def _rule(name: str, **kwargs: Any) -> Expectation:
    return Expectation(name, kwargs, "critical")


def _absent(frame: pd.DataFrame, columns: tuple[Column, ...]) -> set[str]:
    """Columns a check names that the frame does not have and need not have."""
    here = set(frame.columns)
    absent: set[str] = set()
    for column in columns:
        resolved = resolved_names(column) if column.kind in ("yot_name", "period") else ()
        absent |= {name for name in (column.name, *resolved) if name not in here}
        if column.required and column.name not in here and not here.issuperset(resolved or ("",)):
            msg = f"The frame to be checked lacks the required column {column.name!r}."
            raise ContractError(msg)
    return absent


def columns_of(check: Expectation) -> list[str]:
    """The columns a check looks at, the one at fault first."""
    named = [check.kwargs[k] for k in ("column", "column_A", "column_B") if k in check.kwargs]
    return [*named, *check.kwargs.get("column_list", [])]


def _run(
    frame: pd.DataFrame, checks: list[Expectation]
) -> Iterator[tuple[Expectation, list[int] | None]]:
    """Each failed check with the positions of the records that fail; None for the whole table."""
    with _ONE_AT_A_TIME:
        outcome = _validated(frame, checks)
    by_number = {result.expectation_config.meta["number"]: result for result in outcome.results}
    for number, check in enumerate(checks):
        result = by_number[number]
        if _raised(result.exception_info):
            msg = f"Great Expectations cannot carry out {check.type} on {check.kwargs}."
            raise ContractError(msg)
        if not result.success:
            yield check, result.result.get("unexpected_index_list")


def _raised(result: dict[str, Any]) -> bool:
    """Whether a check could not be carried out; told once, or once for each figure it needs."""
    each = [result] if "raised_exception" in result else result.values()
    return any(item["raised_exception"] for item in each)


def _validated(frame: pd.DataFrame, checks: list[Expectation]) -> Any:
    """A suite run once over a frame."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        whole_frame = _whole_frame()
        import great_expectations as gx
        from great_expectations.expectations.registry import get_expectation_impl

        made = [
            get_expectation_impl(check.type)(**check.kwargs, meta={"number": number})
            for number, check in enumerate(checks)
        ]
        return whole_frame.get_batch({"dataframe": frame}).validate(
            gx.ExpectationSuite("contract", expectations=made),
            result_format={"result_format": "COMPLETE"},
        )


@lru_cache(maxsize=1)
def _whole_frame() -> Any:
    """The way a frame is handed over whole, in a context made for the process."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    # It tells of each temporary folder it makes, which says nothing about a delivery.
    logging.getLogger("great_expectations.data_context.types.base").setLevel(logging.WARNING)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("frame").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("all")


def _results(
    frame: pd.DataFrame, check: Expectation, failed: list[int] | None, units: dict[str, str]
) -> Iterator[ExpectationResult]:
    names = columns_of(check)
    column = names[0] if names else ""
    should = expected(check, units.get(column, ""))
    if failed is None:
        message = check.description or f"The table fails {check.type}."
        yield ExpectationResult(None, column, check.type, check.severity, message, should)
        return
    for position in sorted(set(failed)):
        values = " and ".join(_shown(frame[name].iloc[position]) for name in names)
        message = _sentence(check, column, values, should)
        yield ExpectationResult(
            frame.index[position], column, check.type, check.severity, message, should
        )


def _sentence(check: Expectation, column: str, values: str, should: str) -> str:
    if check.type == NOT_NULL:
        return f"{column} is empty and must not be."
    if check.type in (UNIQUE, UNIQUE_ALONE):
        return f"The key {', '.join(columns_of(check))} is there twice: {values}."
    if check.type in (IN_SET, BETWEEN):
        return f"{column} is {values}; expected is {should}."
    if check.description:
        return f"{check.description} Here {' and '.join(columns_of(check))} are {values}."
    return f"{column} is {values}, which fails {check.type}."


def expected(check: Expectation, unit: str) -> str:
    """What a check expects, in a few words, the column's unit with its bounds."""
    kwargs = check.kwargs
    if check.type == NOT_NULL:
        return "a value"
    if check.type == IN_SET:
        return "one of " + ", ".join(str(value) for value in kwargs["value_set"])
    if check.type in (UNIQUE, UNIQUE_ALONE):
        return "each key once"
    if check.type in (BETWEEN, ROWS):
        return _range(kwargs.get("min_value"), kwargs.get("max_value")) + (f" {unit}".rstrip())
    return check.description


def _range(low: float | None, high: float | None) -> str:
    if high is None:
        return f"{_shown(low)} or more"
    if low is None:
        return f"{_shown(high)} or less"
    return f"{_shown(low)} to {_shown(high)}"


def _shown(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"{int(value)}"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return "empty" if value is None or value is pd.NA or value != value else str(value)
