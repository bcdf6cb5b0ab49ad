"""A table takes its columns from the record it holds; none is described twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infobank.contracts import ContractError, load_sources, load_tables, loaded_names

Schemas = Callable[..., Path]
Contract = dict[str, Any]

PROVENANCE = [
    "missing_reason",
    "missing_note",
    "known_from",
    "source_file",
    "source_sheet",
    "source_cell",
    "synthetic",
]


def table(name: str, properties: list[dict[str, Any]], **custom: Any) -> Contract:
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": name,
        "name": "Spending",
        "version": "1.0.0",
        "schema": [
            {
                "name": name,
                "description": "One row per YOT and year.",
                "customProperties": [{"property": k, "value": v} for k, v in custom.items()],
                "properties": properties,
            }
        ],
    }


def test_a_source_without_a_table_contract_gets_its_table(
    schemas: Schemas, contract: Contract
) -> None:
    made = load_tables(schemas(contract))["core.spending"]
    names = [column.name for column in made.columns]
    figures = ["spend", "children", "per_child", "funder"]
    assert names == ["yot_id", "period_start", "period_end", *figures, *PROVENANCE]
    assert made.key == ("yot_id", "period_start", "period_end", "known_from")
    assert made.partition == "received_quarter"
    assert made.holds == ("spending/spend",)
    assert made.column("spend").description == "Money spent."
    assert made.column("yot_id").required


def test_a_table_may_hold_a_record_and_say_more(schemas: Schemas, contract: Contract) -> None:
    note = {"name": "note", "description": "A remark.", "logicalType": "string"}
    held = table("core.spending", [note], holds="spending/spend", sort=["spend", "yot_id"])
    made = load_tables(schemas(contract, tables=(held,)))["core.spending"]
    assert [c.name for c in made.columns][7:] == ["note", *PROVENANCE]
    assert made.sort == ("spend", "yot_id")
    assert made.partition is None


def test_a_table_holding_nothing_that_exists_is_refused(
    schemas: Schemas, contract: Contract
) -> None:
    held = table("core.spending", [], holds="spending/money")
    with pytest.raises(ContractError, match="holds 'spending/money'"):
        load_tables(schemas(contract, tables=(held,)))


def test_a_record_must_find_its_required_columns_in_the_table(
    schemas: Schemas, contract: Contract
) -> None:
    own = table("core.spending", [{"name": "yot_id", "primaryKey": True}], provenance=True)
    with pytest.raises(ContractError, match="'period' has no place 'period_start'"):
        load_tables(schemas(contract, tables=(own,)))


def test_a_figure_cannot_become_a_word(schemas: Schemas, contract: Contract) -> None:
    own = table(
        "core.spending",
        [
            {"name": "yot_id", "primaryKey": True, "primaryKeyPosition": 1},
            {"name": "period_start", "primaryKey": True, "primaryKeyPosition": 2},
            {"name": "period_end"},
            {"name": "spend", "description": "Money.", "logicalType": "string"},
        ],
        provenance=True,
    )
    with pytest.raises(ContractError, match="'pounds' is integer but becomes 'spend'"):
        load_tables(schemas(contract, tables=(own,)))


def test_a_bare_name_takes_the_shared_description_and_nothing_else_does(
    schemas: Schemas, contract: Contract
) -> None:
    own = table("out.money", [{"name": "yot_id", "primaryKey": True}, {"name": "wealth"}])
    with pytest.raises(ContractError, match=r"'wealth' of 'out\.money' needs a logical"):
        load_tables(schemas(contract, tables=(own,)))


def test_a_shared_column_is_not_described_anew(schemas: Schemas, contract: Contract) -> None:
    for more in ({"logicalType": "integer"}, {"classification": "personal"}):
        own = table("out.money", [{"name": "yot_id", "primaryKey": True, **more}])
        with pytest.raises(ContractError, match=r"'yot_id' of 'out\.money'"):
            load_tables(schemas(contract, tables=(own,)))


def test_columns_without_a_place_are_read_and_not_loaded() -> None:
    record = load_sources()["yjb_custody"].objects["custody"]
    names = loaded_names(record, load_tables()["core.yjb_indicators"])
    assert names == {
        "yot_id": "yot_id",
        "period_start": "period_start",
        "period_end": "period_end",
        "sentences": "numerator",
        "population": "denominator",
        "rate": "rate",
    }
