"""Lay the chosen visits into weeks, and give each a team."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from infobank.programme.candidates import Candidate
from infobank.programme.milp import Answer, LinearModel
from infobank.programme.rules import Rules
from infobank.programme.weeks import InspectionYear


@dataclass(frozen=True)
class Visit:
    """One chosen visit: whom, what, why (the arm), and whether blacked-out weeks are opened."""

    candidate: Candidate
    programme: str
    arm: str
    inside_blackout: bool = False


@dataclass(frozen=True)
class Room:
    """Weekly room above the rules that the cheapest way out of a conflict has bought.

    Totals over the year of: teams hired, joint inspections too many at once, screenings too many
    in a week; and the visits too many (or few) by programme and quarter.
    """

    teams: float = 0.0
    fji_at_once: float = 0.0
    sqs_a_week: float = 0.0
    quarters: float = 0.0


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
    leads = sum(1 for t in rules.teams if "FJI" in t.programmes)
    hired, joints, screens = [], [], []
    for week in range(len(year.mondays)):
        screenings = dict.fromkeys(starts[("SQS", week)], 1.0)
        joint = {c: 1.0 for s in (week - 2, week - 1, week) for c in starts[("FJI", s)]}
        fieldwork = {c: 1.0 for s in (week - 2, week) for c in starts[("FJI", s)]}
        hired.append(m.column(upper=room.teams))
        joints.append(m.column(upper=room.fji_at_once))
        screens.append(m.column(upper=room.sqs_a_week))
        m.row(screenings | {screens[-1]: -1}, upper=rules.sqs.a_week)
        m.row(joint | {joints[-1]: -1}, upper=rules.fji.at_once)
        m.row(joint | {hired[-1]: -1}, upper=leads)
        m.row(joint | screenings | {hired[-1]: -1}, upper=len(rules.teams))
        second = m.column(worth=-rules.schedule.same_week, upper=len(screenings), integer=False)
        m.row(screenings | {second: -1}, upper=1)
        if fieldwork and screenings:
            beside = m.column(
                worth=-rules.schedule.beside_fji, upper=len(screenings), integer=False
            )
            many = rules.sqs.a_week + room.sqs_a_week
            m.row(screenings | {c: many for c in fieldwork} | {beside: -1}, upper=many)
    for bought, limit in (
        (hired, room.teams),
        (joints, room.fji_at_once),
        (screens, room.sqs_a_week),
    ):
        m.row(dict.fromkeys(bought, 1.0), upper=limit)
    _quarter_limits(m, starts, year, rules, room)


def _quarter_limits(
    m: LinearModel,
    starts: dict[tuple[str, int], list[int]],
    year: InspectionYear,
    rules: Rules,
    room: Room,
) -> None:
    spare = []
    for quarter in range(4):
        for programme, least, most in (
            ("FJI", rules.fji.quarter_least, rules.fji.quarter_most),
            ("SQS", rules.sqs.quarter_least, rules.sqs.quarter_most),
        ):
            terms = {
                column: 1.0
                for week, q in enumerate(year.quarter_of_week)
                if q == quarter
                for column in starts[(programme, week)]
            }
            more, fewer = m.column(upper=room.quarters), m.column(upper=room.quarters)
            spare += [more, fewer]
            m.row(terms | {more: -1, fewer: 1}, lower=least, upper=most)
    m.row(dict.fromkeys(spare, 1.0), upper=room.quarters)


def assign_teams(visits: list[Visit], week_of: dict[str, int], rules: Rules) -> dict[str, str]:
    """The team of each visit, by YOT: a joint inspection holds its team for three weeks.

    Leads of joint inspections are filled first; screenings take the teams that cannot lead one
    before those that can, so that leads stay free. A team hired above the rules is "Extra team".
    """
    busy: set[tuple[str, int]] = set()
    teams: dict[str, str] = {}
    ordered = sorted(
        visits,
        key=lambda v: (v.programme != "FJI", week_of[v.candidate.yot_id], v.candidate.yot_id),
    )
    for visit in ordered:
        week = week_of[visit.candidate.yot_id]
        held = range(week, week + 3) if visit.programme == "FJI" else range(week, week + 1)
        able = [t for t in rules.teams if visit.programme in t.programmes]
        if visit.programme == "SQS":
            able.sort(key=lambda t: "FJI" in t.programmes)
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
