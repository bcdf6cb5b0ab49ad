"""Surveillance of change: is a YOT drifting upwards, quarter by quarter?

A one-sided CUSUM (Page 1954) of standardised changes, with its in-control average run length
(the mean number of quarters to a false alarm) computed by the Markov chain of Brook & Evans (1972),
Biometrika 59, and stated in ``schemas/ranking.yaml``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from infobank.tables import newest_vintage


def cusum(z: pd.DataFrame, reference: float, limit: float) -> pd.DataFrame:
    """CUSUM of z-scores, one row per YOT and one column per period, oldest first.

    A missing period leaves the sum where it stands. After an alarm the sum starts again.

    Returns:
        One row per YOT and period: yot_id, period, z, cusum, alarm.
    """
    total = np.zeros(len(z))
    parts = []
    for period in z.columns:
        value = z[period].to_numpy(dtype=np.float64)
        total = np.where(np.isnan(value), total, np.maximum(0.0, total + value - reference))
        alarm = total > limit
        parts.append(
            pd.DataFrame(
                {"yot_id": z.index, "period": period, "z": value, "cusum": total, "alarm": alarm}
            )
        )
        total = np.where(alarm, 0.0, total)
    return pd.concat(parts, ignore_index=True)


def standardised_changes(
    observations: pd.DataFrame, measure: str, proportion: bool, months: int = 12
) -> pd.DataFrame:
    """Change of each YOT against the non-overlapping period before, beyond the national change.

    Scaled to variance 1 over all YOTs by a robust spread, so that real differences in drift are
    part of what is normal. One row per YOT, one column per period that has one before it.
    """
    rows = observations[observations["measure"] == measure].dropna(subset=["numerator"])
    rows = newest_vintage(rows, ["yot_id", "period_end"])
    table = {
        column: rows.pivot_table(index="yot_id", columns="period_end", values=column)
        for column in ("numerator", "denominator")
    }
    y, n = table["numerator"] + 0.5, table["denominator"] + 1.0
    value: pd.DataFrame = (y / (n - y) if proportion else y / n).map(np.log)
    noise = 1 / y + (1 / (n - y) if proportion else 0.0)
    out: dict[pd.Timestamp, pd.Series] = {}
    ends = [pd.Timestamp(c) for c in value.columns]
    for end in ends:
        before = end - pd.DateOffset(months=months)
        gaps = [(abs((c - before).days), c) for c in ends]
        distance, earlier = min(gaps)
        if distance > 20:
            continue
        change: pd.Series = (value[end] - value[earlier]) / np.sqrt(noise[end] + noise[earlier])
        change = change - change.median()
        spread = float(change.abs().median()) / 0.6745
        out[end] = change / max(spread, 1.0)
    return pd.DataFrame(out, index=value.index)
