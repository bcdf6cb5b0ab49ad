"""A programme edited by hand in its spreadsheet, read back line by line.

Every broken rule, every slip of the pen and every change is named, with its cell. People save in
other formats, leave lines empty, write dates as text and insert columns; all that is understood.
What follows from YOT, programme and week (team, notice date, hours, cases) may be left as it was or
empty: it is then worked out anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from infobank.domain.findings import (
    Finding,
    FindingError,
    Place,
    address,
    finding,
    of_rule,
    refusal,
)
from infobank.domain.programmes import load_programmes
from infobank.domain.register import NameResolver, load_register
from infobank.programme.candidates import Candidate
from infobank.programme.check import Violation
from infobank.programme.choose import arm_of
from infobank.programme.decisions import broken_by
from infobank.programme.free_weeks import free_team
from infobank.programme.programme_workbook import DATES, HEADINGS, SHEET
from infobank.programme.propose import COLUMNS, Basis, Proposal, typed_programme
from infobank.programme.weeks import notice_date
from infobank.reading.cells import Cell, text_of
from infobank.reading.grid import Grid, open_delivery

_WITHIN = 10  # lines in which the headings are looked for: somebody may have put a title above
_WRITTEN = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y", "%d/%m/%y")
_NUMBERS = ("hours", "cases_to_sample", "inclusion_probability")
SLIPS = ("value_not_a_number", "value_not_allowed", "yot_unknown", "week", "one_visit", "programme")
"""Codes of findings that are slips of the pen: nobody decides on a Wednesday or a word for a date.
A meeting may break any other rule."""

_COLUMN_OF_RULE = {
    "week": "week_commencing",
    "bank_holiday": "week_commencing",
    "blackout": "week_commencing",
    "second_week": "second_week",
    "notice": "notice_date",
    "teams": "team",
    "hours_of_visit": "hours",
    "cases": "cases_to_sample",
    "arm": "arm",
    "programme": "programme",
    "random": "arm",
    "register": "yot_id",
}


@dataclass(frozen=True)
class EditedProgramme:
    """A programme read back from a spreadsheet.

    Attributes:
        programme: as in ``out/programme``.
        violations: every rule it breaks.
        findings: what the edit broke or wrote wrongly, for people: each with sheet and cell.
        already: rules broken by the programme as it stood before the edit, in sentences.
        changes: what differs from that programme, one sentence each.
    """

    programme: pd.DataFrame
    violations: list[Violation]
    findings: list[Finding]
    already: list[str]
    changes: list[str]


def read_programme_workbook(
    path: Path, proposal: Proposal, now: pd.DataFrame | None = None
) -> EditedProgramme:
    """Read a spreadsheet edited by hand (XLSX, XLS, ODS or CSV).

    Args:
        path: the file.
        proposal: what the programme came from.
        now: the programme as it stands; by default the proposal.

    Raises:
        FindingError: it cannot be opened, or its sheet or a heading is missing.
    """
    standing = proposal.programme if now is None else now
    grid = _sheet(path)
    first, places = _headings(grid, path)
    page = _Page(path, grid.name, places)
    records: list[dict[str, Any]] = []
    row_of: dict[str, int] = {}
    resolver = load_register().names
    for number, line in enumerate(grid.lines[first + 1 :], start=first + 1):
        if any(text_of(cell) for cell in line):
            record = _record(line, number, page)
            record["yot_id"] = _whom(record, number, page, proposal.basis, resolver)
            row_of[record["yot_id"]] = number
            records.append(record)
    _fill(records, standing, proposal.basis)
    programme = typed_programme(pd.DataFrame.from_records(records, columns=list(COLUMNS)))
    violations = broken_by(programme, proposal)
    before = {v.sentence for v in broken_by(standing, proposal)}
    for v in violations:
        # What follows from a YOT that nobody knows would only hide the slip.
        if v.sentence not in before and v.yot_id not in page.not_understood:
            page.broken(v, row_of)
    return EditedProgramme(
        programme,
        violations,
        page.findings,
        [v.sentence for v in violations if v.sentence in before],
        changes(standing, programme),
    )


@dataclass
class _Page:
    """The sheet being read: where its columns stand, and what was found on it."""

    path: Path
    sheet: str
    places: dict[str, int]
    findings: list[Finding] = field(default_factory=list)
    not_understood: set[str] = field(default_factory=set)

    def wrong(self, code: str, column: str, number: int, **facts: str) -> None:
        """Note a slip of the pen in a cell."""
        self._note(code, address(number, self.places[column]), **facts)

    def broken(self, v: Violation, row_of: dict[str, int]) -> None:
        """Note a broken rule, at the cell that breaks it where there is one."""
        place = self.places[_COLUMN_OF_RULE.get(v.rule, "yot_name")]
        cell = address(row_of[v.yot_id], place) if v.yot_id in row_of else ""
        self._note("rule_broken", cell, sentence=v.sentence)
        self.findings[-1] = of_rule(self.findings[-1], v.rule)

    def _note(self, code: str, cell: str, **facts: Any) -> None:
        place = Place(self.path.name, self.sheet, cell)
        self.findings.append(finding(code, place, source="programme", **facts))


def _sheet(path: Path) -> Grid:
    try:
        delivery = open_delivery(path)
    except FindingError as error:
        raise _refusal(path, "file_unreadable", reason=error.finding.found) from error
    if delivery.is_text:
        return delivery.sheets[0]
    for grid in delivery.sheets:
        if grid.name.strip().casefold() == SHEET.casefold():
            return grid
    raise _refusal(path, "sheet_missing")


def _refusal(path: Path, code: str, sheet: str = "", **facts: Any) -> FindingError:
    return refusal(
        code,
        Place(path.name, sheet),
        says="programme",
        source="programme",
        expected=SHEET,
        severity="critical",
        **facts,
    )


def _headings(grid: Grid, path: Path) -> tuple[int, dict[str, int]]:
    """The line of the headings, and where each column stands."""
    best, places = 0, dict[str, int]()
    words = {heading.casefold(): column for column, heading in HEADINGS.items()}
    for number, line in enumerate(grid.lines[:_WITHIN]):
        here: dict[str, int] = {}
        for place, cell in enumerate(line):
            column = words.get(text_of(cell).casefold())
            if column:
                here.setdefault(column, place)
        if len(here) > len(places):
            best, places = number, here
    if not grid.lines:
        raise _refusal(path, "file_not_recognised", grid.name)
    for column, heading in HEADINGS.items():
        if column not in places:
            raise _refusal(path, "column_missing", grid.name, heading=repr(heading))
    return best, places


def _record(line: Sequence[Cell], number: int, page: _Page) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for column, place in page.places.items():
        cell = line[place]
        try:
            record[column] = _value(column, cell)
        except ValueError:
            record[column] = None
            code = "value_not_allowed" if column in DATES else "value_not_a_number"
            facts = {"heading": HEADINGS[column], "text": repr(text_of(cell))}
            page.wrong(code, column, number, says="programme", **facts)
    return record


def _value(column: str, cell: Cell) -> Any:
    text = text_of(cell)
    if column in DATES:
        if not text:
            return None
        if isinstance(cell, dt.date):  # a datetime is one too
            return pd.Timestamp(cell).normalize()
        return _day(text)
    if column in _NUMBERS:
        number = float(text.replace(",", "")) if text else None
        return int(number) if number is not None and column == "cases_to_sample" else number
    if column == "programme":
        return {p.casefold(): p for p in load_programmes()}.get(text.casefold(), text)
    return text


def _day(text: str) -> pd.Timestamp:
    """A day written as people here write it: the day before the month."""
    for form in _WRITTEN:
        try:
            return pd.Timestamp(dt.datetime.strptime(text.split(" 00:00")[0], form))
        except ValueError:
            continue
    raise ValueError(text)


def _whom(
    record: dict[str, Any], number: int, page: _Page, basis: Basis, resolver: NameResolver
) -> str:
    """The YOT of a line: by its id or by its name, which must not contradict each other."""
    yot_id, name = str(record["yot_id"]), str(record["yot_name"])
    names = {c.name.casefold(): c.yot_id for c in basis.candidates.values()}
    resolution = resolver.resolve(name) if name else None
    by_name = names.get(name.casefold()) or (resolution.yot_id if resolution else None)
    by_name = by_name if by_name in basis.candidates else None
    near = (resolution.suggestion if resolution else "") or ""
    if yot_id and yot_id not in basis.candidates:
        page.wrong("yot_unknown", "yot_id", number, says="programme_id", text=repr(yot_id))
    elif not by_name and (name or not yot_id):
        facts = {"text": repr(name), "suggestion": near}
        page.wrong("yot_unknown", "yot_name", number, says="programme_name", **facts)
    elif yot_id and by_name and by_name != yot_id:
        facts = {"text": repr(name), "other": basis.candidates[yot_id].name}
        page.wrong("yot_unknown", "yot_name", number, says="programme_other", **facts)
    else:
        return yot_id or str(by_name)
    whom = yot_id or name
    page.not_understood.add(whom)
    return whom


def _fill(records: list[dict[str, Any]], now: pd.DataFrame, basis: Basis) -> None:
    """Work out what follows from YOT, programme and week, where it was left as it was or empty."""
    stood = {str(r["yot_id"]): r for r in now.to_dict("records")}
    inside = {r["yot_id"] for r in records}
    for record in records:
        record["quarter"] = record["quarter"] or basis.year.quarter
        candidate = basis.candidates.get(record["yot_id"])
        kind, week = record["programme"], record["week_commencing"]
        if candidate is None or kind not in basis.rules.planned or week is None:
            continue
        record["yot_name"] = candidate.name
        own = stood.get(candidate.yot_id)
        same = own is not None and (own["programme"], own["week_commencing"]) == (kind, week)
        # A line may have been given to another YOT: what stood in it was the other's.
        others = [r for y, r in stood.items() if y not in inside]
        old = [] if same else [r for r in (own, *others) if r is not None]
        for column, right in _following(candidate, kind, week, basis).items():
            value = record[column]
            if value is None or any(_equal(value, r[column]) for r in old):
                record[column] = right
        record["arm"] = record["arm"] or arm_of(candidate, kind, False, basis.rules)
        if not record["team"]:
            beside = [
                r
                for r in records
                if r is not record
                and r["week_commencing"] is not None
                and r["programme"] in basis.rules.planned  # of another nothing follows
            ]
            rest = typed_programme(pd.DataFrame.from_records(beside, columns=list(COLUMNS)))
            record["team"] = free_team(rest, kind, week.date(), basis.rules)


def _following(
    candidate: Candidate, programme: str, week: pd.Timestamp, basis: Basis
) -> dict[str, Any]:
    second = basis.rules.visit(programme).second_week(week.date())
    return {
        "second_week": None if second is None else pd.Timestamp(second),
        "notice_date": pd.Timestamp(notice_date(programme, week.date(), basis.rules)),
        "hours": candidate.hours[programme],
        "cases_to_sample": candidate.cases[programme],
    }


def _equal(one: Any, other: Any) -> bool:
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return bool(one == other)


def changes(proposed: pd.DataFrame, edited: pd.DataFrame) -> list[str]:
    """What differs between two programmes, one sentence per visit."""
    old = {str(r["yot_id"]): r for r in proposed.to_dict("records")}
    new = {str(r["yot_id"]): r for r in edited.to_dict("records")}
    sentences = [f"{old[y]['yot_name']} is taken out." for y in sorted(set(old) - set(new))]
    sentences += [
        f"{new[y]['yot_name'] or y} comes in ({new[y]['programme']})."
        for y in sorted(set(new) - set(old))
    ]
    for yot_id in sorted(set(old) & set(new)):
        for column in (c for c in COLUMNS if c != "reason"):
            a, b = (_plain(side[yot_id][column]) for side in (old, new))
            if a != b:
                sentences.append(f"{old[yot_id]['yot_name']}: {HEADINGS[column]} {a} becomes {b}.")
    return sentences


def _plain(value: Any) -> str:
    if pd.isna(value):
        return "(none)"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return f"{value:.10g}" if isinstance(value, float) else str(value)
