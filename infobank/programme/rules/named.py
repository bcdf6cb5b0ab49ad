"""The rules by name: the id of each, and what it says in a sentence.

A rule that holds for each programme by itself has the programme in its id: ``count FJI``. Its
``member`` is the YOT, week, quarter, band or country that one case of it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from infobank.domain.in_words import day_in_words, listed
from infobank.domain.programmes import in_order
from infobank.programme.year_rules import Rules

if TYPE_CHECKING:
    from infobank.programme.candidates import Candidate

Key = tuple[str, str]
"""A rule and its member; "" is the rule as a whole."""


@dataclass(frozen=True)
class Rule:
    """What one rule says.

    Attributes:
        id: its name in the prices of the settings.
        about: what one case of it is about.
        name: what it limits, in a few words.
        says: one case of it, as a clause of a sentence; the words in braces are in ``facts_of``.
        all_say: all its cases together; "" where there is only one.
        broken: what breaking it means, as a clause of a sentence.
    """

    id: str
    about: Literal["year", "programme", "yot", "week", "quarter"]
    name: str
    says: str
    broken: str
    all_say: str = ""


# In the order in which conflicts are looked for and told.
RULES: Mapping[str, Rule] = {
    rule.id: rule
    for rule in (
        Rule(
            "bands",
            "programme",
            "the bands of performance",
            "{least_per_band} {id}s at least in band {member} of performance",
            "{amount} {id} fewer in band {member} of performance",
            "{least_per_band} {id}s at least in each band of performance",
        ),
        Rule(
            "blackout",
            "yot",
            "periods to avoid",
            "no visit to {name} in the period to avoid ({periods})",
            "visit {name} inside its period to avoid",
            "no visit in a period to avoid",
        ),
        Rule(
            "coverage",
            "yot",
            "the five-year promise",
            "a visit to {name} this year, as its {years} years run out on {due}",
            "no visit to {name} this year, past its five years",
            "a visit this year to every YOT whose {years} years run out (with {most} at most)",
        ),
        Rule(
            "fixed",
            "yot",
            "agreed visits",
            "the agreed {agreed} at {name}{when}",
            "give up the agreed visit at {name}",
            "all visits agreed",
        ),
        Rule(
            "at_once",
            "week",
            "{id}s under way in one week",
            "{at_once} {ids} under way at most in the week of {member}",
            "{amount} {id} more under way in the week of {member}",
            "{at_once} {ids} under way at most in one week",
        ),
        Rule(
            "count",
            "programme",
            "the number of {id}s",
            "{count} {id}s",
            "{amount} {id} more or fewer than planned",
        ),
        Rule(
            "from_worst",
            "programme",
            "the {id}s where risk is highest",
            "{from_worst} {id}s at least in the {worst_share:.0%} with the highest risk",
            "{amount} {id} fewer where risk is highest",
        ),
        Rule(
            "strong",
            "programme",
            "the {id} at a strong performer",
            "{strong} {id} at least at a strong performer",
            "no {id} at a strong performer",
        ),
        Rule(
            "countries",
            "programme",
            "the {id}s of each country",
            "{in_country} {id} at least in {member}, chosen for its risk",
            "no {id} in {member} chosen for its risk",
        ),
        Rule(
            "gap",
            "yot",
            "the gap between visits",
            "no second visit to {name} within {gap_years} years",
            "visit {name} again within the gap",
            "no second visit within {gap_years} years",
        ),
        Rule(
            "hours",
            "year",
            "the hours",
            "at most {budget:,.0f} inspection hours",
            "{amount} hours above the budget",
        ),
        Rule(
            "quarters",
            "quarter",
            "the pace by quarter",
            "the pace of {id}s in quarter {quarter} of the inspection year",
            "{amount} visit more or fewer in {id}s of quarter {quarter}",
            "the pace of visits by quarter",
        ),
        Rule(
            "random",
            "yot",
            "the random arm",
            "{an_drawn} at {name}, drawn at random",
            "leave out {name}, drawn at random",
            "{an_drawn} at every YOT drawn at random",
        ),
        Rule(
            "reinspection",
            "yot",
            "re-inspections",
            "the re-inspection of {name}",
            "give up the re-inspection of {name}",
            "all re-inspections asked for",
        ),
        Rule(
            "teams",
            "week",
            "the teams",
            "{teams} teams, one visit each in the week of {member}",
            "hire {amount} team for the week of {member}",
            "{teams} teams, one visit each a week",
        ),
    )
}

OF_A_LINE = (
    "one_visit",
    "register",
    "programme",
    "arm",
    "hours_of_visit",
    "cases",
    "week",
    "bank_holiday",
    "second_week",
    "notice",
)
"""What only a programme written by a person can break: the checker's own rules for each line."""


