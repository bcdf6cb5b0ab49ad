"""Visits agreed at earlier meetings, as the next proposal takes them up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from infobank.domain.programmes import load_programmes
from infobank.programme.earlier_meetings import OUT
from infobank.programme.weeks import REINSPECTION, InspectionYear, read_constraints
from infobank.programme.year_rules import FixedVisit, Rules

_DONE = {
    "approve": "approved with the programme",
    "swap": "swapped in",
    "defer": "given this week",
    "add": "added",
    "remove": "taken out",
    "swap out": "swapped out",
}


_FRIDAY = dt.timedelta(days=4)


@dataclass(frozen=True)
class Agreed:
    """What earlier meetings leave for an inspection year.

    Attributes:
        fixed: the visits to be kept, one per YOT, in the order of their ids.
        held: visits of before the year that should have taken place and are not on record yet, in
            the form of the history: yot_id, programme, fieldwork_end.
        out: what is said of each YOT that a meeting took out, by YOT.
        notes: what could not be taken over as agreed, a sentence each.
    """

    fixed: tuple[FixedVisit, ...]
    held: pd.DataFrame
    out: dict[str, str]
    notes: tuple[str, ...]


def carry_forward(
    agreed: pd.DataFrame | None,
    ranking: pd.DataFrame,
    history: pd.DataFrame,
    constraints: pd.DataFrame,
    year: InspectionYear,
    as_of: dt.date,
    rules: Rules,
) -> Agreed:
    """Sort what was agreed into visits to be kept, visits held meanwhile, and YOTs taken out.

    Args:
        agreed: as ``earlier_meetings.earlier_visits`` gives it; None: nothing was agreed.
        ranking: says which YOTs are in force.
        history: the visits on record.
        constraints: the periods of YOTs; a re-inspection asked for in other weeks goes first.
        year: the inspection year of the new proposal.
        as_of: what was known on this day.
        rules: the rules.
    """
    fixed: list[FixedVisit] = []
    held: list[tuple[str, str, pd.Timestamp, bool]] = []
    out: dict[str, str] = {}
    notes: list[str] = []
    known = set(ranking["yot_id"])
    windows = _windows(constraints, year)
    done = _last_days(history, as_of)
    for row in [] if agreed is None else agreed.to_dict("records"):
        yot_id, programme = str(row["yot_id"]), str(row["programme"])
        if row["action"] in OUT:
            out[yot_id] = in_words(row)
            continue
        monday = pd.Timestamp(row["week_commencing"]).date()
        window = windows.get(yot_id)
        if monday < year.first_day:
            end = _last_week(programme, monday) + _FRIDAY
            fresh = (year.first_day - end).days <= rules.results_within_days
            # A visit that lies ahead, before the inspection year, is as good as held: the YOT is
            # not visited twice because the newest delivery is older than the visit.
            ahead = end > as_of
            if (ahead or fresh) and done.get(yot_id, dt.date.min) < monday:
                held.append((yot_id, programme, pd.Timestamp(end), ahead))
        elif yot_id not in known:
            notes.append(
                f"The {programme} of {row['yot_name']} agreed for the week of {monday} falls away: "
                "it is not in force any longer."
            )
        elif programme not in rules.planned:
            notes.append(
                f"The {programme} of {row['yot_name']} agreed for the week of {monday} falls away: "
                f"no {programme} is planned in the inspection year."
            )
        elif window is not None and not window[0] <= monday <= window[1]:
            notes.append(
                f"The {programme} of {row['yot_name']} agreed for the week of {monday} gives way "
                f"to the re-inspection asked for between {window[0]} and {window[1]}."
            )
        elif monday in year.mondays:
            fixed.append(_fixed(row, yot_id, programme, monday))
    frame = pd.DataFrame(held, columns=["yot_id", "programme", "fieldwork_end", "planned"])
    if held:
        notes.append(
            f"{len(held)} visits agreed for the weeks before the inspection year have no result on "
            "record yet; the programme assumes that they took place as agreed."
        )
    return Agreed(tuple(sorted(fixed, key=lambda v: v.yot_id)), frame, out, tuple(notes))


def _last_week(programme: str, monday: dt.date) -> dt.date:
    """The last week of fieldwork of a visit, whether or not its programme is still planned."""
    known = load_programmes().get(programme)
    return known.visit.fieldwork(monday)[-1] if known and known.visit else monday


def in_words(row: Mapping[Hashable, Any]) -> str:
    """Who settled it, when and why, in a sentence."""
    done = _DONE[str(row["action"])]
    day = pd.Timestamp(row["decided_on"])
    return (
        f"The meeting on {row['meeting']} decided: {done} ({_closed(row['why'])} {row['who']}, "
        f"{day.day} {day:%B %Y}; decision {int(row['decision'])})."
    )


def _closed(words: Any) -> str:
    text = str(words).strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def outcomes(agreed: pd.DataFrame, programme: pd.DataFrame, year: InspectionYear) -> list[str]:
    """What became of each row agreed, in the proposal: one word or two for each.

    kept; given up (the rules priced it below what it stood in the way of); before the year;
    proposed again; left out.
    """
    visits = {
        str(r["yot_id"]): (str(r["programme"]), pd.Timestamp(r["week_commencing"]))
        for r in programme.to_dict("records")
    }
    found = []
    for row in agreed.to_dict("records"):
        visit = visits.get(str(row["yot_id"]))
        if row["action"] in OUT:
            found.append("proposed again" if visit else "left out")
        elif pd.Timestamp(row["week_commencing"]).date() < year.first_day:
            found.append("before the year")
        else:
            same = visit == (str(row["programme"]), pd.Timestamp(row["week_commencing"]))
            found.append("kept" if same else "given up")
    return found


def agreed_in_words(agreed: pd.DataFrame) -> list[str]:
    """What a proposal makes of earlier meetings, in sentences: none if they agreed nothing.

    Args:
        agreed: rows of ``out/agreed_visit`` of one quarter.
    """
    inside = agreed[agreed["outcome"].isin(["kept", "given up"])]
    sentences = []
    if len(inside):
        kept = int((inside["outcome"] == "kept").sum())
        meetings = ", ".join(sorted(set(inside["meeting"])))
        sentences.append(
            f"{kept} of {len(inside)} visits agreed at earlier meetings (on {meetings}) keep their "
            "week in this proposal."
        )
    for row in agreed.to_dict("records"):
        if row["outcome"] in ("given up", "proposed again"):
            sentences.append(f"{row['yot_name']} is {row['outcome']}. {in_words(row)}")
    left = agreed[agreed["outcome"] == "left out"]
    if len(left):
        names = "; ".join(f"{r['yot_name']} ({r['why']})" for r in left.to_dict("records"))
        sentences.append(f"Taken out by earlier meetings, and not proposed now: {names}.")
    return sentences


def _fixed(row: Mapping[Hashable, Any], yot_id: str, programme: str, monday: dt.date) -> FixedVisit:
    chance = row["inclusion_probability"]
    return FixedVisit(
        yot_id,
        programme,
        monday,
        arm="" if pd.isna(row["arm"]) else str(row["arm"]),
        inclusion_probability=None if pd.isna(chance) else float(chance),
        words=in_words(row),
    )


def _windows(constraints: pd.DataFrame, year: InspectionYear) -> dict[str, tuple[dt.date, dt.date]]:
    found: dict[str, tuple[dt.date, dt.date]] = {}
    for period in read_constraints(constraints):
        in_year = period.first_day <= year.last_day and period.last_day >= year.first_day
        if period.kind == REINSPECTION and in_year:
            found.setdefault(period.yot_id, (period.first_day, period.last_day))
    return found


def _last_days(history: pd.DataFrame, as_of: dt.date) -> dict[str, dt.date]:
    if history.empty:
        return {}
    days = pd.to_datetime(history["fieldwork_end"])
    seen = history.assign(fieldwork_end=days)[days <= pd.Timestamp(as_of)]
    latest = seen.groupby("yot_id")["fieldwork_end"].max()
    return {str(yot_id): day.date() for yot_id, day in latest.items()}
