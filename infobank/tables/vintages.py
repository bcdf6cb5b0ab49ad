"""Vintages: a figure delivered again is a later row, and a reader chooses whose word counts.

Rows have a day they became known on (``known_from``). What was known on a day is every row up to
it; what held on that day is, of each figure, the newest of those rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

KNOWN_FROM = "known_from"


def known_by(frame: pd.DataFrame, day: date) -> pd.DataFrame:
    """The rows known on a day, earlier vintages of the same figure among them."""
    return frame[frame[KNOWN_FROM] <= pd.Timestamp(day)]


def newest_vintage(
    frame: pd.DataFrame, figure: Sequence[str], ties: Sequence[str] = ()
) -> pd.DataFrame:
    """Of each figure the row that became known last, in the order in which they became known.

    Args:
        frame: rows with ``known_from``.
        figure: the columns that say which figure a row is about.
        ties: columns that decide between rows of one figure and day: the highest counts, a missing
            value least. Where none are given or all are alike, the last row counts.
    """
    ordered = frame.sort_values([KNOWN_FROM, *ties], kind="stable", na_position="first")
    return ordered.drop_duplicates(list(figure), keep="last")


def newest_delivery(frame: pd.DataFrame, thing: Sequence[str]) -> pd.DataFrame:
    """Of each thing that fills several rows, all rows of the newest delivery about it."""
    newest = frame.groupby(list(thing), dropna=False)[KNOWN_FROM].transform("max")
    return frame[frame[KNOWN_FROM] == newest]
