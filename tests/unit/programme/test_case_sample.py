from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infobank.programme.casework.case_sample import compare_sample, sample_cases


def _cases(n: int = 80) -> pd.DataFrame:
    rng = np.random.default_rng(9)
    return pd.DataFrame(
        {
            "case_id": [f"case-{k}" for k in range(n)],
            "sentence": rng.choice(["referral order", "youth rehabilitation order"], n),
            "gender": rng.choice(["male", "female"], n, p=[0.8, 0.2]),
            "ethnicity": rng.choice(["white", "black", None], n),
            "looked_after": rng.choice(["yes", "no"], n, p=[0.2, 0.8]),
        }
    )


@settings(deadline=None)
@given(size=st.integers(1, 100), seed=st.integers(0, 10**6))
def test_draws_the_agreed_number_once_each(size: int, seed: int) -> None:
    sample = sample_cases(_cases(), size, seed)
    assert len(sample) == min(size, 80)
    assert sample["case_id"].is_unique
    assert (sample["seed"] == seed).all()


def test_groups_of_the_first_trait_keep_their_share() -> None:
    cases = _cases()
    table = compare_sample(cases, sample_cases(cases, 20, 3))
    first = table[table["trait"] == "sentence"]
    assert ((first["sampled"] - first["cases"] * 20 / 80).abs() < 1).all()


def test_every_case_has_its_recorded_chance() -> None:
    cases = _cases(30)
    times = pd.Series(0, index=cases["case_id"])
    for seed in range(250):
        times[sample_cases(cases, 12, seed)["case_id"]] += 1
    assert (times / 250).sub(0.4).abs().max() < 0.14


def test_the_order_of_the_list_changes_nothing() -> None:
    cases = _cases()
    pd.testing.assert_frame_equal(sample_cases(cases, 20, 3), sample_cases(cases.iloc[::-1], 20, 3))


def test_a_case_listed_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="is on the list twice"):
        sample_cases(pd.concat([_cases(3), _cases(1)]), 2, 1)


def test_an_empty_list_gives_an_empty_sample() -> None:
    assert sample_cases(_cases(0), 5, 1).empty
