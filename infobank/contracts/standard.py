"""Reading one YAML file as an Open Data Contract Standard document, strictly.

The standard's own models drop keys they do not know without a word, and know many that nothing
here would act on. Either way a person would believe a rule to be in force that is not. So a key
is refused unless the Information Bank reads it, at every level of the document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from open_data_contract_standard.model import (
    CustomProperty,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
)
from pydantic import ValidationError

from infobank.contracts.model import ContractError
from infobank.domain.settings import read_yaml

API_VERSION = "v3.1.0"

_CONTRACT = "contract"


def _keys(text: str) -> frozenset[str]:
    return frozenset(text.split())


_READ: Mapping[str, frozenset[str]] = {
    _CONTRACT: _keys(
        "apiVersion kind id name version status domain description team servers schema "
        "slaProperties customProperties"
    ),
    "description": _keys("purpose usage limitations"),
    "team": _keys("name description members"),
    "members": _keys("username role description"),
    "servers": _keys(
        "server type description environment path location host port endpointUrl format "
        "delimiter encoding"
    ),
    "slaProperties": _keys("property value unit description element"),
    "customProperties": _keys("property value description"),
    "schema": _keys(
        "name description dataGranularityDescription properties quality customProperties"
    ),
    "properties": _keys(
        "name description logicalType logicalTypeOptions required primaryKey primaryKeyPosition "
        "classification quality customProperties"
    ),
    "logicalTypeOptions": _keys("minimum maximum"),
    "quality": _keys(
        "type engine implementation metric arguments mustBe severity description dimension"
    ),
    "implementation": _keys("type kwargs"),
    "arguments": _keys("validValues"),
}
_FREE = frozenset(("value", "kwargs", "validValues", "mustBe"))

CUSTOM: Mapping[str, frozenset[str]] = {
    "source contract": frozenset(("severity", "severityReason")),
    "source object": frozenset(("loadsInto", "constants", "rates", "feeds")),
    "source column": frozenset(("unit", "kind", "becomes")),
    "table contract": frozenset(),
    "table": frozenset(("holds", "madeFrom", "provenance", "partition", "sort")),
    "table column": frozenset(("unit", "kind")),
}
"""Which custom properties are read where."""


def read_contract(path: Path) -> OpenDataContractStandard:
    """Parse one contract.

    Raises:
        ContractError: the file is not YAML, not of the standard's version 3.1, or has a key that
            nothing reads; the sentence names the file and the key.
    """
    raw = read_yaml(path, ContractError)
    if not isinstance(raw, dict):
        msg = f"{path.name}: this is not a contract; it should begin with apiVersion and kind."
        raise ContractError(msg)
    for place, key in _unread(raw, _CONTRACT, ""):
        msg = f"{path.name}: nothing reads the key {key!r} in {place or 'the contract'}."
        raise ContractError(msg)
    if raw.get("apiVersion") != API_VERSION or raw.get("kind") != "DataContract":
        msg = f"{path.name}: apiVersion must be {API_VERSION} and kind must be DataContract."
        raise ContractError(msg)
    return _parsed(raw, path)


def custom(
    owner: OpenDataContractStandard | SchemaObject | SchemaProperty, level: str, path: Path
) -> dict[str, Any]:
    """The custom properties of a contract, an object or a column, by name.

    Raises:
        ContractError: one has a name that is not read at this level, or is there twice.
    """
    found: dict[str, Any] = {}
    listed: list[CustomProperty] = owner.customProperties or []
    for item in listed:
        name = item.property or ""
        if name not in CUSTOM[level] or name in found:
            reason = "is there twice" if name in found else f"is not one a {level} may have"
            label = getattr(owner, "name", None) or getattr(owner, "id", "")
            msg = f"{path.name}: the custom property {name!r} of {label!r} {reason}."
            raise ContractError(msg)
        found[name] = item.value
    return found


def _unread(node: object, level: str, place: str) -> Iterator[tuple[str, str]]:
    """Every key that nothing reads, with the place it stands in."""
    if isinstance(node, list):
        for number, item in enumerate(node, start=1):
            yield from _unread(item, level, f"{place}[{_label(item, number)}]")
        return
    if not isinstance(node, dict):
        return
    for key, value in node.items():
        if key not in _READ[level]:
            yield place, str(key)
        elif key in _READ and key not in _FREE:
            yield from _unread(value, str(key), f"{place}.{key}".lstrip("."))


def _label(item: object, number: int) -> str:
    if isinstance(item, dict):
        for name in ("name", "property", "server", "username"):
            if isinstance(item.get(name), str):
                return str(item[name])
    return str(number)


def _parsed(raw: dict[str, Any], path: Path) -> OpenDataContractStandard:
    try:
        return OpenDataContractStandard(**raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        msg = f"{path.name}: the key {place} is wrong: {first['msg']}."
        raise ContractError(msg) from error
