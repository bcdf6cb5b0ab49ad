"""Explanations, funnels and surveillance."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml
from scipy.stats import norm

from infobank.domain.paths import schemas_root
from infobank.ranking import explain, load_method, rank_detailed
from infobank.ranking.outliers import funnel
from infobank.ranking.surveillance import cusum, standardised_changes

from .made_up import observations


def test_moves_sum_to_the_change() -> None:
    rows = observations(12)
    method = yaml.safe_load((schemas_root() / "ranking.yaml").read_text(encoding="utf-8"))
    method["measures"]["custody"]["weight"] = 2.0
    previous = rank_detailed(rows, as_of="2013-03-31")
    current = rank_detailed(rows, method)
    found = explain(current, previous, "yot-03")
    scores = [r.ranking.set_index("yot_id").loc["yot-03", "score"] for r in (previous, current)]
    assert abs(sum(found.moves.values()) - (scores[1] - scores[0])) < 1e-9
    by_cause = found.moves_by_component.set_index("component").sum()
    assert all(abs(by_cause[c] - v) < 1e-9 for c, v in found.moves.items())
    assert found.moves["method"] != 0
    assert "is ranked" in found.sentences[0]


def test_fading_alone_moves_what_has_a_half_life() -> None:
    rows = observations(12, years=1)
    seen = rows[rows["measure"] == "custody"].assign(measure="inspection_score", denominator=50.0)
    rows = pd.concat([rows, seen.assign(numerator=np.linspace(10, 45, 12))])
    previous, current = rank_detailed(rows), rank_detailed(rows, as_of="2016-01-01")
    found = explain(current, previous, "yot-00")
    assert abs(found.moves["fading"]) > 1e-6
    assert found.moves["peers"] == found.moves["new_data"] == found.moves["method"] == 0


def test_an_unknown_yot_is_refused() -> None:
    ranking = rank_detailed(observations(8, 1))
    with pytest.raises(KeyError, match="not in the ranking"):
        explain(ranking, None, "nowhere")


def test_chance_alone_gives_no_over_dispersion() -> None:
    random = np.random.default_rng(4)
    n = pd.Series(np.linspace(5_000, 100_000, 157))
    ids = pd.Series([f"y{i:03d}" for i in range(157)])
    even = funnel(ids, pd.Series(random.poisson(n * 0.005)), n, proportion=False)
    assert 0.5 < even.phi < 1.2
    uneven = n * 0.005 * np.exp(0.4 * random.standard_normal(157))
    spread = funnel(ids, pd.Series(random.poisson(uneven)), n, proportion=False)
    assert spread.phi > 3 and spread.tau > 0
    assert (spread.points["outlier"] != "").mean() < 0.12
    assert (spread.limits["high"] >= spread.limits["high_naive"]).all()


def _run_length(reference: float, limit: float, shift: float = 0.0, states: int = 200) -> float:
    """Mean number of periods to an alarm when the z-scores are normal with this mean.

    Brook & Evans (1972): the CUSUM's range cut into states of a Markov chain.
    """
    width = 2.0 * limit / (2 * states - 1)
    centre = np.arange(states) * width
    step = centre[None, :] - centre[:, None] + reference - shift
    chain = norm.cdf(step + width / 2) - norm.cdf(step - width / 2)
    chain[:, 0] = norm.cdf(width / 2 - centre + reference - shift)
    lengths = np.linalg.solve(np.eye(states) - chain, np.ones(states))
    return float(lengths[0])


def test_the_stated_run_length_is_the_computed_one() -> None:
    stated = yaml.safe_load((schemas_root() / "ranking.yaml").read_text(encoding="utf-8"))[
        "surveillance"
    ]
    reference, limit = stated["reference"], stated["limit"]
    assert _run_length(reference, limit) == pytest.approx(
        stated["in_control_run_length"], rel=0.005
    )
    out = _run_length(reference, limit, shift=1.0)
    assert out == pytest.approx(stated["out_of_control_run_length"], rel=0.005)


def test_a_lasting_rise_gives_an_alarm_and_a_gap_does_not() -> None:
    z = pd.DataFrame({k: [2.0, 0.0, np.nan] for k in range(4)}, index=["up", "steady", "gone"])
    found = cusum(z, 0.5, 4.0)
    assert set(found.loc[found["alarm"], "yot_id"]) == {"up"}


def test_changes_are_against_the_year_before() -> None:
    changes = standardised_changes(observations(12, 3), "custody", proportion=False)
    assert changes.shape == (12, 2)
    assert load_method().window_months == 12
