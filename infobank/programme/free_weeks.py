"""Room in a programme for one more visit: a free week and a free team."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING

import pandas as pd

from infobank.programme.candidates import Candidate
from infobank.programme.year_rules import Rules

if TYPE_CHECKING:
    from infobank.programme.propose import Basis


def first_free_week(
    lines: pd.DataFrame,
    candidate: Candidate,
    programme: str,
    basis: Basis,
    from_day: dt.date | None = None,
) -> dt.date | None:
    """The first week, on or after a day, in which this visit fits every weekly rule; or None."""
    rules = basis.rules
    held: dict[str, Counter[dt.date]] = {kind: Counter() for kind in rules.planned}
    for kind, start in zip(lines["programme"], lines["week_commencing"], strict=True):
        held[kind].update(rules.visit(kind).held(pd.Timestamp(start).date()))
    for week in sorted(candidate.weeks[programme]):
        monday = basis.year.mondays[week]
        if from_day is not None and monday < from_day:
            continue
        if _has_room(held, programme, monday, rules) and not free_team(
            lines, programme, monday, rules
        ).startswith("Extra"):
            return monday
    return None


def _has_room(
    held: dict[str, Counter[dt.date]], programme: str, monday: dt.date, rules: Rules
) -> bool:
    """Whether one visit more keeps the rules of each week that it holds its team."""
    for day in rules.visit(programme).held(monday):
        if held[programme][day] >= rules.plan(programme).at_once:
            return False
        if sum(count[day] for count in held.values()) >= len(rules.teams):
            return False
    return True


def free_team(lines: pd.DataFrame, programme: str, monday: dt.date, rules: Rules) -> str:
    """A team that is free in the weeks of a visit; "Extra team" if none is."""
    wanted = set(rules.visit(programme).held(monday))
    busy = {
        team
        for kind, team, start in zip(
            lines["programme"], lines["team"], lines["week_commencing"], strict=True
        )
        if wanted & set(rules.visit(kind).held(pd.Timestamp(start).date()))
    }
    return next((t.name for t in rules.able(programme) if t.name not in busy), "Extra team")
