"""Choose whom to visit; where the rules cannot all hold, bend them as cheaply as possible."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from infobank.programme.candidates import Candidate
from infobank.programme.linear import Answer
from infobank.programme.model import ChoiceModel, build_choice_model
from infobank.programme.rules import Rules
from infobank.programme.timetable import Room, Visit
from infobank.programme.weeks import InspectionYear

PRICE_SLACK = 0.01  # hours; the cheapest price may be missed by so much, for rounding


@dataclass(frozen=True)
class Bent:
    """One rule given way: which, for whom (or which week, quarter, band), how far, at what price.

    ``hours`` is the price in hours; where the rule is priced in risk, ``risk`` holds the price in
    expected members of the worst six, and ``hours`` its equivalent.
    """

    rule: str
    member: str
    amount: float
    hours: float
    risk: float


@dataclass(frozen=True)
class Choice:
    """The visits chosen, the proof, and what had to give way."""

    visits: list[Visit]
    answer: Answer
    objective: int
    bent: list[Bent]
    model: ChoiceModel


def choose(
    candidates: list[Candidate],
    drawn: frozenset[str],
    year: InspectionYear,
    rules: Rules,
    seconds: float = 30.0,
) -> Choice:
    """The most valuable set of visits that keeps every rule, or bends them as little as can be.

    First the rules are kept, and the worth of the visits is maximised. If that is impossible the
    price of bending rules is minimised, and then the worth maximised at that price.

    Raises:
        SolverStoppedError: if the solver runs out of time without a solution.
    """
    built = build_choice_model(candidates, drawn, year, rules)
    answer = built.model.maximise(seconds=seconds)
    if not answer.feasible:
        price = price_row(built, rules)
        cheapest = built.model.maximise(
            open_rules=None, worth=price_worth(built, rules), seconds=seconds
        )
        if not cheapest.feasible:
            raise AssertionError("the model with every rule open must have a solution")
        limit = -cheapest.objective + PRICE_SLACK
        answer = built.model.maximise(
            open_rules=None, extra_row=(price, -np.inf, limit), seconds=seconds
        )
    visits = _visits(built, answer, candidates, drawn)
    objective = sum(v.candidate.points[v.programme] for v in visits)
    return Choice(visits, answer, objective, bent_rules(built, answer, rules), built)


def price_row(built: ChoiceModel, rules: Rules) -> dict[int, float]:
    """What each slack costs in hours, by column."""
    return {s.column: rules.price_in_hours(s.rule) for s in built.model.slacks}


def price_worth(built: ChoiceModel, rules: Rules) -> np.ndarray:
    """The price of bending rules as an objective to be maximised."""
    worth = np.zeros(len(built.model.lower))
    for column, hours in price_row(built, rules).items():
        worth[column] = -hours
    return worth


def bent_rules(built: ChoiceModel, answer: Answer, rules: Rules) -> list[Bent]:
    """What gave way in an answer, added up by rule and member, dearest first."""
    amounts: dict[tuple[str, str], float] = defaultdict(float)
    for s in built.model.slacks:
        if answer.found[s.column] > 1e-6:
            amounts[s.rule, s.member] += float(answer.found[s.column])
    bent = []
    for (rule, member), amount in sorted(amounts.items()):
        price = rules.price(rule)
        risk = amount * price.price if price.unit == "risk" else 0.0
        bent.append(Bent(rule, member, amount, amount * rules.price_in_hours(rule), risk))
    return sorted(bent, key=lambda b: (-b.hours, b.rule, b.member))


def room_bought(bent: list[Bent]) -> Room:
    """The weekly room that the bent rules allow the timetable."""
    total: dict[str, float] = defaultdict(float)
    for b in bent:
        total[b.rule] += b.amount
    return Room(total["teams"], total["fji_at_once"], total["sqs_a_week"], total["quarters"])


def _visits(
    built: ChoiceModel, answer: Answer, candidates: list[Candidate], drawn: frozenset[str]
) -> list[Visit]:
    by_id = {c.yot_id: c for c in candidates}
    visits = []
    for (yot_id, programme), column in sorted(built.visit.items()):
        if answer.found[column] > 0.5:
            inside = built.inside_blackout.get((yot_id, programme))
            opened = inside is not None and bool(answer.found[inside] > 0.5)
            candidate = by_id[yot_id]
            arm = arm_of(candidate, programme, yot_id in drawn)
            visits.append(Visit(candidate, programme, arm, opened))
    return visits


def arm_of(c: Candidate, programme: str, drawn: bool) -> str:
    """Why a visit is in the programme, in one word."""
    if programme == "FJI":
        return "benchmark" if c.strong else "risk"
    if drawn:
        return "random"
    if c.reinspection is not None:
        return "risk"
    if c.must_cover:
        return "coverage"
    return "risk" if c.band == 1 else "range"
