"""Small YOTs lean on their region's mean where regions differ (``levels.grouping: region``).

Of a YOT's standardised level a share of variance tau squared belongs to its group and the rest to
itself: z = b + e, b ~ N(0, tau^2), e ~ N(0, 1 - tau^2), a two-level model in the manner of Fay &
Herriot (1979), JASA 74. Tau squared maximises the marginal likelihood; where that is hardly better
than with no groups at all, the levels stay as they are.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from infobank.ranking.levels import Levels
from infobank.ranking.observations import Floats, Ints

SHARES = np.linspace(0.0, 0.8, 41)
WORTH = 1.0
"""By how much the log likelihood has to gain (Akaike's price of one parameter)."""


def lean_on_groups(levels: Levels, group: Ints) -> Levels:
    """The levels of one measure, given the figures of each YOT's group as well.

    Args:
        levels: one line per YOT.
        group: number of each YOT's group; one that stands alone is a group of its own.
    """
    share = group_share(levels, group)
    if share <= 0.0:
        return levels
    told = 1.0 / levels.variance - 1.0
    pull = levels.mean / levels.variance
    rest = 1.0 - share
    known = rest * told + 1.0
    precision = 1.0 / share + np.bincount(group, told / known)
    mean = np.bincount(group, pull / known) / precision
    told_if = 1.0 / levels.variance_if_told - 1.0
    known_if = rest * told_if + 1.0
    precision_if = precision[group] - told / known + told_if / known_if
    return replace(
        levels,
        mean=mean[group] / known + rest * pull / known,
        variance=_clipped(rest / known + 1.0 / (known**2 * precision[group])),
        variance_if_told=_clipped(rest / known_if + 1.0 / (known_if**2 * precision_if)),
        group_share=share,
    )


def group_share(levels: Levels, group: Ints) -> float:
    """Share of the variance between YOTs that lies between their groups; 0 where it hardly does."""
    told = 1.0 / levels.variance - 1.0
    pull = levels.mean / levels.variance
    found = np.array([_log_likelihood(float(s), told, pull, group) for s in SHARES])
    best = int(np.argmax(found))
    return float(SHARES[best]) if found[best] - found[0] >= WORTH else 0.0


def _log_likelihood(share: float, told: Floats, pull: Floats, group: Ints) -> float:
    # Figures x = pull / told with variance 1 / told about the level; none where told is 0.
    known = (1.0 - share) * told + 1.0
    weight = np.bincount(group, told / known)
    reach = np.bincount(group, pull / known)
    square = np.divide(pull**2, told, out=np.zeros_like(pull), where=told > 0)
    alone = -0.5 * np.log(known).sum() - 0.5 * (square / known).sum()
    together = -0.5 * np.log1p(share * weight).sum()
    return float(alone + together + 0.5 * (share * reach**2 / (1.0 + share * weight)).sum())


def _clipped(variance: Floats) -> Floats:
    return np.asarray(np.clip(variance, 1e-6, 1.0))
