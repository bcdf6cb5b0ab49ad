"""A national estimate from the random arm, with an interval that owes nothing to the ranking.

The random arm is a stratified simple random sample without replacement with known probabilities, so
the estimate is design-based: stratum means weighted by stratum size, variance with the finite
population correction (Cochran, Sampling Techniques, 3rd ed. 1977, ch. 5), Student's t with the
degrees of freedom of Satterthwaite (Cochran 5.4). With two draws a stratum those degrees are
themselves badly estimated, so where the strata's spreads are of a kind they are pooled first.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats


@dataclass(frozen=True)
class Estimate:
    """A national figure with its 95% interval.

    Attributes:
        mean: estimate of the mean over the YOTs that could be drawn.
        low: lower end of the interval.
        high: upper end.
        standard_error: of the mean.
        degrees: degrees of freedom of Student's t.
        visited: YOTs the estimate rests on.
        population: YOTs it speaks for.
        sentence: the figure in words, with what it covers.
    """

    mean: float
    low: float
    high: float
    standard_error: float
    degrees: float
    visited: int
    population: int
    sentence: str


def national_estimate(
    results: pd.DataFrame,
    draw: pd.DataFrame,
    *,
    column: str = "score_pct",
    level: float = 0.95,
    pooled: bool = True,
) -> Estimate:
    """Estimate the mean of a score over all YOTs that could be drawn.

    Args:
        results: one row per YOT of the random arm that was visited: yot_id and the score.
        draw: the draw as recorded: yot_id, stratum, stratum_size, drawn.
        column: the score.
        level: of the interval.
        pooled: estimate one variance for all strata (better with few draws a stratum).

    Raises:
        ValueError: if a stratum has no result, or no stratum has two.
    """
    drawn = draw[draw["drawn"].astype(bool)].merge(results[["yot_id", column]], on="yot_id")
    drawn = drawn[drawn[column].notna()]
    sizes = draw.groupby("stratum")["stratum_size"].first().astype("float64")
    groups = drawn.groupby("stratum")[column]
    n = groups.size().reindex(sizes.index, fill_value=0).astype("float64")
    if (n == 0).any() or (n < 2).all():
        lacking = int(n.index[n == n.min()][0])
        raise ValueError(
            f"The random arm has too few results in band {lacking} of its draw for an estimate."
        )
    total = float(sizes.sum())
    weight = sizes / total
    mean = float((weight * groups.mean()).sum())
    variance, degrees = _variance(groups.var(ddof=1).fillna(0.0), n, sizes, weight, pooled)
    error = float(np.sqrt(variance))
    reach = float(stats.t.ppf(0.5 + level / 2, degrees)) * error
    sentence = (
        f"{mean:.1f} on average over the {total:.0f} YOTs that could be drawn "
        f"({level:.0%} interval {mean - reach:.1f} to {mean + reach:.1f}), from "
        f"{int(n.sum())} drawn at random."
    )
    return Estimate(
        mean, mean - reach, mean + reach, error, degrees, int(n.sum()), int(total), sentence
    )


def _variance(
    spread: pd.Series, n: pd.Series, sizes: pd.Series, weight: pd.Series, pooled: bool
) -> tuple[float, float]:
    """Variance of the stratified mean and its degrees of freedom."""
    factor = weight**2 * (1 - n / sizes) / n
    if pooled:
        degrees = float((n - 1).sum())
        common = float(((n - 1) * spread).sum()) / degrees
        return float((factor * common).sum()), degrees
    terms = factor * spread
    lower = (terms[n > 1] ** 2 / (n[n > 1] - 1)).sum()
    total = float(terms.sum())
    return total, float(total**2 / lower) if lower > 0 else float((n - 1).sum())
