"""Places in the ranking and how sure they are: posterior draws of scores turned into ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from infobank.ranking.observations import Bools, Floats, Ints


@dataclass(frozen=True)
class Places:
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


def places(scores: Floats, charged: Floats, has_charge: Bools, interval: float) -> Places:
    """Intervals and probabilities from draws (YOT x draw).

    ``scores`` are draws as if missing figures were missing by chance; ``charged`` those with the
    charge for figures held back. A YOT that holds back is placed, with its charge, among the
    others as they are without theirs, so that one YOT's silence moves nobody else; its interval
    spans both readings.
    """
    ranks = rank_of(scores)
    low, high = _interval(ranks, interval)
    own = ranks.copy()
    at = np.flatnonzero(has_charge)
    if at.size > 0:
        own[at] = _rank_among_others(scores, charged, at)
        charged_low, charged_high = _interval(own[at], interval)
        low[at] = np.minimum(low[at], charged_low)
        high[at] = np.maximum(high[at], charged_high)
    tenth = max(1, round(len(scores) / 10))
    return Places(low, high, (own <= 6).mean(axis=1), (own <= tenth).mean(axis=1))


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


def _rank_among_others(scores: Floats, charged: Floats, at: npt.NDArray[np.intp]) -> Ints:
    ranks = np.empty((len(at), scores.shape[1]), dtype=np.int64)
    for line, yot in enumerate(at):
        above = (scores > charged[yot]).sum(axis=0)
        above -= scores[yot] > charged[yot]
        ranks[line] = above + 1
    return ranks


def interval_of(scores: Floats, interval: float) -> tuple[Ints, Ints]:
    """Rank interval of each YOT from draws of scores (YOT x draw)."""
    return _interval(rank_of(scores), interval)


def inseparable_pairs(draws: Floats, interval: float) -> list[tuple[int, int, float]]:
    """Pairs (higher, lower, P(higher is above)) whose order the data do not settle.

    A pair is settled where one is above the other in at least the middle of the interval and one
    tail of the draws (97.5% for a 95% interval).
    """
    sure = 1.0 - (1.0 - interval) / 2
    pairs = []
    order = np.argsort(-draws.mean(axis=1), kind="stable")
    for place, i in enumerate(order[:-1]):
        above = (draws[i] > draws[order[place + 1 :]]).mean(axis=1)
        for j, share in zip(order[place + 1 :], above, strict=True):
            if share < sure:
                pairs.append((int(i), int(j), float(share)))
    return pairs


def simultaneous_intervals(draws: Floats, interval: float) -> tuple[Ints, Ints]:
    """Rank intervals that hold for all YOTs at once in this share of the draws.

    Order-statistic method of Besag, Green, Higdon & Mengersen (1995), Statistical Science 10.
    """
    ranks = rank_of(draws)
    ordered = np.sort(ranks, axis=1)
    count = ranks.shape[1]
    depth = np.empty(ranks.shape)
    for line, row in enumerate(ranks):
        at_most = np.searchsorted(ordered[line], row, side="right")
        at_least = count - np.searchsorted(ordered[line], row, side="left")
        depth[line] = np.minimum(at_most, at_least)
    needed = np.sort(depth.min(axis=0))[int(np.floor((1 - interval) * count))]
    place = max(int(needed) - 1, 0)
    return ordered[:, place].astype(np.int64), ordered[:, count - 1 - place].astype(np.int64)
