from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.domain.errors import MistakeError
from infobank.domain.quarters import (
    Quarter,
    day_of,
    default_as_of,
    quarter_to_run,
    refuse_days_to_come,
)


def test_a_quarter_is_three_calendar_months() -> None:
    quarter = Quarter.parse("2014-Q1")
    assert (quarter.first_day, quarter.last_day) == (date(2014, 1, 1), date(2014, 3, 31))
    assert str(quarter.previous()) == "2013-Q4"


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)))
def test_every_day_lies_in_its_own_quarter(day: date) -> None:
    quarter = Quarter.of(day)
    assert quarter.first_day <= day <= quarter.last_day
    assert Quarter.parse(str(quarter)) == quarter
    assert quarter.next().previous() == quarter


@pytest.mark.parametrize("told", ["2014", "2014-Q5", "Q1 2014", "", "0000-Q1", "9999-Q4"])
def test_what_is_not_a_quarter_is_refused_with_an_example(told: str) -> None:
    with pytest.raises(MistakeError, match="2014-Q1"):
        Quarter.parse(told)


def test_a_run_takes_what_had_arrived_before_the_following_quarter_ended() -> None:
    received = [date(2014, 1, 10), date(2014, 4, 11), date(2014, 7, 9)]
    assert default_as_of(Quarter.parse("2014-Q1"), received) == date(2014, 4, 11)
    assert default_as_of(Quarter.parse("2013-Q4"), received) == date(2014, 1, 10)
    assert default_as_of(Quarter.parse("2010-Q4"), received) == date(2010, 12, 31)


def test_the_newest_delivery_decides_the_quarter_to_run() -> None:
    assert str(quarter_to_run([date(2014, 1, 10), date(2014, 4, 11)])) == "2014-Q1"
    with pytest.raises(MistakeError, match="no delivery"):
        quarter_to_run([])


TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("quarter", "as_of", "says"),
    [
        ("2031-Q1", None, "has not ended yet"),
        ("2026-Q4", None, "The newest quarter that can be run is 2026-Q3"),
        (None, date(2099, 1, 1), "1 January 2099 is still to come"),
        ("2014-Q1", date(2014, 2, 1), "had not ended by 1 February 2014"),
    ],
)
def test_quarters_that_have_not_ended_and_days_to_come_are_refused(
    quarter: str | None, as_of: date | None, says: str
) -> None:
    chosen = Quarter.parse(quarter) if quarter else None
    with pytest.raises(MistakeError, match=says):
        refuse_days_to_come(chosen, as_of, TODAY)


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.dates(date(2000, 1, 1), date(2040, 1, 1)))
def test_a_quarter_can_be_run_from_the_day_after_its_last(day: date, today: date) -> None:
    quarter = Quarter.of(day)
    try:
        refuse_days_to_come(quarter, None, today)
    except MistakeError:
        assert quarter.last_day >= today
    else:
        assert quarter.last_day < today


def test_the_day_a_run_stands_on_is_never_before_its_quarter_ended() -> None:
    assert default_as_of(Quarter.parse("2023-Q1"), [date(2022, 11, 1)]) == date(2023, 3, 31)


def test_a_day_is_written_as_year_month_and_day_and_is_not_to_come() -> None:
    assert day_of("2014-04-11") == date(2014, 4, 11)
    for told in ("11/4/2014", "soon", "2014-02-30"):
        with pytest.raises(MistakeError, match="is not a day"):
            day_of(told)
    with pytest.raises(MistakeError, match="still to come"):
        day_of("2999-01-01")
