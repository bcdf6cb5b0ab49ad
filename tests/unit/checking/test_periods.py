"""Periods that are not over, sets of periods that do not follow, and figures nobody gave."""

from __future__ import annotations

import pandas as pd

from infobank.checking.checked_records import Records
from infobank.checking.coverage import check_coverage
from infobank.checking.history import check_against_earlier
from infobank.checking.period_order import check_periods_follow, check_periods_over
from infobank.checking.thresholds import load_settings
from infobank.contracts import load_sources
from infobank.domain.register import load_register

SOURCES = load_sources()


def records(source: str, name: str, rows: list[dict[str, object]]) -> Records:
    contract = SOURCES[source].objects[name]
    usual: dict[str, object] = {
        "yot": "Derby",
        "yot_id": "derby",
        "home_region": "East Midlands",
        "known_from": pd.Timestamp("2014-04-11"),
        "source_file": "a.xlsx",
        "source_sheet": "Custody",
        "refused": False,
        "missing_reason": None,
    }
    frame = pd.DataFrame([{**usual, **row} for row in rows])
    frame["source_cell"] = [f"C{n + 5}" for n in range(len(frame))]
    frame["missing_reason"] = frame["missing_reason"].astype("str")
    for column in contract.columns:
        if column.kind == "count":
            told = frame.get(column.name, pd.Series([None] * len(frame)))
            frame[column.name] = told.astype("Int64")
        elif column.name not in frame:
            frame[column.name] = pd.NA
    return Records(source, contract, frame)


def year(end: str, **more: object) -> dict[str, object]:
    day = pd.Timestamp(end)
    start = day - pd.DateOffset(years=1) + pd.DateOffset(days=1)
    usual = {"period": end, "period_start": start, "period_end": day, "sentences": 9}
    return {**usual, "population": 20_000, "rate": 0.45, **more}


def custody(*rows: dict[str, object]) -> Records:
    return records("yjb_custody", "custody", list(rows))


def test_a_period_that_was_not_over_when_it_came_is_refused() -> None:
    told = custody(year("2013-12-31"), year("2014-12-31"))
    check_periods_over(told)
    assert told.frame["refused"].tolist() == [False, True]
    assert [(f.code, f.rows_refused) for f in told.findings] == [("period_not_over", 1)]


def quarter(file: str, came: str, *ends: str) -> list[dict[str, object]]:
    return [year(end, source_file=file, known_from=pd.Timestamp(came)) for end in ends]


FIRST = quarter("a.xlsx", "2014-01-10", "2013-09-30", "2012-09-30", "2013-06-30")


def test_periods_that_move_on_by_a_quarter_follow() -> None:
    later = quarter("b.xlsx", "2014-04-11", "2013-12-31", "2012-12-31", "2013-09-30")
    told = custody(*FIRST, *later)
    check_periods_follow(told, 3)
    assert told.findings == []


def test_one_label_a_year_out_is_told() -> None:
    later = quarter("b.xlsx", "2014-04-11", "2013-12-31", "2011-12-31", "2013-09-30")
    told = custody(*FIRST, *later)
    check_periods_follow(told, 3)
    assert [(f.code, f.source_file) for f in told.findings] == [("period_unexpected", "b.xlsx")]


def test_a_quarter_left_out_is_told() -> None:
    later = quarter("b.xlsx", "2014-07-11", "2014-03-31", "2013-03-31", "2013-12-31")
    told = custody(*FIRST, *later)
    check_periods_follow(told, 3)
    assert [f.code for f in told.findings] == ["period_unexpected"]


def test_a_workbook_of_another_number_of_periods_is_no_surprise() -> None:
    told = custody(*FIRST, *quarter("b.xls", "2014-04-11", "2013-03-31"))
    check_periods_follow(told, 3)
    assert told.findings == []


def figures_missing(told: Records) -> list[str]:
    check_coverage(told, load_register(), load_settings(), "critical")
    return [f.found for f in told.findings if "without a figure" in f.message]


def test_a_count_nobody_gave_is_told_and_a_withheld_one_is_not() -> None:
    york = year("2013-12-31", yot="York", yot_id="york")
    blank = year("2013-12-31", sentences=None, rate=None, missing_reason="missing")
    withheld = year("2013-12-31", sentences=None, rate=None, missing_reason="suppressed")
    assert figures_missing(custody(york, blank)) == ["1 not given"]
    assert figures_missing(custody(york, withheld)) == []


def test_a_rate_is_missed_only_beside_its_counts() -> None:
    york = year("2013-12-31", yot="York", yot_id="york")
    assert figures_missing(custody(york, year("2013-12-31", rate=None))) == ["1 not given"]


def population(year_: int, people: int, file: str, came: str) -> dict[str, object]:
    told = {"year": year_, "population": people, "source_file": file}
    return {**told, "known_from": pd.Timestamp(came)}


def test_a_population_that_jumps_in_a_year_is_told_and_every_yot_owes_one() -> None:
    rows = [population(2012, 25_017, "a.csv", "2013-04-05")]
    calm = records("population_10_17", "population", rows)
    wild = records("population_10_17", "population", rows)
    for told, people in ((calm, 24_825), (wild, 42_825)):
        later = records(
            "population_10_17",
            "population",
            [population(2013, people, "b.csv", "2014-04-04")],
        )
        told.frame = pd.concat([told.frame, later.frame], ignore_index=True)
        check_against_earlier(told, load_settings())
    assert calm.findings == []
    assert [f.code for f in wild.findings] == ["value_out_of_range"]
    assert "mid-2013" in wild.findings[0].message
    check_coverage(calm, load_register(), load_settings(), "critical")
    assert {f.code for f in calm.findings} == {"coverage_low"}
