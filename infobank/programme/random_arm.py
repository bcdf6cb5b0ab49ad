"""The random arm: a draw anyone can repeat, with exactly known inclusion probabilities.

The draw is a stratified simple random sample without replacement, made before the optimiser runs,
from the YOTs that can be visited at all. A YOT's turn is the SHA-256 digest of the published seed
and its id, so the draw can be checked with any tool and does not depend on a library's generator.
"""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from infobank.programme.year_rules import Rules


def seed_for(quarter: str, rules: Rules) -> int:
    """The published seed of a quarter's draw, made from the seed phrase and the quarter's name."""
    if rules.random.seed_number is not None:
        return rules.random.seed_number
    text = f"{rules.random.seed}|{quarter}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def turn(seed: int, name: str) -> int:
    """The place of a name in the shuffled order that a seed gives."""
    return int.from_bytes(hashlib.sha256(f"{seed}|{name}".encode()).digest()[:8], "big")


def strata_sizes(total: int, parts: int) -> list[int]:
    """Cut ``total`` into ``parts`` nearly equal whole numbers, the larger ones first."""
    return [total // parts + (1 if n < total % parts else 0) for n in range(parts)]


def draw_random_arm(frame: pd.DataFrame, count: int, strata: int, seed: int) -> pd.DataFrame:
    """Draw the random arm.

    Args:
        frame: the YOTs that can be drawn: yot_id, rank.
        count: how many to draw.
        strata: into how many bands of rank the frame is cut (fewer if the frame is small).
        seed: the published seed.

    Returns:
        One row per YOT of the frame: yot_id, rank, stratum (1 = highest risk), stratum_size,
        stratum_draws, inclusion_probability (= stratum_draws / stratum_size), drawn.
    """
    ordered = frame[["yot_id", "rank"]].sort_values(["rank", "yot_id"], ignore_index=True)
    total = len(ordered)
    count = min(count, total)
    # Two draws a stratum at least, or its variance could not be estimated.
    strata = max(1, min(strata, count // 2, total // 2 or 1))
    sizes = strata_sizes(total, strata)
    draws = strata_sizes(count, strata)
    stratum = np.repeat(np.arange(1, strata + 1), sizes)
    size, taken = np.repeat(sizes, sizes), np.repeat(draws, sizes)
    turns = np.array([turn(seed, str(yot_id)) for yot_id in ordered["yot_id"]], dtype=np.uint64)
    place = np.empty(total, dtype=int)
    # In the order of stratum and turn, position less the stratum's first is the place in the draw.
    place[np.lexsort((turns, stratum))] = np.arange(total) - np.repeat(np.cumsum(sizes), sizes)
    place += size
    return ordered.assign(
        stratum=stratum,
        stratum_size=size,
        stratum_draws=taken,
        inclusion_probability=taken / size,
        drawn=place < taken,
    )


def draw_for(frame: pd.DataFrame, quarter: str, rules: Rules) -> tuple[pd.DataFrame, int]:
    """The draw of a quarter under the rules, and its seed."""
    seed = seed_for(quarter, rules)
    return draw_random_arm(frame, rules.random.count, rules.random.strata, seed), seed
