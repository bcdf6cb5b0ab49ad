"""Choose whom to visit; where the rules cannot all hold, bend them as cheaply as possible."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from infobank.programme.candidates import POINTS_PER_RISK, Candidate
from infobank.programme.choice_model import ChoiceModel, build_choice_model
from infobank.programme.milp import Answer
from infobank.programme.rules.named import sorted_keys
from infobank.programme.timetable import Room, Visit
from infobank.programme.weeks import InspectionYear
from infobank.programme.year_rules import Rules

_RULES_FIRST = 100.0  # every rule but the five-year promise goes before a visit's worth
PRICE_SLACK = 0.01  # hours; the cheapest price may be missed by so much, for rounding


@dataclass(frozen=True)
class RelaxedRule:
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
    bent: list[RelaxedRule]
    model: ChoiceModel


def choose(
    candidates: list[Candidate],
    drawn: frozenset[str],
    year: InspectionYear,
    rules: Rules,
    seconds: float = 30.0,
    joint: frozenset[str] | None = None,
) -> Choice:
    """The most valuable set of visits that keeps every rule, or bends them as little as can be.

    First the rules are kept, and the worth of the visits is maximised. If that is impossible the
    price of bending rules is minimised, and then the worth maximised at that price.

    Args:
        candidates: the YOTs.
        drawn: the random arm.
        year: the inspection year.
        rules: the rules.
        seconds: the solver's time.
        joint: the only YOTs that the programmes settled before the draw are open to (agreed visits
            apart); None for all.

    Raises:
        SolverStoppedError: if the solver runs out of time without a solution.
    """
    built = build_choice_model(candidates, drawn, year, rules, joint)
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
    visits = _visits(built, answer, candidates, drawn, rules)
    objective = sum(v.candidate.points[v.programme] for v in visits)
    return Choice(visits, answer, objective, bent_rules(built, answer, rules), built)


def choose_joint(candidates: list[Candidate], year: InspectionYear, rules: Rules) -> frozenset[str]:
    """The YOTs visited otherwise than by the random arm's programme, first of all for their risk.

    The draw needs a frame that does not depend on it, so joint inspections are settled first, with
    room left for the random arm. Where all rules can be kept they are. Where the five-year promise
    cannot be kept to all, joint inspections are not spent on it: they go where the risk is (Annual
    Report 2013-14, 4.1), and the promise is kept as far as screenings can (decision 0204).
    """
    built = build_choice_model(candidates, frozenset(), year, leave_room(candidates, rules))
    answer = built.model.maximise()
    if answer.feasible:
        return _joint_of(built, answer, rules)
    built = build_choice_model(candidates, frozenset(), year, rules)
    worth = np.array(built.model.worth)
    points = POINTS_PER_RISK / rules.hours_per_risk
    for s in built.model.slacks:
        if s.rule != "coverage":
            worth[s.column] -= points * _RULES_FIRST * rules.price_in_hours(s.rule)
    return _joint_of(built, built.model.maximise(open_rules=None, worth=worth), rules)


def better(settled: Choice, free: Choice) -> Choice:
    """The choice with joint inspections settled beforehand, or the one that may still move them.

    Rules come first: where moving them lets all rules hold, or where any rule but the five-year
    promise would have to give way, they are moved.
    """
    if not free.bent or any(b.rule != "coverage" for b in settled.bent):
        return free
    return settled


def _joint_of(built: ChoiceModel, answer: Answer, rules: Rules) -> frozenset[str]:
    return frozenset(
        yot_id
        for (yot_id, programme), column in built.visit.items()
        if programme != rules.random.programme and answer.found[column] > 0.5
    )


def leave_room(candidates: list[Candidate], rules: Rules) -> Rules:
    """The rules less what the random arm will take, whichever YOTs it falls on."""
    drawn = rules.random.count
    programme = rules.random.programme
    in_band = drawn // max(1, rules.random.strata)
    aside = hours_set_aside(candidates, drawn, programme)
    plan = rules.plan(programme)
    return rules.change(hours__budget=rules.hours.budget - aside).with_plan(
        programme,
        count=max(0, plan.count - drawn),
        least=max(0, plan.least - drawn),
        most=max(0, plan.most - drawn),
        least_per_band=max(0, plan.least_per_band - in_band),
        quarter_least=0,
    )


def hours_set_aside(candidates: list[Candidate], count: int, programme: str) -> float:
    """Hours that so many visits of a programme stay below nearly always, whichever YOTs get them.

    Their mean, and two standard deviations of their sum.
    """
    hours = np.array([c.hours[programme] for c in candidates])
    return float(count * hours.mean() + 2 * np.sqrt(count) * hours.std())


def price_row(built: ChoiceModel, rules: Rules) -> dict[int, float]:
    """What each slack costs in hours, by column."""
    return {s.column: rules.price_in_hours(s.rule) for s in built.model.slacks}


def price_worth(built: ChoiceModel, rules: Rules) -> np.ndarray:
    """The price of bending rules as an objective to be maximised."""
    worth = np.zeros(len(built.model.lower))
    for column, hours in price_row(built, rules).items():
        worth[column] = -hours
    return worth


def bent_rules(built: ChoiceModel, answer: Answer, rules: Rules) -> list[RelaxedRule]:
    """What gave way in an answer, added up by rule and member, dearest first."""
    amounts: dict[tuple[str, str], float] = defaultdict(float)
    for s in built.model.slacks:
        if answer.found[s.column] > 1e-6:
            amounts[s.rule, s.member] += float(answer.found[s.column])
    bent = []
    for rule, member in sorted_keys(amounts):
        amount = amounts[rule, member]
        price = rules.price(rule)
        risk = amount * price.price if price.unit == "risk" else 0.0
        bent.append(RelaxedRule(rule, member, amount, amount * rules.price_in_hours(rule), risk))
    return sorted(bent, key=lambda b: -b.hours)


def room_bought(bent: list[RelaxedRule]) -> Room:
    """The weekly room that the bent rules allow the timetable."""
    total: dict[str, float] = defaultdict(float)
    for b in bent:
        total[b.rule] += b.amount
    return total


def _visits(
    built: ChoiceModel,
    answer: Answer,
    candidates: list[Candidate],
    drawn: frozenset[str],
    rules: Rules,
) -> list[Visit]:
    by_id = {c.yot_id: c for c in candidates}
    visits = []
    for (yot_id, programme), column in sorted(built.visit.items()):
        if answer.found[column] > 0.5:
            inside = built.inside_blackout.get((yot_id, programme))
            opened = inside is not None and bool(answer.found[inside] > 0.5)
            candidate = by_id[yot_id]
            arm = arm_of(candidate, programme, yot_id in drawn, rules)
            visits.append(Visit(candidate, programme, arm, opened))
    return visits


def arm_of(c: Candidate, programme: str, drawn: bool, rules: Rules) -> str:
    """Why a visit is in the programme, in one word; an agreed visit keeps the word it came with."""
    if c.fixed is not None and c.fixed.arm and c.fixed.programme == programme:
        return c.fixed.arm
    if programme in rules.by_risk:
        return "benchmark" if c.strong else "risk"
    if drawn:
        return "random"
    if c.reinspection is not None:
        return "risk"
    if c.must_cover:
        return "coverage"
    return "risk" if c.band == 1 else "range"
