"""Lists and days in a sentence."""

from datetime import date

import pytest

from infobank.domain.in_words import counted, day_in_words, listed


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A and B"),
        (["A", "B", "C"], "A, B and C"),
        (["A", "B", "C", "D", "E"], "A, B, C, D and E"),
        (["A", "B", "C", "D", "E", "F"], "A, B, C and 3 more"),
    ],
)
def test_a_list_is_a_phrase_and_a_long_one_ends_in_a_number(
    items: list[str], sentence: str
) -> None:
    assert listed(items) == sentence


def test_where_one_has_to_be_chosen_all_are_named() -> None:
    assert listed("ABCDEFG", "or", most=None) == "A, B, C, D, E, F or G"


def test_a_long_list_is_counted_with_what_it_is_of() -> None:
    assert counted("AB", "YOTs") == "A and B"
    assert counted("ABCDEFG", "YOTs") == "7 YOTs, such as A, B and C"


def test_a_day_has_no_zero_before_it() -> None:
    assert day_in_words(date(2014, 7, 7)) == "7 July 2014"
