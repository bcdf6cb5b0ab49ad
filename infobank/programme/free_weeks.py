"""Room in a programme for one more visit: a free week and a free team."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from infobank.programme.candidates import Candidate
from infobank.programme.rules import Rules

if TYPE_CHECKING:
    from infobank.programme.propose import Basis

WEEK = dt.timedelta(weeks=1)


def weeks_held(programme: str, monday: dt.date) -> list[dt.date]:
    """The weeks in which a visit holds its team."""
    return [monday + n * WEEK for n in range(3 if programme == "FJI" else 1)]


def first_free_week(
    lines: pd.DataFrame,
    candidate: Candidate,
    programme: str,
    basis: Basis,
    from_day: dt.date | None = None,
) -> dt.date | None:
    """The first week, on or after a day, in which this visit fits every weekly rule; or None."""
    rules = basis.rules
    held: dict[str, Counter[dt.date]] = {"FJI": Counter(), "SQS": Counter()}
    for kind, start in zip(lines["programme"], lines["week_commencing"], strict=True):
        for day in weeks_held(kind, pd.Timestamp(start).date()):
            held[kind][day] += 1
    leads = sum("FJI" in team.programmes for team in rules.teams)
    for week in sorted(candidate.weeks[programme]):
        monday = basis.year.mondays[week]
        if from_day is not None and monday < from_day:
            continue
        days = weeks_held(programme, monday)
        if any(held["FJI"][d] + held["SQS"][d] >= len(rules.teams) for d in days):
            continue
        if programme == "FJI" and any(
            held["FJI"][d] >= min(rules.fji.at_once, leads) for d in days
        ):
            continue
        if programme == "SQS" and held["SQS"][monday] >= rules.sqs.a_week:
            continue
        if not free_team(lines, programme, monday, rules).startswith("Extra"):
            return monday
    return None


def free_team(lines: pd.DataFrame, programme: str, monday: dt.date, rules: Rules) -> str:
    """A team that is free in the weeks of a visit; "Extra team" if none is."""
    wanted = set(weeks_held(programme, monday))
    busy = {
        team
        for kind, team, start in zip(
            lines["programme"], lines["team"], lines["week_commencing"], strict=True
        )
        if wanted & set(weeks_held(kind, pd.Timestamp(start).date()))
    }
    able = [t for t in rules.teams if programme in t.programmes]
    if programme == "SQS":
        able.sort(key=lambda t: "FJI" in t.programmes)
    return next((t.name for t in able if t.name not in busy), "Extra team")
