"""Will every YOT be visited within five years? Many futures, and a warning in time.

A future draws, quarter by quarter, which YOTs cannot be visited, which visits lead to a
re-inspection (which takes a slot of its own), who is drawn at random, and where risk is highest;
the slots left go to the YOTs that have waited longest. Chances and slots are those of the rules.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from infobank.programme.propose import Proposal
from infobank.programme.random_arm import turn
from infobank.programme.weeks import parse_quarter
from infobank.programme.year_rules import Rules

DAYS_A_QUARTER = 365.25 / 4
_SEARCH_FUTURES = 500
_ALL_BUT_CERTAIN = 0.995
_MOST_EXTRA = 40


@dataclass(frozen=True)
class CoverageForecast:
    """The forecast of the five-year promise.

    Attributes:
        table: one row per quarter to come: quarter, past_five_years (mean number of YOTs whose five
            years have run out by its end), low_95, high_95, p_broken (probability of at least one).
        extra_visits: further visits a year with which the promise more likely holds than not in
            every quarter from ``ahead`` on; None if even forty would not do.
        warning: a sentence when the promise is likely to be broken, or "".
    """

    table: pd.DataFrame
    extra_visits: int | None
    warning: str


@dataclass(frozen=True)
class _Start:
    """Where the futures begin: ages in quarters, risk, and the programme of the first year."""

    age: np.ndarray
    risk: np.ndarray
    programme: np.ndarray


def forecast_coverage(proposal: Proposal, *, futures: int | None = None) -> CoverageForecast:
    """Forecast the five-year promise from a proposed programme on.

    Args:
        proposal: its visits are taken as planned in the first year, as far as YOTs can be visited.
        futures: how many to draw; by default as the rules say (10,000).
    """
    rules = proposal.basis.rules
    start = _start(proposal)
    seed = turn(proposal.seed, "coverage forecast")
    late = _futures(start, rules, futures or rules.forecast.futures, 0, seed)
    period = parse_quarter(proposal.basis.year.quarter)
    quarters = [
        f"{(period + q + 1).year}-Q{(period + q + 1).quarter}" for q in range(late.shape[1])
    ]
    low, high = np.quantile(late, [0.025, 0.975], axis=0)
    table = pd.DataFrame(
        {
            "quarter": quarters,
            "past_five_years": late.mean(axis=0),
            "low_95": low,
            "high_95": high,
            "p_broken": (late > 0).mean(axis=0),
        }
    )
    extra = _extra_needed(start, rules, seed)
    return CoverageForecast(table, extra, coverage_warning(table, extra, rules))


def _start(proposal: Proposal) -> _Start:
    basis = proposal.basis
    candidates = [basis.candidates[y] for y in sorted(basis.candidates)]
    begin = basis.year.first_day

    age = [(begin - c.last_counted).days / DAYS_A_QUARTER for c in candidates]
    mondays = list(basis.year.mondays)
    planned = np.full(len(candidates), -1)
    place = {c.yot_id: n for n, c in enumerate(candidates)}
    table = proposal.programme
    for yot_id, day in zip(table["yot_id"], table["week_commencing"], strict=True):
        week = mondays.index(pd.Timestamp(day).date())
        planned[place[yot_id]] = basis.year.quarter_of_week[week]
    risk = np.array([c.p_worst + 0.01 * c.place for c in candidates])
    return _Start(np.array(age), risk, planned)


def _futures(start: _Start, rules: Rules, futures: int, extra: int, seed: int) -> np.ndarray:
    """YOTs past their five years, by future and end of quarter."""
    rng = np.random.Generator(np.random.PCG64(seed))
    shape = (futures, len(start.age))
    age = np.repeat(start.age[None, :], futures, axis=0).astype(np.float32)
    log_risk = np.log(start.risk + 1e-9).astype(np.float32)
    pending = np.zeros((futures, rules.forecast.quarters + 5), dtype=np.int16)
    late = np.zeros((futures, rules.forecast.quarters), dtype=np.int16)
    every = sum(rules.plan(p).count for p in rules.planned) + extra
    by_risk = sum(rules.plan(p).from_worst for p in rules.planned)
    for q in range(rules.forecast.quarters):
        free = rng.random(shape, dtype=np.float32) >= rules.forecast.blackout_rate
        slots = _share(every, q)
        if q < 4:
            visited = (start.programme == q) & free
            slots = _share(extra, q)
        else:
            visited = np.zeros(shape, dtype=bool)
            rested = free & (age >= 4 * rules.gap_years)
            for count, key in (
                (_share(rules.random.count, q), rng.random(shape, dtype=np.float32)),
                (_share(by_risk, q), _gumbel(rng, shape) + log_risk),
            ):
                visited |= _top(np.where(rested & ~visited, key, -np.inf), np.full(futures, count))
            slots -= _share(rules.random.count, q) + _share(by_risk, q)
        waiting = np.where(free & ~visited, age, -np.inf)
        visited |= _top(waiting, np.maximum(0, slots - pending[:, q]))
        again = rng.binomial(visited.sum(axis=1), rules.forecast.reinspection_rate)
        pending[np.arange(futures), q + 2 + rng.integers(0, 3, futures)] += again.astype(np.int16)
        age = np.where(visited, np.float32(0.5), age + 1)
        late[:, q] = (age > 4 * rules.coverage.years).sum(axis=1)
    return late


def _share(a_year: int, quarter: int) -> int:
    """A yearly number's share of one quarter, whole, adding up over four."""
    n = quarter % 4
    return a_year * (n + 1) // 4 - a_year * n // 4


