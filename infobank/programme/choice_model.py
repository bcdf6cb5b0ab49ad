"""The choice of whom to visit, as one mixed-integer model that no schedule can contradict.

A visit is a YOT and a programme; the weeks are counted, not named: YOTs with the same usable
weeks are one class, and the model decides how many visits of each class start in each week. As
every weekly rule counts visits alike whoever is visited, a choice has a timetable exactly when such
counts exist: nothing is lost, and the model is far smaller than YOT x week x programme.
docs/programme.md states the objective and every rule.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from infobank.programme.candidates import Candidate
from infobank.programme.milp import LinearModel
from infobank.programme.rules import PROGRAMMES, Rules
from infobank.programme.weeks import InspectionYear

MANY = 1000.0


@dataclass
class ChoiceModel:
    """The model of one inspection year, and where its columns stand."""

    model: LinearModel
    visit: dict[tuple[str, str], int] = field(default_factory=dict)
    inside_blackout: dict[tuple[str, str], int] = field(default_factory=dict)
    starts: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(list))


def build_choice_model(
    candidates: list[Candidate],
    drawn: frozenset[str],
    year: InspectionYear,
    rules: Rules,
    joint: frozenset[str] | None = None,
) -> ChoiceModel:
    """Build the model.

    Args:
        candidates: in the order of their ids.
        drawn: the random arm.
        year: the inspection year.
        rules: the rules.
        joint: the only YOTs an FJI is open to (agreed visits apart); None for all.
    """
    choice = ChoiceModel(LinearModel())
    for c in candidates:
        _visits_of(choice, c, drawn, rules)
        if joint is not None and c.yot_id not in joint and c.fixed is None:
            _only(choice, c, "SQS")
    _timetable(choice, candidates, year)
    _counts(choice, candidates, rules)
    _weekly_limits(choice, year, rules)
    _quarters(choice, year, rules)
    return choice


def _visits_of(choice: ChoiceModel, c: Candidate, drawn: frozenset[str], rules: Rules) -> None:
    m = choice.model
    for programme in PROGRAMMES:
        column = m.column(worth=c.points[programme])
        choice.visit[c.yot_id, programme] = column
        if c.black_weeks[programme]:
            inside = m.slack("blackout", c.yot_id)
            choice.inside_blackout[c.yot_id, programme] = inside
            m.row({column: 1, inside: -1}, lower=0)
    fji, sqs = (choice.visit[c.yot_id, p] for p in PROGRAMMES)
    m.row({fji: 1, sqs: 1}, upper=1)
    if c.recent:
        m.row({fji: 1, sqs: 1, m.slack("gap", c.yot_id): -1}, upper=0)
    if c.must_cover and not c.recent:
        m.row({fji: 1, sqs: 1, m.slack("coverage", c.yot_id): 1}, lower=1)
    if c.reinspection is not None:
        again = choice.visit[c.yot_id, rules.reinspection_programme]
        m.row({again: 1, m.slack("reinspection", c.yot_id): 1}, lower=1)
        _only(choice, c, rules.reinspection_programme)
    if c.fixed is not None:
        agreed = choice.visit[c.yot_id, c.fixed.programme]
        m.row({agreed: 1, m.slack("fixed", c.yot_id): 1}, lower=1)
        _only(choice, c, c.fixed.programme)
    if c.yot_id in drawn:
        m.row({sqs: 1, m.slack("random", c.yot_id): 1}, lower=1)
        _only(choice, c, "SQS")


def _only(choice: ChoiceModel, c: Candidate, programme: str) -> None:
    """Close the other programme: this YOT's visit is of a known kind, or it is none."""
    for other in PROGRAMMES:
        if other != programme:
            choice.model.upper[choice.visit[c.yot_id, other]] = 0.0


