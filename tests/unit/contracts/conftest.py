"""A small set of contracts in a folder of their own: one source, loaded into a derived table."""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from infobank.contracts import schemas_root

SPENDING: dict[str, Any] = {
    "apiVersion": "v3.1.0",
    "kind": "DataContract",
    "id": "spending",
    "name": "Youth justice spending",
    "version": "1.2.0",
    "status": "active",
    "description": {"purpose": "What each YOT spends in a year."},
    "team": {"name": "Research", "members": [{"username": "head-of-research", "role": "owner"}]},
    "servers": [{"server": "sample", "type": "local", "path": "raw/spending", "format": "csv"}],
    "slaProperties": [{"property": "frequency", "value": 12, "unit": "month"}],
    "customProperties": [
        {"property": "severity", "value": "warning"},
        {"property": "severityReason", "value": "Nothing is ranked on it."},
    ],
    "schema": [
        {
            "name": "spend",
            "description": "One row per YOT and year.",
            "customProperties": [
                {"property": "loadsInto", "value": "core.spending"},
                {
                    "property": "rates",
                    "value": [
                        {
                            "rate": "per_child",
                            "numerator": "pounds",
                            "denominator": "children",
                            "per": 1,
                            "decimals": 2,
                        }
                    ],
                },
            ],
            "properties": [
                {"name": "yot", "primaryKey": True, "primaryKeyPosition": 1},
                {
                    "name": "period",
                    "description": "Financial year.",
                    "logicalType": "string",
                    "primaryKey": True,
                    "primaryKeyPosition": 2,
                    "customProperties": [{"property": "kind", "value": "period"}],
                },
                {
                    "name": "pounds",
                    "description": "Money spent.",
                    "logicalType": "integer",
                    "logicalTypeOptions": {"minimum": 0, "maximum": 1000000},
                    "customProperties": [
                        {"property": "kind", "value": "count"},
                        {"property": "unit", "value": "pounds"},
                        {"property": "becomes", "value": "spend"},
                    ],
                },
                {
                    "name": "children",
                    "description": "Children the money was for.",
                    "logicalType": "integer",
                    "customProperties": [
                        {"property": "kind", "value": "count"},
                        {"property": "unit", "value": "children"},
                    ],
                },
                {
                    "name": "per_child",
                    "description": "Money per child.",
                    "logicalType": "number",
                    "customProperties": [
                        {"property": "kind", "value": "rate"},
                        {"property": "unit", "value": "pounds per child"},
                    ],
                },
                {
                    "name": "funder",
                    "description": "Who paid.",
                    "logicalType": "string",
                    "customProperties": [{"property": "kind", "value": "code"}],
                    "quality": [
                        {
                            "metric": "invalidValues",
                            "mustBe": 0,
                            "arguments": {"validValues": ["council", "board"]},
                        }
                    ],
                },
            ],
        }
    ],
}

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def contract() -> dict[str, Any]:
    return copy.deepcopy(SPENDING)


@pytest.fixture
def schemas(tmp_path: Path) -> Callable[..., Path]:
    """Write contracts into a folder laid out as ``schemas`` is, and give the folder."""

    def write(*sources: dict[str, Any], tables: tuple[dict[str, Any], ...] = ()) -> Path:
        for kind, contracts in (("sources", sources), ("tables", tables)):
            folder = tmp_path / kind
            folder.mkdir(exist_ok=True)
            for document in contracts:
                path = folder / f"{document['id']}.odcs.yaml"
                path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
        shared = "_provenance.odcs.yaml"
        shutil.copy(schemas_root() / "tables" / shared, tmp_path / "tables" / shared)
        shutil.copy(schemas_root() / "findings.yaml", tmp_path / "findings.yaml")
        return tmp_path

    return write
