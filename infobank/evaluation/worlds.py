"""Simulated worlds with a known truth, made without the ranking model's own assumptions.

Populations are drawn log-uniformly, true rates may have heavy tails, counts more variance than a
Poisson count has, levels drift as a random walk in steps, figures are blanked. Nothing here
imports the ranking.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
INDICATORS = ("first_time_entrants", "reoffending_binary", "reoffending_frequency", "custody")
# Assumption: levels near those of England and Wales in 2012-13, log rates and log odds.
CENTRES = (np.log(0.0055), np.log(0.355 / 0.645), np.log(1.02), np.log(0.0006))
SPREADS = (0.30, 0.25, 0.25, 0.50)
COHORT_SHARE = 0.008
REGIONS = 10


@dataclass(frozen=True)
class Setting:
    """What kind of world.

    ``correlation`` is between latent quality and each indicator's level. ``rolling`` publishes
    twelve-month figures every ``months`` months. ``region_share`` is the share of the variance of
    levels that lies between regions.
    """

    name: str
    title: str
    correlation: float = 0.3
    periods: int = 3
    months: int = 12
    yots: int = 157
    smallest: float = 5_000
    largest: float = 150_000
    spread: float = 1.0
    heavy: bool = False
    half_life_years: float | None = None
    extra_variance: float = 0.0
    blanked: float = 0.0
    inspected: float = 0.0
    worst_withhold: bool = False
    worst_figure_withheld: bool = False
    rolling: bool = False
    region_share: float = 0.0


@dataclass(frozen=True)
class SimulatedWorld:
    """Observations and the truth behind them, in order of yot_id.

    Attributes:
        observations: as ``rank`` takes them.
        quality: latent badness; what an inspectorate would want to know.
        composite: equally weighted sum of the standardised true levels of the measures.
    """

    observations: pd.DataFrame
    quality: Floats
    composite: Floats


def make_world(setting: Setting, seed: tuple[int, ...]) -> SimulatedWorld:
    """One world of this setting."""
    random = np.random.default_rng(list(seed))
    n = setting.yots
    population = np.exp(random.uniform(np.log(setting.smallest), np.log(setting.largest), n))
    cohort = np.maximum(5, random.poisson(population * COHORT_SHARE))
    quality = _standard(random, n, setting.heavy)
    rho = setting.correlation
    newest = pd.Timestamp("2013-12-31")
    rows, truths = [], []
    for name, centre, spread in zip(INDICATORS, CENTRES, SPREADS, strict=True):
        level = rho * quality + np.sqrt(1 - rho**2) * _standard(random, n, setting.heavy)
        if setting.region_share > 0:
            share, between = setting.region_share, random.standard_normal(REGIONS)
            level = np.sqrt(1 - share) * level + np.sqrt(share) * between[np.arange(n) % REGIONS]
        size = spread * setting.spread
        if setting.rolling:
            windows, level = _rolling(random, name, (centre, size), level, population, setting)
            for back, (counts, exposure) in enumerate(windows[::-1]):
                end = newest - pd.offsets.MonthEnd(setting.months * back)
                rows.append(_rows(name, counts, exposure, end))
            truths.append(level)
            continue
        for back in range(setting.periods)[::-1]:
            end = newest - pd.DateOffset(months=setting.months * back)
            counts, exposure = _counts(
                random, name, centre + size * level, population, cohort, setting
            )
            rows.append(_rows(name, counts, exposure, end))
            if back:
                level = _drift(random, level, setting)
        truths.append(level)
    if setting.inspected > 0:
        level = rho * quality + np.sqrt(1 - rho**2) * _standard(random, n, setting.heavy)
        rows.append(_inspections(random, level, setting, newest))
        truths.append(level)
    true = np.column_stack(truths)
    composite = ((true - true.mean(axis=0)) / true.std(axis=0)).mean(axis=1)
    observations = pd.concat(rows, ignore_index=True)
    observations = _blanked(random, observations, composite, setting)
    return SimulatedWorld(observations, quality, composite)


def _rolling(
    random: np.random.Generator,
    name: str,
    scale: tuple[float, float],
    level: Floats,
    population: Floats,
    setting: Setting,
) -> tuple[list[tuple[Floats, Floats]], Floats]:
    """Windows of twelve months that share events, oldest first, and the newest window's level."""
    in_window = 12 // setting.months
    levels, parts = [], []
    for quarter in range(setting.periods + in_window - 1):
        if quarter:
            level = _drift(random, level, setting)
        young = population / in_window
        cohort = np.maximum(2, random.poisson(young * COHORT_SHARE))
        parts.append(_counts(random, name, scale[0] + scale[1] * level, young, cohort, setting))
        levels.append(level)
    windows = []
    for first in range(setting.periods):
        in_period = parts[first : first + in_window]
        windows.append(
            (np.sum([y for y, _ in in_period], axis=0), np.sum([n for _, n in in_period], axis=0))
        )
    return windows, np.mean(levels[-in_window:], axis=0)


