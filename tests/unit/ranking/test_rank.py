"""What the ranking promises whatever the data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from infobank.ranking import MethodError, ObservationsError, load_method, rank, rank_detailed
from infobank.ranking.ranks import rank_of, simultaneous_intervals

from .made_up import observations

PUBLISHED = [
    "quarter", "as_of", "yot_id", "yot_name", "region", "country", "rank", "score",
    "rank_low_95", "rank_high_95", "p_worst_6", "flags", "synthetic",
]  # fmt: skip


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return observations()


@pytest.fixture(scope="module")
def ranked(rows: pd.DataFrame) -> pd.DataFrame:
    return rank(rows)


def test_the_published_columns_come_first_in_order(ranked: pd.DataFrame) -> None:
    assert list(ranked.columns)[: len(PUBLISHED)] == PUBLISHED


def test_rank_one_has_the_highest_score_and_each_rank_occurs_once(ranked: pd.DataFrame) -> None:
    assert ranked["rank"].tolist() == list(range(1, 25))
    assert ranked["score"].is_monotonic_decreasing


def test_the_worst_made_up_yot_is_found(ranked: pd.DataFrame) -> None:
    assert set(ranked["yot_id"].head(3)) <= {f"yot-{i:02d}" for i in range(6)}


def test_a_rank_lies_in_its_own_interval(ranked: pd.DataFrame) -> None:
    for kind in ("95", "method", "both"):
        low, high = ranked[f"rank_low_{kind}"], ranked[f"rank_high_{kind}"]
        assert ((low <= ranked["rank"]) & (ranked["rank"] <= high)).all()


def test_wales_is_told_from_its_region(ranked: pd.DataFrame) -> None:
    assert set(ranked.loc[ranked["region"] == "Wales", "country"]) == {"Wales"}
    assert set(ranked.loc[ranked["region"] != "Wales", "country"]) == {"England"}


def test_contributions_sum_to_the_score(rows: pd.DataFrame) -> None:
    found = rank_detailed(rows)
    sums = found.contributions.groupby("yot_id")["contribution"].sum()
    scores = found.ranking.set_index("yot_id")["score"]
    assert (sums - scores).abs().max() < 1e-9


def test_reordering_rows_changes_nothing(rows: pd.DataFrame, ranked: pd.DataFrame) -> None:
    shuffled = rows.sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(rank(shuffled), ranked, check_exact=True)


def test_renaming_yots_changes_only_their_names(rows: pd.DataFrame, ranked: pd.DataFrame) -> None:
    names = {y: f"z{99 - k}" for k, y in enumerate(sorted(rows["yot_id"].unique()))}
    renamed = rank(rows.assign(yot_id=rows["yot_id"].map(names)))
    assert renamed["yot_id"].tolist() == ranked["yot_id"].map(names).tolist()
    figures = ["rank", "score", "rank_low_95", "rank_high_95", "p_worst_6"]
    pd.testing.assert_frame_equal(renamed[figures], ranked[figures], check_exact=True)


def test_a_population_in_thousands_changes_nothing(
    rows: pd.DataFrame, ranked: pd.DataFrame
) -> None:
    custody = rows["measure"] == "custody"
    scaled = rows.assign(denominator=rows["denominator"].where(~custody, rows["denominator"] / 1e3))
    found = rank(scaled)
    assert found["yot_id"].tolist() == ranked["yot_id"].tolist()
    assert np.allclose(found["score"], ranked["score"], atol=0.02)


def test_more_young_people_at_the_same_rates_make_the_ranking_surer(
    rows: pd.DataFrame, ranked: pd.DataFrame
) -> None:
    more = rank(rows.assign(numerator=rows["numerator"] * 50, denominator=rows["denominator"] * 50))
    width = (ranked["rank_high_95"] - ranked["rank_low_95"]).mean()
    assert (more["rank_high_95"] - more["rank_low_95"]).mean() < width


def test_facts_known_later_change_no_byte(rows: pd.DataFrame) -> None:
    before = rank(rows, as_of="2013-06-30")
    later = rows["known_from"] > pd.Timestamp("2013-06-30")
    edited = rows.assign(numerator=rows["numerator"].where(~later, 1.0))
    pd.testing.assert_frame_equal(rank(edited, as_of="2013-06-30"), before, check_exact=True)


def test_the_newest_vintage_known_counts(rows: pd.DataFrame, ranked: pd.DataFrame) -> None:
    revised = rows.iloc[[0]].assign(numerator=5.0, known_from=pd.Timestamp("2014-06-01"))
    both = pd.concat([rows, revised])
    unchanged = rank(both, as_of=rows["known_from"].max())
    pd.testing.assert_frame_equal(unchanged, ranked, check_exact=True)
    assert not np.allclose(rank(both)["score"], ranked["score"])


def test_holding_back_is_flagged_penalised_and_widens(
    rows: pd.DataFrame, ranked: pd.DataFrame
) -> None:
    held = (rows["yot_id"] == "yot-01") & (rows["period_end"] == rows["period_end"].max())
    found = rank_detailed(rows.assign(numerator=rows["numerator"].mask(held)))
    before = ranked.set_index("yot_id").loc["yot-01"]
    after = found.ranking.set_index("yot_id").loc["yot-01"]
    assert "newest figure missing" in after["flags"] and before["flags"] == ""
    assert (after["rank_high_95"] - after["rank_low_95"]) >= (
        before["rank_high_95"] - before["rank_low_95"]
    )
    penalty = found.contributions.set_index(["yot_id", "component"])["contribution"]
    assert penalty["yot-01", "figures_held_back"] > 0
    assert penalty["yot-02", "figures_held_back"] == 0


@pytest.mark.parametrize("pattern", ["all", "worst"])
def test_the_worst_do_not_gain_by_holding_back(rows: pd.DataFrame, pattern: str) -> None:
    before = rank(rows).set_index("yot_id")
    worst = list(before.index[:5])
    newest = rows["yot_id"].isin(worst) & (rows["period_end"] == rows["period_end"].max())
    rate = (rows["numerator"] / rows["denominator"])[newest]
    place = rate.groupby(rows["measure"][newest]).rank()
    chosen = newest if pattern == "all" else rows.index.isin(place.groupby(rows["yot_id"]).idxmax())
    after = rank(rows.assign(numerator=rows["numerator"].mask(chosen))).set_index("yot_id")
    change = after.loc[worst, "p_worst_10pct"] - before.loc[worst, "p_worst_10pct"]
    assert change.mean() >= -0.01
    assert after.loc[worst, "flags"].str.contains("newest figure missing").all()


def test_the_penalty_is_the_quantile_of_where_the_figures_might_move_the_score() -> None:
    rows = observations(30, years=1)
    held = rows["yot_id"] == "yot-07"
    register = pd.DataFrame({"yot_id": sorted(rows["yot_id"].unique())})
    found = rank_detailed(rows[~held], register=register)
    line = list(found.known.yots.index).index("yot-07")
    weights, shape = found.composite.weights, found.composite.correlation
    unknown = float(np.sqrt(weights @ shape @ weights))
    penalty = float(found.composite.missing_data_penalty[line])
    assert 0.85 * unknown < penalty / float(norm.ppf(found.method.missing_quantile)) < unknown


def test_a_large_yot_is_penalised_for_its_newest_figure_though_it_is_known_well(
    rows: pd.DataFrame,
) -> None:
    large = rows.loc[rows["measure"] == "custody"].groupby("yot_id")["denominator"].max().idxmax()
    held = (rows["yot_id"] == large) & (rows["period_end"] == rows["period_end"].max())
    found = rank_detailed(rows.assign(numerator=rows["numerator"].mask(held)))
    penalty = found.contributions.set_index(["yot_id", "component"])["contribution"]
    assert penalty[large, "figures_held_back"] > 0.01


def test_an_inspection_known_to_be_missing_is_penalised(rows: pd.DataFrame) -> None:
    seen = rows[rows["measure"] == "custody"].drop_duplicates("yot_id").copy()
    seen["measure"], seen["numerator"], seen["denominator"] = "inspection_score", 25.0, 40.0
    seen["period_end"] = pd.Timestamp("2012-05-01")
    gap = seen.iloc[[4]].assign(period_end=pd.Timestamp("2013-05-01"), numerator=np.nan)
    never = seen.iloc[[5]].assign(numerator=np.nan)
    seen = pd.concat([seen.drop(index=seen.index[5]), gap, never])
    penalty = rank_detailed(pd.concat([rows, seen])).contributions
    penalty = penalty[penalty["component"] == "figures_held_back"].set_index("yot_id")[
        "contribution"
    ]
    assert penalty[never["yot_id"].iloc[0]] > penalty[gap["yot_id"].iloc[0]] > 0
    assert (penalty > 0).sum() == 2


def test_a_measure_nobody_reported_is_said_and_has_no_part(rows: pd.DataFrame) -> None:
    blank = rows["measure"] == "custody"
    found = rank_detailed(rows.assign(numerator=rows["numerator"].mask(blank)))
    assert any("Use of custody: no figure of any YOT" in s for s in found.remarks)
    line = found.contributions[found.contributions["component"] == "custody"]
    assert len(line) == 24 and line["value"].isna().all() and line["contribution"].eq(0).all()
    sums = found.contributions.groupby("yot_id")["contribution"].sum()
    assert (sums - found.ranking.set_index("yot_id")["score"]).abs().max() < 1e-9


def test_a_dropped_row_is_held_back_like_a_blank_one(rows: pd.DataFrame) -> None:
    held = (rows["yot_id"] == "yot-01") & (rows["period_end"] == rows["period_end"].max())
    blank = rank(rows.assign(numerator=rows["numerator"].mask(held)))
    dropped = rank(rows[~held])
    figures = ["yot_id", "rank", "flags"]
    pd.testing.assert_frame_equal(blank[figures], dropped[figures])


def test_a_yot_that_never_reported_stands_high_and_is_flagged(rows: pd.DataFrame) -> None:
    register = pd.DataFrame(
        {
            "yot_id": [*sorted(rows["yot_id"].unique()), "silent"],
            "yot_name": "A name", "region": "London", "country": "England",
        }
    )  # fmt: skip
    silent = rank(rows, register=register).set_index("yot_id").loc["silent"]
    assert silent["flags"].count("never reported") == 4
    assert silent["rank"] <= 5 and silent["rank_high_95"] >= 20
    assert silent["yot_name"] == "A name"


def test_one_measure_alone_can_be_ranked(rows: pd.DataFrame) -> None:
    assert len(rank(rows[rows["measure"] == "custody"])) == 24


def test_a_concern_raises_and_never_lowers(rows: pd.DataFrame) -> None:
    report = rows.iloc[[10]].assign(
        measure="intelligence",
        numerator=1.0,
        denominator=3.0,
        period_end=pd.Timestamp("2014-01-31"),
    )
    found = rank_detailed(pd.concat([rows, report])).contributions
    value = found[found["component"] == "intelligence"].set_index("yot_id")["value"]
    assert value.drop(report["yot_id"]).eq(0).all() and value[report["yot_id"].iloc[0]] > 0


def test_a_good_inspection_lowers_the_score(rows: pd.DataFrame) -> None:
    seen = rows[rows["measure"] == "custody"].drop_duplicates("yot_id").copy()
    seen["measure"], seen["denominator"] = "inspection_score", 40.0
    seen["numerator"] = [38.0 if i % 2 else 14.0 for i in range(len(seen))]
    found = rank_detailed(pd.concat([rows, seen])).contributions
    value = found[found["component"] == "inspection_score"].set_index("yot_id")["value"]
    good = seen.loc[seen["numerator"] > 30, "yot_id"]
    assert value[good].max() < value.drop(good).min()


def test_an_impossible_figure_is_refused_in_words(rows: pd.DataFrame) -> None:
    bad = rows.copy()
    bad.loc[bad["measure"] == "reoffending_binary", "numerator"] = 1e6
    with pytest.raises(ObservationsError, match=r"reoffending_binary of yot-00"):
        rank(bad)


def test_an_unknown_measure_is_refused_in_words(rows: pd.DataFrame) -> None:
    with pytest.raises(MethodError, match="does not know"):
        rank(rows.assign(measure="footfall"))


def test_nothing_known_yet_is_said(rows: pd.DataFrame) -> None:
    with pytest.raises(ObservationsError, match="Nothing was known"):
        rank(rows, as_of="2001-01-01")


def test_the_agreed_method_says_where_each_measure_comes_from() -> None:
    method = load_method()
    assert {m.name for m in method.measures} >= {"custody", "inspection_score", "intelligence"}
    assert 0.5 < method.missing_quantile < 1


@settings(max_examples=30, deadline=None)
@given(st.integers(2, 12), st.integers(0, 2**31))
def test_ranks_are_a_permutation(yots: int, seed: int) -> None:
    draws = np.random.default_rng(seed).standard_normal((yots, 7))
    assert (np.sort(rank_of(draws), axis=0) == np.arange(1, yots + 1)[:, None]).all()


def test_simultaneous_intervals_hold_at_once() -> None:
    draws = np.random.default_rng(0).standard_normal((10, 2000)) + np.arange(10)[:, None]
    low, high = simultaneous_intervals(draws, 0.95)
    ranks = rank_of(draws)
    inside = ((ranks >= low[:, None]) & (ranks <= high[:, None])).all(axis=0).mean()
    assert inside >= 0.95


def test_intervals_for_all_at_once_hold_for_new_draws() -> None:
    random = np.random.default_rng(3)
    mean = random.standard_normal((60, 1))
    low, high = simultaneous_intervals(mean + 0.3 * random.standard_normal((60, 400)), 0.95)
    ranks = rank_of(mean + 0.3 * random.standard_normal((60, 2000)))
    inside = ((ranks >= low[:, None]) & (ranks <= high[:, None])).all(axis=0).mean()
    assert 0.92 < inside < 0.99


def test_intervals_for_all_at_once_hold_those_of_each(rows: pd.DataFrame) -> None:
    found = rank_detailed(rows)
    both = found.ranking.merge(found.simultaneous(), on="yot_id")
    assert (both["rank_low_all"] <= both["rank_low_95"]).mean() > 0.9
    assert (both["rank_high_all"] >= both["rank_high_95"]).mean() > 0.9
