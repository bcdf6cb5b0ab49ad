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


def shrink_to_group_mean(levels: Levels, group: Ints) -> Levels:
    """The levels of one measure, given the figures of each YOT's group as well.

    Args:
        levels: one line per YOT.
        group: number of each YOT's group; one that stands alone is a group of its own.
    """
    share = group_share(levels, group)
    if share <= 0.0:
        return levels
    data = 1.0 / levels.variance - 1.0
    pull = levels.mean / levels.variance
    rest = 1.0 - share
    scale = rest * data + 1.0
    precision = 1.0 / share + np.bincount(group, data / scale)
    mean = np.bincount(group, pull / scale) / precision
    data_if = 1.0 / levels.variance_if_reported - 1.0
    scale_if = rest * data_if + 1.0
    precision_if = precision[group] - data / scale + data_if / scale_if
    return replace(
        levels,
        mean=mean[group] / scale + rest * pull / scale,
        variance=_clipped(rest / scale + 1.0 / (scale**2 * precision[group])),
        variance_if_reported=_clipped(rest / scale_if + 1.0 / (scale_if**2 * precision_if)),
        group_share=share,
    )


def group_share(levels: Levels, group: Ints) -> float:
    """Share of the variance between YOTs that lies between their groups; 0 where it hardly does."""
    data = 1.0 / levels.variance - 1.0
    pull = levels.mean / levels.variance
    found = np.array([_log_likelihood(float(s), data, pull, group) for s in SHARES])
    best = int(np.argmax(found))
    return float(SHARES[best]) if found[best] - found[0] >= WORTH else 0.0


def _log_likelihood(share: float, data: Floats, pull: Floats, group: Ints) -> float:
    # Figures x = pull / data with variance 1 / data about the level; none where data is 0.
    scale = (1.0 - share) * data + 1.0
    weight = np.bincount(group, data / scale)
    reach = np.bincount(group, pull / scale)
    square = np.divide(pull**2, data, out=np.zeros_like(pull), where=data > 0)
    alone = -0.5 * np.log(scale).sum() - 0.5 * (square / scale).sum()
    together = -0.5 * np.log1p(share * weight).sum()
    return float(alone + together + 0.5 * (share * reach**2 / (1.0 + share * weight)).sum())


def _clipped(variance: Floats) -> Floats:
    return np.asarray(np.clip(variance, 1e-6, 1.0))
