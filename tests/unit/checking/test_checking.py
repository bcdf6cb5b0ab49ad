"""The gates on small inline frames: what is refused, what is only remarked upon, and where."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.checking.arithmetic import check_rates, check_totals
from infobank.checking.checked_records import Records
from infobank.checking.coverage import check_coverage
from infobank.checking.history import check_against_earlier, check_lateness
from infobank.checking.keys import check_keys, copy_findings
from infobank.checking.thresholds import load_settings
from infobank.contracts import load_sources
from infobank.domain.register import load_register

CUSTODY = load_sources()["yjb_custody"].objects["custody"]


def custody(*rows: dict[str, object]) -> Records:
    """Records of the custody contract; what a row does not say is filled in."""
    usual = {
        "yot": "Derby",
        "yot_id": "derby",
        "home_region": "East Midlands",
        "period": "Apr 12 - Mar 13",
        "period_start": pd.Timestamp("2012-04-01"),
        "period_end": pd.Timestamp("2013-03-31"),
        "known_from": pd.Timestamp("2013-07-12"),
        "sentences": 45,
        "population": 26644,
        "rate": 1.69,
        "source_file": "custody.xlsx",
        "source_sheet": "Custody",
    }
    frame = pd.DataFrame([{**usual, **row} for row in rows])
    frame["source_cell"] = [f"C{n + 5}" for n in range(len(frame))]
    for column, letter in {"yot": "A", "sentences": "C", "population": "D", "rate": "E"}.items():
        frame[f"cell.{column}"] = [f"{letter}{n + 5}" for n in range(len(frame))]
    frame["refused"] = False
    for column in ("sentences", "population"):
        frame[column] = frame[column].astype("Int64")
    frame["rate"] = frame["rate"].astype("float64")
    return Records("yjb_custody", CUSTODY, frame)


def test_a_rate_its_own_counts_give_passes_up_to_rounding() -> None:
    records = custody({}, {"yot_id": "york", "sentences": 7, "population": 16240, "rate": 0.43})
    check_rates(records)
    assert records.findings == []


def test_a_rate_its_own_counts_do_not_give_is_refused_and_named_with_its_cell() -> None:
    records = custody({"rate": 4.1})
    check_rates(records)
    (finding,) = records.findings
    assert (finding.code, finding.cell, finding.rows_refused) == ("rate_disagrees", "E5", 1)
    assert (finding.found, finding.expected) == ("4.1", "1.69")
    assert finding.message.startswith("custody.xlsx, sheet Custody, cell E5: ")
    assert records.frame["refused"].tolist() == [True]


def test_a_missing_figure_is_no_wrong_rate() -> None:
    records = custody({"sentences": None}, {"rate": None}, {"population": None})
    check_rates(records)
    assert records.findings == []


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 500), st.integers(2000, 160_000), st.floats(-3, 3))
def test_no_rate_off_by_more_than_its_rounding_gets_past(
    sentences: int, population: int, off: float
) -> None:
    true = sentences / population * 1000
    records = custody({"sentences": sentences, "population": population, "rate": true + off})
    check_rates(records)
    if abs(off) > 0.0050001:
        assert len(records.findings) == 1
    elif abs(off) < 0.0049999:
        assert records.findings == []


def test_a_line_repeated_to_the_letter_is_left_out_with_a_warning() -> None:
    records = custody({}, {}, {"yot": "York", "yot_id": "york"})
    check_keys(records, "critical")
    assert records.frame["refused"].tolist() == [False, True, False]
    assert [f.severity for f in records.findings] == ["warning"]


def test_two_lines_that_disagree_are_both_refused_as_the_source_is_serious() -> None:
    records = custody({}, {"sentences": 46, "rate": 1.73})
    check_keys(records, "critical")
    assert records.frame["refused"].tolist() == [True, True]
    assert {f.severity for f in records.findings} == {"critical"}
    assert "A6" in records.findings[0].message
    assert records.findings[0].cell == "A5"


def test_the_same_key_in_a_later_delivery_is_a_new_vintage_not_a_repeat() -> None:
    later = {"source_file": "later.xlsx", "known_from": pd.Timestamp("2013-10-11")}
    records = custody({}, {"sentences": 46, "rate": 1.73, **later})
    check_keys(records, "critical")
    assert records.findings == []


def test_two_deliveries_of_one_day_may_repeat_but_not_contradict_each_other() -> None:
    again = custody({}, {"yot": "Derby ", "source_file": "copy.xlsx"})
    check_keys(again, "critical")
    assert again.frame["refused"].tolist() == [False, True]
    (told,) = copy_findings("yjb_custody", again.copied)
    assert (told.cell, told.rows_refused) == ("A6", 1)
    assert "as in custody.xlsx, sheet Custody, cell A5." in told.message
    other = custody({}, {"sentences": 46, "rate": 1.73, "source_file": "copy.xlsx"})
    check_keys(other, "critical")
    assert other.frame["refused"].tolist() == [True, True]
    assert {f.severity for f in other.findings} == {"critical"}


@pytest.mark.parametrize("again", [{"source_file": "copy.xlsx"}, {"source_sheet": "Custody (2)"}])
def test_a_file_or_sheet_that_is_there_twice_is_one_finding(again: dict[str, object]) -> None:
    lines = [{"yot_id": f"yot-{n}"} for n in range(5)]
    records = custody(*lines, *({**line, **again} for line in lines))
    check_keys(records, "critical")
    assert records.frame["refused"].tolist() == [False] * 5 + [True] * 5
    assert records.findings == []
    (told,) = copy_findings("yjb_custody", records.copied)
    assert told.rows_refused == 5
    assert told.severity == "warning"
    assert "5 records are repeated here" in told.message
    assert "cells A10, A11 and A12" in told.message
    both = {"custody.xlsx", "copy.xlsx"} if "source_file" in again else {"Custody (2)", "Custody"}
    assert all(name in told.message for name in both)


def total(**row: object) -> pd.DataFrame:
    usual = {
        "total_of": "East Midlands",
        "source_file": "custody.xlsx",
        "source_sheet": "Custody",
        "period_start": pd.Timestamp("2012-04-01"),
        "period_end": pd.Timestamp("2013-03-31"),
        "sentences": 84,
        "population": pd.NA,
        "cell.sentences": "C40",
    }
    frame = pd.DataFrame([{**usual, **row}])
    for column in ("sentences", "population"):
        frame[column] = frame[column].astype("Int64")
    return frame


def test_a_region_total_published_wrongly_is_found_with_its_cell() -> None:
    teams = ({}, {"yot": "Derbyshire", "yot_id": "derbyshire", "sentences": 39})
    right, wrong = custody(*teams), custody(*teams)
    check_totals(right, total())
    check_totals(wrong, total(sentences=83))
    assert right.findings == []
    (finding,) = wrong.findings
    assert (finding.code, finding.cell) == ("parts_do_not_add", "C40")
    assert (finding.found, finding.expected) == ("83", "84")


def test_a_total_over_a_team_that_did_not_report_is_checked_from_below() -> None:
    records = custody({}, {"yot_id": "derbyshire", "sentences": None})
    check_totals(records, total(sentences=90))
    assert records.findings == []
    check_totals(records, total(sentences=40))
    assert len(records.findings) == 1


def all_yots(leave_out: int) -> Records:
    yots = load_register().in_force(date(2013, 3, 31)).iloc[leave_out:]
    return custody(*[{"yot": y.yot_name, "yot_id": y.yot_id} for y in yots.itertuples()])


def test_a_yot_without_a_line_is_named_and_many_are_critical() -> None:
    whole, few, many = all_yots(0), all_yots(2), all_yots(40)
    for records in (whole, few, many):
        check_coverage(records, load_register(), load_settings(), "critical")
    assert whole.findings == []
    assert [f.severity for f in few.findings] == ["warning"]
    assert "Barking and Dagenham" in few.findings[0].message
    assert [f.severity for f in many.findings] == ["critical"]


def test_a_large_revision_is_remarked_upon_and_used() -> None:
    records = custody(
        {},
        {"sentences": 90, "source_file": "b.xlsx", "known_from": pd.Timestamp("2013-10-11")},
    )
    check_against_earlier(records, load_settings())
    assert [(f.code, f.source_file) for f in records.findings] == [("revision_large", "b.xlsx")]
    assert not records.frame["refused"].any()


def test_a_figure_that_jumps_beyond_chance_is_remarked_upon() -> None:
    later = {
        "period_start": pd.Timestamp("2013-04-01"),
        "period_end": pd.Timestamp("2014-03-31"),
        "known_from": pd.Timestamp("2014-07-11"),
        "source_file": "b.xlsx",
    }
    calm, wild = custody({}, {**later, "sentences": 52}), custody({}, {**later, "sentences": 450})
    for records in (calm, wild):
        check_against_earlier(records, load_settings())
    assert calm.findings == []
    assert [f.code for f in wild.findings] == ["value_out_of_range"]


def test_a_delivery_is_late_by_its_contract() -> None:
    contract, settings_ = load_sources()["yjb_custody"], load_settings()
    received = [date(2013, 10, 11), date(2014, 1, 10)]
    assert check_lateness(contract, received, date(2014, 4, 1), settings_) == []
    (finding,) = check_lateness(contract, received, date(2014, 7, 1), settings_)
    assert finding.code == "delivery_late"
    # What a run cannot go on without is told where it stops for it, once.
    assert check_lateness(contract, [], date(2014, 7, 1), settings_) == []
    spend = load_sources()["youth_justice_spend"]
    (nothing,) = check_lateness(spend, [], date(2014, 7, 1), settings_)
    assert "nothing has been delivered" in nothing.message


@pytest.mark.parametrize("rows", [1, 5])
def test_a_record_with_two_faults_is_counted_refused_once(rows: int) -> None:
    records = custody(*[{"rate": 9.9} for _ in range(rows)])
    check_rates(records)
    check_rates(records)
    assert sum(f.rows_refused for f in records.findings) == int(records.frame["refused"].sum())


def test_the_rate_of_a_total_is_held_against_its_own_counts() -> None:
    records = custody({})
    told = total(sentences=45, population=26_644).assign(rate=16.9, **{"cell.rate": "E40"})
    check_totals(records, told)
    assert [(f.code, f.cell) for f in records.findings] == [("rate_disagrees", "E40")]
    assert records.findings[0].rows_refused == 0


def test_a_country_is_held_against_its_regions_where_a_team_is_withheld() -> None:
    records = custody(
        {"sentences": None},
        {"yot": "York", "yot_id": "york", "home_region": "Yorkshire and the Humber"},
    )
    regions = [
        total(sentences=50),
        total(total_of="Yorkshire and the Humber", sentences=45),
    ]
    country = total(total_of="national", **{"cell.sentences": "C99"})
    right = pd.concat([*regions, country.assign(sentences=95)], ignore_index=True)
    wrong = pd.concat([*regions, country.assign(sentences=96)], ignore_index=True)
    check_totals(records, right)
    assert records.findings == []
    check_totals(records, wrong)
    assert [(f.code, f.cell, f.expected) for f in records.findings] == [
        ("parts_do_not_add", "C99", "95")
    ]


def test_a_key_that_is_there_many_times_names_the_first_and_counts_the_rest() -> None:
    records = custody(*({"sentences": n} for n in range(10)))
    check_keys(records, "critical")
    assert len(records.findings) == 10
    told = records.findings[0].message
    assert "is here and in cells A6, A7, A8 and 6 more with different figures" in told
