"""A meeting in words and small tables, for the screen, for forms and for artifacts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from infobank.domain.in_words import chosen_for, day_in_words
from infobank.meeting.meeting import Meeting
from infobank.meeting.minutes import Entry, standing

_DONE = {
    "approve": "{yot} is approved",
    "swap": "{other} in place of {yot}",
    "defer": "{yot} goes to another week",
    "add": "{yot} comes in",
    "remove": "{yot} is taken out",
    "withdraw": "Decision {withdraws} is withdrawn",
}


def entry_in_words(entry: Entry, meeting: Meeting) -> str:
    """What was decided, in a sentence without who and why."""
    if entry.action == "approve" and not entry.yot_id:
        return "The programme is approved."
    sentence = _DONE[entry.action].format(
        yot=meeting.name(entry.yot_id),
        other=meeting.name(entry.other_yot_id),
        withdraws=entry.withdraws,
    )
    if entry.week_commencing:
        week = day_in_words(date.fromisoformat(entry.week_commencing))
        sentence += f" ({entry.programme}, week of {week})"
    return f"{sentence}."


def decisions_in_words(meeting: Meeting) -> list[dict[str, Any]]:
    """Every decision recorded, as rows of a table to look at."""
    stands = {entry.decision for entry in standing(meeting.entries)}
    return [
        {
            "no.": entry.decision,
            "decision": entry_in_words(entry, meeting),
            "why": entry.why,
            "who": entry.who,
            "on": entry.decided_on,
            "effect": " ".join(filter(None, (entry.effect, entry.new_violations))),
            "in force": _whether_it_stands(entry, stands, meeting),
        }
        for entry in meeting.entries
    ]


def _whether_it_stands(entry: Entry, stands: set[int], meeting: Meeting) -> str:
    if entry.action == "withdraw":
        return ""
    if entry.decision in meeting.lapsed:
        return f"cannot be carried out any longer: {meeting.lapsed[entry.decision]}"
    return "yes" if entry.decision in stands else "withdrawn"


def measures(meeting: Meeting) -> list[dict[str, str]]:
    """The proposal and the current programme, one row per measure."""
    was, now = meeting.final.proposed, meeting.final.final
    rows = [
        ("visits", len(meeting.proposal.programme), len(meeting.final.programme), ",.0f"),
        ("risk covered (expected number of the six highest risks)", was.risk, now.risk, ".3f"),
        ("inspection hours", was.hours, now.hours, ",.0f"),
        ("YOTs left past their five years", was.past_five_years, now.past_five_years, ",.0f"),
        (
            "rules broken",
            len(meeting.proposal.violations),
            len(meeting.final.violations),
            ",.0f",
        ),
    ]
    return [
        {
            "": name,
            "proposal": format(before, form),
            "now": format(after, form),
            "change": "none" if before == after else format(after - before, f"+{form}"),
        }
        for name, before, after, form in rows
    ]


def newly_broken(meeting: Meeting) -> list[str]:
    """The rules that the programme breaks now and the proposal did not, in sentences."""
    before = set(meeting.proposal.violations)
    return [v.sentence for v in meeting.final.violations if v.sentence not in before]


def visits(programme: pd.DataFrame) -> list[dict[str, Any]]:
    """A programme as rows of a table to look at, in the order of programmes, then by week."""
    return [
        {
            "programme": row["programme"],
            "YOT": row["yot_name"],
            "week": pd.Timestamp(row["week_commencing"]).date().isoformat(),
            "team": row["team"],
            "hours": f"{row['hours']:,.0f}",
            "how": row.get("decision") or chosen_for(row["arm"]),
            "why": row["reason"],
        }
        for row in programme.to_dict("records")
    ]


def standing_in_words(meeting: Meeting) -> list[str]:
    """What the meeting has decided so far, a sentence each."""
    stands = len(meeting.standing)
    sentences = [
        f"{meeting.quarter}, as of {meeting.proposed.as_of}: {len(meeting.proposal.programme)} "
        f"visits proposed; {stands} of {len(meeting.entries)} recorded decisions are in force."
    ]
    sentences += meeting.proposed.caveats
    if meeting.proposed.synthetic:
        sentences.insert(0, "SYNTHETIC: real YOT names with made-up figures.")
    if meeting.earlier_proposal:
        sentences.append(
            "A run has changed the proposal since decisions were taken on it. The decisions are "
            "applied to the proposal as it is now; look at their effect again."
        )
    sentences += [
        f"Decision {number} cannot be carried out any longer: {reason}"
        for number, reason in meeting.lapsed.items()
    ]
    if meeting.approved:
        sentences.append("The programme is approved.")
    return sentences
