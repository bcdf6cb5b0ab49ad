"""A small register with a ranking, for tests of the programme."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from infobank.programme import Proposal, Rules, propose


def ranking(n: int = 160, seed: int = 1) -> pd.DataFrame:
    """A ranking of n YOTs, every ninth in Wales."""
    rng = np.random.default_rng(seed)
    score = np.sort(rng.normal(size=n))[::-1]
    draws = score + rng.normal(0, 0.8, size=(2000, n))
    places = (-draws).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.quantile(places, [0.025, 0.975], axis=0)
    order = rng.permutation(n)
    return pd.DataFrame(
        {
            "yot_id": [f"yot-{k:03d}" for k in order],
            "yot_name": [f"Yot {k}" for k in order],
            "region": ["Wales" if k % 9 == 0 else "England North" for k in order],
            "country": ["Wales" if k % 9 == 0 else "England" for k in order],
            "rank": np.arange(1, n + 1),
            "score": score,
            "rank_low_95": np.floor(low).astype(int),
            "rank_high_95": np.ceil(high).astype(int),
            "p_worst_6": (places <= 6).mean(axis=0),
            "flags": "",
            "population_10_17": rng.integers(8000, 90000, size=n),
        }
    )


def history(table: pd.DataFrame, visits: int = 72, seed: int = 2) -> pd.DataFrame:
    """Visits of the two years before April 2014, and the later Core Case Inspections.

    Half of the YOTs without a visit are known to have had theirs in 2011, so that the five-year
    promise can be kept whichever YOTs are drawn at random.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.choice(table["yot_id"], size=min(visits, len(table) // 2), replace=False)
    days = [
        dt.date(2012, 4, 2) + dt.timedelta(days=int(d)) for d in rng.integers(0, 720, len(chosen))
    ]
    kinds = ["FJI" if n < 12 else "SQS" for n in range(len(chosen))]
    rest = sorted(set(table["yot_id"]) - set(chosen))[::2]
    return pd.DataFrame(
        {
            "yot_id": [*chosen, *rest],
            "programme": [*kinds, *["CCI"] * len(rest)],
            "fieldwork_end": [*days, *[dt.date(2011, 6, 30)] * len(rest)],
        }
    )


def constraints(table: pd.DataFrame, count: int = 30, seed: int = 3) -> pd.DataFrame:
    """Periods to avoid in the year from April 2014."""
    rng = np.random.default_rng(seed)
    rows = []
    for yot_id in rng.choice(table["yot_id"], size=min(count, len(table)), replace=False):
        first = dt.date(2014, 4, 1) + dt.timedelta(days=int(rng.integers(0, 300)))
        last = first + dt.timedelta(days=int(rng.integers(7, 120)))
        kind = str(rng.choice(["YJB work", "other inspection", "reorganisation"]))
        rows.append((yot_id, kind, first, last, ""))
    return pd.DataFrame(rows, columns=["yot_id", "kind", "first_day", "last_day", "note"])


def proposal(rules: Rules | None = None) -> Proposal:
    """The programme proposed for the whole small world; by default under the rules as they are."""
    table = ranking()
    return propose(
        table,
        None,
        history(table),
        constraints(table),
        quarter="2014-Q1",
        as_of=dt.date(2014, 4, 15),
        rules=rules,
    )
