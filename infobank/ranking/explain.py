"""Why a YOT has its rank, what moved it since last time, and what would move it most.

The change of a score splits exactly by ranking anew from the later observations one kind of
change at a time, in a fixed order: figures of earlier dates grow older (fading), other YOTs'
figures change (peers), the YOT's own new figures arrive (new data), the method is replaced
(method). Each step is the difference of two scores, so that the steps sum to the change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from infobank.domain.in_words import day_in_words, listed
from infobank.ranking.components import MISSING, component_title
from infobank.ranking.method import Method
from infobank.ranking.observations import days
from infobank.ranking.rank import Ranking, rank_detailed
from infobank.tables import known_by

STEPS = ("fading", "peers", "new_data", "method")
STEP_WORDS = {
    "fading": "older figures counting for less",
    "peers": "other YOTs' new figures",
    "new_data": "its own new figures",
    "method": "a change of method",
}


@dataclass(frozen=True)
class Explanation:
    """Why one YOT stands where it does.

    Attributes:
        yot_id: the YOT.
        sentences: the explanation in words.
        contributions: one row per component: value, weight, contribution; sums to the score.
        moves: change of the score by cause (``STEPS``); sums to the change. Empty without an
            earlier ranking.
        moves_by_component: one row per component and cause; sums over components to ``moves``.
        levers: one row per component: score and rank if its level were the middling YOT's.
    """

    yot_id: str
    sentences: tuple[str, ...]
    contributions: pd.DataFrame
    moves: Mapping[str, float] = field(default_factory=dict)
    moves_by_component: pd.DataFrame = field(default_factory=pd.DataFrame)
    levers: pd.DataFrame = field(default_factory=pd.DataFrame)


def explain(
    current: Ranking,
    previous: Ranking | None,
    yot_id: str,
    current_observations: pd.DataFrame | None = None,
    previous_observations: pd.DataFrame | None = None,
) -> Explanation:
    """Explain a YOT's place, and its move since an earlier ranking where one is given.

    Args:
        current: the ranking to explain, from ``rank_detailed``.
        previous: an earlier one, or None.
        yot_id: the YOT.
        current_observations: what ``current`` was ranked from; default what it remembers.
        previous_observations: the same for ``previous``.

    Raises:
        KeyError: the YOT is not in the ranking.
    """
    if yot_id not in set(current.ranking["yot_id"]):
        raise KeyError(f"{yot_id} is not in the ranking of {day_in_words(current.known.as_of)}.")
    parts = _parts(current, yot_id)
    levers = _levers(current, yot_id, parts)
    sentences = [*_place_sentences(current, yot_id, parts), _lever_sentence(current, levers)]
    sentences += current.remarks
    if previous is None or yot_id not in set(previous.ranking["yot_id"]):
        if previous is not None:
            sentences.append(f"It was not in the ranking of {day_in_words(previous.known.as_of)}.")
        table = parts.reset_index()
        return Explanation(yot_id, tuple(s for s in sentences if s), table, levers=levers)
    now = current.observations if current_observations is None else current_observations
    then = previous.observations if previous_observations is None else previous_observations
    split = _split(current, previous, now, then, yot_id)
    moves = {step: float(split[step].sum()) for step in STEPS}
    sentences += _move_sentences(current, previous, yot_id, moves, split)
    return Explanation(
        yot_id,
        tuple(s for s in sentences if s),
        parts.reset_index(),
        moves,
        split.reset_index(),
        levers,
    )


def _parts(ranking: Ranking, yot_id: str) -> pd.DataFrame:
    held = ranking.contributions
    rows = held[(held["yot_id"] == yot_id) & (held["weight"] > 0)]
    return rows.set_index("component")[["value", "weight", "contribution"]]


def _split(
    current: Ranking, previous: Ranking, now: pd.DataFrame, then: pd.DataFrame, yot_id: str
) -> pd.DataFrame:
    """Contributions after each step less those before it, one row per component."""
    old_date, new_date = previous.known.as_of, current.known.as_of
    old = known_by(then.assign(known_from=days(then["known_from"])), old_date)
    new = known_by(now.assign(known_from=days(now["known_from"])), new_date)
    own_old = old[old["yot_id"] == yot_id]
    mixed = pd.concat([new[new["yot_id"] != yot_id], own_old], ignore_index=True)
    before: Method = previous.method
    stages = [
        _parts(previous, yot_id),
        _stage(old, before, new_date, yot_id),
        _stage(mixed, before, new_date, yot_id),
        _stage(new, before, new_date, yot_id),
        _parts(current, yot_id),
    ]
    # While only the others' figures are new, the YOT looks as if it held its own back. It does not:
    # what that would cost is left where it stood, and changes with its own new figures.
    stages[2].loc[MISSING] = stages[1].loc[MISSING]
    components = list(dict.fromkeys(c for stage in stages for c in stage.index))
    values = [stage["contribution"].reindex(components).fillna(0.0) for stage in stages]
    table = {step: values[k + 1] - values[k] for k, step in enumerate(STEPS)}
    out = pd.DataFrame(table, index=pd.Index(components, name="component"))
    return out


def _stage(rows: pd.DataFrame, method: Method, as_of: pd.Timestamp, yot_id: str) -> pd.DataFrame:
    # A YOT whose figures are all new is still ranked, as one that never reported.
    register = pd.DataFrame({"yot_id": sorted({*rows["yot_id"], yot_id})})
    return _parts(rank_detailed(rows, method, as_of, register=register), yot_id)


def _levers(ranking: Ranking, yot_id: str, parts: pd.DataFrame) -> pd.DataFrame:
    """What the score and rank would be, were one component at the middling YOT's value."""
    all_parts = ranking.contributions
    others = ranking.ranking.loc[ranking.ranking["yot_id"] != yot_id, "score"]
    score = float(parts["contribution"].sum())
    rows = []
    for component, row in parts.iterrows():
        middle = all_parts.loc[all_parts["component"] == component, "value"].median()
        changed = score - float(row["weight"]) * (float(row["value"]) - float(middle))
        rows.append((component, changed, int((others > changed).sum()) + 1))
    levers = pd.DataFrame(rows, columns=["component", "score_if_middling", "rank_if_middling"])
    levers["change"] = levers["score_if_middling"] - score
    return levers.sort_values("change", key=abs, ascending=False, ignore_index=True)


