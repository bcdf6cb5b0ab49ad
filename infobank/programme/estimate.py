"""A national estimate from the random arm, with an interval that owes nothing to the ranking.

The random arm is a stratified simple random sample without replacement with known probabilities, so
the estimate is design-based: stratum means weighted by stratum size, variance with the finite
population correction (Cochran, Sampling Techniques, 3rd ed. 1977, ch. 5), Student's t. Three things
make the interval hold with ten draws (docs/decisions/0202-random-arm.md has the figures):

- one variance pooled over the strata, as two draws a stratum say next to nothing of each;
- fewer degrees of freedom, as scores have longer tails than the normal distribution, so that a
  variance is less sure (Cochran 2.14: its own variance grows with the kurtosis);
- for a score between two bounds the interval is made on the logit scale, where it is nearly
  symmetric and cannot pass a bound (Korn and Graubard, Analysis of Health Surveys, 1999, 2.5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

EXCESS_KURTOSIS = 0.6  # assumption: of scores within a stratum; the normal distribution has 0
_EDGE = 1e-3  # of the range: as near to a bound as the logit scale is used


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
    bounds: tuple[float, float] | None = (0.0, 100.0),
) -> Estimate:
    """Estimate the mean of a score over all YOTs that could be drawn.

    Args:
        results: one row per YOT of the random arm that was visited: yot_id and the score.
        draw: the draw as recorded: yot_id, stratum, stratum_size, drawn.
        column: the score.
        level: of the interval.
        pooled: estimate one variance for all strata (better with few draws a stratum).
        bounds: the least and greatest the score can be; None: it has none.

    A band without any result is taken together with the next one; the sentence says so.

    Raises:
        ValueError: if there are too few results for a variance.
    """
    drawn = draw[draw["drawn"].astype(bool)].merge(results[["yot_id", column]], on="yot_id")
    drawn = drawn[drawn[column].notna()]
    place = _joined_bands(draw, set(drawn["stratum"]))
    # The strata stand in the draw with their sizes; some of them may have been joined.
    each = draw.drop_duplicates("stratum")
    sizes = each["stratum_size"].astype("float64").groupby(each["stratum"].map(place)).sum()
    groups = drawn.groupby(drawn["stratum"].map(place))[column]
    n = groups.size().reindex(sizes.index, fill_value=0).astype("float64")
    if (n < 2).all():
        raise ValueError(
            f"The random arm has {int(n.sum())} results in {len(sizes)} bands of its draw, too few "
            "for an estimate; two are needed in one band at least."
        )
    total = float(sizes.sum())
    weight = sizes / total
    mean = float((weight * groups.mean()).sum())
    variance, degrees = _variance(groups.var(ddof=1).fillna(0.0), n, sizes, weight, pooled)
    error = float(np.sqrt(variance))
    reach = float(stats.t.ppf(0.5 + level / 2, degrees)) * error
    low, high = _interval(mean, reach, bounds)
    sentence = (
        f"{mean:.1f} on average over the {total:.0f} YOTs that could be drawn "
        f"({level:.0%} interval {low:.1f} to {high:.1f}), from {int(n.sum())} drawn at random."
    )
    if len(sizes) < len(each):
        sentence += " Bands of the draw without a result are taken together with the next."
    return Estimate(mean, low, high, error, degrees, int(n.sum()), int(total), sentence)


def _joined_bands(draw: pd.DataFrame, with_results: set[int]) -> dict[int, int]:
    """The band each band is counted with: its own, or for one without results the next."""
    bands = sorted(set(draw["stratum"]))
    have = [b for b in bands if b in with_results] or bands[:1]
    return {b: min(have, key=lambda other: (abs(other - b), other)) for b in bands}


def _interval(mean: float, reach: float, bounds: tuple[float, float] | None) -> tuple[float, float]:
    """The interval, made on the logit scale where the score has bounds."""
    if bounds is None or reach == 0.0:
        return mean - reach, mean + reach
    least, most = bounds
    share = float(np.clip((mean - least) / (most - least), _EDGE, 1 - _EDGE))
    middle = np.log(share / (1 - share))
    wide = reach / (most - least) / (share * (1 - share))
    low, high = (1 / (1 + np.exp(-(middle + sign * wide))) for sign in (-1, 1))
    return float(least + (most - least) * low), float(least + (most - least) * high)


def _variance(
    spread: pd.Series, n: pd.Series, sizes: pd.Series, weight: pd.Series, pooled: bool
) -> tuple[float, float]:
    """Variance of the stratified mean and its degrees of freedom."""
    factor = weight**2 * (1 - n / sizes) / n
    if pooled:
        results = float((n - 1).sum())
        common = float(((n - 1) * spread).sum()) / results
        # Var(s2) = sigma^4 (2 / d + kurtosis / (d + 1)); the chi-square with that variance has
        # d / (1 + kurtosis d / (2 (d + 1))) degrees of freedom.
        degrees = results / (1 + EXCESS_KURTOSIS * results / (2 * (results + 1)))
        return float((factor * common).sum()), degrees
    terms = factor * spread
    lower = (terms[n > 1] ** 2 / (n[n > 1] - 1)).sum()
    total = float(terms.sum())
    return total, float(total**2 / lower) if lower > 0 else float((n - 1).sum())
