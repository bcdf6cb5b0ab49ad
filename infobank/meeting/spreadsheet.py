"""The programme as a spreadsheet for the meeting, edited by hand and read back as decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from infobank.domain.findings import Finding
from infobank.meeting.decision import Decision
from infobank.meeting.meeting import Meeting
from infobank.meeting.words import newly_broken, standing_in_words
from infobank.programme.edited_programme import SLIPS, EditedProgramme, read_programme_workbook
from infobank.programme.programme_workbook import HEADINGS, write_programme_workbook

_NOT_FOR_A_MEETING = ("quarter", "yot_id", "yot_name", "arm", "inclusion_probability", "reason")


@dataclass(frozen=True)
class Edited:
    """A spreadsheet read back.

    Attributes:
        findings: every rule the edit broke and every cell that cannot be read, with its place.
        slips: those findings that are slips of the pen: a cell that cannot be read, a week that is
            none, a YOT that is unknown or stands twice. They must be put right before the
            spreadsheet is accepted.
        already: rules that the programme as it stands breaks already, in sentences.
        changes: what differs from the programme as it stands, a sentence each.
        decisions: the decisions that make the spreadsheet's programme of it.
        programme: the programme as the spreadsheet has it.
    """

    findings: list[Finding]
    slips: list[Finding]
    already: list[str]
    changes: list[str]
    decisions: list[Decision]
    programme: pd.DataFrame


def export_workbook(meeting: Meeting, path: Path) -> None:
    """Write the current programme to a spreadsheet that can be edited and read back."""
    notes = [
        *standing_in_words(meeting),
        "Change YOT, programme or week on the sheet Programme, delete or add lines, save, and "
        "read it back with: infobank meeting read FILE.xlsx",
        *meeting.proposal.notes,
        *meeting.proposal.conflicts,
        *(f"Rule broken by decision: {sentence}" for sentence in newly_broken(meeting)),
    ]
    write_programme_workbook(
        meeting.final.programme,
        path,
        title=f"Inspection programme after {meeting.quarter}",
        notes=notes,
        synthetic=meeting.proposed.synthetic,
    )


def read_workbook(
    meeting: Meeting, path: Path, *, who: str = "", why: str = "", decided_on: date
) -> Edited:
    """Read an edited spreadsheet: every broken rule, every change, and the decisions it means.

    Raises:
        FindingError: it is not a workbook, or its sheet or a heading is missing.
    """
    now = meeting.final.programme
    edited = read_programme_workbook(path, meeting.proposal, now)
    return Edited(
        findings=edited.findings,
        slips=[f for f in edited.findings if f.code in SLIPS],
        already=edited.already,
        changes=edited.changes,
        decisions=_decisions(now, edited, who, why, decided_on),
        programme=edited.programme,
    )


def not_taken_over(final: pd.DataFrame, edited: pd.DataFrame) -> list[str]:
    """What a spreadsheet says that its decisions do not bring about, a sentence for each.

    Team, notice date, hours and cases follow from YOT, programme and week; a cell left empty says
    nothing.
    """
    lines = _by_yot(final)
    sentences = []
    for row in edited.to_dict("records"):
        line = lines.get(str(row["yot_id"]))
        for column, heading in HEADINGS.items():
            if line is None or column in _NOT_FOR_A_MEETING or pd.isna(row[column]):
                continue
            now, wanted = _plain(line[column]), _plain(row[column])
            if wanted and now != wanted:
                sentences.append(
                    f"{line['yot_name']}: {heading} stays {now or 'empty'}, not {wanted} as the "
                    "spreadsheet has it; it follows from YOT, programme and week."
                )
    return sentences


def _plain(value: Any) -> str:
    if pd.isna(value):
        return ""
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)


def _decisions(
    now: pd.DataFrame, edited: EditedProgramme, who: str, why: str, on: date
) -> list[Decision]:
    old, new = _by_yot(now), _by_yot(edited.programme)
    gone = [y for y in sorted(old) if y not in new or _kind(old[y]) != _kind(new[y])]
    came = [y for y in sorted(new) if y not in old or _kind(old[y]) != _kind(new[y])]

    def decision(action: str, yot: str, other: str = "", line: Any = None) -> Decision:
        week = None if line is None else line["week_commencing"]
        return Decision(
            action=action,
            yot_id=yot,
            other_yot_id=other,
            programme=_kind(line) if action == "add" else "",
            week=None if week is None or pd.isna(week) else pd.Timestamp(week).date(),
            who=who,
            why=why,
            decided_on=on,
        )

    made, swaps = [], []
    for yot in list(gone):
        heir = next((c for c in came if c not in old and _place(new[c]) == _place(old[yot])), None)
        if heir is not None and yot not in new:
            swaps.append(decision("swap", yot, heir, new[heir]))
            gone.remove(yot)
            came.remove(heir)
    made += [decision("remove", yot) for yot in gone]
    made += swaps
    made += [
        decision("defer", yot, line=new[yot])
        for yot in sorted(set(old) & set(new))
        if _kind(old[yot]) == _kind(new[yot]) and _place(old[yot]) != _place(new[yot])
    ]
    return made + [decision("add", yot, line=new[yot]) for yot in came]


def _by_yot(programme: pd.DataFrame) -> dict[str, Mapping[Any, Any]]:
    return {str(row["yot_id"]): row for row in programme.to_dict("records")}


def _kind(line: Mapping[Any, Any]) -> str:
    return str(line["programme"])


def _place(line: Mapping[Any, Any]) -> tuple[str, str]:
    return _kind(line), str(line["week_commencing"])
