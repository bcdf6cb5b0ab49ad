"""Ranks and how sure they are: posterior draws of scores turned into ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from infobank.ranking.observations import Bools, Floats, Ints

PLAIN_TO_PENALISED = 4
"""Chosen by simulation: a penalty that lifts a YOT to the top must not shorten its interval."""


@dataclass(frozen=True)
class RankCertainty:
    """Rank 1 is the highest risk. One entry per YOT.

    Attributes:
        low: lower end of the rank interval.
        high: upper end.
        worst_6: probability of being among the six highest.
        worst_tenth: probability of being among the highest tenth.
    """

    low: Ints
    high: Ints
    worst_6: Floats
    worst_tenth: Floats


def rank_of(scores: Floats) -> Ints:
    """Ranks of scores along the first axis, 1 for the highest."""
    order = np.argsort(-scores, axis=0, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(
        ranks, order, np.arange(1, len(scores) + 1).reshape(-1, *[1] * (scores.ndim - 1)), axis=0
    )
    return ranks.astype(np.int64)


def rank_certainty(
    scores: Floats, penalised: Floats, has_penalty: Bools, interval: float
) -> RankCertainty:
    """Intervals and probabilities from draws (YOT x draw).

    ``scores`` are draws as if missing figures were missing by chance; ``penalised`` those with the
    penalty for figures held back. A YOT that holds back is placed, with its penalty, among the
    others as they are without theirs, so that one YOT's silence moves nobody else; its interval
    is of both readings, the one without its penalty counting ``PLAIN_TO_PENALISED`` times.
    """
    ranks = rank_of(scores)
    low, high = _interval(ranks, interval)
    own = ranks.copy()
    at = np.flatnonzero(has_penalty)
    if at.size > 0:
        own[at] = _rank_among_others(scores, penalised, at)
        readings = [*[ranks[at]] * PLAIN_TO_PENALISED, own[at]]
        low[at], high[at] = _interval(np.concatenate(readings, axis=1), interval)
    tenth = max(1, round(len(scores) / 10))
    return RankCertainty(low, high, (own <= 6).mean(axis=1), (own <= tenth).mean(axis=1))


def _interval(ranks: Ints, interval: float) -> tuple[Ints, Ints]:
    """Ends whose outside share comes nearest to what is wanted, half on either side.

    Ranks are whole numbers: the usual rule (at least 95% inside) gives 97% and more where
    intervals are short, so each end goes to whichever whole rank comes closer.
    """
    tail = (1.0 - interval) / 2
    ordered = np.sort(ranks, axis=1)
    low, high = ordered[:, 0].copy(), ordered[:, 0].copy()
    draws = ranks.shape[1]
    for line, row in enumerate(ordered):
        places_met, first = np.unique(row, return_index=True)
        below = first / draws
        above = 1.0 - np.append(first[1:], draws) / draws
        low[line] = places_met[np.argmin(np.abs(below - tail))]
        high[line] = places_met[len(above) - 1 - np.argmin(np.abs(above - tail)[::-1])]
    return low, np.maximum(low, high)


def _rank_among_others(scores: Floats, penalised: Floats, at: npt.NDArray[np.intp]) -> Ints:
    ranks = np.empty((len(at), scores.shape[1]), dtype=np.int64)
    for line, yot in enumerate(at):
        above = (scores > penalised[yot]).sum(axis=0)
        above -= scores[yot] > penalised[yot]
        ranks[line] = above + 1
    return ranks


def interval_of(scores: Floats, interval: float) -> tuple[Ints, Ints]:
    """Rank interval of each YOT from draws of scores (YOT x draw)."""
    return _interval(rank_of(scores), interval)


def simultaneous_intervals(draws: Floats, interval: float) -> tuple[Ints, Ints]:
    """Rank intervals that hold for all YOTs at once in this share of the draws.

    As in Mogstad, Romano, Shaikh & Wilhelm (2024), Review of Economic Studies 91, a YOT's interval
    leaves out the places of those whose difference from it, in standard errors, is beyond one
    common limit. The limit is the smallest with which all ranks of a draw lie inside in this
    share of the draws: being one number, it does not overfit them as the ends of 157
    separate intervals would.

    Args:
        draws: scores, YOT x draw.
        interval: the share wanted, such as 0.95.
    """
    yots, count = draws.shape
    apart = _standard_differences(draws)
    # By how much others lie above a YOT, largest first: its lower end is at most r where the r-th
    # of these is within the limit. Its upper end is the same seen from below.
    above = -np.sort(-apart, axis=0).T
    below = -np.sort(-apart, axis=1)
    needed = np.maximum(above, below[:, ::-1])
    ranks = rank_of(draws)
    limit_of_draw = needed[np.arange(yots)[:, None], ranks - 1].max(axis=0)
    place = min(int(np.ceil(interval * count)), count) - 1
    limit = max(0.0, float(np.sort(limit_of_draw)[place]))
    low = 1 + (apart > limit).sum(axis=0)
    high = yots - (apart > limit).sum(axis=1)
    return low.astype(np.int64), high.astype(np.int64)


def _standard_differences(draws: Floats) -> Floats:
    """Mean by which the YOT of the line lies above that of the column, in standard deviations."""
    mean = draws.mean(axis=1)
    centred = draws - mean[:, None]
    joint = centred @ centred.T / draws.shape[1]
    variance = np.diag(joint)[:, None] + np.diag(joint)[None, :] - 2 * joint
    spread = np.sqrt(np.maximum(variance, 1e-24))
    apart = (mean[:, None] - mean[None, :]) / spread
    np.fill_diagonal(apart, -np.inf)
    return np.asarray(apart)
