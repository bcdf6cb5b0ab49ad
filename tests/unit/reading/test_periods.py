from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.reading.periods import Period, find_period, parse_period, period_words

YEAR_13 = Period(date(2013, 4, 1), date(2014, 3, 31))
TO_SEP_13 = Period(date(2012, 10, 1), date(2013, 9, 30))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2013/14", YEAR_13),
        ("2013-14", YEAR_13),
        (" 2013/2014 ", YEAR_13),
        ("Apr 13 - Mar 14", YEAR_13),
        ("Apr-13 to Mar-14", YEAR_13),
        ("April 2013 to March 2014", YEAR_13),
        ("1 April 2013 to 31 March 2014", YEAR_13),
        ("01/04/2013 - 31/03/2014", YEAR_13),
        ("2013-04-01/2014-03-31", YEAR_13),
        ("year ending March 2014", YEAR_13),
        ("Year ending 31 March 2014", YEAR_13),
        ("Oct 2012 – Sep\xa02013", TO_SEP_13),
        ("12 months to Sep 2013", TO_SEP_13),
        ("rolling 12 months to September 2013", TO_SEP_13),
        ("Q3 2013/14", Period(date(2013, 10, 1), date(2013, 12, 31))),
        ("Q4 2013/14", Period(date(2014, 1, 1), date(2014, 3, 31))),
        ("2014-Q1", Period(date(2014, 1, 1), date(2014, 3, 31))),
        ("Jan - Dec 2013", Period(date(2013, 1, 1), date(2013, 12, 31))),
        (2012.0, Period(date(2012, 1, 1), date(2012, 12, 31))),
        ("12 months ending February 2012", Period(date(2011, 3, 1), date(2012, 2, 29))),
    ],
)
def test_a_period_is_understood(text: object, period: Period) -> None:
    assert parse_period(text) == period  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["", "2013/15", "Mar 14 - Apr 13", "Derby", "13", "Apr", "31/02/2013 - 31/03/2014"]
)
def test_what_is_not_a_period_is_not_guessed(text: str) -> None:
    assert parse_period(text) is None


def test_a_single_date_is_not_a_period() -> None:
    assert parse_period(datetime(2013, 9, 1)) is None


def test_a_title_gives_its_one_period() -> None:
    assert find_period("Regional Disposals 2012/13").start == date(2012, 4, 1)  # type: ignore[union-attr]
    title = "Custodial sentences (rolling 12 months to September 2013)"
    assert find_period(title) == TO_SEP_13
    assert period_words(title) == "rolling 12 months to September 2013"


def test_a_title_with_two_periods_gives_none() -> None:
    assert find_period("2012/13 against 2013/14") is None


@given(st.integers(1990, 2080), st.integers(1, 12), st.integers(1, 36))
def test_periods_survive_being_written_in_every_way(year: int, month: int, length: int) -> None:
    from calendar import month_abbr, month_name, monthrange

    last = year * 12 + month - 1 + length - 1
    end_year, end_month = last // 12, last % 12 + 1
    end = date(end_year, end_month, monthrange(end_year, end_month)[1])
    period = Period(date(year, month, 1), end)
    for written in (
        f"{month_abbr[month]} {year} - {month_abbr[end_month]} {end_year}",
        f"{month_name[month]} {year} to {month_name[end_month]} {end_year}",
        f"{period.start.isoformat()}/{period.end.isoformat()}",
        f"{month_name[month].upper()} {year} – {month_name[end_month].upper()} {end_year}",
    ):
        assert parse_period(written) == period
    if length == 12:
        assert parse_period(f"12 months to {month_abbr[end_month]} {end_year}") == period


@given(st.text(max_size=30))
def test_no_text_makes_the_reader_of_periods_fail(text: str) -> None:
    period = parse_period(text)
    assert period is None or period.start <= period.end
    find_period(text)
