from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.findings import MistakeError
from infobank.quarters import Quarter, default_as_of, quarter_to_run


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


@pytest.mark.parametrize("told", ["2014", "2014-Q5", "Q1 2014", ""])
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
