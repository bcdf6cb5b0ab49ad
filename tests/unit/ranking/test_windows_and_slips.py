"""Rolling windows are not counted twice, and malformed observations end in a plain sentence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from infobank.ranking import ObservationsError, load_method, rank, rank_detailed
from infobank.ranking.levels import separate_windows, windows_overlap
from infobank.ranking.observations import known_on

ENDS = pd.date_range("2012-03-31", periods=8, freq="QE")


def rolling(yots: int = 60) -> pd.DataFrame:
    """First time entrants in rolling twelve months, made from quarterly counts."""
    rng = np.random.default_rng(1)
    rate = 0.0043 * np.exp(0.3 * rng.normal(size=yots))
    population = rng.integers(8000, 90000, size=yots)
    quarterly = rng.poisson((rate * population / 4)[:, None], size=(yots, 11))
    rows = [
        {
            "yot_id": f"y{i:03d}",
            "region": "North",
            "measure": "first_time_entrants",
            "numerator": float(quarterly[i, k : k + 4].sum()),
            "denominator": float(population[i]),
            "period_end": end,
            "known_from": end + pd.Timedelta(days=100),
        }
        for i in range(yots)
        for k, end in enumerate(ENDS)
    ]
    return pd.DataFrame(rows)


def test_of_overlapping_windows_the_newest_and_whole_years_before_are_used() -> None:
    (series,) = known_on(rolling(), load_method()).series
    assert windows_overlap(series, load_method())
    used = separate_windows(series, load_method())
    assert used.sum(axis=1).tolist() == [2] * len(used)
    assert used[:, -1].all()


def test_a_yot_without_the_newest_window_keeps_its_last_one() -> None:
    rows = rolling()
    blank = (rows["yot_id"] == "y000") & (rows["period_end"] == ENDS[-1])
    (series,) = known_on(rows.assign(numerator=rows["numerator"].mask(blank)), load_method()).series
    used = separate_windows(series, load_method())
    (silent,) = np.flatnonzero(~used[:, -1])
    assert used[silent, -2]


def test_holding_back_the_newest_window_leaves_the_level_where_the_last_one_puts_it() -> None:
    rows = rolling()
    before = rank_detailed(rows)
    worst = str(before.ranking["yot_id"].iloc[0])
    held = (rows["yot_id"] == worst) & (rows["period_end"] == ENDS[-1])
    after = rank_detailed(rows.assign(numerator=rows["numerator"].mask(held)))
    value = [r.contributions.set_index(["yot_id", "component"])["value"] for r in (before, after)]
    was, now = (v[worst, "first_time_entrants"] for v in value)
    assert was > 1.5 and abs(now - was) < 0.5


def test_a_window_hardly_anyone_has_reported_yet_moves_nobody() -> None:
    rows = rolling()
    early = rows[(rows["yot_id"] == "y007") & (rows["period_end"] == ENDS[-1])]
    early = early.assign(period_end=pd.Timestamp("2014-03-31"), numerator=early["numerator"] * 3)
    level = [
        rank_detailed(r, as_of="2014-07-31").levels["first_time_entrants"].mean
        for r in (rows, pd.concat([rows, early]))
    ]
    assert np.allclose(np.sort(level[0]), np.sort(level[1]), atol=0.02)


def changed(**columns: Any) -> pd.DataFrame:
    rows = rolling(20)
    for name, value in columns.items():
        rows[name] = rows[name].astype(object)
        rows.loc[rows.index[3], name] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (changed(numerator=np.inf), "infinite"),
        (changed(numerator="abc"), "not a number"),
        (changed(denominator=-5), "below zero"),
        (changed(period_end="soon"), "not a day"),
        (changed(yot_id=None), "lack yot_id"),
        (pd.concat([rolling(20), changed(numerator=77.0).iloc[[3]]]), "is there twice"),
    ],
)
def test_a_slip_ends_in_one_sentence(rows: pd.DataFrame, says: str) -> None:
    with pytest.raises(ObservationsError, match=says):
        rank(rows)


def test_a_slip_in_what_became_known_later_stops_no_earlier_ranking() -> None:
    rows = rolling(20)
    late = rows.iloc[[0]].assign(numerator=-3.0, known_from=pd.Timestamp("2020-01-01"))
    as_of = "2014-06-30"
    pd.testing.assert_frame_equal(
        rank(pd.concat([rows, late]), as_of=as_of), rank(rows, as_of=as_of)
    )
