"""Simpler ways to choose whom to visit, which the ranking has to beat."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
LOW_IS_BAD = ("inspection_score", "survey_score")
TITLES = {
    "ranking": "this ranking",
    "random": "random",
    "sum_of_ranks": "sum of ranks",
    "raw_z": "sum of raw z-scores",
    "flags": "count of flags (as CQC's Intelligent Monitoring)",
}


def newest_rates(observations: pd.DataFrame) -> pd.DataFrame:
    """Newest rate per YOT (line) and measure (column), higher = worse; missing = the mean."""
    rows = observations.dropna(subset=["numerator"]).sort_values(["period_end"], kind="stable")
    rows = rows.drop_duplicates(["yot_id", "measure"], keep="last")
    rates = rows.assign(rate=rows["numerator"] / rows["denominator"])
    table = rates.set_index(["yot_id", "measure"])["rate"].unstack("measure")  # noqa: PD010 (nothing to aggregate)
    table = table.reindex(sorted(observations["yot_id"].unique()))
    for name in LOW_IS_BAD:
        if name in table:
            table[name] = -table[name]
    return table.fillna(table.mean())


def baseline_scores(observations: pd.DataFrame, seed: int) -> dict[str, Floats]:
    """Scores of each simpler way, higher = visit first, in order of yot_id."""
    rates = newest_rates(observations)
    z = (rates - rates.mean()) / rates.std(ddof=0).replace(0.0, np.nan)
    z = z.fillna(0.0)
    # Intelligent Monitoring counted "risk" once and "elevated risk" twice (Griffiths et al. 2016).
    flags = (z > 2).sum(axis=1) + (z > 3).sum(axis=1)
    random = np.random.default_rng([seed, 99]).random(len(rates))
    return {
        "random": random,
        "sum_of_ranks": rates.rank().sum(axis=1).to_numpy(dtype=np.float64),
        "raw_z": z.sum(axis=1).to_numpy(dtype=np.float64),
        # Ties between equal counts are broken at random, as a planner would.
        "flags": flags.to_numpy(dtype=np.float64) + 0.5 * random,
    }
