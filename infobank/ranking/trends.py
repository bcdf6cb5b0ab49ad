"""How every YOT's level of every measure has changed: estimated, and watched for alarms."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm

from infobank.ranking.observations import DAYS_PER_YEAR, Series
from infobank.ranking.rank import Ranking
from infobank.ranking.surveillance import cusum, standardised_changes

SLACK = 0.95
"""Share of a window's length that separates two windows: quarters are not all equally long."""


def trends(ranking: Ranking) -> pd.DataFrame:
    """Change over the year up to the newest figures due, and the CUSUM of yearly changes.

    Returns:
        One row per YOT and count measure, in order of both: yot_id, measure, change (standard
        deviations between YOTs, beyond the national change; more = worse), change_low_95,
        change_high_95, worsening (whether the whole interval is above 0), cusum (standard
        errors; missing where no two years can be compared) and alarm.
    """
    yots = list(ranking.known.yots.index)
    sure = float(norm.ppf(0.5 + ranking.method.interval / 2))
    parts = []
    for series in ranking.known.series:
        name = series.measure.name
        if name not in ranking.levels:
            continue
        fitted = ranking.levels[name]
        half = sure * np.sqrt(fitted.change_variance)
        rows = pd.DataFrame(
            {
                "yot_id": yots,
                "measure": name,
                "change": fitted.change,
                "change_low_95": fitted.change - half,
                "change_high_95": fitted.change + half,
                "worsening": fitted.change - half > 0,
            }
        )
        parts.append(rows.merge(_watched(ranking, series), on="yot_id", how="left"))
    out = pd.concat(parts, ignore_index=True)
    out["alarm"] = out["alarm"].eq(True)
    return out.sort_values(["yot_id", "measure"], kind="stable", ignore_index=True)


def _watched(ranking: Ranking, series: Series) -> pd.DataFrame:
    """The CUSUM at the newest period due: yot_id, cusum, alarm."""
    method, measure = ranking.method, series.measure
    nothing = pd.DataFrame({"yot_id": pd.Series(dtype="str"), "cusum": 0.0, "alarm": False})
    if not measure.common_periods:
        return nothing
    rows = ranking.observations[ranking.observations["measure"] == measure.name]
    ends = pd.to_datetime(rows["period_end"])
    due = ranking.known.as_of - pd.Timedelta(days=round(series.target_age * DAYS_PER_YEAR))
    # Rolling figures of successive quarters share events, so whole windows apart are compared.
    apart = separate_ends(sorted(ends[ends <= due].unique()), method.window_months)
    changes = standardised_changes(
        rows[ends.isin(apart)],
        measure.name,
        proportion=measure.model == "binomial",
        months=int(method.window_months),
    )
    if changes.empty or changes.shape[1] == 0:
        return nothing
    worse = changes if measure.risk_is_high else -changes
    found = cusum(worse, method.surveillance_reference, method.surveillance_limit)
    newest: pd.DataFrame = found.loc[
        found["period"] == found["period"].max(), ["yot_id", "cusum", "alarm"]
    ]
    return newest.reset_index(drop=True)


def separate_ends(ends: list[pd.Timestamp], months: float) -> list[pd.Timestamp]:
    """Of period ends (oldest first) the newest, and before it those whole windows earlier."""
    kept: list[pd.Timestamp] = []
    least = SLACK * months / 12.0 * DAYS_PER_YEAR
    for end in reversed(ends):
        if not kept or (kept[-1] - end).days >= least:
            kept.append(end)
    return kept[::-1]
