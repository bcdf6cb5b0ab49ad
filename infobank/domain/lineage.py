"""Who came of whom: steps of mergers, splits and joint inspections, followed either way.

A step is a pair of predecessor and successor. :class:`infobank.domain.register.Register` knows
which steps had been taken on a day; here they are followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

Step = tuple[str, str]

_FIGURE = ["yot_id", "measure", "period_end"]
_COUNTS = ["numerator", "denominator"]
_COLUMNS = ["yot_id", "region", "measure", *_COUNTS, "period_end", "known_from"]
_CIRCLE = "The register's lineage goes round in a circle. Correct schemas/register/lineage.csv."


def heirs_of(yot_id: str, steps: Iterable[Step]) -> tuple[str, ...]:
    """What a YOT has become: its last successors in the order of the steps; itself without any."""
    successors = _by_first(steps)
    ends = (heir for heir in _all_from(yot_id, successors, ()) if heir not in successors)
    return tuple(dict.fromkeys(ends))


def origins_of(yot_id: str, steps: Iterable[Step]) -> tuple[str, ...]:
    """A YOT and all it came from, itself first."""
    predecessors = _by_first((successor, predecessor) for predecessor, successor in steps)
    return tuple(dict.fromkeys(_all_from(yot_id, predecessors, ())))


def carry_to_heirs(rows: pd.DataFrame, steps: Iterable[Step]) -> pd.DataFrame:
    """Figures as if the last successors had always been; see ``Register.carry``."""
    left = pd.DataFrame(list(steps), columns=["predecessor", "successor"]).drop_duplicates()
    gone = set(left["predecessor"])
    carried = rows[_COLUMNS].reset_index(drop=True)
    while not left.empty:
        # A successor takes over once all who come into it have taken over themselves.
        waiting = left.loc[left["predecessor"].isin(left["successor"]), "successor"]
        ready = ~left["successor"].isin(waiting)
        if not ready.any():
            raise ValueError(_CIRCLE)
        carried = pd.concat([carried, *_taken_over(carried, left[ready])], ignore_index=True)
        left = left[~ready]
    return carried[~carried["yot_id"].isin(gone)].reset_index(drop=True)


def _taken_over(rows: pd.DataFrame, steps: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """What successors get: from one predecessor its rows, from several the sums of their counts."""
    moved = rows.merge(steps, left_on="yot_id", right_on="predecessor", how="inner")
    moved["yot_id"] = moved["successor"].astype("str")
    # What a successor reports itself stands; its predecessors' figures of that period do not.
    own = pd.MultiIndex.from_frame(rows[_FIGURE])
    moved = moved[~pd.MultiIndex.from_frame(moved[_FIGURE]).isin(own)]
    merged = steps.groupby("successor")["predecessor"].nunique()
    several = moved["yot_id"].isin(set(merged[merged > 1].index))
    if not several.all():
        yield moved.loc[~several, _COLUMNS]
    if several.any():
        by = moved[several].groupby([*_FIGURE, "known_from"], as_index=False, sort=True)
        sums = {name: (name, lambda counts: counts.sum(skipna=False)) for name in _COUNTS}
        yield by.agg(region=("region", "first"), **sums)[_COLUMNS]


def _by_first(pairs: Iterable[Step]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for first, second in pairs:
        found.setdefault(first, []).append(second)
    return found


def _all_from(yot_id: str, onward: dict[str, list[str]], path: tuple[str, ...]) -> Iterator[str]:
    if yot_id in path:
        raise ValueError(_CIRCLE)
    yield yot_id
    for following in onward.get(yot_id, ()):
        yield from _all_from(following, onward, (*path, yot_id))
