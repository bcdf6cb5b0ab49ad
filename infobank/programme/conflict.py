"""When the rules cannot all hold: the smallest set that conflicts, and others beside it.

The smallest conflicting set is found by implicit hitting sets (Ignatiev, Previti, Liffiton and
Marques-Silva, CP 2015): the rules kept are the smallest set that meets every known way out; if they
conflict they are the answer, and if not they yield another way out. A rule that concerns single
YOTs, weeks or quarters counts as one rule at first; the members that matter are then singled out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import numpy as np

from infobank.programme.milp import LinearModel
from infobank.programme.rules.named import Key, rule_of, sorted_keys, sorted_rules

_MEMBERS_SHOWN = 8
_FURTHER = 4  # further conflicts named; beyond that the ways out tell enough


def smallest_conflict(model: LinearModel) -> list[Key]:
    """The smallest set of rules that cannot hold together, with the members that matter.

    Returns:
        (rule, member) pairs in a stable order; member "" is a rule without members, or one of
        which more members are needed than can be named. Empty if all rules can hold.
    """
    keys = sorted_keys((s.rule, s.member) for s in model.slacks)
    rules = sorted_rules(rule for rule, _ in keys)
    if _feasible(model, frozenset()):
        return []
    kept = _smallest_rules(model, keys, rules)
    return _members(model, keys, kept)


def _feasible(model: LinearModel, opened: frozenset[Key]) -> bool:
    nothing = np.zeros(len(model.lower))
    return model.maximise(open_rules=opened, worth=nothing).feasible


def _open_but(keys: Iterable[Key], kept: set[str]) -> frozenset[Key]:
    return frozenset(k for k in keys if k[0] not in kept)


def _smallest_rules(model: LinearModel, keys: list[Key], rules: list[str]) -> set[str]:
    ways_out: list[set[str]] = []
    while True:
        kept = _hitting_set(rules, ways_out)
        unbent = _unbent(model, keys, kept)
        if unbent is None:
            return kept
        # Keep as many more rules as can be: what is left open is a way out that kept does not meet.
        kept |= unbent
        for rule in rules:
            if rule not in kept:
                more = _unbent(model, keys, kept | {rule})
                if more is not None:
                    kept |= {rule} | more
        ways_out.append(set(rules) - kept)


def _unbent(model: LinearModel, keys: list[Key], kept: set[str]) -> set[str] | None:
    """With these rules kept: every rule that some solution leaves whole; None if there is none."""
    little = np.zeros(len(model.lower))
    for s in model.slacks:
        little[s.column] = -1.0
    answer = model.maximise(open_rules=_open_but(keys, kept), worth=little, gap=0.5)
    if not answer.feasible:
        return None
    bent = {s.rule for s in model.slacks if answer.found[s.column] > 0.5}
    return {rule for rule, _ in keys} - bent


def _hitting_set(rules: list[str], sets: list[set[str]]) -> set[str]:
    """The smallest set of rules with a member in each of ``sets``."""
    m = LinearModel()
    # Among equals a rule without members is named first, then in the order of the list.
    extra = {
        rule: 1e-4 * n + (0.01 if rule_of(rule).all_say else 0) for n, rule in enumerate(rules)
    }
    columns = {rule: m.column(worth=-1.0 - extra[rule]) for rule in rules}
    for group in sets:
        m.row({columns[rule]: 1.0 for rule in group}, lower=1)
    answer = m.maximise()
    return {rule for rule, column in columns.items() if answer.found[column] > 0.5}


def _members(model: LinearModel, keys: list[Key], kept: set[str]) -> list[Key]:
    """Single out the members that matter, leaving the rest of each rule open."""
    needed = {k for k in keys if k[0] in kept}
    for rule in sorted_rules(kept):
        members = sorted(k for k in needed if k[0] == rule)
        if len(members) > 1:
            needed -= _superfluous(model, keys, needed, members)
    shown: list[Key] = []
    for rule in sorted_rules(kept):
        members = sorted(k for k in needed if k[0] == rule)
        everyone = sum(k[0] == rule for k in keys)
        whole = len(members) > _MEMBERS_SHOWN or (len(members) == everyone and everyone > 2)
        shown += [(rule, "")] if whole else members
    return shown


def _superfluous(
    model: LinearModel, keys: list[Key], needed: set[Key], members: list[Key]
) -> set[Key]:
    """Members of one rule that the conflict does not need, dropped by halves, then singly."""
    dropped: set[Key] = set()
    necessary = 0
    chunk = (len(members) + 1) // 2
    while chunk >= 1:
        for start in range(0, len(members), chunk):
            trial = dropped | set(members[start : start + chunk])
            if trial != dropped:
                opened = frozenset(k for k in keys if k not in needed or k in trial)
                if not _feasible(model, opened):
                    dropped = trial
                elif chunk == 1:
                    necessary += 1
            if necessary > _MEMBERS_SHOWN:
                return dropped  # too many to be named: the rest need not be known
        quarters_kept = not dropped and chunk <= (len(members) + 3) // 4
        # Where no quarter of the members can go, most are needed: look at them singly at once.
        chunk = 0 if chunk == 1 else 1 if quarters_kept else chunk // 2
    return dropped


def further_conflicts(
    model: LinearModel, gave_way: Iterable[Key], first: list[Key]
) -> list[list[Key]]:
    """Conflicts that the first one does not explain, each as small as can be.

    In most years the five-year promise cannot be kept for every YOT. That conflict is the smallest,
    and alone it would be the only one named; a YOT that cannot be visited at all would appear among
    the ways out without a reason. So every rule given way is looked at alone: with all else that
    gives way left open, does it still conflict with the rules kept?

    Args:
        model: the model of the choice.
        gave_way: the rules given way, with their members.
        first: the conflict named already.

    Returns:
        At most four, in the order of rule and member.
    """
    found: list[list[Key]] = []
    relaxed = sorted_keys(gave_way)
    for key in relaxed:
        if len(found) == _FURTHER:
            break
        if _named(key, [first, *found]):
            continue
        alone = _with_the_rest_open(model, key, set(relaxed))
        if _feasible(alone, frozenset()):
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
