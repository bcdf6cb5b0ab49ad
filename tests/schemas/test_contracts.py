"""The project's own contracts: valid by the standard, complete, and with nothing personal loose."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
import yaml

from infobank.contracts import load_sources, load_tables, schemas_root
from infobank.contracts.dictionary import stale_pages
from infobank.domain.paths import project_root

PROMISED = {
    "out.risk_ranking": "quarter as_of yot_id yot_name region country rank score rank_low_95 "
    "rank_high_95 p_worst_6 flags synthetic",
    "out.risk_contribution": "quarter yot_id component value weight contribution",
    "out.programme": "quarter yot_id yot_name programme arm reason",
    "out.inspection_score": "inspection_id yot_id programme fieldwork_end theme cases judgements "
    "sufficient score_pct rating",
    "core.yjb_indicators": "yot_id indicator period_start period_end numerator denominator rate "
    "missing_reason known_from source_file source_sheet source_cell",
    "core.quarantine": "source_file sheet cell code message found expected severity",
}
FILES = sorted(schemas_root().glob("*/*.odcs.yaml"))


@pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])
def test_every_contract_is_valid_by_the_standards_own_schema(path: Path) -> None:
    package = resources.files("open_data_contract_standard")
    schema = json.loads(package.joinpath("schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), schema)


@pytest.mark.parametrize("name", PROMISED)
def test_published_tables_have_the_columns_others_rely_on(name: str) -> None:
    held = {column.name for column in load_tables()[name].columns}
    assert set(PROMISED[name].split()) <= held


def test_nothing_personal_leaves_the_restricted_zone() -> None:
    for table in load_tables().values():
        loose = [c.name for c in table.columns if c.classification != "public"]
        assert table.zone == "restricted" or not loose
        kinds = {c.kind for c in table.columns}
        assert table.zone == "restricted" or not kinds & {"free_text", "case_identifier"}


def test_every_loaded_row_says_where_it_comes_from() -> None:
    tables = load_tables()
    loaded = {
        record.loads_into
        for source in load_sources().values()
        if source.id != "register"
        for record in source.objects.values()
    }
    for name in loaded:
        assert name is not None
        columns = {column.name for column in tables[name].columns}
        assert {"known_from", "source_file", "source_sheet", "source_cell", "synthetic"} <= columns
        assert tables[name].key[-1] == "known_from"


def test_the_outcome_indicators_and_what_they_rest_on_are_critical() -> None:
    critical = {source.id for source in load_sources().values() if source.severity == "critical"}
    assert critical == {
        "population_10_17",
        "yjb_first_time_entrants",
        "yjb_reoffending",
        "yjb_custody",
        "register",
    }


def test_every_expectation_named_in_a_contract_exists() -> None:
    from great_expectations.expectations.registry import list_registered_expectation_implementations

    named = {
        check.type
        for source in load_sources().values()
        for record in source.objects.values()
        for check in (*record.expectations, *(e for c in record.columns for e in c.expectations))
    } | {check.type for table in load_tables().values() for check in table.expectations}
    import great_expectations.expectations.core  # noqa: F401  (registers them)

    assert named <= set(list_registered_expectation_implementations())


def test_the_generated_pages_are_fresh() -> None:
    assert stale_pages(project_root() / "docs") == []