def _title(ranking: Ranking, component: str) -> str:
    return component_title(ranking.method, component)


def _place_sentences(ranking: Ranking, yot_id: str, parts: pd.DataFrame) -> list[str]:
    row = ranking.ranking.set_index("yot_id").loc[yot_id]
    total = len(ranking.ranking)
    name = row["yot_name"]
    sentences = [
        f"{name} is ranked {row['rank']} of {total} (1 is the highest risk), with a score of "
        f"{row['score']:+.2f}. Its true rank may be anywhere from {row['rank_low_95']} to "
        f"{row['rank_high_95']} (95% interval). The chance that it is among the 6 highest risks "
        f"is {row['p_worst_6']:.0%}."
    ]
    shown = parts[parts["contribution"].abs() > 0.005].sort_values("contribution", ascending=False)
    worse = [
        f"{_title(ranking, str(c))} {v:+.2f}" for c, v in shown["contribution"].items() if v > 0
    ]
    better = [
        f"{_title(ranking, str(c))} {v:+.2f}" for c, v in shown["contribution"].items() if v < 0
    ]
    if worse:
        sentences.append(f"What raises it: {listed(worse)}.")
    if better:
        sentences.append(f"What lowers it: {listed(better[::-1])}.")
    if row["flags"]:
        sentences.append(f"Take note: {row['flags']}.")
    return sentences


def _lever_sentence(ranking: Ranking, levers: pd.DataFrame) -> str:
    usable = levers[levers["component"] != MISSING]
    if usable.empty:
        return ""
    top = usable.iloc[0]
    title = _title(ranking, str(top["component"]))
    return (
        f"What would change its rank most: {title}. At the level of the middle YOT it would be "
        f"ranked {top['rank_if_middling']}."
    )


def _move_sentences(
    current: Ranking,
    previous: Ranking,
    yot_id: str,
    moves: Mapping[str, float],
    split: pd.DataFrame,
) -> list[str]:
    was = previous.ranking.set_index("yot_id").loc[yot_id]
    now = current.ranking.set_index("yot_id").loc[yot_id]
    words = [f"{STEP_WORDS[s]} {moves[s]:+.2f}" for s in STEPS if abs(moves[s]) > 0.005]
    change = now["score"] - was["score"]
    sentences = [
        f"On {day_in_words(previous.known.as_of)} it was ranked {was['rank']}, with a score of "
        f"{was['score']:+.2f}: a change of {change:+.2f}"
        + (f", from {', '.join(words)}." if words else ".")
    ]
    total = split[list(STEPS)].sum(axis=1)
    most = str(total.abs().idxmax())
    if abs(float(total[most])) > 0.005:
        sentences.append(
            f"The largest part came through {_title(current, most)} ({total[most]:+.2f})."
        )
    return sentences
