"""A representative sample of a YOT's eligible cases, drawn so that anyone can repeat it.

The list is put in order of sentence, looked-after status, gender and ethnicity, shuffled within
equal cases by the seed, and every k-th case is taken from a start the seed gives (systematic
sampling; implicit stratification, Cochran 1977 ch. 8). Every case has the same chance, size over
cases, and every group of the first trait gets its share to within one case.
"""

from __future__ import annotations

import hashlib

import pandas as pd

TRAITS = ("sentence", "looked_after", "gender", "ethnicity")


def sample_cases(cases: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    """Draw a sample of cases.

    Args:
        cases: one row per eligible case: case_id and the four traits (a missing trait is a group
            of its own).
        size: the agreed number of cases; all cases are taken if there are fewer.
        seed: recorded with the sample.

    Returns:
        One row per case drawn, in the order of drawing: the columns of ``cases``, and draw_order,
        inclusion_probability, eligible (number of cases on the list), seed.

    Raises:
        ValueError: if a case stands on the list twice, or the size is not positive.
    """
    if cases["case_id"].duplicated().any():
        # Which one is not said: an identifier does not belong in a message.
        raise ValueError("A case is on the list twice. Delete one line.")
    if size < 1:
        raise ValueError("A sample needs at least one case.")
    total = len(cases)
    size = min(size, total)
    ordered = cases.copy()
    ordered["_turn"] = [_turn(seed, str(case)) for case in ordered["case_id"]]
    keys = []
    for trait in TRAITS:
        keys.append(f"_{trait}")
        ordered[keys[-1]] = ordered[trait].astype("object").fillna("not recorded").astype(str)
    ordered = ordered.sort_values([*keys, "_turn"], kind="stable", ignore_index=True)
    taken = ordered.iloc[_every_kth(total, size, seed)] if total else ordered
    taken = taken.drop(columns=["_turn", *keys]).reset_index(drop=True)
    taken["draw_order"] = pd.Series(range(1, len(taken) + 1), dtype="Int64")
    taken["inclusion_probability"] = size / total if total else float("nan")
    taken["eligible"] = pd.Series([total] * len(taken), dtype="Int64")
    taken["seed"] = pd.Series([seed] * len(taken), dtype="Int64")
    return taken


def _every_kth(total: int, size: int, seed: int) -> list[int]:
    """Positions at start, start + k, ... with k = total / size; whole-number arithmetic."""
    start = _turn(seed, "start") % total  # in units of 1 / size of a case
    return [(start + n * total) // size for n in range(size)]


def _turn(seed: int, name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}|{name}".encode()).digest()[:8], "big")


def compare_sample(cases: pd.DataFrame, sample: pd.DataFrame) -> pd.DataFrame:
    """How the sample compares with the list: one row per trait and group.

    Columns: trait, group, cases (on the list), sampled, share_of_list, share_of_sample (0 to 1).
    """
    rows = []
    for trait in TRAITS:
        listed = cases[trait].astype("object").fillna("not recorded").value_counts()
        drawn = sample[trait].astype("object").fillna("not recorded").value_counts()
        for group in sorted(listed.index, key=str):
            count, taken = int(listed[group]), int(drawn.get(group, 0))
            share = taken / len(sample) if len(sample) else 0.0
            rows.append((trait, str(group), count, taken, count / len(cases), share))
    columns = ["trait", "group", "cases", "sampled", "share_of_list", "share_of_sample"]
    return pd.DataFrame(rows, columns=columns)
