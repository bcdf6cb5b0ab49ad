"""Tables by name: read once, as known on a day, of a quarter; and which vintage counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.contracts import load_tables, pandas_dtypes
from infobank.tables import Tables, known_by, newest_delivery, newest_vintage

MARCH, MAY = date(2014, 3, 1), date(2014, 5, 1)


def frame(*rows: tuple[str, int, date]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["yot_id", "cases", "known_from"])
    return made.assign(known_from=pd.to_datetime(made["known_from"]))


def counted(frames: dict[str, pd.DataFrame]) -> tuple[Tables, list[str]]:
    """Tables that note each time one is read."""
    read: list[str] = []

    def one(name: str, columns: object) -> pd.DataFrame:
        read.append(name)
        return frames[name]

    return Tables(frames, one), read


def test_a_table_is_read_once_and_only_when_it_is_asked_for() -> None:
    tables, read = counted({"a": frame(("derby", 1, MARCH)), "b": frame()})
    assert list(tables) == ["a", "b"]
    assert read == []
    assert tables["a"] is tables["a"]
    assert tables.as_known(MAY)["a"]["cases"].tolist() == [1]
    assert read == ["a"]


def test_a_table_nobody_made_has_no_rows_and_the_types_of_its_contract() -> None:
    tables = Tables.of({})
    population = tables["core.population"]
    assert population.empty
    expected = pandas_dtypes(load_tables()["core.population"].columns)
    assert {name: str(dtype) for name, dtype in population.dtypes.items()} == expected
    assert "core.population" not in tables
    assert tables.get("core.population") is None
    with pytest.raises(KeyError):
        tables["core.nothing"]


def test_only_the_columns_asked_for_are_read_from_a_folder(tmp_path: Path) -> None:
    frame(("derby", 1, MARCH)).to_parquet(tmp_path / "a.parquet")
    tables = Tables.in_folder(tmp_path)
    assert list(tables.select("a", ["cases"])) == ["cases"]
    assert list(tables["a"]) == ["yot_id", "cases", "known_from"]
    assert list(tables.select("a", ["cases"])) == ["cases"]


def test_as_known_on_a_day_leaves_out_what_came_later() -> None:
    rows = frame(("derby", 1, MARCH), ("derby", 2, MAY))
    tables = Tables.of({"a": rows, "register": rows.drop(columns="known_from")})
    assert tables.as_known(MARCH)["a"]["cases"].tolist() == [1]
    assert len(tables.as_known(MARCH)["register"]) == 2
    assert len(tables["a"]) == 2


def test_of_a_quarter_are_its_rows_alone() -> None:
    rows = frame(("derby", 1, MARCH), ("derby", 2, MAY)).assign(quarter=["2013-Q4", "2014-Q1"])
    assert Tables.of({"a": rows}).of_quarter("2014-Q1")["a"]["cases"].tolist() == [2]


def test_tables_given_stand_in_place_of_those_of_their_name() -> None:
    tables = Tables.of({"a": frame(("derby", 1, MARCH)), "b": frame()})
    other = tables.given({"a": frame(("derby", 7, MARCH)), "c": frame()})
    assert other["a"]["cases"].tolist() == [7]
    assert list(other) == ["a", "b", "c"]
    assert list(tables["a"]["cases"]) == [1]


def test_the_newest_vintage_is_one_row_and_the_newest_delivery_all_of_its_rows() -> None:
    rows = frame(("derby", 1, MARCH), ("derby", 2, MAY), ("derby", 3, MAY), ("kent", 4, MARCH))
    assert newest_vintage(rows, ["yot_id"])["cases"].tolist() == [4, 3]
    assert newest_delivery(rows, ["yot_id"])["cases"].tolist() == [2, 3, 4]


def test_between_rows_of_one_day_the_columns_named_decide() -> None:
    rows = frame(("derby", 3, MAY), ("derby", 2, MAY))
    assert newest_vintage(rows, ["yot_id"])["cases"].tolist() == [2]
    assert newest_vintage(rows, ["yot_id"], ties=["cases"])["cases"].tolist() == [3]


VINTAGES = st.lists(
    st.tuples(
        st.sampled_from(["derby", "kent", "leeds"]),
        st.integers(0, 99),
        st.dates(date(2013, 1, 1), date(2014, 12, 31)),
    ),
    min_size=1,
)


@settings(deadline=None, max_examples=50)
@given(VINTAGES, st.dates(date(2013, 1, 1), date(2014, 12, 31)))
def test_what_counts_on_a_day_is_the_last_word_up_to_it(
    vintages: list[tuple[str, int, date]], day: date
) -> None:
    found = newest_vintage(known_by(frame(*vintages), day), ["yot_id"])
    words: dict[str, tuple[date, int]] = {}
    for yot_id, cases, known_from in vintages:
        if known_from <= day and (yot_id not in words or known_from >= words[yot_id][0]):
            words[yot_id] = (known_from, cases)
    expected = {yot_id: cases for yot_id, (_, cases) in words.items()}
    assert dict(zip(found["yot_id"], found["cases"], strict=True)) == expected
