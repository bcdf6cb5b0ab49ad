from datetime import date

from infobank.domain.quarters import Quarter
from tools.sample.calendar import Year, quarters, received, shifted


def test_a_quarter_is_delivered_on_the_second_friday_after_it() -> None:
    assert received(Quarter(2014, 1)) == date(2014, 4, 11)
    assert received(Quarter(2013, 2)) == date(2013, 7, 12)
    assert received(Quarter(2012, 4)) == date(2013, 1, 11)


def test_quarters_shift_over_years() -> None:
    assert shifted(Quarter(2014, 1), -2) == Quarter(2013, 3)
    assert len(quarters(Quarter(2012, 1), Quarter(2014, 1))) == 9


def test_years_are_written_as_the_publisher_writes_them() -> None:
    year = Year(Quarter(2013, 1))
    assert year.short() == "Apr 12 - Mar 13"
    assert year.long() == "2012/13"
    assert Year(Quarter(2013, 3)).long() == "October 2012 to September 2013"
    assert year.middle == date(2012, 10, 1)
