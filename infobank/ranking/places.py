"""Places in the ranking and how sure they are: posterior draws of scores turned into ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from infobank.ranking.observations import Floats, Ints


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


def places(scores: Floats, charged: Floats, has_charge: np.ndarray, interval: float) -> Places:
    """Intervals and probabilities from draws (YOT x draw).

    ``scores`` are draws as if missing figures were missing by chance; ``charged`` those with the
    charge for figures held back. A YOT that holds back is placed, with its charge, among the
    others as they are without theirs, so that one YOT's silence moves nobody else; its interval
    spans both readings.
    """
    ranks = rank_of(scores)
    tail = (1.0 - interval) / 2
    low, high = _interval(ranks, tail)
    own = ranks.copy()
    at = np.flatnonzero(has_charge)
    if at.size:
        own[at] = _rank_among_others(scores, charged, at)
        charged_low, charged_high = _interval(own[at], tail)
        low[at] = np.minimum(low[at], charged_low)
        high[at] = np.maximum(high[at], charged_high)
    tenth = max(1, round(len(scores) / 10))
    return Places(low, high, (own <= 6).mean(axis=1), (own <= tenth).mean(axis=1))


def _interval(ranks: Ints, tail: float) -> tuple[Ints, Ints]:
    ends = np.quantile(ranks, [tail, 1 - tail], axis=1, method="inverted_cdf")
    return ends[0].astype(np.int64), ends[1].astype(np.int64)


def _rank_among_others(scores: Floats, charged: Floats, at: np.ndarray) -> Ints:
    ranks = np.empty((len(at), scores.shape[1]), dtype=np.int64)
    for line, yot in enumerate(at):
        above = (scores > charged[yot]).sum(axis=0)
        above -= scores[yot] > charged[yot]
        ranks[line] = above + 1
    return ranks
