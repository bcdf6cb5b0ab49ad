"""The programme of five years, quarter by quarter: who comes when if nothing changes.

An indication, made again each quarter: later years will have other rankings and other draws. The
random arm's visits are filled as if planned; when a year comes they are drawn.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from infobank.domain.in_words import counted, listed
from infobank.domain.programmes import by_programme
from infobank.programme.candidates import POINTS_PER_RISK, Candidate
from infobank.programme.milp import LinearModel
from infobank.programme.propose import Basis
from infobank.programme.rules.named import name_of, sorted_rules
from infobank.programme.rules.rows import MANY, Option, Row, ask
from infobank.programme.rules.weeks import pace
from infobank.programme.rules.year import OF_A_YEAR
from infobank.programme.weeks import parse_quarter
from infobank.programme.year_rules import Rules

QUARTERS = 20
# What is known of risk today says less about later years; assumption.
FADING_A_YEAR = 0.8
_BEND_FACTOR = 20


@dataclass(frozen=True)
class FiveYears:
    """The five-year view.

    Attributes:
        table: one row per visit: quarter, yot_id, yot_name, programme, due (day its five years run
            out, as known today), hours.
        unkept: names of YOTs whose five years run out before a visit could be found.
        bent: yearly or quarterly rules that had to give way somewhere.
        gap: proven relative distance from the best possible.
        seconds: solver time; for people.
        sentence: what the view shows.
    """

    table: pd.DataFrame
    unkept: list[str]
    bent: list[str]
    gap: float
    seconds: float
    sentence: str


def plan_five_years(
    basis: Basis,
    programme: pd.DataFrame | None = None,
    *,
    seconds: float = 55.0,
    gap: float = 0.001,
) -> FiveYears:
    """Lay visits over twenty quarters under the yearly and quarterly rules.

    Args:
        basis: the YOTs and the rules.
        programme: the programme of the first year, whose visits stay as they are; None plans the
            first year too.
        seconds: the solver's time.
        gap: relative gap at which it may stop.

    Raises:
        SolverStoppedError: if nothing was found in time.
    """
    rules = basis.rules
    candidates = [basis.candidates[y] for y in sorted(basis.candidates)]
    m = LinearModel()
    visit: dict[tuple[int, int, str], int] = {}
    missed: dict[int, int] = {}
    first = parse_quarter(basis.year.quarter) + 1
    settled = _settled(programme, basis)
    begin = 0 if programme is None else 4
    for n, c in enumerate(candidates):
        _yot(m, n, c, visit, missed, first, rules, settled.get(c.yot_id), begin)
    bends = _years(m, candidates, visit, rules, begin)
    answer = m.maximise(seconds=seconds, gap=gap)
    if not answer.feasible:
        answer = m.maximise(open_rules=None, seconds=seconds, gap=gap)
    rows = [
        (_name(first + q), c.yot_id, c.name, p, c.due, c.hours[p])
        for (n, q, p), column in visit.items()
        if answer.found[column] > 0.5
        for c in [candidates[n]]
    ]
    columns = ["quarter", "yot_id", "yot_name", "programme", "due", "hours"]
    table = pd.DataFrame(rows, columns=columns)
    table["due"] = pd.to_datetime(table["due"]).astype("datetime64[s]")
    table = by_programme(table, ["yot_id"]).sort_values("quarter", kind="stable", ignore_index=True)
    unkept = [candidates[n].name for n, column in missed.items() if answer.found[column] > 0.5]
    kept = "every YOT is visited before its five years run out."
    if unkept:
        kept = f"the five-year promise cannot be kept for {counted(sorted(unkept), 'YOTs')}."
    sentence = f"{len(table)} visits in {QUARTERS} quarters; {kept}"
    given = sorted_rules(rule for column, rule in bends.items() if answer.found[column] > 0.5)
    if given:
        sentence += f" Rules that could not be kept in every year: {listed(map(name_of, given))}."
    return FiveYears(table, unkept, given, answer.gap, answer.seconds, sentence)


def _name(period: pd.Period) -> str:
    return f"{period.year}-Q{period.quarter}"


def _settled(programme: pd.DataFrame | None, basis: Basis) -> dict[str, tuple[int, str]]:
    """Quarter and programme of each visit of the first year, by YOT."""
    if programme is None:
        return {}
    place = dict(zip(basis.year.mondays, basis.year.quarter_of_week, strict=True))
    return {
        str(yot_id): (place[pd.Timestamp(week).date()], str(kind))
        for yot_id, kind, week in zip(
            programme["yot_id"], programme["programme"], programme["week_commencing"], strict=True
        )
    }


def _yot(
    m: LinearModel,
    n: int,
    c: Candidate,
    visit: dict[tuple[int, int, str], int],
    missed: dict[int, int],
    first: pd.Period,
    rules: Rules,
    settled: tuple[int, str] | None,
    begin: int,
) -> None:
    """Columns of one YOT, its gap between visits, and its five years.

    Before ``begin`` there is no visit but the one that is settled.
    """
    gap = 4 * rules.gap_years
    if settled is not None:
        visit[n, *settled] = m.column(worth=c.points[settled[1]], lower=1.0)
    for q in range(begin, QUARTERS):
        if not _can_be_visited(c, first + q, rules):
            continue
        for p in rules.planned:
            worth = c.points[p] * FADING_A_YEAR ** (q // 4)
            visit[n, q, p] = m.column(worth=round(worth))
    for q in range(QUARTERS - gap + 1):
        window = [
            visit[k] for j in range(q, q + gap) for p in rules.planned if (k := (n, j, p)) in visit
        ]
        m.row(dict.fromkeys(window, 1.0), upper=1)
    last = (pd.Period(c.due, freq="Q") - first).n if c.due >= first.start_time.date() else 3
    if last < QUARTERS:
        price = rules.price_in_hours("coverage") / rules.hours_per_risk
        missed[n] = m.column(worth=-round(price * POINTS_PER_RISK))
        soon = {
            visit[k]: 1.0
            for j in range(last + 1)
            for p in rules.planned
            if (k := (n, j, p)) in visit
        }
        m.row(soon | {missed[n]: 1}, lower=1)


def _can_be_visited(c: Candidate, period: pd.Period, rules: Rules) -> bool:
    start, mondays = _weeks_of(period)
    if c.last_known is not None and c.reinspection is None:
        rested = pd.Timestamp(c.last_known) + pd.DateOffset(years=rules.gap_years)
        if rested.date() > start:
            return False
    return any(
        not any(a <= day + dt.timedelta(days=4) and b >= day for a, b, _ in c.away)
        for day in mondays
    )


@lru_cache(maxsize=QUARTERS + 4)
def _weeks_of(period: pd.Period) -> tuple[dt.date, list[dt.date]]:
    """The first day of a quarter, and its Mondays."""
    start, end = period.start_time.date(), period.end_time.date()
    return start, list(pd.date_range(start, end, freq="W-MON").date)


def _years(
    m: LinearModel,
    candidates: list[Candidate],
    visit: dict[tuple[int, int, str], int],
    rules: Rules,
    begin: int,
) -> dict[int, str]:
    """Counts, mix and hours of every year, pace of every quarter; each can give way at its price.

    The quarters before ``begin`` are settled and not judged again.

    Returns:
        The rule behind each column that lets one give way.
    """
    bends: dict[int, str] = {}

    def give_way(row: Row, most: float) -> int:
        points = rules.price_in_hours(row.rule) / rules.hours_per_risk * POINTS_PER_RISK
        # A later year may have fewer, or more, than this one could.
        column = m.slack(row.rule, upper=max(most, MANY))
        # Dear enough that no visit's worth can pay for it: a rule gives way only where it must.
        m.worth[column] = -round(_BEND_FACTOR * points)
        bends[column] = row.rule
        return column

    for q in range(begin, QUARTERS):
        for p in rules.planned:
            now = {col: 1.0 for (_, j, kind), col in visit.items() if j == q and kind == p}
            ask(m, pace(now, p, q % 4 + 1, rules), give_way)
    for year in range(begin // 4, QUARTERS // 4):
        options = [
            Option(candidates[n], p, col) for (n, q, p), col in visit.items() if q // 4 == year
        ]
        for rule in OF_A_YEAR:
            for row in rule(options, rules):
                ask(m, row, give_way)
    return bends
