"""Who came of whom, and the figures that go with it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.domain.register import Register, load_register

BEFORE, CHANGE, AFTER = date(2012, 1, 1), date(2013, 6, 1), date(2014, 3, 31)
NAMES = ["a", "b", "c", "d", "e", "f"]
NOTHING = pd.DataFrame()


def register(*steps: tuple[str, str]) -> Register:
    lineage = pd.DataFrame(steps, columns=["predecessor", "successor"])
    lineage["on"] = pd.Series(pd.Timestamp(CHANGE), index=lineage.index, dtype="datetime64[s]")
    return Register(NOTHING, NOTHING, lineage, NOTHING)


def figures(**counts: float | None) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "yot_id": list(counts),
            "region": "North",
            "measure": "custody",
            "numerator": np.array(list(counts.values()), dtype=float),
            "denominator": 100.0,
            "period_end": pd.Timestamp("2012-12-31"),
            "known_from": pd.Timestamp("2013-02-01"),
        }
    )


def carried(held: Register, rows: pd.DataFrame, day: date = AFTER) -> dict[str, float]:
    found = held.carry(rows, day)
    assert list(found.columns) == list(rows.columns)
    assert not found.duplicated(["yot_id", "measure", "period_end", "known_from"]).any()
    return dict(zip(found["yot_id"], found["numerator"], strict=True))


def test_a_merger_adds_counts_and_a_missing_part_makes_the_sum_missing() -> None:
    merger = register(("a", "both"), ("b", "both"))
    assert carried(merger, figures(a=3, b=4, c=5)) == {"c": 5, "both": 7}
    assert np.isnan(carried(merger, figures(a=3, b=None))["both"])


def test_a_split_hands_its_figures_to_each_part_that_has_none() -> None:
    split = register(("a", "b"), ("a", "new"))
    assert carried(split, figures(a=3, b=4)) == {"b": 4, "new": 3}


def test_a_merger_of_mergers_counts_everybody_once() -> None:
    steps = register(("a", "c"), ("b", "c"), ("c", "e"), ("d", "e"))
    assert carried(steps, figures(a=1, b=2, d=4)) == {"e": 7}
    assert carried(steps, figures(a=1, b=2, c=8, d=4)) == {"e": 12}


def test_a_merged_yot_renamed_still_has_one_sum() -> None:
    assert carried(register(("a", "c"), ("b", "c"), ("c", "e")), figures(a=1, b=2)) == {"e": 3}


def test_a_change_still_to_come_does_nothing() -> None:
    merger = register(("a", "both"))
    assert carried(merger, figures(a=3), BEFORE) == {"a": 3}
    assert merger.heirs("a", BEFORE) == ("a",)
    assert merger.heirs("a", AFTER) == ("both",)
    assert merger.origins("both", BEFORE) == ("both",)


def test_a_circle_is_refused() -> None:
    circle = register(("a", "b"), ("b", "a"))
    for follow in (lambda: circle.carry(figures(a=1), AFTER), lambda: circle.heirs("a", AFTER)):
        with pytest.raises(ValueError, match="circle"):
            follow()


def test_a_joint_name_stands_for_its_parts_on_any_day() -> None:
    held = load_register()
    parts = ("kingston-upon-thames", "richmond-upon-thames")
    assert held.heirs("kingston-and-richmond", BEFORE) == parts
    assert held.origins(parts[0], BEFORE) == (parts[0], "kingston-and-richmond")


STEPS = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 5))
    .filter(lambda pair: pair[0] < pair[1])
    .map(lambda pair: (NAMES[pair[0]], NAMES[pair[1]])),
    unique=True,
)


@settings(deadline=None)
@given(STEPS)
def test_heirs_and_origins_are_inverse(steps: list[tuple[str, str]]) -> None:
    held = register(*steps)
    heirs = {name: held.heirs(name, AFTER) for name in NAMES}
    lasting = [name for name in NAMES if heirs[name] == (name,)]
    inverse = {name: held.origins(name, AFTER) for name in lasting}
    for name in NAMES:
        assert set(heirs[name]) == {last for last in lasting if name in inverse[last]}


@st.composite
def mergers(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Steps in which nobody has two successors: mergers and renames, in any depth."""
    steps = []
    for place, name in enumerate(NAMES[:-1]):
        into = draw(st.sampled_from([None, *NAMES[place + 1 :]]))
        if into is not None:
            steps.append((name, into))
    return steps


@settings(deadline=None, max_examples=40)
@given(mergers(), st.lists(st.integers(0, 1000), min_size=6, max_size=6))
def test_mergers_move_counts_and_lose_none(steps: list[tuple[str, str]], counts: list[int]) -> None:
    held = register(*steps)
    # Whoever has come of others reports nothing itself, as its own word would replace theirs.
    first = {
        name: float(count)
        for name, count in zip(NAMES, counts, strict=True)
        if len(held.origins(name, AFTER)) == 1
    }
    found = carried(held, figures(**first))
    assert sum(found.values()) == sum(first.values())
    assert set(found) == {heir for name in first for heir in held.heirs(name, AFTER)}


@settings(deadline=None, max_examples=40)
@given(STEPS, st.lists(st.integers(0, 1000), min_size=6, max_size=6))
def test_carried_figures_are_those_of_yots_that_last_and_carrying_again_changes_nothing(
    steps: list[tuple[str, str]], counts: list[int]
) -> None:
    held = register(*steps)
    rows = figures(**dict(zip(NAMES, map(float, counts), strict=True)))
    once = held.carry(rows, AFTER)
    assert all(held.heirs(yot_id, AFTER) == (yot_id,) for yot_id in once["yot_id"])
    pd.testing.assert_frame_equal(held.carry(once, AFTER), once)
