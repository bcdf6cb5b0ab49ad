from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.domain.codes import load_findings
from infobank.reading.values import Converter, date_of, number_of
from infobank.reading.workbook_xml import NOT_STORED

from .conftest import MARKERS, column

COUNT = column("sentences", "count", "integer", minimum=0)
RATE = column("rate", "rate", "number")
PERCENT = column("score_pct", "percentage", "number", minimum=0, maximum=100)
STARS = column("stars", "stars", "integer", minimum=0, maximum=4)
ANSWER = column("answer", "code", enum=("fully", "not at all", "not applicable"))


def meaning(cell: object, of: object = COUNT, **more: object) -> object:
    return Converter(of, MARKERS, **more).meaning(cell)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (15.0, 15),
        ("15", 15),
        (" 1,234 ", 1234),
        ("1\xa0", 1),
        (0.0, 0),
        ("nil", 0),
        ("15.0", 15),
        (44.99999999999999, 45),
    ],
)
def test_a_count_is_read_however_it_is_stored(cell: object, number: int) -> None:
    assert meaning(cell).value == number  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("", "missing"),
        (None, "missing"),
        ("  \xa0", "missing"),
        ("*", "suppressed"),
        ("[C]", "suppressed"),
        ("..", "missing"),
        ("-", "missing"),
        ("N/A", "not_applicable"),
        ("[x]", "not_yet_available"),
    ],
)
def test_why_there_is_no_figure_is_kept(cell: object, reason: str) -> None:
    read = meaning(cell)
    assert (read.value, read.reason, read.problem) == (None, reason, None)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "cell",
    ["fifteen", "1,23", "12 (r)", "1.2.3", 3.5, True, date(2013, 9, 1), "36%", "#DIV/0!", "1 2"],
)
def test_what_is_no_count_is_a_problem_and_no_figure(cell: object) -> None:
    read = meaning(cell)
    assert read.value is None  # type: ignore[attr-defined]
    assert read.problem.code == "value_not_a_number"  # type: ignore[attr-defined]


def test_a_formula_without_its_result_says_how_to_save_it() -> None:
    problem = meaning(NOT_STORED).problem  # type: ignore[attr-defined]
    told = load_findings()[problem.code].sentence(problem.says, {"refused": True})
    assert "calculate, and save it again; the record is not used. Ask" in told
    assert NOT_STORED not in told


def test_a_count_below_its_least_is_out_of_range() -> None:
    assert meaning(-1.0).problem.code == "value_out_of_range"  # type: ignore[attr-defined]


def test_float_noise_in_text_is_the_figure_as_it_stands() -> None:
    assert meaning("33.119999999999997", RATE).value == 33.119999999999997  # type: ignore[attr-defined]


def test_a_percent_sign_does_not_rescale() -> None:
    assert meaning("36%", PERCENT).value == 36.0  # type: ignore[attr-defined]
    assert meaning(0.36, PERCENT).value == 0.36  # type: ignore[attr-defined]


def test_fractions_become_percentages_only_where_the_layout_says_so() -> None:
    assert meaning(0.36, PERCENT, fractions=True).value == 36.0  # type: ignore[attr-defined]
    assert meaning("36%", PERCENT, fractions=True).value == 36.0  # type: ignore[attr-defined]


def test_an_asterisk_is_a_star_where_stars_are_counted() -> None:
    assert meaning("***", STARS).value == 3  # type: ignore[attr-defined]
    assert meaning(2.0, STARS).value == 2  # type: ignore[attr-defined]
    assert meaning("*****", STARS).problem.code == "value_out_of_range"  # type: ignore[attr-defined]


def test_words_are_matched_without_case_and_by_the_layouts_spellings() -> None:
    assert meaning(" Fully ", ANSWER).value == "fully"  # type: ignore[attr-defined]
    spelled = meaning("N/A", ANSWER, spellings={"N/A": "not applicable"})
    assert spelled.value == "not applicable"  # type: ignore[attr-defined]
    assert meaning("partly", ANSWER).problem.code == "value_not_allowed"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        (datetime(2013, 5, 4), date(2013, 5, 4)),
        (41398.0, date(2013, 5, 4)),
        ("04/05/2013", date(2013, 5, 4)),
        ("4 May 2013", date(2013, 5, 4)),
        ("4th May 2013", date(2013, 5, 4)),
        ("2013-05-04", date(2013, 5, 4)),
        ("13/25/2013", None),
        (12.0, None),
        ("soon", None),
    ],
)
def test_dates_are_read_day_first(cell: object, day: date | None) -> None:
    assert date_of(cell) == day  # type: ignore[arg-type]


@given(st.one_of(st.text(max_size=12), st.floats(), st.integers(-(10**9), 10**9), st.booleans()))
def test_no_cell_ever_gives_another_figure_than_it_shows(cell: object) -> None:
    for of in (COUNT, RATE, PERCENT):
        read = meaning(cell, of)
        told = [read.value is not None, read.reason is not None, read.problem is not None]  # type: ignore[attr-defined]
        assert sum(told) == 1
        shown = number_of(cell, percent=True)  # type: ignore[arg-type]
        if read.value is not None and shown is not None:  # type: ignore[attr-defined]
            assert abs(read.value - shown) <= 1e-9 * max(1.0, abs(shown))  # type: ignore[attr-defined]


@given(st.integers(0, 10**9))
def test_thousands_separators_do_not_change_a_count(number: int) -> None:
    for written in (f"{number:,}", str(number), f" {number}.0 ", float(number)):
        assert meaning(written).value == number  # type: ignore[attr-defined]