def rule_of(rule: str) -> Rule:
    """The rule of an id, with or without a programme in it.

    Raises:
        KeyError: there is none.
    """
    return RULES[rule.partition(" ")[0]]


def of_programme(rule: str, programme: str) -> str:
    """The id of a rule for one programme: ``count FJI``."""
    return f"{rule} {programme}"


def sorted_rules(rules: Iterable[str]) -> list[str]:
    """Ids in the order of ``RULES``, and of the programmes in it; each once."""
    given = set(rules)
    kinds = list(RULES)
    order = in_order(rule.partition(" ")[2] for rule in given)

    def place(rule: str) -> tuple[int, int]:
        kind, _, programme = rule.partition(" ")
        return kinds.index(kind), order.index(programme)

    return sorted(given, key=place)


def sorted_keys(keys: Iterable[Key]) -> list[Key]:
    """Rules and members in the order of the rules, then of the members; each once."""
    given = set(keys)
    order = {rule: n for n, rule in enumerate(sorted_rules(rule for rule, _ in given))}
    return sorted(given, key=lambda key: (order[key[0]], key[1]))


def name_of(rule: str) -> str:
    """What a rule limits, in a few words."""
    return rule_of(rule).name.format(id=rule.partition(" ")[2])


def in_a_clause(rule: str, member: str, names: Mapping[str, Candidate], rules: Rules) -> str:
    """A rule as a clause of a sentence; without a member all its cases together."""
    words = rule_of(rule)
    text = words.all_say if words.all_say and not member else words.says
    return text.format(**facts_of(rule, member, names, rules))


def broken_in_a_clause(
    rule: str, member: str, amount: float, names: Mapping[str, Candidate], rules: Rules
) -> str:
    """What breaking a rule by an amount means, as a clause of a sentence."""
    facts = facts_of(rule, member, names, rules) | {"amount": f"{amount:,.0f}"}
    return rule_of(rule).broken.format(**facts)


def facts_of(
    rule: str, member: str, names: Mapping[str, Candidate], rules: Rules
) -> dict[str, object]:
    """The facts that sentences may use for one case of a rule."""
    facts: dict[str, object] = {
        "member": member or "each",
        "years": rules.coverage.years,
        "gap_years": rules.gap_years,
        "budget": rules.hours.budget,
        "teams": len(rules.teams),
        "worst_share": rules.performance.worst_share,
        "an_drawn": rules.programme(rules.random.programme).words.an,
        "most": listed(f"{rules.plan(p).most} {p}s" for p in rules.planned),
    }
    programme = rule.partition(" ")[2]
    if rule_of(rule).about == "quarter":
        programme, _, facts["quarter"] = member.partition(" ")
    if programme:
        facts |= _of_a_programme(programme, member, rules)
    if member in names:
        facts |= _of_a_yot(names[member], rules)
    return facts


def _of_a_programme(programme: str, member: str, rules: Rules) -> dict[str, object]:
    plan = rules.plan(programme)
    return {
        "id": programme,
        "ids": programme if plan.at_once == 1 else f"{programme}s",
        "at_once": plan.at_once,
        "count": plan.count,
        "from_worst": plan.from_worst,
        "strong": plan.strong,
        "in_country": plan.countries.get(member, 0),
        "least_per_band": plan.least_per_band,
    }


def _of_a_yot(c: Candidate, rules: Rules) -> dict[str, object]:
    agreed = next((v for v in rules.fixed if v.yot_id == c.yot_id), None)
    week = agreed.week_commencing if agreed else None
    return {
        "name": c.name,
        "due": day_in_words(c.due),
        "periods": " and ".join(f"{kind} {first} to {last}" for first, last, kind in c.away),
        "agreed": agreed.programme if agreed else "visit",
        "when": f" in the week of {week}" if week else "",
    }
