"""A conflict of rules, the cheapest way out and its price, in sentences for the meeting."""

from __future__ import annotations

from infobank.domain.in_words import counted, listed
from infobank.programme.candidates import Candidate
from infobank.programme.choose import Choice, RelaxedRule, price_worth
from infobank.programme.conflict import further_conflicts, smallest_conflict
from infobank.programme.rules.named import (
    broken_in_a_clause,
    in_a_clause,
    name_of,
    sorted_rules,
)
from infobank.programme.year_rules import Rules


def conflict_sentences(
    choice: Choice, candidates: list[Candidate], rules: Rules, free: Choice | None = None
) -> list[str]:
    """Why the rules cannot all hold and what was bent, in sentences; empty if they all hold.

    Args:
        choice: what the programme does.
        candidates: every YOT.
        rules: the rules.
        free: what it would do if joint inspections could be spent on the five-year promise.
    """
    if not choice.bent:
        return []
    names = {c.yot_id: c for c in candidates}
    clash = smallest_conflict(choice.model.model)
    parts = [in_a_clause(rule, member, names, rules) for rule, member in clash]
    if len(parts) == 1:
        first = f"This rule cannot be kept: {parts[0]}."
    else:
        first = f"These {len(parts)} rules cannot all be kept: " + "; ".join(parts) + "."
    hours = sum(b.hours for b in choice.bent)
    ways = "; ".join(_ways(choice.bent, names, rules))
    dearer = free is not None and sum(b.hours for b in free.bent) < hours
    kept = f" that keeps the {_by_risk(rules)} for the highest risks" if dearer else ""
    second = f"The proposal breaks these rules, at the lowest price{kept}: {ways}."
    third = f"The prices of breaking rules are settings; these add up to {hours:,.0f} hours."
    if dearer and free is not None:
        third += f" {_spent_otherwise(choice, free, rules)}"
    gave_way = [(b.rule, b.member) for b in choice.bent]
    sentences = [first, second, third, *_alone(choice, {rule for rule, _ in clash}, rules)]
    for further in further_conflicts(choice.model.model, gave_way, clash):
        parts = [in_a_clause(rule, member, names, rules) for rule, member in further]
        cannot = "this cannot be kept" if len(parts) == 1 else "these cannot all be kept"
        sentences.append(f"Whichever other rules are broken, {cannot}: {'; '.join(parts)}.")
    return sentences


def _spent_otherwise(choice: Choice, free: Choice, rules: Rules) -> str:
    """What joint inspections spent on the five-year promise would save and miss."""

    def past(which: Choice) -> int:
        return sum(b.rule == "coverage" for b in which.bent)

    def found(which: Choice) -> float:
        return sum(v.candidate.p_worst for v in which.visits if v.programme in rules.by_risk)

    return (
        f"With {_by_risk(rules)} used for the five-year promise {past(free)} YOTs instead of "
        f"{past(choice)} would go past their five years, and {_by_risk(rules)} would visit "
        f"{found(free):.1f} instead of {found(choice):.1f} of the six highest risks, as expected."
    )


def _ways(bent: list[RelaxedRule], names: dict[str, Candidate], rules: Rules) -> list[str]:
    """What gives way, in words; YOTs past their five years are told together."""
    late = [b for b in bent if b.rule == "coverage"]
    if len(late) < 3:
        return [_way(b, names, rules) for b in bent]
    yots = sorted(names[b.member].name for b in late)
    price = f"{sum(b.hours for b in late):,.0f} hours"
    together = f"no visit this year to {counted(yots, 'YOTs')}, past their five years ({price})"
    return [*(_way(b, names, rules) for b in bent if b.rule != "coverage"), together]


def _alone(choice: Choice, clash: set[str], rules: Rules) -> list[str]:
    """What it would cost to bend one rule of the conflict alone, where that is enough."""
    model = choice.model.model
    price = price_worth(choice.model, rules)
    words = []
    for rule in sorted_rules(clash):
        opened = frozenset((s.rule, s.member) for s in model.slacks if s.rule == rule)
        answer = model.maximise(open_rules=opened, worth=price)
        if answer.feasible:
            words.append(f"{name_of(rule)}, {-answer.objective:,.0f} hours")
    return [f"Breaking only one rule would cost: {'; '.join(words)}."] if words else []


def _way(b: RelaxedRule, names: dict[str, Candidate], rules: Rules) -> str:
    """What giving way means, as a clause of a sentence, with its price."""
    return f"{broken_in_a_clause(b.rule, b.member, b.amount, names, rules)} ({b.hours:,.0f} hours)"


def _by_risk(rules: Rules) -> str:
    return listed([f"{p}s" for p in rules.by_risk])
