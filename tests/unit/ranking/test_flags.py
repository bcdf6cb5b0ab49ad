"""Flags at each YOT, and what they come to for the whole ranking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from infobank.ranking.flags import caveats, left_out_in_words, old_in_words, with_flags

OLD = old_in_words("Use of custody", date(2003, 3, 31))


@dataclass(frozen=True)
class _Ranking:
    ranking: pd.DataFrame


def flagged(flags: str, *more: str) -> str:
    places = _Ranking(pd.DataFrame({"yot_id": ["bury"], "flags": [flags]}))
    told = with_flags(places, {"bury": list(more)})  # type: ignore[type-var]
    return str(told.ranking["flags"].iloc[0])


def test_an_old_figure_is_said_with_its_day() -> None:
    assert flagged("", OLD) == (
        "Use of custody: newest figure is to 31 March 2003, older than its contract allows"
    )


def test_a_yot_flagged_for_a_measure_is_not_flagged_for_it_twice() -> None:
    missing = "Use of custody: newest figure missing, last known to 31 March 2003"
    assert flagged(missing, OLD) == missing
    assert flagged("Survey score: never reported", OLD).count("; ") == 1


def test_what_is_left_out_and_old_opens_every_page_and_is_counted() -> None:
    out = left_out_in_words("First time entrants")
    told = caveats([f"{out}; {OLD}", out, f"{out}; something else"])
    assert told == [
        "This ranking leaves out first time entrants. The run was asked to go on without these "
        "figures.",
        "Use of custody: the newest figures of 1 of 3 YOTs are older than its contract allows. "
        "The ranking uses them, and each of these YOTs is flagged.",
    ]
    assert caveats(["", "Survey score: never reported"]) == []


@given(st.lists(st.booleans(), min_size=1))
def test_the_count_of_old_figures_is_that_of_the_flags(old: list[bool]) -> None:
    told = caveats([OLD if is_old else "" for is_old in old])
    assert told == [] if not any(old) else f"of {sum(old)} of {len(old)} YOTs" in told[0]
