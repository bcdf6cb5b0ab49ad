"""The components of the score, their draws, and what other ways of adding them up would give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import log_ndtr, ndtr

from infobank.ranking.composite import Composite, bounded, draw_levels
from infobank.ranking.method import Method
from infobank.ranking.observations import Floats, Ints
from infobank.ranking.ranks import interval_of

MISSING = "figures_held_back"
_MISSING_TITLE = "Missing figures"


def component_title(method: Method, component: str) -> str:
    """What a component of the score is called where people read it."""
    titles = {measure.name: measure.title for measure in method.measures}
    return _MISSING_TITLE if component == MISSING else titles[component]


@dataclass(frozen=True)
class Component:
    """One component: a value per YOT and a weight; value x weight is its contribution.

    ``doubt`` is the standard deviation of the value where it is not a fitted level.
    """

    name: str
    value: Floats
    weight: float
    doubt: Floats | None = None


def draw_components(
    composite: Composite,
    parts: list[Component],
    method: Method,
    random: np.random.Generator,
    turn: Ints,
) -> Floats:
    """Posterior draws of every component but the penalty for missing figures: YOT x part x draw."""
    drawn = bounded(draw_levels(composite, random, turn, method.draws), method.bound)
    others = []
    for part in parts:
        if part.doubt is None:
            continue
        normal = np.empty((len(part.value), method.draws))
        normal[turn] = random.standard_normal(normal.shape)
        others.append((part.value[:, None] + part.doubt[:, None] * normal)[:, None, :])
    return np.concatenate([drawn, *others], axis=1) if others else drawn


def method_intervals(
    parts: list[Component], drawn: Floats, method: Method, seed: int
) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
    """Rank intervals from other defensible methods: with the levels as estimated, and as drawn.

    Weights come from a Dirichlet distribution around the agreed ones; normalisation and
    aggregation are drawn from those listed in the method (OECD/JRC Handbook 2008, step 7).
    """
    random = np.random.default_rng([seed, 1])
    agreed = np.array([p.weight for p in parts[:-1]])
    penalty = parts[-1].value[:, None]
    count = min(method.method_draws, drawn.shape[2])
    weights = random.dirichlet(method.dirichlet_concentration * agreed, size=count).T
    ways = [(n, a) for n in method.normalisations for a in method.aggregations]
    way = random.integers(len(ways), size=count)
    fixed = np.column_stack([p.value for p in parts[:-1]])[:, :, None]
    both = drawn[:, :, :count]
    alone = np.empty((len(fixed), count))
    together = np.empty_like(alone)
    for k, (normalisation, aggregation) in enumerate(ways):
        at = np.flatnonzero(way == k)
        weights_of_way = weights[:, at]
        levels = np.broadcast_to(fixed, (*fixed.shape[:2], at.size))
        alone[:, at] = _add_up(levels, weights_of_way, normalisation, aggregation, penalty)
        together[:, at] = _add_up(
            both[:, :, at], weights_of_way, normalisation, aggregation, penalty
        )
    return interval_of(alone, method.interval), interval_of(together, method.interval)


def _add_up(
    levels: Floats, weights: Floats, normalisation: str, aggregation: str, penalty: Floats
) -> Floats:
    # The penalty is added to the levels alike, so that every way of adding up carries it.
    shifted = levels + penalty[:, :, None]
    if aggregation == "geometric":
        terms = log_ndtr(shifted)
    elif normalisation == "percentile":
        terms = ndtr(shifted)
    else:
        terms = shifted
    return np.asarray(np.einsum("imd,md->id", terms, weights))
