"""Lay the chosen visits into weeks, and give each a team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from infobank.programme.candidates import Candidate
from infobank.programme.milp import Answer, LinearModel
from infobank.programme.rules.named import of_programme
from infobank.programme.rules.rows import Row, ask, shared
from infobank.programme.rules.weeks import OF_A_WEEK, in_fieldwork, quarters
from infobank.programme.weeks import InspectionYear
from infobank.programme.year_rules import Rules


@dataclass(frozen=True)
class Visit:
    """One chosen visit: whom, what, why (the arm), and whether blacked-out weeks are opened."""

    candidate: Candidate
    programme: str
    arm: str
    inside_blackout: bool = False


Room = Mapping[str, float]
"""Room above the rules that the cheapest way out of a conflict buys: by rule, over the year."""


def wait_points(visit: Visit, week: int, year: InspectionYear, rules: Rules) -> int:
    """Points of untidiness of one visit in one week."""
    weight = rules.schedule.risk_week if visit.arm == "risk" else rules.schedule.other_week
    points = weight * week
    if visit.candidate.must_cover:
        late = (year.mondays[week] - max(visit.candidate.due, year.first_day)).days // 7
        points += rules.schedule.overdue_week * max(0, late)
    return points


def lay_out(
    visits: list[Visit], year: InspectionYear, rules: Rules, room: Room, seconds: float = 20.0
) -> tuple[dict[str, int], Answer]:
    """The tidiest timetable: the starting week of each visit, by YOT.

    Raises:
        SolverStoppedError: if none was found in time.
    """
    m = LinearModel()
    starts: dict[tuple[str, int], list[int]] = defaultdict(list)
    columns: dict[tuple[int, int], int] = {}
    for n, visit in enumerate(visits):
        weeks = visit.candidate.black_weeks if visit.inside_blackout else visit.candidate.weeks
        for week in sorted(weeks[visit.programme]):
            worth = -wait_points(visit, week, year, rules)
            column = m.column(worth=worth)
            columns[n, week] = column
            starts[visit.programme, week].append(column)
        m.row({col: 1.0 for (k, _), col in columns.items() if k == n}, lower=1, upper=1)
    _limits(m, starts, year, rules, room)
    answer = m.maximise(seconds=seconds, gap=0.0005)
    if not answer.feasible:
        raise AssertionError("a chosen programme has no timetable: the two models disagree")
    found = {
        visits[n].candidate.yot_id: week
        for (n, week), column in columns.items()
        if answer.found[column] > 0.5
    }
    return found, answer


def _limits(
    m: LinearModel,
    starts: dict[tuple[str, int], list[int]],
    year: InspectionYear,
    rules: Rules,
    room: Room,
) -> None:
    bought: dict[str, list[int]] = defaultdict(list)

    def buy(row: Row, most: float) -> int:
        """A column by which a rule gives way: no further than was bought."""
        column = m.column(upper=min(most, room.get(row.rule, 0.0)))
        bought[row.rule].append(column)
        return column

    give_way = shared(buy)
    for week in range(len(year.mondays)):
        for rule in OF_A_WEEK:
            for row in rule(starts, week, year, rules):
                ask(m, row, give_way)
        _tidiness(m, starts, week, rules, room)
    for row in quarters(starts, year, rules):
        ask(m, row, give_way)
    for name, columns in bought.items():
        m.row(dict.fromkeys(columns, 1.0), upper=room.get(name, 0.0))


def _tidiness(
    m: LinearModel,
    starts: dict[tuple[str, int], list[int]],
    week: int,
    rules: Rules,
    room: Room,
) -> None:
    """Untidy, and so dear: a second visit in a week, or one beside another programme's."""
    many = rules.random.programme
    screenings = dict.fromkeys(starts[many, week], 1.0)
    second = m.column(worth=-rules.schedule.same_week, upper=len(screenings), integer=False)
    m.row(screenings | {second: -1}, upper=1)
    fieldwork: dict[int, float] = {}
    for programme in rules.planned:
        if programme != many:
            fieldwork |= in_fieldwork(starts, programme, week, rules)
    if fieldwork and screenings:
        weight = -rules.schedule.beside_settled
        beside = m.column(worth=weight, upper=len(screenings), integer=False)
        most = rules.plan(many).at_once + room.get(of_programme("at_once", many), 0.0)
        m.row(screenings | dict.fromkeys(fieldwork, most) | {beside: -1}, upper=most)


def assign_teams(visits: list[Visit], week_of: dict[str, int], rules: Rules) -> dict[str, str]:
    """The team of each visit, by YOT; a visit holds its team for all its weeks.

    Programmes that the fewest teams can lead are filled first, and teams that can lead least else
    are taken first, so that the others stay free. A team hired above the rules is "Extra team".
    """
    busy: set[tuple[str, int]] = set()
    teams: dict[str, str] = {}
    order = {p: (len(rules.able(p)), n) for n, p in enumerate(rules.planned)}
    ordered = sorted(
        visits, key=lambda v: (order[v.programme], week_of[v.candidate.yot_id], v.candidate.yot_id)
    )
    for visit in ordered:
        week = week_of[visit.candidate.yot_id]
        held = range(week, week + rules.visit(visit.programme).team_weeks)
        able = rules.able(visit.programme)
        free = [t.name for t in able if not any((t.name, w) in busy for w in held)]
        name = free[0] if free else _extra(busy, held)
        busy |= {(name, w) for w in held}
        teams[visit.candidate.yot_id] = name
    return teams


def _extra(busy: set[tuple[str, int]], held: range) -> str:
    number = 1
    while any((f"Extra team {number}", w) in busy for w in held):
        number += 1
    return f"Extra team {number}"
