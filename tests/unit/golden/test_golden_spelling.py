"""How values stand in the golden files, and what counts as the same."""

from __future__ import annotations

import math
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.golden.spelling import NOISE, agrees, figures_in, spelled

FLOATS = st.floats(min_value=1e-9, max_value=1e15) | st.floats(min_value=-1e15, max_value=-1e-9)


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NaT, pd.NA, np.float64("nan")])
def test_whatever_is_missing_is_spelled_alike_and_unlike_an_empty_text(missing: object) -> None:
    assert spelled(missing) == "null"
    assert spelled("") == ""
    assert spelled("null") != "null"
    assert not agrees("0", missing)
    assert not agrees("null", 0.0)


def test_a_whole_number_is_spelled_alike_whatever_its_type() -> None:
    assert {spelled(v) for v in (12, 12.0, np.int64(12), np.float64(12), np.float32(12))} == {"12"}
    assert spelled(123456789012) == "123456789012"


def test_nought_has_no_sign() -> None:
    assert spelled(-0.0) == spelled(0.0) == spelled(0) == "0"
    assert agrees("0", -1e-17)


def test_a_flag_is_no_number() -> None:
    assert spelled(True) == spelled(np.bool_(True)) == "true"
    assert not agrees("1", True)


def test_days_are_iso_and_have_no_time() -> None:
    days = (date(2014, 3, 31), datetime(2014, 3, 31), pd.Timestamp("2014-03-31"))
    assert {spelled(day) for day in days} == {"2014-03-31"}
    assert spelled(datetime(2014, 3, 31, 9, 30)) == "2014-03-31T09:30:00"


def test_small_and_large_figures_have_no_exponent() -> None:
    assert spelled(1.206527198439335e-05) == "0.000012065272"
    assert spelled(1e12) == "1000000000000"


def test_the_fourteenth_digit_is_another_processors_and_the_eighth_is_not() -> None:
    assert agrees("1.23456789", 1.234567890000_01)
    assert agrees("1.23456789", 1.234567894999_9999)
    assert agrees("1.23456789", 1.234567895000_0001)
    assert not agrees("1.23456789", 1.2345679)


@given(FLOATS)
def test_what_is_spelled_stays_as_it_is(value: float) -> None:
    assert spelled(float(spelled(value))) == spelled(value)


@given(FLOATS, st.floats(min_value=1.01e-8, max_value=1.0), st.sampled_from([-1, 1]))
def test_a_change_of_more_than_a_hundred_millionth_is_seen(
    value: float, share: float, sign: int
) -> None:
    assert not agrees(spelled(value), value * (1 + sign * share))


@given(FLOATS, st.floats(min_value=-NOISE / 10, max_value=NOISE / 10))
def test_noise_is_never_seen(value: float, share: float) -> None:
    noisy = value * (1 + share)
    assert math.isclose(value, noisy, rel_tol=NOISE)
    assert agrees(spelled(value), noisy)


def test_the_figures_of_a_sentence_are_its_numbers_and_days() -> None:
    said = "Ranked 2 of 160 (76%), down -0.25 by 7 July 2014; last known to March 2013, in 2013-Q4."
    assert figures_in(said) == "2; 160; 76%; -0.25; 7 July 2014; March 2013; 2013-Q4"
    assert figures_in("4,585 of 5,400 hours, 19 to 24 May") == "4,585; 5,400; 19; 24 May"
    assert figures_in("place 1\u00a0Jul\u00a02014") == "1 Jul 2014"
    assert figures_in("Nothing is overdue.") == ""
