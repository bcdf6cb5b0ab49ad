"""From levels per measure to one score per YOT: borrowing between measures, and missing figures.

The standardised true levels of a YOT's measures are taken as normal with correlations learned
from all YOTs (EM), so that a measure seen poorly leans on those that go with it. The score is
the posterior mean of the weighted sum; nothing is simulated for it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from infobank.ranking.levels import Levels
from infobank.ranking.method import Method
from infobank.ranking.observations import Bools, Floats, Ints

EM_STEPS = 40
QUADRATURE_NODES = 15


@dataclass(frozen=True)
class Composite:
    """The posterior of every YOT's standardised levels and of their weighted sum.

    Attributes:
        weights: normalised weights, one per component.
        value: posterior means of the bounded levels, YOT x component; what the score adds up.
        mean: posterior means of the levels, YOT x component.
        covariance: posterior covariances, YOT x component x component.
        correlation: learned correlations between the components' true levels.
        level: posterior mean of the weighted sum, before missing figures are penalised.
        variance: its posterior variance.
        missing_data_penalty: what is added to the score for figures held back.
    """

    weights: Floats
    value: Floats
    mean: Floats
    covariance: Floats
    correlation: Floats
    level: Floats
    variance: Floats
    missing_data_penalty: Floats

    @property
    def score(self) -> Floats:
        """The score the ranking orders by."""
        return self.level + self.missing_data_penalty


def combine(
    levels: list[Levels],
    withheld: list[Bools],
    method: Method,
    weights: Floats,
    together: Bools,
) -> Composite:
    """The joint posterior of all count measures of all YOTs, and the missing data penalty."""
    precision = np.column_stack([1.0 / lv.variance - 1.0 for lv in levels])
    precision = np.clip(precision, 0.0, 1e6)
    pull = np.column_stack([lv.mean / lv.variance for lv in levels])
    correlation = learn_correlation(precision, pull, method.correlation_prior_yots, together)
    mean, covariance = _posterior(correlation, precision, pull)
    spread = np.sqrt(np.clip(np.diagonal(covariance, axis1=1, axis2=2), 0.0, None))
    value = expected_bounded(mean, spread, method.bound)
    level = value @ weights
    variance = np.einsum("m,imk,k->i", weights, covariance, weights)
    # Once the figures held back were known, the score would have moved: by nothing on average, and
    # with the variance that knowing them takes away. It is scored at the quantile of that move.
    full = np.column_stack([1.0 / lv.variance_if_reported - 1.0 for lv in levels])
    _, with_all = _posterior(correlation, np.clip(full, 0.0, 1e6), pull)
    explained = variance - np.einsum("m,imk,k->i", weights, with_all, weights)
    missing_data_penalty = float(norm.ppf(method.missing_quantile)) * np.sqrt(
        np.clip(explained, 0.0, None)
    )
    held_back = np.column_stack(withheld)
    missing_data_penalty = np.where(held_back.any(axis=1), missing_data_penalty, 0.0)
    return Composite(
        weights, value, mean, covariance, correlation, level, variance, missing_data_penalty
    )


def bounded(level: Floats, bound: float) -> Floats:
    """A standardised level whose influence is bounded: nearly itself near 0, never past bound."""
    return np.asarray(bound * np.tanh(level / bound))


def expected_bounded(mean: Floats, spread: Floats, bound: float) -> Floats:
    """Expectation of ``bounded`` under a normal distribution, by Gauss-Hermite quadrature."""
    nodes, shares = np.polynomial.hermite_e.hermegauss(QUADRATURE_NODES)
    at = bounded(mean[..., None] + spread[..., None] * nodes, bound)
    return np.asarray(at @ (shares / shares.sum()))


def learn_correlation(
    precision: Floats, pull: Floats, prior_yots: float, together: Bools
) -> Floats:
    """Correlations between the measures' true levels, by EM, shrunk.

    Those between measures that all YOTs report (``together``) are shrunk towards their mean, all
    others towards none: that indicators go with one another says nothing about whether
    inspections go with indicators.
    """
    size = precision.shape[1]
    correlation = np.eye(size)
    if size == 1:
        return correlation
    pairs = together[:, None] & together[None, :] & ~np.eye(size, dtype=np.bool_)
    share = prior_yots / (prior_yots + len(precision))
    for _ in range(EM_STEPS):
        mean, covariance = _posterior(correlation, precision, pull)
        moment = covariance.sum(axis=0) + mean.T @ mean
        scale = 1.0 / np.sqrt(np.diag(moment))
        found = moment * scale[:, None] * scale[None, :]
        common = max(0.0, float(found[pairs].mean())) if pairs.any() else 0.0
        towards = np.where(np.eye(size) > 0, 1.0, np.where(pairs, common, 0.0))
        correlation = (1 - share) * found + share * towards
    return correlation


def _posterior(correlation: Floats, precision: Floats, pull: Floats) -> tuple[Floats, Floats]:
    """Normal posterior per YOT: covariance (R^-1 + L)^-1 = R (I + L R)^-1; mean: times pull."""
    inner = np.eye(len(correlation)) + precision[:, :, None] * correlation[None, :, :]
    covariance = correlation @ np.linalg.inv(inner)
    covariance = 0.5 * (covariance + covariance.transpose(0, 2, 1))
    return np.einsum("imk,ik->im", covariance, pull), covariance


def draw_levels(
    composite: Composite, random: np.random.Generator, turn: Ints, draws: int
) -> Floats:
    """Draws of the standardised levels, YOT x component x draw; ``turn`` says who draws first."""
    yots, size = composite.mean.shape
    normal = np.empty((yots, size, draws))
    normal[turn] = random.standard_normal((yots, size, draws))
    root = np.linalg.cholesky(composite.covariance + 1e-12 * np.eye(size))
    return np.asarray(composite.mean[:, :, None] + root @ normal)
