"""Conflicts that stand beside the first one, so that a large one does not hide a small one.

In most years the five-year promise cannot be kept for every YOT. That conflict is the smallest, and
alone it would be the only one named; a YOT that cannot be visited at all, or two visits agreed for
one team, would then appear among the ways out without a word why. So every rule given way is looked
at by itself: with all else that gives way left open, does it still conflict with the rules kept?
"""

from __future__ import annotations

import dataclasses

import numpy as np

from infobank.programme.choose import RelaxedRule
from infobank.programme.conflict import smallest_conflict
from infobank.programme.milp import LinearModel
from infobank.programme.rules.named import Key, rule_of, sorted_keys

_MOST = 4  # further conflicts named; beyond that the ways out tell enough


def further_conflicts(
    model: LinearModel, bent: list[RelaxedRule], first: list[Key]
) -> list[list[Key]]:
    """Conflicts that the first one does not explain, each as small as can be.

    Args:
        model: the model of the choice.
        bent: the rules given way.
        first: the conflict named already.

    Returns:
        At most four, in the order of rule and member.
    """
    found: list[list[Key]] = []
    gave_way = sorted_keys((b.rule, b.member) for b in bent)
    for key in gave_way:
        if len(found) == _MOST:
            break
        if _named(key, [first, *found]):
            continue
        alone = _with_the_rest_open(model, key, set(gave_way))
        if _feasible(alone):
            continue
        clash = smallest_conflict(alone)
        if clash not in found:
            found.append(clash)
    return found


def _named(key: Key, clashes: list[list[Key]]) -> bool:
    rule, _ = key
    for clash in clashes:
        # Each YOT may conflict for its own reason; of other rules one case tells enough.
        if key in clash or (rule_of(rule).about != "yot" and any(rule == r for r, _ in clash)):
            return True
    return False


def _with_the_rest_open(model: LinearModel, key: Key, gave_way: set[Key]) -> LinearModel:
    """The model in which all other rules that gave way may do so freely.

    Of the five-year promise every other YOT may go without a visit: only what keeps this one YOT
    from being visited is left.
    """
    slacks = [
        s
        for s in model.slacks
        if (s.rule, s.member) == key or not (s.rule == "coverage" or (s.rule, s.member) in gave_way)
    ]
    return dataclasses.replace(model, slacks=slacks)


def _feasible(model: LinearModel) -> bool:
    return model.maximise(worth=np.zeros(len(model.lower))).feasible
