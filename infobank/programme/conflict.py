"""When the rules cannot all hold: the smallest set that conflicts, and the cheapest way out.

The smallest conflicting set is found by implicit hitting sets (Ignatiev, Previti, Liffiton and
Marques-Silva, CP 2015): the rules kept are the smallest set that meets every known way out; if they
conflict they are the answer, and if not they yield another way out. A rule that concerns single
YOTs, weeks or quarters counts as one rule at first; the members that matter are then singled out.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from infobank.programme.candidates import Candidate
from infobank.programme.choose import Bent, Choice, price_worth
from infobank.programme.linear import LinearModel
from infobank.programme.rules import Rules

Key = tuple[str, str]
_MEMBERS_SHOWN = 8
_WITH_MEMBERS = frozenset(
    {"bands", "coverage", "random", "fixed", "reinspection", "blackout", "gap", "teams"}
    | {"fji_at_once", "sqs_a_week", "quarters"}
)


def smallest_conflict(model: LinearModel) -> list[Key]:
    """The smallest set of rules that cannot hold together, with the members that matter.

    Returns:
        (rule, member) pairs in a stable order; member "" is a rule without members, or one of
        which more members are needed than can be named. Empty if all rules can hold.
    """
    keys = sorted({(s.rule, s.member) for s in model.slacks})
    rules = sorted({rule for rule, _ in keys})
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
        rule: 1e-4 * n + (0.01 if rule in _WITH_MEMBERS else 0) for n, rule in enumerate(rules)
    }
    columns = {rule: m.column(worth=-1.0 - extra[rule]) for rule in rules}
    for group in sets:
        m.row({columns[rule]: 1.0 for rule in group}, lower=1)
    answer = m.maximise()
    return {rule for rule, column in columns.items() if answer.found[column] > 0.5}


def _members(model: LinearModel, keys: list[Key], kept: set[str]) -> list[Key]:
    """Single out the members that matter, leaving the rest of each rule open."""
    needed = {k for k in keys if k[0] in kept}
    for rule in sorted(kept):
        mine = sorted(k for k in needed if k[0] == rule)
        if len(mine) > 1:
            needed -= _superfluous(model, keys, needed, mine)
    shown: list[Key] = []
    for rule in sorted(kept):
        mine = sorted(k for k in needed if k[0] == rule)
        everyone = sum(k[0] == rule for k in keys)
        whole = len(mine) > _MEMBERS_SHOWN or (len(mine) == everyone and everyone > 2)
        shown += [(rule, "")] if whole else mine
    return shown


def _superfluous(
    model: LinearModel, keys: list[Key], needed: set[Key], mine: list[Key]
) -> set[Key]:
    """Members of one rule that the conflict does not need, dropped by halves, then singly."""
    dropped: set[Key] = set()
    necessary = 0
    chunk = (len(mine) + 1) // 2
    while chunk >= 1:
        for start in range(0, len(mine), chunk):
            trial = dropped | set(mine[start : start + chunk])
            if trial != dropped:
                opened = frozenset(k for k in keys if k not in needed or k in trial)
                if not _feasible(model, opened):
                    dropped = trial
                elif chunk == 1:
                    necessary += 1
            if necessary > _MEMBERS_SHOWN:
                return dropped  # too many to be named: the rest need not be known
        quarters_kept = not dropped and chunk <= (len(mine) + 3) // 4
        # Where no quarter of the members can go, most are needed: look at them singly at once.
        chunk = 0 if chunk == 1 else 1 if quarters_kept else chunk // 2
    return dropped


def conflict_sentences(
    choice: Choice, candidates: list[Candidate], rules: Rules, free: Choice | None = None
) -> list[str]:
    """Why the rules cannot all hold and what was bent, in sentences; empty if they all hold.

    Args:
        choice: what the programme does.
        candidates: every YOT.
        rules: the rules.
        free: what it would do if FJIs could be spent on the five-year promise.
    """
    if not choice.bent:
        return []
    names = {c.yot_id: c for c in candidates}
    clash = smallest_conflict(choice.model.model)
    parts = [rule_in_words(rule, member, names, rules) for rule, member in clash]
    if len(parts) == 1:
        first = f"This rule cannot be kept: {parts[0]}."
    else:
        first = f"These {len(parts)} rules cannot all be kept: " + "; ".join(parts) + "."
    hours = sum(b.hours for b in choice.bent)
    ways = "; ".join(_ways(choice.bent, names))
    dearer = free is not None and sum(b.hours for b in free.bent) < hours
    kept = " that leaves the FJIs where the risk is" if dearer else ""
    second = f"The cheapest way out{kept}, which this programme takes, is: {ways}."
    third = f"Its price is {_price(choice.bent)}"
    third += f" ({hours:,.0f} hours in all)." if any(b.risk for b in choice.bent) else "."
    if dearer and free is not None:
        third += f" {_spent_otherwise(choice, free)}"
    return [first, second, third, *_alone(choice, {rule for rule, _ in clash}, rules)]


def _spent_otherwise(choice: Choice, free: Choice) -> str:
    """What FJIs spent on the five-year promise would save, and what they would miss."""

    def past(which: Choice) -> int:
        return sum(b.rule == "coverage" for b in which.bent)

    def found(which: Choice) -> float:
        return sum(v.candidate.p_worst for v in which.visits if v.programme == "FJI")

    return (
        f"FJIs spent on YOTs whose five years run out would leave {past(free)} past them instead "
        f"of {past(choice)}, and would be expected to find {found(free):.1f} of the worst six "
        f"instead of {found(choice):.1f}."
    )


def _ways(bent: list[Bent], names: dict[str, Candidate]) -> list[str]:
    """What gives way, in words; YOTs past their five years are told together."""
    late = [b for b in bent if b.rule == "coverage"]
    if len(late) < 3:
        return [way_in_words(b, names) for b in bent]
    yots = ", ".join(sorted(names[b.member].name for b in late))
    price = f"risk {sum(b.risk for b in late):.2f}"
    if not late[0].risk:
        price = f"{sum(b.hours for b in late):,.0f} hours"
    together = f"no visit this year to {len(late)} YOTs past their five years ({yots}) ({price})"
    return [*(way_in_words(b, names) for b in bent if b.rule != "coverage"), together]


def _alone(choice: Choice, clash: set[str], rules: Rules) -> list[str]:
    """What it would cost to bend one rule of the conflict alone, where that is enough."""
    model = choice.model.model
    price = price_worth(choice.model, rules)
    words = []
    for rule in sorted(clash):
        opened = frozenset((s.rule, s.member) for s in model.slacks if s.rule == rule)
        answer = model.maximise(open_rules=opened, worth=price)
        if answer.feasible:
            words.append(f"{_RULE_NAMES[rule]}, {-answer.objective:,.0f} hours")
    return [f"Bending one rule alone would cost: {'; '.join(words)}."] if words else []


_RULE_NAMES = {
    "hours": "the hours",
    "fji_count": "the number of FJIs",
    "sqs_count": "the number of SQSs",
    "fji_from_worst": "the FJIs where risk is highest",
    "fji_strong": "the strong performer",
    "fji_wales": "the FJI in Wales",
    "bands": "the range of performance",
    "coverage": "the five-year promise",
    "random": "the random arm",
    "fixed": "agreed visits",
    "reinspection": "re-inspections",
    "blackout": "periods to avoid",
    "gap": "the gap between visits",
    "teams": "the teams",
    "fji_at_once": "FJIs at a time",
    "sqs_a_week": "SQSs a week",
    "quarters": "the pace by quarter",
}


def _price(bent: list[Bent]) -> str:
    risk = sum(b.risk for b in bent)
    hours = sum(b.hours for b in bent if not b.risk)
    words = []
    if hours:
        words.append(f"{hours:,.0f} hours")
    if risk:
        words.append(f"a risk of {risk:.2f} expected members of the worst six")
    return " and ".join(words)


def rule_in_words(rule: str, member: str, names: dict[str, Candidate], rules: Rules) -> str:
    """A rule as a clause of a sentence."""
    name = names[member].name if member in names else ""
    f, s = rules.fji, rules.sqs
    due = f"{names[member].due:%d %B %Y}".lstrip("0") if member in names else ""
    periods = " and ".join(
        f"{kind} {first} to {last}" for first, last, kind in (names[member].away if name else ())
    )
    agreed = next((v for v in rules.fixed if v.yot_id == member), None)
    when = f" in the week of {agreed.week_commencing}" if agreed and agreed.week_commencing else ""
    one = {
        "hours": f"at most {rules.hours.budget:,.0f} inspection hours",
        "fji_count": f"{f.count} FJIs",
        "sqs_count": f"{s.count} SQSs",
        "fji_from_worst": f"{f.from_worst} FJIs at least in the {f.worst_share:.0%} "
        "with the highest risk",
        "fji_strong": f"{f.strong} FJI at least at a strong performer",
        "fji_wales": f"{f.wales} FJI at least in Wales, chosen for its risk",
        "bands": f"{s.least_per_band} SQSs at least in band {member or 'each'} of performance",
        "coverage": f"a visit to {name} this year, as its {rules.coverage.years} years run out on "
        f"{due}",
        "random": f"an SQS at {name}, drawn at random",
        "fixed": f"the agreed {agreed.programme if agreed else 'visit'} at {name}{when}",
        "reinspection": f"the re-inspection of {name}",
        "blackout": f"no visit to {name} in the period to avoid ({periods})",
        "gap": f"no second visit to {name} within {rules.gap_years} years",
        "teams": f"{len(rules.teams)} teams, one place each in the week of {member}",
        "fji_at_once": f"{f.at_once} FJI at a time (week of {member})",
        "sqs_a_week": f"{s.a_week} SQSs a week at most (week of {member})",
        "quarters": f"the pace of {member.partition(' ')[0]}s in quarter "
        f"{member.partition(' ')[2]} of the inspection year",
    }
    many = {
        "coverage": f"a visit this year to every YOT whose {rules.coverage.years} years run out "
        f"(with {f.count} FJIs and {s.most} SQSs at most)",
        "random": "an SQS at every YOT drawn at random",
        "fixed": "all visits agreed",
        "reinspection": "all re-inspections asked for",
        "blackout": "no visit in a period to avoid",
        "gap": f"no second visit within {rules.gap_years} years",
        "teams": f"{len(rules.teams)} teams, one place each a week",
        "fji_at_once": f"{f.at_once} FJI at a time",
        "sqs_a_week": f"{s.a_week} SQSs a week at most",
        "quarters": "the pace of visits by quarter",
        "bands": f"{s.least_per_band} SQSs at least in each band of performance",
    }
    return many[rule] if not member and rule in many else one[rule]


def way_in_words(b: Bent, names: dict[str, Candidate]) -> str:
    """What giving way means, as a clause of a sentence, with its price."""
    name = names[b.member].name if b.member in names else b.member
    n = f"{b.amount:,.0f}"
    words = {
        "hours": f"{n} hours above the budget",
        "fji_count": f"{n} FJI more or fewer than planned",
        "sqs_count": f"{n} SQS more or fewer than planned",
        "fji_from_worst": f"{n} FJI fewer where risk is highest",
        "fji_strong": "no FJI at a strong performer",
        "fji_wales": "no FJI in Wales chosen for its risk",
        "bands": f"{n} SQS fewer in band {b.member} of performance",
        "coverage": f"no visit to {name} this year, past its five years",
        "random": f"leave out {name}, drawn at random",
        "fixed": f"give up the agreed visit at {name}",
        "reinspection": f"give up the re-inspection of {name}",
        "blackout": f"visit {name} inside its period to avoid",
        "gap": f"visit {name} again within the gap",
        "teams": f"hire {n} team for the week of {b.member}",
        "fji_at_once": f"{n} FJI more at a time in the week of {b.member}",
        "sqs_a_week": f"{n} SQS more in the week of {b.member}",
        "quarters": f"{n} visit more or fewer in {b.member.replace(' ', 's of quarter ')}",
    }[b.rule]
    price = f"risk {b.risk:.2f}" if b.risk else f"{b.hours:,.0f} hours"
    return f"{words} ({price})"
