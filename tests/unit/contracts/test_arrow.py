"""A frame becomes an arrow table only where it keeps every promise of the contract."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.contracts import load_tables
from infobank.contracts.arrow import BrokenPromiseError, arrow_schema, to_table

INDICATORS = load_tables()["core.yjb_indicators"]


def facts(**changed: object) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "yot_id": ["derbyshire", "derby"],
            "indicator": ["custody", "custody"],
            "period_start": pd.to_datetime(["2012-04-01", "2012-04-01"]),
            "period_end": [dt.date(2013, 3, 31), dt.date(2013, 3, 31)],
            "numerator": [39.0, None],
            "denominator": pd.array([70520, None], dtype="Int64"),
            "rate": [0.55, float("nan")],
            "missing_reason": [None, "missing"],
            "missing_note": [None, None],
            "known_from": pd.to_datetime(["2014-01-30", "2014-01-30"]),
            "source_file": "a.xls",
            "source_sheet": "East Midlands",
            "source_cell": ["Q57", "Q20"],
            "synthetic": False,
        }
    )
    return frame.assign(**changed)


def test_every_field_says_what_it_is_and_in_which_unit() -> None:
    schema = arrow_schema(INDICATORS, {"run_id": "7"})
    assert schema.field("yot_id").metadata[b"description"]
    assert schema.field("numerator").metadata[b"unit"]
    assert not schema.field("yot_id").nullable
    assert schema.field("rate").nullable
    assert schema.field("period_end").type == pa.date32()
    assert schema.metadata[b"table"] == b"core.yjb_indicators"
    assert schema.metadata[b"run_id"] == b"7"


def test_rows_come_in_the_contracts_order_and_gaps_stay_gaps() -> None:
    made = to_table(facts(), INDICATORS, {"run_id": "7"})
    assert made.column("yot_id").to_pylist() == ["derby", "derbyshire"]
    assert made.column("numerator").to_pylist() == [None, 39]
    assert made.column("missing_note").to_pylist() == [None, None]
    assert made.schema.metadata[b"run_id"] == b"7"
    read = made.to_pandas()
    assert read["numerator"].dtype == "Int64"


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        (facts(more=1), "unexpected: more"),
        (facts().drop(columns="rate"), "missing: rate"),
        (facts(numerator=[1.5, 2.0]), "numerator does not fit int64"),
        (facts(numerator=[True, False]), "True is not a figure"),
        (facts(rate=["0.5", "0.6"]), "'0.5' is not a figure"),
        (facts(source_cell=[4, 5]), "4 is not text"),
        (facts(synthetic=["no", "no"]), "'no' is not a yes or no"),
        (facts(known_from=pd.Timestamp("2014-01-30 09:00")), "time of day"),
        (facts(yot_id=[None, "derby"]), "yot_id is required but empty in row 0"),
        (facts(yot_id="derby"), "the key is there twice: yot_id derby"),
    ],
)
def test_a_broken_promise_is_named(frame: pd.DataFrame, says: str) -> None:
    with pytest.raises(BrokenPromiseError, match=says) as refused:
        to_table(frame, INDICATORS)
    assert str(refused.value).startswith("core.yjb_indicators: ")


def test_a_column_standing_twice_is_named() -> None:
    frame = pd.concat([facts(), facts()[["rate"]]], axis=1)
    with pytest.raises(BrokenPromiseError, match="repeated: rate"):
        to_table(frame, INDICATORS)


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(6)))
def test_the_order_of_rows_given_never_matters(order: list[int]) -> None:
    rows = pd.concat([facts(yot_id=[f"a{n}", f"b{n}"]) for n in range(3)], ignore_index=True)
    assert to_table(rows.iloc[order], INDICATORS).equals(to_table(rows, INDICATORS))


def test_an_empty_frame_keeps_its_types() -> None:
    made = to_table(facts().iloc[:0], INDICATORS)
    assert made.num_rows == 0
    assert made.schema.field("numerator").type == pa.int64()
