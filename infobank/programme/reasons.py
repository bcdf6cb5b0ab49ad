"""The reason for every visit, in words a meeting can weigh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from infobank.programme.candidates import Candidate
from infobank.programme.timetable import Visit
from infobank.programme.year_rules import Rules
from infobank.ranking import component_title, load_method


def reason_for(
    visit: Visit, total: int, drivers: list[str], draw: Mapping[Hashable, Any] | None, rules: Rules
) -> str:
    """Why this YOT, in two or three sentences.

    Args:
        visit: the chosen visit.
        total: number of YOTs ranked.
        drivers: the components that raise its score most, in words.
        draw: the YOT's line of the random draw, or None.
        rules: the rules.
    """
    c = visit.candidate
    parts = [_why(visit, total, draw, rules)]
    if c.fixed is not None:
        parts.append(c.fixed.words or "The visit was agreed before.")
    if visit.arm == "risk" and drivers:
        parts.append(f"Its score is raised most by: {'; '.join(drivers)}.")
    if visit.arm != "coverage":
        parts.append(_last(c))
    if visit.inside_blackout:
        parts.append(f"The week is inside a period to avoid ({c.away[0][2]}).")
    return " ".join(parts)


def _why(visit: Visit, total: int, draw: Mapping[Hashable, Any] | None, rules: Rules) -> str:
    c = visit.candidate
    place = f"ranked {c.rank} of {total} (95% interval {c.rank_low} to {c.rank_high})"
    if visit.arm == "benchmark":
        return f"Strong performer, for comparison: {place}."
    if visit.arm == "random" and draw is None:
        return f"Drawn at random in an earlier quarter; {place}."
    if visit.arm == "random" and draw is not None:
        return (
            f"Drawn at random, as one of {int(draw['stratum_draws'])} from the "
            f"{int(draw['stratum_size'])} YOTs in band {int(draw['stratum'])} of the draw; {place}."
        )
    if c.reinspection is not None:
        first, last = c.reinspection
        return f"Re-inspection asked for between {_day(first)} and {_day(last)} ({place})."
    if visit.arm == "coverage":
        basis = "assumed Core Case Inspection" if c.assumed else f"last visit, a {c.last_programme}"
        return (
            f"Five-year promise: its {rules.coverage.years} years run out on {_day(c.due)} "
            f"({basis} of {_month(c.last_counted)}); {place}."
        )
    if visit.arm == "risk":
        odds = f", {_percent(c.p_worst)} likely to be among the six highest risks"
        return f"Risk: {place}{odds}.{_for_its_country(visit, rules)}"
    one = rules.programme(visit.programme).words.one
    return f"Range of performance: a {one} in band {c.band} (1 is the highest risk); {place}."


def _for_its_country(visit: Visit, rules: Rules) -> str:
    """What is to be said of a visit that a country is promised."""
    c, kind = visit.candidate, visit.programme
    if not rules.plan(kind).countries.get(c.country):
        return ""
    if c.worst:
        return f" The {kind} in {c.country} is chosen for its risk."
    return (
        f" It is the {kind} in {c.country}: no YOT there of higher risk can have one under the "
        "other rules."
    )


def _last(c: Candidate) -> str:
    if c.last_known is None:
        return "No visit on record; Core Case Inspection between 2009 and 2012 assumed."
    return f"Last visited {_month(c.last_known)} ({c.last_programme})."


def drivers_by_yot(contributions: pd.DataFrame | None, most: int = 2) -> dict[str, list[str]]:
    """The components that raise each YOT's score most, in words, by YOT."""
    if contributions is None or contributions.empty:
        return {}
    ordered = contributions.sort_values(
        ["yot_id", "contribution", "component"], ascending=[True, False, True], kind="stable"
    )
    method = load_method()
    raising = ordered[ordered["contribution"] > 0]
    found: dict[str, list[str]] = {}
    for yot_id, component in zip(raising["yot_id"], raising["component"], strict=True):
        names = found.setdefault(str(yot_id), [])
        if len(names) < most:
            names.append(component_title(method, str(component)))
    return found


def _percent(share: float) -> str:
    return "less than 1%" if share < 0.005 else f"{share:.0%}"


def _month(day: dt.date) -> str:
    return f"{day:%B %Y}"


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
