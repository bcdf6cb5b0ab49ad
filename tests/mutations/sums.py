"""Whether published totals are the sums of their parts, worked out anew for the judge."""

from __future__ import annotations

import pandas as pd


def adds_up(frame: pd.DataFrame, totals: pd.DataFrame, key: dict[str, object], column: str) -> str:
    """Whether the totals over one record are right, wrong, or cannot be told."""
    keyed = [c for c in ("period_start", "period_end") if c in frame.columns]
    frame = frame[frame["source_file"] == frame["source_file"].iloc[-1]]
    own = frame[frame["yot_id"].astype(str) == str(key["yot_id"])] if "yot_id" in key else frame
    same = frame
    for name in keyed:
        same = same[same[name].map(str) == str(key[name])]
        totals = totals[totals[name].map(str) == str(key[name])]
    region = str(own["home_region"].iloc[0]) if "home_region" in own and len(own) else ""
    states = []
    for of, parts in (
        ("national", same),
        (region, same[same["home_region"] == region] if region else same.iloc[:0]),
    ):
        told = totals[totals["total_of"] == of]
        if told.empty or told[column].isna().any():
            continue
        added, published = float(parts[column].sum()), float(told[column].iloc[0])
        if parts[column].isna().any():
            states.append("wrong" if added > published else "a part of the total is not given")
        else:
            states.append("right" if added == published else "wrong")
    if "wrong" in states:
        return "wrong"
    if "right" in states:
        return "unchanged, as another line changed by as much"
    return states[0] if states else "no total over it is given"


def parts_of(frame: pd.DataFrame, key: list[object], keyed: list[str], column: str) -> float | None:
    """The sum of a total's parts; None where one is not given."""
    same = frame[frame["source_file"] == frame["source_file"].iloc[-1]]
    for name, value in zip(keyed[1:], key[1:], strict=True):
        same = same[same[name].map(str) == str(value)]
    if str(key[0]) != "national":
        same = same[same["home_region"] == key[0]]
    return None if same[column].isna().any() or same.empty else float(same[column].sum())
