"""The suite made from a contract finds each record that does not keep it."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from infobank.contracts import ContractError, Expectation, load_sources
from infobank.contracts.expectations import BETWEEN, IN_SET, NOT_NULL, ROWS, suite, validate

RECORD = load_sources()["yjb_reoffending"].objects["binary"]


def cohorts() -> pd.DataFrame:
    """Four records as the reader gives them, labelled as a slice of more records would be."""
    return pd.DataFrame(
        {
            "yot": ["Derby", "Barnet", None, "Bury"],
            "yot_id": ["derby", "barnet", "bexley", "bury"],
            "period": "2011/12",
            "period_start": pd.Timestamp("2011-04-01"),
            "period_end": pd.Timestamp("2012-03-31"),
            "cohort": pd.array([10, 20, None, -4], dtype="Int64"),
            "reoffenders": pd.array([12, 7, None, None], dtype="Int64"),
            "rate_pct": [120.0, 35.0, float("nan"), 0.0],
        },
        index=[7, 5, 9, 11],
    )


def test_each_failing_record_is_named_by_its_own_label() -> None:
    found = validate(cohorts(), RECORD.columns, RECORD.expectations)
    assert [(r.index, r.column, r.severity) for r in found] == [
        (7, "cohort", "critical"),
        (7, "rate_pct", "critical"),
        (9, "yot", "critical"),
        (11, "cohort", "critical"),
    ]
    assert found[0].message == (
        "No more can reoffend than are in the cohort. Here cohort and reoffenders are 10 and 12."
    )
    assert found[1].message == "rate_pct is 120; expected is 0 to 100 % of the cohort."
    assert found[2].message == "yot is empty and must not be."


def test_missing_figures_are_not_wrong_figures() -> None:
    frame = cohorts().loc[[5]].assign(cohort=pd.array([None], dtype="Int64"), rate_pct=None)
    assert validate(frame, RECORD.columns, RECORD.expectations) == []


def test_an_empty_frame_fails_where_every_other_check_would_pass() -> None:
    found = validate(cohorts().iloc[:0], RECORD.columns, RECORD.expectations)
    assert [(r.index, r.type) for r in found] == [(None, ROWS)]


def test_a_key_standing_twice_is_found_when_asked_for() -> None:
    twice = pd.concat([cohorts().loc[[5]]] * 2, ignore_index=True)
    assert validate(twice, RECORD.columns) == []
    found = validate(twice, RECORD.columns, key=RECORD.key)
    assert [r.index for r in found] == [0, 1]
    assert "barnet, 2011-04-01" in found[0].message.replace(" and ", ", ")
    assert [r.index for r in validate(twice, RECORD.columns, key=("yot_id",))] == [0, 1]


def test_a_word_not_agreed_is_found() -> None:
    record = load_sources()["calendar_constraints"].objects["constraint"]
    frame = pd.DataFrame(
        {
            "constraint_id": ["C1", "C2"],
            "yot": "Derby",
            "yot_id": "derby",
            "kind": ["YJB work", "holiday"],
            "first_day": pd.Timestamp("2014-05-05"),
            "last_day": pd.to_datetime(["2014-05-09", "2014-05-01"]),
        }
    )
    found = validate(frame, record.columns, record.expectations)
    assert [(r.index, r.column) for r in found] == [(1, "kind"), (1, "last_day")]
    assert "one of YJB work, other inspection" in found[0].expected


def test_a_column_that_may_be_missing_is_not_missed() -> None:
    frame = cohorts().loc[[5]].drop(columns="rate_pct")
    assert validate(frame, RECORD.columns, RECORD.expectations) == []


def test_a_frame_without_a_required_column_is_our_own_fault() -> None:
    frame = cohorts().drop(columns=["yot", "yot_id"])
    with pytest.raises(ContractError, match="lacks the required column 'yot'"):
        validate(frame, RECORD.columns)


def test_a_check_that_cannot_be_carried_out_is_never_a_pass() -> None:
    mixed = cohorts().loc[[5]].assign(cohort="many")
    with pytest.raises(ContractError, match="cannot carry out"):
        validate(mixed, RECORD.columns)


def test_validations_may_run_in_threads() -> None:
    with ThreadPoolExecutor(3) as pool:
        runs = pool.map(lambda _: validate(cohorts(), RECORD.columns), range(6))
    assert {tuple(r.index for r in run) for run in runs} == {(7, 9, 11)}


def test_the_suite_is_made_from_the_columns() -> None:
    made = suite(RECORD.columns, RECORD.expectations, RECORD.key)
    assert made[0].type == ROWS
    on_rate = [e.type for e in made if e.kwargs.get("column") == "rate_pct"]
    assert on_rate == [BETWEEN]
    assert {e.kwargs["column"] for e in made if e.type == NOT_NULL} == {
        "yot",
        "yot_id",
        "period",
        "period_start",
        "period_end",
    }
    assert IN_SET not in {e.type for e in made}
    assert isinstance(made[-1], Expectation)


def test_great_expectations_is_not_imported_before_it_is_needed() -> None:
    program = (
        "import sys, infobank.contracts.expectations, infobank.contracts.dictionary;"
        "sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603
