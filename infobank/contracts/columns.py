"""From a property of the standard to a column, refusing what does not hang together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, get_args

from open_data_contract_standard.model import DataQuality, SchemaObject, SchemaProperty

from infobank.contracts.model import (
    ARROW_TYPES,
    Classification,
    Column,
    ContractError,
    Expectation,
    Kind,
)
from infobank.contracts.standard import custom
from infobank.domain.findings import Severity

_TYPES_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "yot_name": ("string",),
    "period": ("string",),
    "count": ("integer",),
    "rate": ("number",),
    "percentage": ("number",),
    "number": ("integer", "number"),
    "date": ("date",),
    "code": ("string",),
    "text": ("string",),
    "free_text": ("string",),
    "case_identifier": ("string",),
    "stars": ("integer",),
    "missing_reason": ("string",),
    "flag": ("boolean",),
}
_USUAL_KIND: Mapping[str, Kind] = {
    "string": "text",
    "integer": "number",
    "number": "number",
    "date": "date",
    "boolean": "flag",
}
_NEVER_PUBLIC = ("free_text", "case_identifier")
_ENGINE = "greatExpectations"


@dataclass(frozen=True)
class Place:
    """Where a key stands, for messages: file, object and, where there is one, column."""

    path: Path
    schema: str
    column: str = ""

    def refuse(self, what: str) -> ContractError:
        """The error to raise, one sentence with the place in front."""
        name = f"column {self.column!r} of {self.schema!r}" if self.column else repr(self.schema)
        return ContractError(f"{self.path.name}: {name} {what}")


def read_columns(
    schema: SchemaObject,
    path: Path,
    level: str,
    shared: Mapping[str, Column] | None = None,
) -> tuple[Column, ...]:
    """The columns of one object.

    Args:
        schema: the object.
        path: the contract's file, for messages.
        level: ``source column`` or ``table column``.
        shared: columns described once for all tables; a property of such a name and without a
            description takes it whole from there.

    Raises:
        ContractError: a column is described twice, or not enough, or against itself.
    """
    columns: list[Column] = []
    for item in schema.properties or []:
        place = Place(path, schema.name or "", item.name or "")
        if item.name in {column.name for column in columns}:
            raise place.refuse("is there twice.")
        columns.append(_column(item, place, level, shared or {}))
    return tuple(columns)


def read_key(schema: SchemaObject) -> tuple[str, ...]:
    """The names of the key columns, by their position in the key."""
    keyed = [item for item in schema.properties or [] if item.primaryKey]
    keyed.sort(key=lambda item: item.primaryKeyPosition or 0)
    return tuple(str(item.name) for item in keyed)


def read_expectations(
    rules: Iterable[DataQuality], place: Place, column: str = ""
) -> tuple[Expectation, ...]:
    """The Great Expectations checks among quality rules, with the column's name put in.

    Raises:
        ContractError: a rule is of a kind that nothing here carries out.
    """
    found: list[Expectation] = []
    for rule in rules:
        if column and rule.metric == "invalidValues":
            continue
        if rule.type != "custom" or rule.engine != _ENGINE or not _is_call(rule.implementation):
            raise place.refuse(
                "has a quality rule that nothing carries out; write type: custom, engine: "
                f"{_ENGINE} and an implementation with type and kwargs."
            )
        call: Any = rule.implementation
        kwargs = {"column": column} if column else {}
        kwargs |= call.get("kwargs") or {}
        severity = _severity(rule.severity or "warning", place)
        found.append(Expectation(call["type"], kwargs, severity, rule.description or ""))
    return tuple(found)


def read_severity(value: object, place: Place) -> Severity:
    """``critical`` or ``warning``, as written in a custom property."""
    return _severity(str(value), place)


def _column(item: SchemaProperty, place: Place, level: str, shared: Mapping[str, Column]) -> Column:
    name = item.name or ""
    if item.description is None and name in shared:
        return _borrowed(item, shared[name], place)
    extra = custom(item, level, place.path)
    logical = item.logicalType or ""
    if logical not in ARROW_TYPES:
        raise place.refuse(f"needs a logicalType, one of {', '.join(ARROW_TYPES)}.")
    if not (item.description or "").strip():
        raise place.refuse("needs a description.")
    kind = _kind(extra.get("kind"), logical, place, level)
    low, high = _bounds(item, logical, place)
    column = Column(
        name=name,
        logical_type=logical,
        arrow_type=ARROW_TYPES[logical],
        unit=str(extra.get("unit", "")),
        description=" ".join((item.description or "").split()),
        required=_required(item),
        enum=_enum(item, logical, place),
        minimum=low,
        maximum=high,
        classification=_classification(item.classification, kind, place),
        kind=kind,
        becomes=extra.get("becomes"),
        expectations=read_expectations(item.quality or [], place, name),
    )
    if logical in ("integer", "number") and not column.unit:
        raise place.refuse("is a figure and needs the custom property unit.")
    return column


def _borrowed(item: SchemaProperty, column: Column, place: Place) -> Column:
    if item.logicalType not in (None, column.logical_type):
        raise place.refuse(f"is {column.logical_type} where it is described, not here.")
    if item.logicalTypeOptions or item.quality or item.classification or item.customProperties:
        raise place.refuse("takes its description from elsewhere, so it can say nothing more.")
    described = item.required is not None or item.primaryKey
    return replace(column, required=_required(item)) if described else column


def _required(item: SchemaProperty) -> bool:
    """A key column is required unless the contract says that it may be missing."""
    return bool(item.primaryKey) if item.required is None else item.required


def _kind(value: object, logical: str, place: Place, level: str) -> Kind:
    if value is None and level == "table column":
        return _USUAL_KIND[logical]
    for kind in get_args(Kind):
        if kind == value and logical in _TYPES_OF_KIND[kind]:
            return kind  # type: ignore[no-any-return]
    raise place.refuse(
        f"has the kind {value!r}, which a column of logicalType {logical} cannot have; the kinds "
        f"are {', '.join(_TYPES_OF_KIND)}."
    )


def _classification(value: str | None, kind: Kind, place: Place) -> Classification:
    classification = value or "public"
    if classification not in get_args(Classification):
        raise place.refuse(
            f"has the classification {classification!r}; use public, personal or sensitive."
        )
    if classification == "public" and kind in _NEVER_PUBLIC:
        raise place.refuse(f"is {kind} and cannot be public; say personal or sensitive.")
    return classification  # type: ignore[return-value]


def _bounds(item: SchemaProperty, logical: str, place: Place) -> tuple[float | None, float | None]:
    options = item.logicalTypeOptions or {}
    if options and logical not in ("integer", "number"):
        raise place.refuse("is not a figure, so it has no minimum or maximum.")
    low, high = options.get("minimum"), options.get("maximum")
    if low is not None and high is not None and low > high:
        raise place.refuse(f"has a minimum of {low} above its maximum of {high}.")
    return low, high


def _enum(item: SchemaProperty, logical: str, place: Place) -> tuple[str, ...]:
    rules = [rule for rule in item.quality or [] if rule.metric == "invalidValues"]
    if not rules:
        return ()
    values = (rules[0].arguments or {}).get("validValues") or []
    words = all(isinstance(value, str) for value in values)
    if len(rules) > 1 or not values or not words or logical != "string" or rules[0].mustBe != 0:
        raise place.refuse(
            "needs one rule of the metric invalidValues, with mustBe: 0 and validValues in quotes "
            "where YAML would read something else than words."
        )
    if len(set(values)) != len(values):
        raise place.refuse("allows the same value twice.")
    return tuple(values)


def _severity(value: str, place: Place) -> Severity:
    for severity in get_args(Severity):
        if value == severity:
            return severity  # type: ignore[no-any-return]
    raise place.refuse(f"has the severity {value!r}; use critical or warning.")


def _is_call(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("type"), str)
