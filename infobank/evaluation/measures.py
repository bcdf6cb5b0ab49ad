"""How good a ranking was, once the truth is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def precision_at(scores: Floats, truth: Floats, k: int) -> float:
    """Share of the k highest scores that are among the k highest truths."""
    chosen = np.argsort(-scores, kind="stable")[:k]
    worst = np.argsort(-truth, kind="stable")[:k]
    return len(np.intersect1d(chosen, worst)) / k


def calibration(
    p: Floats, happened: npt.NDArray[np.bool_], bins: int = 10
) -> list[tuple[float, float, int]]:
    """Per tenth of the probability scale: mean probability, share that happened, how many."""
    at = np.minimum((p * bins).astype(int), bins - 1)
    out = []
    for k in range(bins):
        inside = at == k
        if inside.any():
            out.append((float(p[inside].mean()), float(happened[inside].mean()), int(inside.sum())))
    return out


def expected_calibration_error(table: list[tuple[float, float, int]]) -> float:
    """Mean absolute difference of ``calibration``, weighted by how many (Naeini et al. 2015)."""
    total = sum(count for *_, count in table)
    return sum(abs(stated - found) * count for stated, found, count in table) / total


def mean_interval(values: Floats) -> tuple[float, float, float]:
    """Mean with its 95% normal interval over worlds."""
    half = 1.96 * values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)
