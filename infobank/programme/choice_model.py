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
from infobank.programme.rules.rows import Option, Row, ask, shared
from infobank.programme.rules.weeks import OF_A_WEEK, quarters
from infobank.programme.rules.year import OF_A_YEAR
from infobank.programme.rules.yots import OF_A_YOT, blackout, only_of
from infobank.programme.weeks import InspectionYear
from infobank.programme.year_rules import Rules


@dataclass
class ChoiceModel:
    """The model of one inspection year, and where its columns are."""

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
        joint: the only YOTs that the programmes settled before the draw are open to (agreed visits
            apart); None for all.
    """
    choice = ChoiceModel(LinearModel())
    for c in candidates:
        _visits_of(choice, c, c.yot_id in drawn, rules)
        if joint is not None and c.yot_id not in joint and c.fixed is None:
            _only(choice, c, rules.random.programme, rules)
    _timetable(choice, candidates, year, rules)
    options = [Option(c, p, choice.visit[c.yot_id, p]) for c in candidates for p in rules.planned]
    for rule in OF_A_YEAR:
        _ask(choice, *rule(options, rules))
    for week in range(len(year.mondays)):
        for weekly in OF_A_WEEK:
            _ask(choice, *weekly(choice.starts, week, year, rules))
    _ask(choice, *quarters(choice.starts, year, rules))
    return choice


def _ask(choice: ChoiceModel, *rows: Row) -> None:
    """Ask for rows of one rule; rows about the same case give way together."""
    give_way = shared(lambda row, most: choice.model.slack(row.rule, row.member, most))
    for row in rows:
        ask(choice.model, row, give_way)


def _visits_of(choice: ChoiceModel, c: Candidate, drawn: bool, rules: Rules) -> None:
    m = choice.model
    columns = {}
    for programme in rules.planned:
        columns[programme] = column = m.column(worth=c.points[programme])
        choice.visit[c.yot_id, programme] = column
        if c.black_weeks[programme]:
            inside = m.slack("blackout", c.yot_id)
            choice.inside_blackout[c.yot_id, programme] = inside
            _ask(choice, blackout(c, column, inside))
    m.row(dict.fromkeys(columns.values(), 1.0), upper=1)
    for rule in OF_A_YOT:
        _ask(choice, *rule(c, columns, rules, drawn))
    for programme in only_of(c, rules, drawn):
        _only(choice, c, programme, rules)


def _only(choice: ChoiceModel, c: Candidate, programme: str, rules: Rules) -> None:
    """Close the other programmes: this YOT's visit is of a known kind, or it is none."""
    for other in rules.planned:
        if other != programme:
            choice.model.upper[choice.visit[c.yot_id, other]] = 0.0


def _timetable(
    choice: ChoiceModel, candidates: list[Candidate], year: InspectionYear, rules: Rules
) -> None:
    """Visits of a class of YOTs = visits of that class started, week by week."""
    classes: dict[tuple[int, tuple[int, ...], bool], dict[int, float]] = defaultdict(dict)
    for c in candidates:
        for order, programme in enumerate(rules.planned):
            column = choice.visit[c.yot_id, programme]
            terms = classes[order, tuple(sorted(c.weeks[programme])), False]
            terms[column] = 1.0
            inside = choice.inside_blackout.get((c.yot_id, programme))
            if inside is not None:
                terms[inside] = -1.0
                black = tuple(sorted(c.black_weeks[programme]))
                classes[order, black, True][inside] = 1.0
    m = choice.model
    for (order, weeks, _), terms in sorted(classes.items()):
        size = float(sum(1 for w in terms.values() if w > 0))
        row = dict(terms)
        for week in weeks:
            started = m.column(upper=size)
            choice.starts[rules.planned[order], week].append(started)
            row[started] = -1.0
        m.row(row, lower=0, upper=0)
