"""Would the ranking have found those who later did badly? Real indicators, later outcomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from infobank.domain.errors import MistakeError
from infobank.evaluation.baselines import TITLES, baseline_scores
from infobank.evaluation.measures import Floats
from infobank.ranking import Method, rank
from infobank.ranking.observations import dated, days

OUTCOME_COLUMNS = ("yot_id", "outcome_date", "outcome")
REPLICATES = 500


@dataclass(frozen=True)
class Backtest:
    """Discrimination of later outcomes from what was known before.

    Attributes:
        table: one row per way of ranking: way, title, visits, concordance (0.5 = no skill), low,
            high (95% bootstrap over YOTs), difference (from the ranking), difference_low,
            difference_high.
        rows: one row per outcome used: yot_id, as_of, outcome_date, outcome, rank, score.
        sentence: what it shows, in words.
    """

    table: pd.DataFrame
    rows: pd.DataFrame
    sentence: str


def backtest(
    observations: pd.DataFrame,
    outcomes: pd.DataFrame,
    method: Method | Mapping[str, Any] | str | Path | None = None,
    seed: int = 0,
) -> Backtest:
    """Rank as of the first day of each outcome's month, from what was known then alone.

    Args:
        observations: as ``rank`` takes them, with the true dates on which figures became known.
        outcomes: one row per later visit: yot_id, outcome_date, outcome (higher = worse; for an
            inspection 100 less the score).
        method: the agreed method.
        seed: of draws and bootstrap.

    Raises:
        MistakeError: columns are missing, an outcome or its day cannot be read, fewer than three
            outcomes have indicators known before them, or all outcomes are the same.
    """
    known_from = dated(observations)["known_from"]
    observations = observations.assign(yot_id=observations["yot_id"].astype("str"))
    later = _later(outcomes)
    later["as_of"] = later["outcome_date"].dt.to_period("M").dt.start_time
    parts = []
    for month, group in later.groupby("as_of", sort=True):
        as_of = pd.Timestamp(str(month))
        then = observations[known_from < as_of]
        if then.empty or then["numerator"].notna().sum() == 0:
            continue
        ranking = rank(then, method=method, seed=seed).sort_values("yot_id")
        ranking["ranking"] = ranking["score"]
        for name, score in baseline_scores(then, seed).items():
            ranking[name] = score
        parts.append(group.merge(ranking[["yot_id", "rank", "score", *TITLES]], on="yot_id"))
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if len(rows) < 3:
        raise MistakeError(
            "Fewer than three outcomes have indicators known before them, so there is nothing to "
            "compare. Supply earlier indicators or later outcomes."
        )
    if rows["outcome"].min() == rows["outcome"].max():
        raise MistakeError(
            f"All {len(rows)} outcomes are {rows['outcome'].iloc[0]:g}, and an outcome that is the "
            "same everywhere can show nothing. Supply outcomes that differ."
        )
    return _compare(rows.sort_values(["outcome_date", "yot_id"], ignore_index=True), seed)


def _later(outcomes: pd.DataFrame) -> pd.DataFrame:
    """The outcomes that are known, their days and numbers understood."""
    lacking = [c for c in OUTCOME_COLUMNS if c not in outcomes.columns]
    if lacking:
        raise MistakeError(f"The outcomes lack the columns {', '.join(lacking)}. Add them.")
    later = outcomes.dropna(subset=["outcome"]).copy()
    later["yot_id"] = later["yot_id"].astype("str")
    later["outcome_date"] = days(later["outcome_date"])
    if later["outcome_date"].isna().any():
        raise MistakeError("Some outcomes lack outcome_date. Fill it in or remove them.")
    numbers = pd.to_numeric(later["outcome"], errors="coerce").astype("float64")
    if not np.isfinite(numbers).all():
        wrong = later.loc[~np.isfinite(numbers), "outcome"].iloc[0]
        raise MistakeError(f"The outcome {wrong} is not a number. Correct or remove it.")
    later["outcome"] = numbers
    return later


def _compare(rows: pd.DataFrame, seed: int) -> Backtest:
    random = np.random.default_rng([seed, 7])
    outcome = rows["outcome"].to_numpy(dtype=np.float64)
    scores = {name: rows[name].to_numpy(dtype=np.float64) for name in TITLES}
    resamples = random.integers(len(rows), size=(REPLICATES, len(rows)))
    replicates = {
        name: np.array([concordance(score[at], outcome[at]) for at in resamples])
        for name, score in scores.items()
    }
    found = {name: concordance(score, outcome) for name, score in scores.items()}
    table = []
    for name, title in TITLES.items():
        low, high = np.nanquantile(replicates[name], [0.025, 0.975])
        apart = replicates["ranking"] - replicates[name]
        apart_low, apart_high = np.nanquantile(apart, [0.025, 0.975])
        gap = found["ranking"] - found[name]
        table.append((name, title, len(rows), found[name], low, high, gap, apart_low, apart_high))
    columns = ["way", "title", "visits", "concordance", "low", "high", "difference"]
    columns += ["difference_low", "difference_high"]
    out = pd.DataFrame(table, columns=columns)
    low, high = float(out["low"].iloc[0]), float(out["high"].iloc[0])
    if low > 0.5:
        words = "The ranking told later outcomes apart better than chance would."
    elif high < 0.5:
        words = "The ranking did worse than chance: its order ran against later outcomes."
    else:
        words = "No skill is shown: the interval takes in 0.5, which chance alone gives."
    text = (
        f"{words} Concordance {found['ranking']:.2f} (95% interval {low:.2f} to {high:.2f}) over "
        f"{len(rows)} visits, each ranked from what was known before its month began."
    )
    keep = ["yot_id", "as_of", "outcome_date", "outcome", "rank", "score"]
    return Backtest(out, rows[keep], text)


def concordance(score: Floats, outcome: Floats) -> float:
    """Share of pairs with different outcomes that the score puts in the right order (ties half)."""
    order = np.sign(outcome[:, None] - outcome[None, :])
    agrees = np.sign(score[:, None] - score[None, :])
    pairs = order > 0
    if not pairs.any():
        return float("nan")
    return float(((agrees[pairs] + 1) / 2).mean())