def blank_worst(observations: pd.DataFrame, composite: Floats) -> pd.DataFrame:
    """The same observations, the truly worst fifth of YOTs holding back their newest figures."""
    worst = np.argsort(-composite)[: len(composite) // 5]
    ids = [yot_id(i) for i in worst]
    held = observations["yot_id"].isin(ids)
    held &= observations["period_end"] == observations["period_end"].max()
    out = observations.copy()
    out.loc[held, "numerator"] = np.nan
    return out


def blank_worst_figure(observations: pd.DataFrame, composite: Floats) -> pd.DataFrame:
    """The same, each of the truly worst fifth holding back only its worst-placed newest figure."""
    held = blank_worst(observations, composite)["numerator"].isna()
    rate = observations["numerator"] / observations["denominator"]
    place = rate.groupby([observations["measure"], observations["period_end"]]).rank(pct=True)
    worst = place[held].groupby(observations["yot_id"][held]).idxmax()
    out = observations.copy()
    out.loc[worst.to_numpy(), "numerator"] = np.nan
    return out


def yot_id(number: int) -> str:
    """The id of the n-th made-up YOT."""
    return f"made-up-{number:03d}"


def _standard(random: np.random.Generator, n: int, heavy: bool) -> Floats:
    if heavy:
        return np.asarray(random.standard_t(4, n) / np.sqrt(2.0))
    return random.standard_normal(n)


def _drift(random: np.random.Generator, level: Floats, setting: Setting) -> Floats:
    if setting.half_life_years is None:
        return level
    kept = 2.0 ** (-setting.months / 12 / setting.half_life_years)
    return np.asarray(kept * level + np.sqrt(1 - kept**2) * random.standard_normal(len(level)))


def _counts(
    random: np.random.Generator,
    name: str,
    eta: Floats,
    population: Floats,
    cohort: npt.NDArray[np.int64],
    setting: Setting,
) -> tuple[Floats, Floats]:
    if setting.extra_variance > 0 and name == "reoffending_frequency":
        # Reoffences come in clusters: the number of clusters is Poisson, their sizes geometric.
        mean = cohort * np.exp(eta)
        size = 1.0 + setting.extra_variance
        clusters = random.poisson(mean / size)
        extra = random.negative_binomial(np.maximum(clusters, 1), 1 / size)
        return np.where(clusters > 0, clusters + extra, 0).astype(np.float64), cohort.astype(float)
    if name == "reoffending_binary":
        counts = random.binomial(cohort, 1 / (1 + np.exp(-eta)))
        return counts.astype(np.float64), cohort.astype(np.float64)
    exposure = cohort.astype(np.float64) if name == "reoffending_frequency" else population.round()
    return random.poisson(exposure * np.exp(eta)).astype(np.float64), exposure


def _rows(name: str, counts: Floats, exposure: Floats, end: pd.Timestamp) -> pd.DataFrame:
    n = len(counts)
    return pd.DataFrame(
        {
            "yot_id": [yot_id(i) for i in range(n)],
            "region": [f"Region {i % REGIONS}" for i in range(n)],
            "measure": name,
            "numerator": counts,
            "denominator": exposure,
            "period_end": end,
            "known_from": end + pd.Timedelta(days=90),
        }
    )


def _inspections(
    random: np.random.Generator, level: Floats, setting: Setting, newest: pd.Timestamp
) -> pd.DataFrame:
    seen = np.flatnonzero(random.random(len(level)) < setting.inspected)
    cases = random.integers(14, 45, len(seen))
    good = random.binomial(cases, 1 / (1 + np.exp(-(0.85 - 0.6 * level[seen]))))
    rows = _rows("inspection_score", np.zeros(len(level)), np.ones(len(level)), newest).iloc[seen]
    rows["numerator"], rows["denominator"] = good.astype(float), cases.astype(float)
    rows["period_end"] = newest - pd.to_timedelta(random.integers(30, 700, len(seen)), unit="D")
    return rows


def _blanked(
    random: np.random.Generator, rows: pd.DataFrame, composite: Floats, setting: Setting
) -> pd.DataFrame:
    if setting.blanked > 0:
        rows = rows.copy()
        rows.loc[random.random(len(rows)) < setting.blanked, "numerator"] = np.nan
    if setting.worst_figure_withheld:
        return blank_worst_figure(rows, composite)
    return blank_worst(rows, composite) if setting.worst_withhold else rows
