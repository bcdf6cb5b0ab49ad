"""The level of one measure in every YOT: count models with drift, fitted by marginal likelihood.

A YOT's log rate (poisson) or log odds (binomial) is the mean of its period plus its own deviation,
which drifts: its correlation over a gap of t years is 2 ** (-t / half-life). The spread between
YOTs, the half-life and, where asked for, the dispersion maximise the Laplace approximation of the
marginal likelihood (Rue, Martino & Chopin 2009, JRSS B 71). What comes out is each YOT's
standardised deviation at the target moment, as a mean and a variance under a standard normal prior.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from infobank.ranking.method import Method
from infobank.ranking.observations import Bools, Floats, Series

MONTHS_PER_YEAR = 12.0
A_WEEK = 7.0 / 365.25


@dataclass(frozen=True)
class Levels:
    """Standardised levels of one measure, one line per YOT.

    Attributes:
        mean: posterior mean of the standardised level, given this measure alone.
        variance: its posterior variance (1 where nothing is known).
        variance_if_reported: what it would be, had a YOT that holds its newest figure back given it
            on the exposure it last had (the middling YOT's where it never reported).
        spread: standard deviation between YOTs, log or logit scale.
        half_life_years: of the drift; inf where a level does not fade.
        dispersion: variance of a count over that of a simple count.
        centre: mean of the target period, log or logit scale.
        change: posterior mean of the standardised level's change over the year up to the target
            moment, beyond the national change.
        change_variance: its posterior variance.
        group_share: share of the variance between YOTs that lies between their groups.
    """

    mean: Floats
    variance: Floats
    variance_if_reported: Floats
    spread: float
    half_life_years: float
    dispersion: float
    centre: float
    change: Floats
    change_variance: Floats
    group_share: float = 0.0


@dataclass(frozen=True)
class _Parameters:
    spread: float
    persistence: float  # correlation over one year
    dispersion: float


@dataclass
class _Mode:
    """Where the last search ended, so that the next starts near it.

    Attributes:
        deviation: of each YOT and period from the period's mean.
        centre: the periods' means.
        pooled: the periods' means from all figures, where ``tied``.
        tied: whether the means move together, keeping the differences of ``pooled``.
    """

    deviation: Floats
    centre: Floats
    pooled: Floats
    tied: bool = False


def fit_levels(series: Series, method: Method) -> Levels:
    """Fit one measure's model and give every YOT's standardised level at the target moment."""
    free, first = _free(series)
    given = _Parameters(
        method.spread_typical,
        _persistence(series.measure.half_life_years),
        series.measure.dispersion or 1.0,
    )
    overlap = windows_overlap(series, method)
    if overlap:
        series = replace(series, seen=series.seen & (series.age > series.target_age - A_WEEK))
    start = _start(series)
    complete = _as_if_reported(series)
    if overlap:
        _tie_to_all(series, given, start)
        series = replace(series, seen=separate_windows(series, method))
        complete = replace(complete, seen=separate_windows(complete, method))

    def unpack(x: Floats) -> _Parameters:
        values = dict(zip(free, x, strict=True))
        found = replace(given, spread=float(np.exp(np.clip(values["spread"], -6, 2))))
        if "persistence" in values:
            found = replace(found, persistence=float(expit(values["persistence"])))
        if "dispersion" in values:
            most = method.dispersion_most
            found = replace(found, dispersion=float(1 + (most - 1) * expit(values["dispersion"])))
        return found

    def cost(x: Floats) -> float:
        found = unpack(x)
        value, *_ = _laplace(series, found, start)
        return -value + _penalty(found, free, method)

    steps = np.vstack([first, *(first + 0.7 * row for row in np.eye(len(first)))])
    best = minimize(
        cost,
        first,
        method="Nelder-Mead",
        options={"initial_simplex": steps, "xatol": 0.03, "fatol": 0.02, "maxfev": 60},
    )
    found = unpack(best.x)
    for _ in range(4):
        _, weight, influence = _laplace(series, found, start)
    to_target = _to_target(series, found)
    mean = np.einsum("it,it->i", to_target, influence) / found.spread
    over_year = to_target - _to_target(series, found, years_before=1.0)
    change = np.einsum("it,it->i", over_year, influence) / found.spread
    moved = 2.0 * (1.0 - found.persistence) - _information(series, found, weight, over_year)
    variance = _variance(series, found, weight)
    if_reported = variance
    if complete.withheld.any():
        reported = _variance_if_reported(complete, found, start)
        if_reported = np.where(complete.withheld, np.minimum(variance, reported), variance)
    newest = int(np.argmin(np.abs(series.age[0] - series.target_age)))
    return Levels(
        mean=mean,
        variance=variance,
        variance_if_reported=if_reported,
        spread=found.spread,
        half_life_years=_half_life(found.persistence),
        dispersion=found.dispersion,
        centre=float(start.centre[int(series.period[0, newest])]),
        change=change,
        change_variance=np.maximum(moved, 0.0),
    )


def _to_target(series: Series, found: _Parameters, years_before: float = 0.0) -> Floats:
    """Covariance of each period's deviation with the one at the target moment, or before it."""
    gap = np.abs(series.age - series.target_age - years_before)
    return np.asarray(found.spread**2 * found.persistence**gap)


def _variance(series: Series, found: _Parameters, weight: Floats) -> Floats:
    """Posterior variance of the standardised level at the target moment."""
    explained = _information(series, found, weight, _to_target(series, found))
    return np.asarray(np.clip(1.0 - explained, 1e-6, 1.0))


def _information(series: Series, found: _Parameters, weight: Floats, covariance: Floats) -> Floats:
    """How much variance the figures take from what has this covariance with each of them."""
    smoother = np.linalg.inv(np.eye(weight.shape[1]) + weight[:, :, None] * _kernel(series, found))
    explained = np.einsum("it,its,is->i", covariance, smoother, weight * covariance)
    return np.asarray(explained / found.spread**2)


def _variance_if_reported(complete: Series, found: _Parameters, mode: _Mode) -> Floats:
    more = complete.events.shape[1] - mode.deviation.shape[1]
    deviation = np.pad(mode.deviation, ((0, 0), (0, more)), mode="edge")
    scale = np.where(complete.seen, 1.0 / found.dispersion, 0.0)
    _, weight, _ = _likelihood(complete, _Mode(deviation, mode.centre, mode.pooled), scale)
    return _variance(complete, found, weight)


def _as_if_reported(series: Series) -> Series:
    """The series as if those who hold back had given the figure due, on their last exposure.

    The count itself is not guessed: only how much it would have told is asked of this series.
    """
    held = np.flatnonzero(series.withheld)
    if held.size == 0:
        return series
    if series.measure.common_periods:
        due = int(np.argmin(np.abs(series.age[0] - series.target_age)))
    else:
        due, wider = series.age.shape[1], ((0, 0), (0, 1))
        newest = np.where(series.seen, series.age, np.inf).min(axis=1)
        fresh = np.nan_to_num(np.maximum(newest - series.stale_years, 0.0), nan=0.0, posinf=0.0)
        series = replace(
            series,
            events=np.pad(series.events, wider),
            exposure=np.pad(series.exposure, wider, constant_values=1.0),
            seen=np.pad(series.seen, wider),
            age=np.column_stack([series.age, fresh]),
            period=np.pad(series.period, wider),
        )
    exposure, seen = series.exposure.copy(), series.seen.copy()
    middling = float(np.median(series.exposure[series.seen]))
    for i in held:
        own = np.flatnonzero(series.seen[i])
        exposure[i, due] = series.exposure[i, own[-1]] if own.size > 0 else middling
        seen[i, due] = True
    return replace(series, exposure=exposure, seen=seen)


def _tie_to_all(series: Series, given: _Parameters, mode: _Mode) -> None:
    """Take the national change between periods from all windows, before some are put aside.

    With a mean of its own, a period whose window few YOTs use (those who hold back the newest)
    would take their level for the level of the period, and leave them none.
    """
    for _ in range(2):
        _laplace(series, given, mode)
    mode.pooled = mode.centre.copy()
    mode.tied = True


def windows_overlap(series: Series, method: Method) -> bool:
    """Whether the windows of a measure share events.

    Rolling twelve-month figures published each quarter share nine months of events. Whether the
    windows of this series overlap shows in how little successive figures differ: the variance
    of standardised changes is near 1 (or above, with real change) for separate windows and near
    gap / 12 months for rolling ones.
    """
    if not series.measure.common_periods or series.events.shape[1] < 2:
        return False
    months = -np.diff(series.age[0]) * MONTHS_PER_YEAR
    if float(np.median(months)) > 0.95 * method.window_months:
        return False
    both = series.seen[:, 1:] & series.seen[:, :-1]
    events = series.events + 0.5
    rest = series.exposure - series.events + 0.5
    if series.measure.model == "binomial":
        value, noise = np.log(events / rest), 1 / events + 1 / rest
    else:
        value, noise = np.log(events / series.exposure), 1 / events
    change = np.where(both, np.diff(value, axis=1), np.nan)
    standard = (change - np.nanmedian(change, axis=0)) / np.sqrt(noise[:, 1:] + noise[:, :-1])
    held = standard[np.isfinite(standard)]
    if held.size == 0:
        return False
    variance = (np.median(np.abs(held)) / 0.6745) ** 2
    return bool(variance <= method.overlap_threshold)


def separate_windows(series: Series, method: Method) -> Bools:
    """Which figures to use of windows that overlap: each YOT's newest, and whole years before it.

    Windows that share events would be counted several times over, and would look as if the level
    drifted more slowly than it does. The YOT's newest window is kept, and before it each that
    ends at least a window's length earlier than the one kept last.
    """
    kept = np.zeros_like(series.seen)
    least = 0.95 * method.window_months / MONTHS_PER_YEAR
    last_age = np.full(len(kept), -np.inf)
    for column in reversed(range(kept.shape[1])):
        age = series.age[:, column]
        take = series.seen[:, column] & (age - last_age >= least)
        kept[take, column] = True
        last_age = np.where(take, age, last_age)
    return np.asarray(kept, dtype=np.bool_)


def _free(series: Series) -> tuple[list[str], Floats]:
    free, first = ["spread"], [float(np.log(0.25))]
    if series.measure.half_life_years is None and series.events.shape[1] > 1:
        free.append("persistence")
        first.append(2.5)
    if series.measure.dispersion is None:
        free.append("dispersion")
        first.append(-3.0)
    return free, np.array(first)


def _penalty(found: _Parameters, free: list[str], method: Method) -> float:
    # Keeps the spread off zero (Chung et al. 2013, Psychometrika 78), the drift slow and the
    # dispersion small unless the data say otherwise; each counts less than one YOT does.
    cost = 0.5 * (np.log(found.spread / method.spread_typical) / 1.5) ** 2
    if "persistence" in free:
        cost += 0.5 * (np.log(found.persistence / (1 - found.persistence + 1e-9)) - 2.5) ** 2 / 4
    if "dispersion" in free:
        cost += 0.5 * np.log(found.dispersion) ** 2
    return float(cost)


def _persistence(half_life_years: float | None) -> float:
    return 0.95 if half_life_years is None else float(2.0 ** (-1.0 / half_life_years))


def _half_life(persistence: float) -> float:
    return float("inf") if persistence >= 1 - 1e-9 else float(-np.log(2) / np.log(persistence))


def _kernel(series: Series, found: _Parameters) -> Floats:
    """Covariance of a YOT's deviations between its periods (one matrix where all share them)."""
    age = series.age[:1] if series.measure.common_periods else series.age
    gap = np.abs(age[:, :, None] - age[:, None, :])
    return np.asarray(found.spread**2 * np.exp(np.log(found.persistence) * gap))


def _start(series: Series) -> _Mode:
    """Pooled means per period, and crude shrunken deviations."""
    periods = int(series.period.max()) + 1
    centre: Floats = np.zeros(periods)
    for k in range(periods):
        at = series.seen & (series.period == k)
        rate = (series.events[at].sum() + 0.5) / (series.exposure[at].sum() + 1.0)
        if series.measure.model == "binomial":
            centre[k] = np.log(rate / max(1e-9, 1 - rate))
        else:
            centre[k] = np.log(rate)
    deviation = np.zeros_like(series.events)
    mean = centre[series.period]
    if series.measure.model == "binomial":
        p_mean = expit(mean)
        p = (series.events + 5 * p_mean) / (series.exposure + 5)
        deviation = np.log(p / (1 - p)) - mean
    else:
        expected = series.exposure * np.exp(mean)
        deviation = np.log((series.events + 2) / (expected + 2))
    return _Mode(np.where(series.seen, deviation, 0.0), centre, centre.copy())


def _laplace(series: Series, found: _Parameters, mode: _Mode) -> tuple[float, Floats, Floats]:
    """Laplace marginal log likelihood; updates ``mode``; also weights and K^-1 u at the mode."""
    kernel = _kernel(series, found)
    identity = np.eye(kernel.shape[1])
    scale = np.where(series.seen, 1.0 / found.dispersion, 0.0)
    influence = np.zeros_like(mode.deviation)
    weight = np.zeros_like(mode.deviation)
    for _ in range(3):
        gradient, weight, _ = _likelihood(series, mode, scale)
        inverse = np.linalg.inv(identity + weight[:, :, None] * kernel)
        working = weight * (mode.deviation + mode.centre[series.period]) + gradient
        precision = (inverse * weight[:, None, :]).sum(axis=0)
        reach = (inverse @ working[:, :, None]).sum(axis=(0, 2))
        if len(mode.centre) == 1:  # one mean for all periods
            precision, reach = precision.sum(keepdims=True), reach.sum(keepdims=True)
        if mode.tied:
            shift = (reach - precision @ mode.pooled).sum() / (precision.sum() + 1e-9)
            mode.centre = mode.pooled + shift
        else:
            mode.centre = np.linalg.solve(precision + 1e-9 * np.eye(len(reach)), reach)
        residual = working - weight * mode.centre[series.period]
        influence = (inverse @ residual[:, :, None])[:, :, 0]
        mode.deviation = (kernel @ influence[:, :, None])[:, :, 0]
    _, weight, log_likelihood = _likelihood(series, mode, scale)
    _, log_det = np.linalg.slogdet(identity + weight[:, :, None] * kernel)
    value = log_likelihood.sum() - 0.5 * (mode.deviation * influence).sum() - 0.5 * log_det.sum()
    value -= 0.5 * float(series.seen.sum()) * np.log(found.dispersion)
    return float(value), weight, influence


def _likelihood(series: Series, mode: _Mode, scale: Floats) -> tuple[Floats, Floats, Floats]:
    """Gradient, curvature and value (against the saturated model) of the log likelihood."""
    eta = np.clip(mode.deviation + mode.centre[series.period], -25, 25)
    y, n = series.events, series.exposure
    with np.errstate(divide="ignore", invalid="ignore"):
        if series.measure.model == "binomial":
            p = expit(eta)
            gradient, curvature = y - n * p, n * p * (1 - p)
            best = np.where(y > 0, y * np.log(y / n), 0.0)
            best = best + np.where(y < n, (n - y) * np.log((n - y) / n), 0.0)
            value = y * eta + n * np.log1p(-p) - best
        else:
            rate = n * np.exp(eta)
            gradient, curvature = y - rate, rate
            best = np.where(y > 0, y * np.log(y / n) - y, 0.0)
            value = y * eta - rate - best
    return gradient * scale, curvature * scale, np.where(scale > 0, value * scale, 0.0)