def _timetable(choice: ChoiceModel, candidates: list[Candidate], year: InspectionYear) -> None:
    """Visits of a class of YOTs = visits of that class started, week by week."""
    classes: dict[tuple[str, tuple[int, ...], bool], dict[int, float]] = defaultdict(dict)
    for c in candidates:
        for programme in PROGRAMMES:
            column = choice.visit[c.yot_id, programme]
            terms = classes[programme, tuple(sorted(c.weeks[programme])), False]
            terms[column] = 1.0
            inside = choice.inside_blackout.get((c.yot_id, programme))
            if inside is not None:
                terms[inside] = -1.0
                black = tuple(sorted(c.black_weeks[programme]))
                classes[programme, black, True][inside] = 1.0
    m = choice.model
    for (programme, weeks, _), terms in sorted(classes.items()):
        size = float(sum(1 for w in terms.values() if w > 0))
        row = dict(terms)
        for week in weeks:
            started = m.column(upper=size)
            choice.starts[programme, week].append(started)
            row[started] = -1.0
        m.row(row, lower=0, upper=0)


def _counts(choice: ChoiceModel, candidates: list[Candidate], rules: Rules) -> None:
    m = choice.model
    visit = choice.visit

    def total(programme: str, which: list[Candidate]) -> dict[int, float]:
        return {visit[c.yot_id, programme]: 1.0 for c in which}

    spent = {visit[c.yot_id, p]: c.hours[p] for c in candidates for p in PROGRAMMES}
    over = m.slack("hours", upper=INFINITE_HOURS)
    m.row(spent | {over: -1}, upper=rules.hours.budget)
    spare = max(0, rules.sqs.most - rules.sqs.count)
    for programme, rule, count, beyond in (
        ("FJI", "fji_count", rules.fji.count, 0),
        ("SQS", "sqs_count", rules.sqs.count, spare),
    ):
        more, fewer = m.slack(rule, upper=beyond), m.slack(rule, upper=MANY)
        m.row(total(programme, candidates) | {more: -1, fewer: 1}, lower=count, upper=count)
    for rule, which, count in (
        ("fji_from_worst", [c for c in candidates if c.worst], rules.fji.from_worst),
        ("fji_strong", [c for c in candidates if c.strong], rules.fji.strong),
        ("fji_wales", [c for c in candidates if is_welsh(c) and not c.strong], rules.fji.wales),
    ):
        m.row(total("FJI", which) | {m.slack(rule, upper=MANY): 1}, lower=count)
    for band in range(1, rules.sqs.bands + 1):
        which = [c for c in candidates if c.band == band]
        fewer = m.slack("bands", str(band), upper=MANY)
        m.row(total("SQS", which) | {fewer: 1}, lower=rules.sqs.least_per_band)


INFINITE_HOURS = 1e6


def is_welsh(c: Candidate) -> bool:
    """Whether the YOT lies in Wales."""
    return c.country == "Wales"


def _weekly_limits(choice: ChoiceModel, year: InspectionYear, rules: Rules) -> None:
    """Teams as capacity. An FJI holds its team for three weeks, the one between included."""
    m = choice.model
    leads = sum(1 for t in rules.teams if "FJI" in t.programmes)
    for week in range(len(year.mondays)):
        screenings = {column: 1.0 for column in choice.starts[("SQS", week)]}
        joint = {
            column: 1.0
            for start in (week - 2, week - 1, week)
            for column in choice.starts[("FJI", start)]
        }
        name = year.mondays[week].isoformat()
        if screenings:
            more = m.slack("sqs_a_week", name, upper=MANY)
            m.row(screenings | {more: -1}, upper=rules.sqs.a_week)
        if joint:
            more = m.slack("fji_at_once", name, upper=MANY)
            m.row(joint | {more: -1}, upper=rules.fji.at_once)
        if joint or screenings:
            hired = m.slack("teams", name, upper=MANY)
            m.row(joint | {hired: -1}, upper=leads)
            m.row(joint | screenings | {hired: -1}, upper=len(rules.teams))


def _quarters(choice: ChoiceModel, year: InspectionYear, rules: Rules) -> None:
    m = choice.model
    for quarter in range(4):
        weeks = [w for w, q in enumerate(year.quarter_of_week) if q == quarter]
        for programme, least, most in (
            ("FJI", rules.fji.quarter_least, rules.fji.quarter_most),
            ("SQS", rules.sqs.quarter_least, rules.sqs.quarter_most),
        ):
            terms = {col: 1.0 for w in weeks for col in choice.starts[(programme, w)]}
            name = f"{programme} {quarter + 1}"
            more, fewer = m.slack("quarters", name, MANY), m.slack("quarters", name, MANY)
            m.row(terms | {more: -1, fewer: 1}, lower=least, upper=most)
