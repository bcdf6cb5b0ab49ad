"""Small YOTs lean on their region where regions differ, and only there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import yaml

from infobank.domain.paths import schemas_root
from infobank.ranking import MethodError, load_method, rank_detailed
from infobank.ranking.grouping import group_share, shrink_to_group_mean
from infobank.ranking.levels import Levels

from .made_up import observations

GROUP = np.repeat(np.arange(10), 16)


def _levels(between: float, noise: float = 0.5) -> Levels:
    """Levels as fitted from one figure each; ``between`` is the variance between groups."""
    random = np.random.default_rng(8)
    level = np.sqrt(between) * random.standard_normal(10)[GROUP]
    level = level + np.sqrt(1 - between) * random.standard_normal(160)
    figure = level + np.sqrt(noise) * random.standard_normal(160)
    variance = np.full(160, noise / (1 + noise))
    none = np.zeros(160)
    mean = figure * (1 - variance)
    return Levels(mean, variance, variance, 0.3, np.inf, 1.0, 0.0, none, none)


def test_regions_that_differ_are_found_and_those_that_do_not_are_left_alone() -> None:
    assert 0.3 < group_share(_levels(0.6), GROUP) < 0.8
    even = _levels(0.0)
    assert group_share(even, GROUP) == 0.0
    assert shrink_to_group_mean(even, GROUP) is even


def test_a_yot_nothing_is_known_of_stands_at_its_region_s_mean() -> None:
    told = _levels(0.6)
    mean, variance = told.mean.copy(), told.variance.copy()
    mean[0], variance[0] = 0.0, 1.0
    found = shrink_to_group_mean(replace(told, mean=mean, variance=variance), GROUP)
    others = found.mean[1:16].mean()
    assert found.mean[0] == pytest.approx(others, abs=0.3) and abs(found.mean[0]) > 0.1
    assert 1 - found.group_share < found.variance[0] < 1.0


def test_shrinking_gives_the_posterior_of_the_two_level_model() -> None:
    told = _levels(0.6)
    found = shrink_to_group_mean(told, GROUP)
    share, noise = found.group_share, 0.5
    prior = share * (GROUP[:, None] == GROUP[None, :]) + (1 - share) * np.eye(160)
    figure = told.mean / (1 - told.variance)
    gain = prior @ np.linalg.inv(prior + noise * np.eye(160))
    assert np.allclose(found.mean, gain @ figure)
    assert np.allclose(found.variance, np.diag(prior - gain @ prior))
    assert np.allclose(found.variance_if_reported, found.variance)


def test_the_method_says_whether_regions_count() -> None:
    rows = observations(24, 1)
    rows["region"] = np.where(rows["yot_id"] < "yot-12", "North", "South")
    apart = replace(load_method(), grouping="region")
    national, regional = rank_detailed(rows), rank_detailed(rows, apart)
    assert national.levels["custody"].group_share == 0.0
    assert max(held.group_share for held in regional.levels.values()) > 0
    sums = regional.contributions.groupby("yot_id")["contribution"].sum()
    scores = regional.ranking.set_index("yot_id")["score"]
    assert (sums - scores).abs().max() < 1e-9


def test_a_group_the_register_does_not_know_is_refused() -> None:
    told = yaml.safe_load((schemas_root() / "ranking.yaml").read_text(encoding="utf-8"))
    told["levels"]["grouping"] = "family"
    with pytest.raises(MethodError, match="none or region"):
        load_method(told)
