"""A conflict of rules, the cheapest way out and its price, in sentences for the meeting."""

from __future__ import annotations

from infobank.programme.candidates import Candidate
from infobank.programme.choose import Bent, Choice, price_worth
from infobank.programme.conflict import smallest_conflict
from infobank.programme.more_conflicts import further_conflicts
from infobank.programme.rules import Rules


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
    told = [first, second, third, *_alone(choice, {rule for rule, _ in clash}, rules)]
    for further in further_conflicts(choice.model.model, choice.bent, clash):
        parts = [rule_in_words(rule, member, names, rules) for rule, member in further]
        said = "this cannot be kept" if len(parts) == 1 else "these cannot all be kept"
        told.append(f"Also, whatever else gives way, {said}: {'; '.join(parts)}.")
    return told


def _spent_otherwise(choice: Choice, free: Choice) -> str:
    """What FJIs spent on the five-year promise would save, and what they would miss."""

    def past(which: Choice) -> int:
        return sum(b.rule == "coverage" for b in which.bent)

    def found(which: Choice) -> float:
        return sum(v.candidate.p_worst for v in which.visits if v.programme == "FJI")

    return (
        f"FJIs spent on YOTs whose five years run out would leave {past(free)} past them instead "
        f"of {past(choice)}, and would be expected to find {found(free):.1f} of the six highest "
        f"risks instead of {found(choice):.1f}."
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
        words.append(f"a risk of {risk:.2f} expected number of the six highest risks")
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
