"""What a run publishes of change and of outliers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from infobank.ranking import Ranking, funnel_table, funnels_of, rank_detailed, trends
from infobank.ranking.trends import separate_ends
from infobank.reports.charts.funnel import funnel_plot

from .made_up import observations


def _rising() -> pd.DataFrame:
    """Levels that move from year to year, and one YOT whose custody rises beyond all others."""
    random = np.random.default_rng(5)
    rows = observations(40, years=6)
    rows["numerator"] *= np.exp(0.3 * random.standard_normal(len(rows)))
    rows["numerator"] = rows["numerator"].round().clip(upper=rows["denominator"])
    own = (rows["yot_id"] == "yot-20") & (rows["measure"] == "custody")
    rows.loc[own, "numerator"] = [10.0, 20.0, 50.0, 120.0, 300.0, 700.0]
    rows.loc[own, "denominator"] = 90_000.0
    return rows


@pytest.fixture(scope="module")
def ranking() -> Ranking:
    return rank_detailed(_rising())


def test_a_yot_that_gets_worse_is_seen_in_both_ways(ranking: Ranking) -> None:
    found = trends(ranking).set_index(["yot_id", "measure"])
    assert len(found) == 160 and found.index.is_unique
    own = found.loc[("yot-20", "custody")]
    assert own["worsening"] and own["alarm"]
    assert own["change_low_95"] < own["change"] < own["change_high_95"]
    assert found["alarm"].mean() < 0.1 and found["worsening"].mean() < 0.4


def test_levels_that_do_not_move_show_no_change() -> None:
    found = trends(rank_detailed(observations(24, years=3)))
    assert found["change"].abs().max() < 0.5
    assert not found["worsening"].any()


def test_one_year_alone_gives_a_change_with_a_wide_interval_and_no_alarm() -> None:
    found = trends(rank_detailed(observations(12, years=1)))
    assert found["cusum"].isna().all() and not found["alarm"].any()
    assert ((found["change_low_95"] < 0) & (found["change_high_95"] > 0)).all()


def test_only_whole_windows_are_compared() -> None:
    ends = list(pd.date_range("2011-03-31", periods=12, freq="QE"))
    assert separate_ends(ends, 12) == [ends[3], ends[7], ends[11]]


def test_the_funnel_has_a_row_per_yot_and_measure_in_the_measure_s_unit(ranking: Ranking) -> None:
    found = funnel_table(ranking).set_index(["yot_id", "measure"])
    assert len(found) == 160
    own = found.loc[("yot-20", "custody")]
    assert own["rate"] == pytest.approx(1000 * 700 / 90_000)
    assert own["outside"] == "high 99.8" and own["rate"] > own["high_998"] > own["high_95"]
    inside = found[found["outside"] == ""]
    assert inside["rate"].between(inside["low_95"], inside["high_95"]).all()
    assert (found["period_end"] == pd.Timestamp("2013-12-31")).all()


def test_a_yot_without_the_newest_figure_is_not_in_the_funnel() -> None:
    rows = observations(12)
    gone = (rows["yot_id"] == "yot-03") & (rows["measure"] == "custody")
    gone &= rows["period_end"] == rows["period_end"].max()
    found = funnel_table(rank_detailed(rows.assign(numerator=rows["numerator"].mask(gone))))
    held = set(found.loc[found["measure"] == "custody", "yot_id"])
    assert held == set(rows["yot_id"]) - {"yot-03"}


def test_a_good_inspection_is_shown_as_its_high_score() -> None:
    rows = observations(12)
    seen = rows[rows["measure"] == "custody"].drop_duplicates("yot_id").copy()
    seen["measure"], seen["denominator"] = "inspection_score", 40.0
    seen["numerator"] = [38.0 if i % 2 else 14.0 for i in range(len(seen))]
    found = funnel_table(rank_detailed(pd.concat([rows, seen]))).set_index(["yot_id", "measure"])
    assert found.loc[(seen["yot_id"].iloc[1], "inspection_score"), "rate"] == pytest.approx(95.0)


def test_the_chart_marks_the_yot_and_is_the_same_twice(ranking: Ranking) -> None:
    plot = funnels_of(ranking)["custody"]
    measure = ranking.method.measure("custody")
    marked = funnel_plot(plot, measure, "yot-20", "Somewhere")
    assert marked == funnel_plot(plot, measure, "yot-20", "Somewhere")
    assert "Somewhere" in marked.says and "Somewhere" not in funnel_plot(plot, measure).says
