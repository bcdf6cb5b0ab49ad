from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from infobank.programme import load_rules
from infobank.programme.estimate import national_estimate
from infobank.programme.random_arm import draw_for, draw_random_arm, seed_for


def _frame(n: int = 87) -> pd.DataFrame:
    return pd.DataFrame({"yot_id": [f"yot-{k:03d}" for k in range(n)], "rank": range(1, n + 1)})


def _truth(frame: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    score = 60 + 0.2 * frame["rank"] + rng.normal(0, 8, len(frame))
    return frame.assign(score_pct=score.clip(0, 100))


def test_the_seed_is_fixed_by_the_quarter() -> None:
    rules = load_rules()
    assert seed_for("2014-Q1", rules) == seed_for("2014-Q1", rules)
    assert seed_for("2014-Q1", rules) != seed_for("2014-Q2", rules)
    draw, seed = draw_for(_frame(), "2014-Q1", rules.change(random__seed_number=7))
    assert seed == 7
    assert draw["drawn"].sum() == rules.random.count


def test_probabilities_add_up_to_the_draws() -> None:
    draw = draw_random_arm(_frame(), 10, 5, seed=3)
    assert draw["inclusion_probability"].sum() == pytest.approx(10)
    per_band = draw.groupby("stratum")["drawn"].sum()
    assert (per_band == draw.groupby("stratum")["stratum_draws"].first()).all()


def test_the_draw_does_not_depend_on_the_order_of_rows() -> None:
    one = draw_random_arm(_frame(), 10, 5, seed=3)
    other = draw_random_arm(_frame().iloc[::-1], 10, 5, seed=3)
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(("n", "count"), [(0, 10), (1, 10), (3, 10), (9, 4)])
def test_small_registers_are_drawn_whole_or_in_part(n: int, count: int) -> None:
    draw = draw_random_arm(_frame(n), count, 5, seed=1)
    assert draw["drawn"].sum() == min(n, count)


def _simulate(seeds: int) -> tuple[float, float, float]:
    truth = _truth(_frame())
    mean = truth["score_pct"].mean()
    times, covered = np.zeros(len(truth)), 0
    for seed in range(seeds):
        draw = draw_random_arm(truth, 10, 5, seed)
        estimate = national_estimate(truth, draw)
        covered += estimate.low <= mean <= estimate.high
        times += draw["drawn"].to_numpy()
    chance = draw["inclusion_probability"].to_numpy()
    distance = (times / seeds - chance) / np.sqrt(chance * (1 - chance) / seeds)
    return covered / seeds, float(np.abs(distance).max()), float((distance**2).mean())


def test_frequencies_and_coverage_over_some_seeds() -> None:
    coverage, farthest, spread = _simulate(200)
    assert 0.90 <= coverage <= 0.99
    assert farthest < 4.5
    assert spread < 1.6


@pytest.mark.slow
def test_frequencies_and_coverage_over_two_thousand_seeds() -> None:
    coverage, farthest, spread = _simulate(2000)
    assert 0.94 <= coverage <= 0.97, coverage
    assert farthest < 4.0
    assert 0.6 < spread < 1.5


def test_an_empty_band_is_taken_together_with_the_next() -> None:
    truth = _truth(_frame())
    draw = draw_random_arm(truth, 10, 5, 1)
    lacking = draw.loc[draw["stratum"] == 2, "yot_id"]
    estimate = national_estimate(truth[~truth["yot_id"].isin(lacking)], draw)
    assert estimate.visited == 8
    assert estimate.population == 87
    assert "taken together" in estimate.sentence


def test_too_few_results_are_refused_in_words() -> None:
    truth = _truth(_frame())
    draw = draw_random_arm(truth, 10, 5, 1)
    first = draw[draw["drawn"]].drop_duplicates("stratum")["yot_id"]
    with pytest.raises(ValueError, match="5 results in 5 bands"):
        national_estimate(truth[truth["yot_id"].isin(first)], draw)


def test_the_interval_stays_between_the_bounds() -> None:
    frame = _frame().assign(score_pct=[100.0 if n % 9 else 60.0 for n in range(87)])
    for seed in range(20):
        estimate = national_estimate(frame, draw_random_arm(frame, 10, 5, seed))
        assert 0 <= estimate.low <= estimate.mean <= estimate.high <= 100
    open_ended = national_estimate(frame, draw_random_arm(frame, 10, 5, 1), bounds=None)
    assert open_ended.high - open_ended.mean == pytest.approx(open_ended.mean - open_ended.low)
