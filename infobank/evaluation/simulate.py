"""Ranking many simulated worlds and measuring how well each was ranked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from infobank.evaluation.baselines import baseline_scores
from infobank.evaluation.measures import Floats, precision_at
from infobank.evaluation.worlds import Setting, SimulatedWorld, make_world
from infobank.ranking import Method, Ranking, load_method, rank_detailed
from infobank.ranking.ranks import rank_of

EVALUATION_DRAWS = 1000
AT = (6, 30)

SETTINGS = (
    Setting("no_signal", "Indicators say nothing about quality", correlation=0.0),
    Setting("weak", "Correlation 0.1", correlation=0.1),
    Setting("modest", "Correlation 0.3"),
    Setting("one_period", "Correlation 0.3, one period only", periods=1),
    Setting("strong", "Correlation 0.5", correlation=0.5),
    Setting("heavy", "Correlation 0.3, heavy tails", heavy=True),
    Setting("small", "Correlation 0.3, small YOTs", smallest=2_000, largest=20_000),
    Setting("narrow", "Correlation 0.3, YOTs hardly differ", spread=0.35),
    Setting("drifting", "Correlation 0.3, half-life three years", periods=5, half_life_years=3.0),
    Setting("clustered", "Correlation 0.3, reoffences in clusters", extra_variance=3.0),
    Setting("inspected", "Correlation 0.3, half of YOTs inspected", inspected=0.5),
    Setting("blanked", "Correlation 0.3, a fifth of figures blank", blanked=0.2),
    Setting("rolling", "Correlation 0.3, rolling windows", periods=8, months=3, rolling=True),
    Setting(
        "rolling_drift",
        "Correlation 0.3, rolling windows, half-life three years",
        periods=8,
        months=3,
        rolling=True,
        half_life_years=3.0,
    ),
    Setting("regions", "Correlation 0.3, a quarter of spread by region", region_share=0.25),
    Setting("withholding", "Correlation 0.3, the worst fifth hold back", worst_withhold=True),
    Setting(
        "withholding_all",
        "Correlation 0.3, one period only, the worst fifth hold back all",
        periods=1,
        worst_withhold=True,
    ),
    Setting(
        "withholding_one",
        "Correlation 0.3, the worst fifth hold back one figure",
        worst_figure_withheld=True,
    ),
    Setting(
        "withholding_rolling",
        "Correlation 0.3, rolling windows, the worst fifth hold back the newest",
        periods=8,
        months=3,
        rolling=True,
        worst_withhold=True,
    ),
)


@dataclass(frozen=True)
class Outcome:
    """What one world showed. Arrays have one entry per YOT, in order of yot_id."""

    setting: str
    covered: float
    all_covered: bool
    width: float
    width_all: float
    p_worst_6: Floats
    truly_worst_6: Floats
    precision: dict[str, dict[int, float]]
    precision_composite: dict[str, dict[int, float]]
    half_lives: tuple[float, ...]
    withholding_change: float
    width_change: float
    common_correlation: float


def simulate(
    settings: tuple[Setting, ...] = SETTINGS,
    worlds_each: int = 80,
    seed: int = 20140630,
    workers: int = 1,
    method: Method | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Outcome]:
    """Rank every world; ``workers`` processes at a time. Same seed, same outcomes."""
    agreed = replace(method or load_method(), draws=EVALUATION_DRAWS, method_draws=20)
    jobs = [(s, (seed, k, w), agreed) for k, s in enumerate(settings) for w in range(worlds_each)]
    outcomes: list[Outcome] = []
    if workers == 1:
        for job in jobs:
            outcomes.append(_one(job))
            if progress:
                progress(len(outcomes), len(jobs))
        return outcomes
    with ProcessPoolExecutor(workers) as pool:
        for outcome in pool.map(_one, jobs, chunksize=8):
            outcomes.append(outcome)
            if progress:
                progress(len(outcomes), len(jobs))
    return outcomes


def _one(job: tuple[Setting, tuple[int, ...], Method]) -> Outcome:
    setting, seed, method = job
    world = make_world(setting, seed)
    found = rank_detailed(world.observations, method=method)
    frame = found.ranking.sort_values("yot_id")
    truth = rank_of(world.composite)
    low, high = frame["rank_low_95"].to_numpy(), frame["rank_high_95"].to_numpy()
    at_once = found.simultaneous()
    all_low, all_high = (at_once[c].to_numpy() for c in ("rank_low_all", "rank_high_all"))
    scores = {"ranking": frame["score"].to_numpy()}
    scores |= baseline_scores(world.observations, seed[-1])
    change, wider = _withholding(setting, seed, world, frame, method)
    return Outcome(
        setting=setting.name,
        covered=float(((truth >= low) & (truth <= high)).mean()),
        all_covered=bool(((truth >= all_low) & (truth <= all_high)).all()),
        width=float((high - low).mean()),
        width_all=float((all_high - all_low).mean()),
        p_worst_6=frame["p_worst_6"].to_numpy(),
        truly_worst_6=(truth <= 6).astype(np.float64),
        precision=_precisions(scores, world.quality),
        precision_composite=_precisions(scores, world.composite),
        half_lives=tuple(lv.half_life_years for lv in found.levels.values()),
        withholding_change=change,
        width_change=wider,
        common_correlation=_common(found),
    )


def _precisions(scores: dict[str, Floats], truth: Floats) -> dict[str, dict[int, float]]:
    return {name: {k: precision_at(s, truth, k) for k in AT} for name, s in scores.items()}


def _common(found: Ranking) -> float:
    """Mean learned correlation between the measures' true levels."""
    r = found.composite.correlation
    size = len(r)
    return float((r.sum() - size) / (size * (size - 1))) if size > 1 else float("nan")


def _withholding(
    setting: Setting,
    seed: tuple[int, ...],
    world: SimulatedWorld,
    frame: pd.DataFrame,
    method: Method,
) -> tuple[float, float]:
    """Change of P(worst tenth) and of the interval's width from holding back, over those who do."""
    if not (setting.worst_withhold or setting.worst_figure_withheld):
        return float("nan"), float("nan")
    open_setting = replace(setting, worst_withhold=False, worst_figure_withheld=False)
    full = make_world(open_setting, seed).observations
    before = rank_detailed(full, method=method).ranking.sort_values("yot_id")
    held = world.observations["numerator"].isna()
    who = before["yot_id"].isin(set(full.loc[held, "yot_id"])).to_numpy()
    change = frame["p_worst_10pct"].to_numpy()[who] - before["p_worst_10pct"].to_numpy()[who]
    width = (frame["rank_high_95"] - frame["rank_low_95"]).to_numpy()[who]
    was = (before["rank_high_95"] - before["rank_low_95"]).to_numpy()[who]
    return float(change.mean()), float((width - was).mean())
