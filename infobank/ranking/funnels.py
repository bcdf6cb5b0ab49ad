"""The funnel plot of every measure of a ranking, as figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from infobank.ranking.observations import DAYS_PER_YEAR, Series
from infobank.ranking.outliers import Funnel, funnel
from infobank.ranking.rank import Ranking

FEWEST = 3
"""YOTs a funnel plot needs."""


def funnels_of(ranking: Ranking) -> dict[str, Funnel]:
    """The funnel plot of each count measure of which enough YOTs have the newest figure."""
    found = {}
    for series in ranking.known.series:
        if series.measure.model == "evidence":
            continue
        rows = _newest(ranking, series)
        if len(rows) >= FEWEST and rows["numerator"].sum() > 0:
            found[series.measure.name] = funnel(
                rows["yot_id"],
                rows["numerator"],
                rows["denominator"],
                proportion=series.measure.model == "binomial",
                winsorise=ranking.method.funnel_winsorise,
                levels=ranking.method.funnel_levels,
            )
    return found


def funnel_table(ranking: Ranking) -> pd.DataFrame:
    """Where every YOT stands in each funnel, in the measure's own unit.

    Returns:
        One row per YOT and measure of which it has the newest figure, in order of both: yot_id,
        measure, period_end, rate, target, low_95, high_95, low_998, high_998 (limits that allow
        for over-dispersion, at the YOT's own size), z (beyond the target, in standard errors that
        allow for it), outside ("", "high 95", "high 99.8", "low 95", "low 99.8") and
        over_dispersion (winsorised phi of the measure).
    """
    parts = []
    for name, plot in funnels_of(ranking).items():
        series = next(s for s in ranking.known.series if s.measure.name == name)
        per = series.measure.per
        points = plot.points.rename(columns={"z_adjusted": "z_wide", "outlier": "outside"})
        rates = ["rate", "low_95", "high_95", "low_998", "high_998"]
        points[rates] = points[rates] * per
        points = points.assign(
            measure=name, target=plot.target * per, z=points["z_wide"], over_dispersion=plot.phi
        )
        ends = _newest(ranking, series)[["yot_id", "period_end"]]
        parts.append(points.merge(ends, on="yot_id"))
    columns = ["yot_id", "measure", "period_end", "rate", "target", "low_95", "high_95"]
    columns += ["low_998", "high_998", "z", "outside", "over_dispersion"]
    if not parts:
        return pd.DataFrame(columns=columns)
    out = pd.concat(parts, ignore_index=True)[columns]
    return out.sort_values(["yot_id", "measure"], kind="stable", ignore_index=True)


def _newest(ranking: Ranking, series: Series) -> pd.DataFrame:
    """The figure of the newest period due, or each YOT's newest where they have their own dates."""
    if series.measure.common_periods:
        at = np.full(len(series.age), int(np.argmin(np.abs(series.age[0] - series.target_age))))
    else:
        at = np.full(len(series.age), series.age.shape[1] - 1)
    line = np.arange(len(at))
    seen = series.seen[line, at]
    events, exposure = series.events[line, at], series.exposure[line, at]
    days = np.round(series.age[line, at] * DAYS_PER_YEAR).astype(int)
    rows = pd.DataFrame(
        {
            "yot_id": list(ranking.known.yots.index),
            "numerator": events if series.measure.risk_is_high else exposure - events,
            "denominator": exposure,
            "period_end": ranking.known.as_of.normalize() - pd.to_timedelta(days, unit="D"),
        }
    )
    held: pd.DataFrame = rows.loc[seen]
    return held.reset_index(drop=True)
