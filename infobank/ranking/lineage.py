"""Carrying evidence through mergers and splits of YOTs."""

from __future__ import annotations

from datetime import date

import pandas as pd


def follow_lineage(
    observations: pd.DataFrame, lineage: pd.DataFrame, as_of: str | date | pd.Timestamp
) -> pd.DataFrame:
    """Observations as if the YOTs of the as-of date had always been.

    A predecessor's figures go to its successors. Counts of predecessors that merged are added for
    the same measure, period and vintage (all must have a figure, else the sum is missing); the
    figures of a YOT that split go whole to each successor that has none of its own, since it is
    the best there is about each. Inspections, surveys and intelligence are not added up: each is
    a separate observation; those of one day and measure are pooled.

    Args:
        observations: as ``rank`` takes them.
        lineage: one row per predecessor and successor: predecessor, successor, date, kind (merge,
            split or rename).
        as_of: changes after this date have not happened yet.

    Raises:
        ValueError: the lineage goes round in a circle.
    """
    moment = pd.Timestamp(as_of)
    changes = lineage[pd.to_datetime(lineage["date"]) <= moment]
    rows = observations.copy()
    rows["_own"] = True
    rows["_order"] = 0
    for _ in range(len(changes) + 1):
        gone = rows["yot_id"].isin(set(changes["predecessor"]))
        if not gone.any():
            return _pooled(rows, changes)
        rows = pd.concat([rows[~gone], _moved(rows[gone], changes)], ignore_index=True)
    raise ValueError(
        "The register's lineage goes round in a circle. Correct schemas/register/lineage.csv."
    )


def _moved(rows: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    pairs = changes[["predecessor", "successor"]].drop_duplicates()
    moved = rows.merge(pairs, left_on="yot_id", right_on="predecessor", how="inner")
    moved["yot_id"] = moved["successor"].astype("str")
    moved["_own"] = False
    return moved.drop(columns=["predecessor", "successor"])


def _pooled(rows: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    key = ["yot_id", "measure", "period_end"]
    # What a successor reports itself stands; its predecessors' figures of that period do not.
    own_periods = rows.loc[rows["_own"], key].drop_duplicates().assign(_has_own=True)
    rows = rows.merge(own_periods, on=key, how="left")
    rows = rows[rows["_own"] | rows["_has_own"].isna()]
    merged = changes.groupby("successor")["predecessor"].nunique()
    several = rows["yot_id"].isin(set(merged[merged > 1].index)) & ~rows["_own"]
    columns = ["yot_id", "region", "measure", "numerator", "denominator", "period_end"]
    columns.append("known_from")
    if not several.any():
        return rows[columns].reset_index(drop=True)
    by = [*key, "known_from"]
    added = (
        rows[several]
        .groupby(by, as_index=False, sort=True)
        .agg(
            region=("region", "first"),
            numerator=("numerator", lambda x: x.sum(skipna=False)),
            denominator=("denominator", lambda x: x.sum(skipna=False)),
        )
    )
    return pd.concat([rows.loc[~several, columns], added[columns]], ignore_index=True)
