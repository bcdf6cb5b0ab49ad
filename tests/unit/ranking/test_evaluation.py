"""The evaluation measures what it says, and runs end to end on a few small worlds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from infobank.evaluation import backtest, evaluate
from infobank.evaluation.backtest import concordance
from infobank.evaluation.baselines import baseline_scores
from infobank.evaluation.measures import (
    calibration,
    expected_calibration_error,
    mean_interval,
    precision_at,
)
from infobank.evaluation.worlds import Setting, blank_worst, make_world

from .made_up import observations

SMALL = (
    Setting("plain", "Plain", yots=20, periods=1),
    Setting("held", "Held back", yots=20, periods=2, worst_withhold=True, half_life_years=3.0),
)


def test_precision_counts_the_overlap() -> None:
    assert precision_at(np.array([3.0, 2, 1, 0]), np.array([0.0, 3, 2, 1]), 2) == 0.5


def test_a_perfect_forecast_is_calibrated_and_a_boast_is_not() -> None:
    happened = np.array([True, False, True, False])
    assert expected_calibration_error(calibration(happened.astype(float), happened)) == 0
    assert expected_calibration_error(calibration(np.full(4, 0.99), happened)) == pytest.approx(
        0.49
    )


def test_a_mean_lies_in_its_interval() -> None:
    mean, low, high = mean_interval(np.array([1.0, 2.0, 3.0]))
    assert low < mean == 2.0 < high


def test_a_world_is_the_same_for_the_same_seed_and_blanks_only_the_worst() -> None:
    world, again = make_world(SMALL[0], (1, 2)), make_world(SMALL[0], (1, 2))
    pd.testing.assert_frame_equal(world.observations, again.observations)
    blank = blank_worst(world.observations, world.composite)
    missing = blank.loc[blank["numerator"].isna(), "yot_id"].unique()
    worst = np.argsort(-world.composite)[:4]
    assert set(missing) == {f"made-up-{i:03d}" for i in worst}


def test_baselines_put_high_rates_first() -> None:
    rows = observations(12)
    scores = baseline_scores(rows, 0)
    assert set(scores) == {"random", "sum_of_ranks", "raw_z", "flags"}
    assert scores["sum_of_ranks"][:3].mean() > scores["sum_of_ranks"][-3:].mean()


def test_concordance_of_a_right_and_a_reversed_order() -> None:
    outcome = np.array([1.0, 2.0, 3.0])
    assert concordance(outcome, outcome) == 1.0
    assert concordance(-outcome, outcome) == 0.0
    assert concordance(np.zeros(3), outcome) == 0.5


def _outcomes(when: str) -> pd.DataFrame:
    ids = [f"yot-{i:02d}" for i in range(12)]
    return pd.DataFrame({"yot_id": ids, "outcome_date": when, "outcome": range(60, 0, -5)})


def test_the_backtest_finds_skill_where_there_is_some() -> None:
    found = backtest(observations(12), _outcomes("2014-05-10"))
    ranking = found.table.set_index("way").loc["ranking"]
    assert ranking["concordance"] > 0.8
    assert "better than chance" in found.sentence


def test_the_backtest_knows_only_what_was_known_then() -> None:
    rows = observations(12)
    later = rows["known_from"] > pd.Timestamp("2013-12-01")
    edited = rows.assign(numerator=rows["numerator"].where(~later, 1.0))
    before = backtest(rows, _outcomes("2013-12-10"))
    after = backtest(edited, _outcomes("2013-12-10"))
    pd.testing.assert_frame_equal(before.table, after.table)


def test_outcomes_before_any_indicator_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        backtest(observations(12), _outcomes("2001-05-10"))


def test_the_page_is_written_the_same_twice(tmp_path: Path) -> None:
    pages = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        page = evaluate(tmp_path / folder, worlds_each=2, workers=1, settings=SMALL)
        charts = sorted((tmp_path / folder / "evaluation").iterdir())
        pages.append([page.read_bytes(), *(c.read_bytes() for c in charts)])
    assert pages[0] == pages[1]
    assert b"## Coverage" in pages[0][0] and len(pages[0]) == 4
