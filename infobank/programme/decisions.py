"""The meeting: decisions applied to a proposal one by one, each with its effect.

The proposal is never edited. Decisions stand beside it, in the order they were taken, and the final
programme is what the two give together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from infobank.domain.in_words import listed
from infobank.programme.candidates import POINTS_PER_RISK, Candidate
from infobank.programme.check import Violation, check_programme
from infobank.programme.choose import arm_of
from infobank.programme.free_weeks import first_free_week, free_team
from infobank.programme.propose import Basis, Proposal, typed_programme
from infobank.programme.weeks import notice_date

ACTIONS = ("approve", "swap", "defer", "add", "remove")
DECISION_COLUMNS = (
    "quarter",
    "decision",
    "action",
    "yot_id",
    "other_yot_id",
    "programme",
    "week_commencing",
    "who",
    "why",
    "decided_on",
)


class DecisionError(ValueError):
    """A decision that cannot be carried out; the message says why and what to do."""


@dataclass(frozen=True)
class Measure:
    """What a programme amounts to.

    Attributes:
        risk: expected members of the six highest risks that it visits; a screening counts in part
            (its value in the rules).
        hours: inspection hours.
        past_five_years: YOTs whose five years run out this year and that it does not visit.
    """

    risk: float
    hours: float
    past_five_years: int


@dataclass(frozen=True)
class Final:
    """What the meeting decided.

    Attributes:
        programme: the final programme; the proposal's columns and ``decision``, which says in words
            how each line came about.
        decisions: one row per decision with its effect: risk_change (expected members of the worst
            six), hours_change, past_five_years_change, new_violations, effect (a sentence).
        violations: the rules the final programme breaks.
        approved: whether the meeting approved the whole programme.
        proposed: measure of the proposal.
        final: measure of the final programme.
    """

    programme: pd.DataFrame
    decisions: pd.DataFrame
    violations: list[Violation]
    approved: bool
    proposed: Measure
    final: Measure


def empty_decisions() -> pd.DataFrame:
    """A table of decisions without a row."""
    return pd.DataFrame({column: pd.Series(dtype="str") for column in DECISION_COLUMNS})


def apply_decisions(proposal: Proposal, decisions: pd.DataFrame) -> Final:
    """Apply decisions in their order.

    Args:
        proposal: the proposal; it stays as it is.
        decisions: action, yot_id, other_yot_id (who comes in, for a swap), programme (for add),
            week_commencing (optional for add, swap and defer), who, why, decided_on. An approval
            without a YOT approves the programme as a whole.

    Raises:
        DecisionError: if one cannot be carried out.
    """
    basis = proposal.basis
    lines = proposal.programme.copy()
    lines["decision"] = "as proposed"
    start = before = measure(lines, basis)
    broken = broken_by(lines, proposal)
    approved = False
    records = []
    for number, row in enumerate(decisions.to_dict("records"), start=1):
        entry = _entry(row, number)
        approved = approved or (entry["action"] == "approve" and not entry["yot_id"])
        lines = _carry_out(lines, entry, basis)
        entry |= _where_it_landed(lines, entry)
        after, now_broken = measure(lines, basis), broken_by(lines, proposal)
        old = {v.sentence for v in broken}
        new = [v.sentence for v in now_broken if v.sentence not in old]
        records.append(
            {
                "quarter": basis.year.quarter,
                "decision": number,
                **{c: entry[c] for c in DECISION_COLUMNS[2:]},
                "risk_change": after.risk - before.risk,
                "hours_change": after.hours - before.hours,
                "past_five_years_change": after.past_five_years - before.past_five_years,
                "new_violations": " ".join(new),
                "effect": _effect(before, after, len(new)),
            }
        )
        before, broken = after, now_broken
    return Final(lines, _typed(records), broken, approved, start, before)


def measure(lines: pd.DataFrame, basis: Basis) -> Measure:
    """Risk covered, hours and the five-year promise of a programme.

    A visit put off to a week outside the inspection year covers nothing in it.
    """
    lines = lines[lines["week_commencing"].dt.date.isin(basis.year.mondays)]
    risk = 0.0
    for yot_id, programme in zip(lines["yot_id"], lines["programme"], strict=True):
        share = basis.rules.plan(programme).value.risk
        candidate = basis.candidates.get(yot_id)
        risk += share * candidate.p_worst if candidate else 0.0
    visited = set(lines["yot_id"])
    missed = sum(c.must_cover and c.yot_id not in visited for c in basis.candidates.values())
    # Rounded to a point of the objective, so that the order of adding leaves no trace.
    return Measure(
        round(risk * POINTS_PER_RISK) / POINTS_PER_RISK, float(lines["hours"].sum()), missed
    )


def broken_by(lines: pd.DataFrame, proposal: Proposal) -> list[Violation]:
    """The rules that a programme breaks, by the facts its proposal was made from."""
    b = proposal.basis
    return check_programme(
        lines,
        b.rules,
        b.constraints,
        b.history,
        b.ranking,
        quarter=b.year.quarter,
        as_of=b.as_of,
        draw=proposal.draw,
    )


def _entry(row: Mapping[Hashable, Any], number: int) -> dict[str, str]:
    """One decision as text, refused if who, why or the action is missing."""
    entry = {}
    for column in DECISION_COLUMNS[2:]:
        value = row.get(column)
        text = "" if value is None or pd.isna(value) else str(value).strip()
        is_day = column in ("week_commencing", "decided_on")
        entry[column] = pd.Timestamp(text).date().isoformat() if is_day and text else text
    if entry["action"] not in ACTIONS:
        raise DecisionError(
            f"Decision {number} has the action {entry['action']!r}; use {', '.join(ACTIONS)}."
        )
    for column, what in (("who", "who decided"), ("why", "why"), ("decided_on", "when")):
        if not entry[column]:
            raise DecisionError(f"Decision {number} ({entry['action']}) does not say {what}.")
    return entry


def _carry_out(lines: pd.DataFrame, entry: dict[str, str], basis: Basis) -> pd.DataFrame:
    action, yot_id = entry["action"], entry["yot_id"]
    note = f"{action}: {entry['why']} ({entry['who']}, {entry['decided_on']})"
    if action == "approve":
        return _approve(lines, yot_id, note, basis)
    if action == "add":
        programme = entry["programme"]
        if programme not in basis.rules.planned:
            kinds = listed(basis.rules.planned, "or", most=None)
            raise DecisionError(f"To add {_name(yot_id, basis)} say {kinds}.")
        return _add(lines, yot_id, programme, entry["week_commencing"], note, basis)
    line = _line(lines, yot_id, action, basis)
    rest = lines[lines["yot_id"] != yot_id]
    if action == "remove":
        return rest.reset_index(drop=True)
    programme = str(line["programme"])
    if action == "swap":
        other = entry["other_yot_id"]
        week = entry["week_commencing"] or _same_week(rest, other, line, basis)
        return _add(rest, other, programme, week, note, basis)
    later = pd.Timestamp(line["week_commencing"]).date() + dt.timedelta(weeks=1)
    return _add(rest, yot_id, programme, entry["week_commencing"], note, basis, line, later)


def _where_it_landed(lines: pd.DataFrame, entry: dict[str, str]) -> dict[str, str]:
    """Programme and week of the visit a decision brought in or moved, for the record."""
    whom = {"swap": entry["other_yot_id"], "add": entry["yot_id"], "defer": entry["yot_id"]}
    found = lines[lines["yot_id"] == whom.get(entry["action"], "")]
    if found.empty:
        return {}
    line = found.iloc[0]
    week = pd.Timestamp(line["week_commencing"]).date().isoformat()
    return {"programme": str(line["programme"]), "week_commencing": week}


def _approve(lines: pd.DataFrame, yot_id: str, note: str, basis: Basis) -> pd.DataFrame:
    lines = lines.copy()
    if yot_id:
        _line(lines, yot_id, "approve", basis)
        lines.loc[lines["yot_id"] == yot_id, "decision"] = note
    else:
        untouched = lines["decision"] == "as proposed"
        lines.loc[untouched, "decision"] = note
    return lines


def _line(lines: pd.DataFrame, yot_id: str, action: str, basis: Basis) -> pd.Series:
    found = lines[lines["yot_id"] == yot_id]
    if found.empty:
        raise DecisionError(
            f"{_name(yot_id, basis)} is not in the programme, so there is nothing to {action}."
        )
    return found.iloc[0]


def _name(yot_id: str, basis: Basis) -> str:
    return basis.candidates[yot_id].name if yot_id in basis.candidates else repr(yot_id)


def _same_week(rest: pd.DataFrame, other: str, line: pd.Series, basis: Basis) -> str:
    """The week given up, if the YOT coming in can have it and it has room; else none."""
    monday = pd.Timestamp(line["week_commencing"]).date()
    candidate = basis.candidates.get(other)
    if candidate is None:
        return ""
    fits = first_free_week(rest, candidate, str(line["programme"]), basis, from_day=monday)
    return monday.isoformat() if fits == monday else ""


def _add(
    lines: pd.DataFrame,
    yot_id: str,
    programme: str,
    week: str,
    note: str,
    basis: Basis,
    line: pd.Series | None = None,
    from_day: dt.date | None = None,
) -> pd.DataFrame:
    candidate = basis.candidates.get(yot_id)
    if candidate is None:
        raise DecisionError(f"{yot_id!r} is not a YOT of the register; use its yot_id.")
    if yot_id in set(lines["yot_id"]):
        raise DecisionError(f"{candidate.name} is in the programme already.")
    monday = dt.date.fromisoformat(week) if week else None
    if monday is None:
        monday = first_free_week(lines, candidate, programme, basis, from_day=from_day)
    if monday is None:
        raise DecisionError(
            f"There is no free week {'later ' if from_day else ''}in the inspection year for an "
            f"{programme} at {candidate.name}; name a week, or free one first."
        )
    record = _new_line(lines, candidate, programme, monday, note, basis, line)
    table = pd.concat([lines, pd.DataFrame([record])], ignore_index=True)
    return typed_programme(table)


def _new_line(
    lines: pd.DataFrame,
    candidate: Candidate,
    programme: str,
    monday: dt.date,
    note: str,
    basis: Basis,
    line: pd.Series | None,
) -> dict[str, Any]:
    words = note.partition(": ")[2]
    return {
        "quarter": basis.year.quarter,
        "yot_id": candidate.yot_id,
        "yot_name": candidate.name,
        "programme": programme,
        "week_commencing": pd.Timestamp(monday),
        "second_week": basis.rules.visit(programme).second_week(monday),
        "team": free_team(lines, programme, monday, basis.rules),
        "notice_date": pd.Timestamp(notice_date(programme, monday, basis.rules)),
        "hours": candidate.hours[programme],
        "cases_to_sample": candidate.cases[programme],
        "arm": arm_of(candidate, programme, False, basis.rules) if line is None else line["arm"],
        "inclusion_probability": None if line is None else line["inclusion_probability"],
        "reason": f"Decided by the meeting: {words}." if line is None else line["reason"],
        "decision": note,
    }


def _effect(before: Measure, after: Measure, new: int) -> str:
    def change(amount: float, unit: str, form: str) -> str:
        if abs(amount) < 5e-6:
            return f"{unit} unchanged"
        return f"{unit} {'+' if amount > 0 else '-'}{format(abs(amount), form)}"

    parts = [
        change(after.risk - before.risk, "risk covered", ".3f"),
        change(after.hours - before.hours, "hours", ",.0f"),
        change(after.past_five_years - before.past_five_years, "YOTs past five years", ".0f"),
    ]
    broken = (
        "no rule newly broken" if not new else f"{new} rule{'s' if new > 1 else ''} newly broken"
    )
    sentence = ", ".join([*parts, broken])
    return sentence[0].upper() + sentence[1:] + "."


def _typed(records: list[dict[str, Any]]) -> pd.DataFrame:
    columns = [*DECISION_COLUMNS, "risk_change", "hours_change", "past_five_years_change"]
    columns += ["new_violations", "effect"]
    frame = pd.DataFrame.from_records(records, columns=columns)
    for column in ("week_commencing", "decided_on"):
        frame[column] = pd.to_datetime(frame[column].replace("", None)).astype("datetime64[s]")
    for column in ("decision", "past_five_years_change"):
        frame[column] = frame[column].astype("Int64")
    for column in ("risk_change", "hours_change"):
        frame[column] = frame[column].astype("float64")
    texts = ["quarter", "action", "yot_id", "other_yot_id", "programme", "who", "why"]
    for column in [*texts, "new_violations", "effect"]:
        frame[column] = frame[column].astype("str")
    return frame
