"""Funnel plots whose limits allow for over-dispersion, and surveillance of change.

Funnel limits follow Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202: z-scores on a
variance-stabilising scale are winsorised, the over-dispersion factor phi is their mean square, and
where phi says that YOTs differ by more than chance a between-YOT variance tau squared is added.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from infobank.ranking.observations import Floats


@dataclass(frozen=True)
class Funnel:
    """A funnel plot's figures.

    Attributes:
        points: one row per YOT: yot_id, rate, exposure, z (naive), z_adjusted, outlier (""|
            "high 95"|"high 99.8"|"low 95"|"low 99.8"), and the limits at its own exposure:
            low_95, high_95, low_998, high_998.
        limits: one row per exposure and level: exposure, level, low, high, low_naive, high_naive.
        target: pooled rate.
        phi: winsorised over-dispersion factor; about 1 where chance explains the spread.
        tau: between-YOT standard deviation on the transformed scale, 0 where phi does not exceed 1.
    """

    points: pd.DataFrame
    limits: pd.DataFrame
    target: float
    phi: float
    tau: float


def funnel(
    yot_id: pd.Series,
    numerator: pd.Series,
    denominator: pd.Series,
    proportion: bool,
    winsorise: float = 0.1,
    levels: tuple[float, ...] = (0.95, 0.998),
) -> Funnel:
    """A funnel plot of one measure at one period.

    Args:
        yot_id: ids.
        numerator: counts of events.
        denominator: exposure (population) or number (cohort, cases).
        proportion: whether the numerator is some of the denominator; else a Poisson count.
        winsorise: share of z-scores pulled in at either end (Spiegelhalter's 10%).
        levels: two-sided limits.

    Raises:
        ValueError: fewer than three YOTs have figures.
    """
    rows = pd.DataFrame({"yot_id": yot_id, "y": numerator, "n": denominator}).dropna()
    rows = rows[rows["n"] > 0].sort_values("yot_id", kind="stable", ignore_index=True)
    if len(rows) < 3:
        raise ValueError("A funnel plot needs figures of at least three YOTs.")
    y, n = rows["y"].to_numpy(dtype=np.float64), rows["n"].to_numpy(dtype=np.float64)
    target = float(y.sum() / n.sum())
    at_target = _transform(np.full(1, target), proportion)[0]
    error = 0.5 / np.sqrt(n)
    z = (_transform(y / n, proportion) - at_target) / error
    low, high = np.quantile(z, [winsorise, 1 - winsorise])
    phi = float((np.clip(z, low, high) ** 2).mean())
    tau = between_sd(phi, error)
    adjusted = z * error / np.sqrt(error**2 + tau**2)
    cuts = {level: float(norm.ppf(0.5 + level / 2)) for level in sorted(levels)}
    outlier = np.full(len(rows), "", dtype=object)
    for level, cut in cuts.items():
        outlier[adjusted > cut] = f"high {level * 100:g}"
        outlier[adjusted < -cut] = f"low {level * 100:g}"
    points = pd.DataFrame(
        {
            "yot_id": rows["yot_id"],
            "rate": y / n,
            "exposure": n,
            "z": z,
            "z_adjusted": adjusted,
            "outlier": outlier.astype("str"),
        }
    )
    wide = np.sqrt(error**2 + tau**2)
    for level, cut in cuts.items():
        name = f"{level * 100:g}".replace(".", "")
        points[f"low_{name}"] = _back(at_target - cut * wide, proportion)
        points[f"high_{name}"] = _back(at_target + cut * wide, proportion)
    grid = np.exp(np.linspace(np.log(n.min()), np.log(n.max()), 60))
    parts = []
    for level, cut in cuts.items():
        narrow, wide = 0.5 / np.sqrt(grid), np.sqrt(0.25 / grid + tau**2)
        parts.append(
            pd.DataFrame(
                {
                    "exposure": grid,
                    "level": level,
                    "low": _back(at_target - cut * wide, proportion),
                    "high": _back(at_target + cut * wide, proportion),
                    "low_naive": _back(at_target - cut * narrow, proportion),
                    "high_naive": _back(at_target + cut * narrow, proportion),
                }
            )
        )
    return Funnel(points, pd.concat(parts, ignore_index=True), target, phi, tau)


def between_sd(phi: float, error: Floats) -> float:
    """The additive between-YOT standard deviation (DerSimonian & Laird, as Spiegelhalter 2005)."""
    count = len(error)
    if phi <= count / (count - 1) or count < 2:
        return 0.0
    w = 1.0 / error**2
    tau2 = (count * phi - (count - 1)) / (w.sum() - (w**2).sum() / w.sum())
    return float(np.sqrt(max(0.0, tau2)))


def _transform(rate: Floats, proportion: bool) -> Floats:
    # Both have standard error 1 / (2 sqrt(n)): arcsine root for proportions, root for rates.
    if proportion:
        return np.asarray(np.arcsin(np.sqrt(np.clip(rate, 0.0, 1.0))))
    return np.sqrt(rate)


def _back(value: Floats, proportion: bool) -> Floats:
    if proportion:
        return np.asarray(np.sin(np.clip(value, 0.0, np.pi / 2)) ** 2)
    return np.asarray(np.clip(value, 0.0, None) ** 2)
