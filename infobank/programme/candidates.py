"""What the programme needs to know of every YOT before it can choose."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from infobank.programme.past_visits import LastVisit, add_years, last_visits
from infobank.programme.weeks import (
    BLACKOUT_KINDS,
    REINSPECTION,
    Constraint,
    InspectionYear,
    parse_quarter,
    read_constraints,
    usable_weeks,
)
from infobank.programme.year_rules import FixedVisit, Rules

POINTS_PER_RISK = 100_000  # the objective is counted in whole points, so solvers can agree exactly


@dataclass(frozen=True)
class Candidate:
    """One YOT, as the programme sees it.

    Attributes:
        band: 1 (highest risk) to the number of bands, by rank over the whole register.
        width: width of the 95% rank interval as a share of the register.
        must_cover: its five years run out before the inspection year ends.
        recent: visited within the gap, so it is left alone (unless a re-inspection is asked for).
        reinspection: the window asked for, or None.
        weeks: weeks a visit can start in, by programme.
        black_weeks: weeks only a blackout keeps from it, by programme.
        points: worth of a visit, by programme (whole points).
    """

    yot_id: str
    name: str
    region: str
    country: str
    rank: int
    score: float
    rank_low: int
    rank_high: int
    p_worst: float
    width: float
    place: float
    band: int
    worst: bool
    strong: bool
    size: str
    hours: dict[str, float]
    cases: dict[str, int]
    last_known: dt.date | None
    last_programme: str | None
    last_counted: dt.date
    assumed: bool
    due: dt.date
    must_cover: bool
    recent: bool
    reinspection: tuple[dt.date, dt.date] | None
    fixed: FixedVisit | None
    away: tuple[tuple[dt.date, dt.date, str], ...]
    weeks: dict[str, frozenset[int]]
    black_weeks: dict[str, frozenset[int]]
    points: dict[str, int]


def gap_reference(quarter: str, as_of: dt.date, rules: Rules) -> dt.date:
    """A YOT visited after this day is left alone in the inspection year."""
    quarter_end = parse_quarter(quarter).end_time.date()
    return add_years(min(as_of, quarter_end), -rules.gap_years)


def gather_candidates(
    ranking: pd.DataFrame,
    history: pd.DataFrame,
    constraints: pd.DataFrame,
    year: InspectionYear,
    as_of: dt.date,
    rules: Rules,
) -> list[Candidate]:
    """One candidate per YOT of the ranking, in the order of their ids."""
    ordered = ranking.sort_values("yot_id", kind="stable", ignore_index=True)
    visits = last_visits(ordered["yot_id"].astype(str), history, as_of, rules)
    periods = read_constraints(constraints)
    fixed = {visit.yot_id: visit for visit in rules.fixed}
    reference = gap_reference(year.quarter, as_of, rules)
    total = len(ordered)
    found = []
    for row in ordered.to_dict("records"):
        yot_id = str(row["yot_id"])
        constrained = [p for p in periods if p.yot_id == yot_id]
        visit = visits[yot_id]
        found.append(
            _candidate(row, visit, constrained, fixed.get(yot_id), reference, total, year, rules)
        )
    return found


def _candidate(
    row: Mapping[Hashable, Any],
    visit: LastVisit,
    periods: list[Constraint],
    fixed: FixedVisit | None,
    reference: dt.date,
    total: int,
    year: InspectionYear,
    rules: Rules,
) -> Candidate:
    rank = int(_number(row.get("rank"), total))
    low, high = (
        int(_number(row.get("rank_low_95"), 1)),
        int(_number(row.get("rank_high_95"), total)),
    )
    p_worst = _number(row.get("p_worst_6"), 0.0)
    size = rules.size_of(_number(row.get("population_10_17"), float("nan")))
    away = tuple((p.first_day, p.last_day, p.kind) for p in periods if p.kind in BLACKOUT_KINDS)
    window = _window(periods, year)
    weeks, black = _weeks(away, window, fixed, year, rules)
    place = 1.0 - (rank - 1) / max(1, total - 1)
    width = (high - low) / total
    age = (year.last_day - visit.counted).days / 365.25 / rules.coverage.years
    strong = rank > total - round(rules.performance.strong_share * total)
    return Candidate(
        yot_id=str(row["yot_id"]),
        name=str(row.get("yot_name", row["yot_id"])),
        region=str(row.get("region", "")),
        country=str(row.get("country", "")),
        rank=rank,
        score=_number(row.get("score"), 0.0),
        rank_low=low,
        rank_high=high,
        p_worst=p_worst,
        width=width,
        place=place,
        band=band_of(rank, total, rules.performance.bands),
        worst=rank <= round(rules.performance.worst_share * total),
        strong=strong,
        size=size.name,
        hours={p: rules.visit(p).hours[size.name] for p in rules.planned},
        cases={p: rules.visit(p).cases[size.name] for p in rules.planned},
        last_known=visit.day,
        last_programme=visit.programme,
        last_counted=visit.counted,
        assumed=visit.assumed,
        due=visit.due,
        must_cover=visit.due <= year.last_day,
        recent=visit.day is not None and visit.day > reference and window is None,
        reinspection=window,
        fixed=fixed,
        away=away,
        weeks=weeks,
        black_weeks=black,
        points=_points(p_worst, place, age, width, strong, rules),
    )


def band_of(rank: int, total: int, bands: int) -> int:
    """The band of performance a rank falls in: 1 is the highest risk."""
    return min(bands, (rank - 1) * bands // total + 1)


def _points(
    p_worst: float, place: float, age: float, width: float, strong: bool, rules: Rules
) -> dict[str, int]:
    points = {}
    for programme in rules.planned:
        v = rules.plan(programme).value
        worth = v.risk * p_worst + v.rank * place + v.age * age + v.doubt * width
        if strong and programme in rules.by_risk:  # it shows how the best work, not where risk is
            worth = v.strong * (1 - place)
        points[programme] = round(POINTS_PER_RISK * worth)
    return points


def _window(periods: list[Constraint], year: InspectionYear) -> tuple[dt.date, dt.date] | None:
    for period in periods:
        in_year = period.first_day <= year.last_day and period.last_day >= year.first_day
        if period.kind == REINSPECTION and in_year:
            return period.first_day, period.last_day
    return None


def _weeks(
    away: tuple[tuple[dt.date, dt.date, str], ...],
    window: tuple[dt.date, dt.date] | None,
    fixed: FixedVisit | None,
    year: InspectionYear,
    rules: Rules,
) -> tuple[dict[str, frozenset[int]], dict[str, frozenset[int]]]:
    weeks, black = {}, {}
    periods = [(first, last) for first, last, _ in away]
    for programme in rules.planned:
        settled = fixed is not None and fixed.week_commencing is not None
        possible = usable_weeks(programme, year, [], rules, agreed=settled)
        free = possible
        if periods:
            free = usable_weeks(programme, year, periods, rules, agreed=settled)
        allowed = frozenset(range(len(year.mondays)))
        if window is not None:
            first, last = window
            allowed = frozenset(w for w in allowed if first <= year.mondays[w] <= last)
        if fixed is not None and fixed.week_commencing is not None:
            allowed = frozenset(w for w in allowed if year.mondays[w] == fixed.week_commencing)
        weeks[programme] = free & allowed
        black[programme] = (possible - free) & allowed
    return weeks, black


def _number(value: object, otherwise: float) -> float:
    """A number, or ``otherwise`` where the table has none."""
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return otherwise
    return float(np.asarray(value, dtype="float64"))