def _gumbel(rng: np.random.Generator, shape: tuple[int, int]) -> np.ndarray:
    """Noise with which the largest of log weight + noise is a draw in proportion to weight."""
    uniform = rng.random(shape, dtype=np.float32)
    return np.asarray(-np.log(-np.log(uniform + 1e-12) + 1e-12), dtype=np.float32)


def _top(key: np.ndarray, count: np.ndarray) -> np.ndarray:
    """Mark the ``count`` largest finite keys of each row."""
    most = int(count.max(initial=0))
    chosen = np.zeros(key.shape, dtype=bool)
    if most == 0:
        return chosen
    places = np.argpartition(-key, most - 1, axis=1)[:, :most]
    values = np.take_along_axis(key, places, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    places = np.take_along_axis(places, order, axis=1)
    keep = (np.arange(most) < count[:, None]) & np.isfinite(
        np.take_along_axis(values, order, axis=1)
    )
    np.put_along_axis(chosen, places, keep, axis=1)
    return chosen


def _extra_needed(start: _Start, rules: Rules, seed: int) -> int | None:
    """The fewest further visits a year that make a broken promise unlikely once they can tell."""

    def holds(extra: int) -> bool:
        late = _futures(start, rules, _SEARCH_FUTURES, extra, seed)
        return bool(((late > 0).mean(axis=0)[rules.forecast.ahead :] < rules.forecast.alarm).all())

    low, high = 0, _MOST_EXTRA
    if not holds(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low


def coverage_warning(table: pd.DataFrame, extra: int | None, rules: Rules) -> str:
    """The forecast in a sentence when the promise is likely to be broken, else "".

    Args:
        table: one row per quarter forecast, in order: quarter, past_five_years, low_95, high_95
            and p_broken.
        extra: further visits a year that would make it unlikely; None if none would.
        rules: with how likely is too likely, and how much notice there should be.
    """
    likely = table[table["p_broken"] >= rules.forecast.alarm]
    if likely.empty:
        return ""
    ahead = int(likely.index[0]) + 1
    first = likely.iloc[0]
    peak = table.iloc[int(table["past_five_years"].argmax())]
    chance = first["p_broken"]
    odds = "almost certain" if chance > _ALL_BUT_CERTAIN else f"{chance:.0%} likely"
    words = (
        f"By the end of {first['quarter']}, {ahead} quarter{'s' if ahead > 1 else ''} from now, it "
        f"is {odds} that a YOT has gone {rules.coverage.years} years "
        f"without a visit; at worst about {peak['past_five_years']:.0f} YOTs have "
        f"({peak['quarter']}, 95% interval {peak['low_95']:.0f} to {peak['high_95']:.0f})."
    )
    if ahead < rules.forecast.ahead:
        words += f" That is less than the {rules.forecast.ahead} quarters' notice it should have."
    if extra is None:
        return f"{words} Even {_MOST_EXTRA} more visits a year would not keep the promise."
    if extra == 0:
        return f"{words} The planned number of visits will put this right later."
    return f"{words} It would take {extra} more visits a year to make that unlikely."
