"""Small made-up observations for the ranking's tests."""

from __future__ import annotations

import numpy as np
import pandas as pd

INDICATORS = {
    "first_time_entrants": 0.005,
    "reoffending_binary": 0.36,
    "reoffending_frequency": 1.0,
    "custody": 0.0006,
}


def observations(yots: int = 24, years: int = 2, seed: int = 1) -> pd.DataFrame:
    """One row per YOT, indicator and year; YOT 0 is the worst, the last the best."""
    random = np.random.default_rng(seed)
    population = np.linspace(8_000, 120_000, yots)[random.permutation(yots)].round()
    cohort = (population * 0.008).round()
    badness = np.linspace(1, -1, yots)
    rows = []
    for measure, base in INDICATORS.items():
        for year in range(2014 - years, 2014):
            end = pd.Timestamp(year, 12, 31)
            n = cohort if measure.startswith("reoffending") else population
            if measure == "reoffending_binary":
                y = random.binomial(n.astype(int), base * np.exp(0.4 * badness))
            else:
                y = random.poisson(n * base * np.exp(0.6 * badness))
            rows.append(
                pd.DataFrame(
                    {
                        "yot_id": [f"yot-{i:02d}" for i in range(yots)],
                        "region": ["Wales" if i % 6 == 0 else "London" for i in range(yots)],
                        "measure": measure,
                        "numerator": y.astype(float),
                        "denominator": n,
                        "period_end": end,
                        "known_from": end + pd.Timedelta(days=60),
                    }
                )
            )
    return pd.concat(rows, ignore_index=True)
