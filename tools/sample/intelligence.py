"""What other inspectorates and the Youth Justice Board tell, and what decides when to inspect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from infobank.domain.quarters import Quarter
from tools.sample.calendar import received
from tools.sample.parcel import Parcel
from tools.sample.sample_settings import stream
from tools.sample.sheets import SYNTHETIC, Cell, Sheet, csv_bytes, xlsx
from tools.sample.surveys import british
from tools.sample.world import World

_BODIES = {
    "England": ["HMI Constabulary", "Ofsted", "CQC", "YJB"],
    "Wales": ["HMI Constabulary", "CSSIW", "Estyn", "HIW", "YJB"],
}
SUMMARIES = {
    "concern": "Invented report: weaknesses in joint work with children's services.",
    "improvement support": "Invented report: the board supports the team's improvement plan.",
    "incident": "Invented report: a community safeguarding incident is under review.",
    "good practice": "Invented report: a well run programme that others could follow.",
}
_BOARD_LIST_STARTS = Quarter(2013, 2)
_BOARD_SHEETS = (
    ("Improvement support", "Level of support", "S"),
    ("Incidents", "Level of incident", "I"),
)
_MERGING = {"swansea", "neath-port-talbot", "bridgend"}


def reports(world: World, span: list[Quarter]) -> Iterator[Parcel]:
    """One list per quarter of 2012: six to ten reports on single YOTs, typed by the secretary.

    From 2013 each body sends a file of its own (``bodies.deliveries``).
    """
    first = Quarter.parse(world.settings["intelligence_of_bodies"]["first_quarter"])
    for quarter in (q for q in span if q < first):
        rng = stream(world.seed, "intelligence", str(quarter))
        listed = teams_of(world, quarter)
        worry = np.exp([-0.9 * world.quality(yot_id) for yot_id, _, _ in listed])
        size = int(rng.integers(6, 11))
        chosen = rng.choice(len(listed), size=size, replace=False, p=worry / worry.sum())
        lines: list[tuple[date, list[Cell]]] = []
        for place in chosen:
            yot_id, name, country = listed[int(place)]
            body = _BODIES[country][int(rng.integers(len(_BODIES[country])))]
            kind, severity = what_happened(body, world.quality(yot_id), rng)
            day = quarter.first_day + timedelta(days=int(rng.integers(0, 88)))
            lines.append((day, [name, body, kind, severity, british(day), SUMMARIES[kind]]))
        lines.sort(key=lambda line: (line[0], str(line[1][0])))
        rows: list[list[Cell]] = [
            [f"{SYNTHETIC}: information from other bodies, {quarter}"],
            ["Report", "YOT", "Body", "Kind", "Severity (0-3)", "Date of event", "Summary"],
        ]
        rows += [[f"INT-{quarter}-{n:02d}", *line] for n, (_, line) in enumerate(lines, 1)]
        name = f"intelligence_{quarter}.csv"
        yield Parcel("intelligence", received(quarter), name, csv_bytes(rows))


def what_happened(body: str, quality: float, rng: np.random.Generator) -> tuple[str, int]:
    """The kind of a report and how serious it is."""
    if rng.random() < 1 / (1 + np.exp(-(quality - 0.8) * 2)):
        return "good practice", 0
    kinds = ["improvement support", "incident", "concern"] if body == "YJB" else ["concern"]
    kind = kinds[int(rng.integers(len(kinds)))]
    serious = 1 / (1 + np.exp(quality + 0.5))
    return kind, 1 + int(rng.random() < serious) + int(rng.random() < serious / 3)


def board_workbooks(world: World, span: list[Quarter]) -> Iterator[Parcel]:
    """The Youth Justice Board's own list: improvement support on one sheet, incidents on another.

    It came to the Information Bank from the second quarter of 2013.
    """
    for quarter in (q for q in span if q >= _BOARD_LIST_STARTS):
        rng = stream(world.seed, "board", str(quarter))
        listed = teams_of(world, quarter)
        worry = np.exp([-0.7 * world.quality(yot_id) for yot_id, _, _ in listed])
        sheets = []
        for tab, heading, prefix in _BOARD_SHEETS:
            size = int(rng.integers(2, 5))
            chosen = rng.choice(len(listed), size=size, replace=False, p=worry / worry.sum())
            rows: list[list[Cell]] = [
                [f"Youth Justice Board: {tab.lower()}, {quarter}"],
                [SYNTHETIC],
                [None],
                ["Reference", "Youth Offending Team", heading, "Since", "Note"],
            ]
            for number, place in enumerate(sorted(chosen), 1):
                yot_id, name, _ = listed[int(place)]
                serious = 1 / (1 + np.exp(world.quality(yot_id) + 0.5))
                level = 1 + int(rng.random() < serious) + int(rng.random() < serious / 3)
                day = quarter.first_day + timedelta(days=int(rng.integers(0, 88)))
                note = SUMMARIES["improvement support" if prefix == "S" else "incident"]
                rows.append([f"YJB-{prefix}-{quarter}-{number:02d}", name, level, day, note])
            rows += [
                [None],
                ["Source: synthetic generator; 1 is the lowest level and 3 the highest"],
            ]
            sheets.append(Sheet(tab, rows, bold={0, 3}, widths=[20, 34, 14, 12, 70]))
        content = xlsx(sheets, f"Improvement support and incidents, {quarter}")
        name = f"YJB_support_and_incidents_{quarter}.xlsx"
        yield Parcel("intelligence", received(quarter), name, content)


def constraints(world: World, span: list[Quarter]) -> Iterator[Parcel]:
    """One file per quarter: what stands in the way of visits in the following year."""
    for quarter in span:
        rng = stream(world.seed, "constraints", str(quarter))
        listed = teams_of(world, quarter)
        rows: list[list[Cell]] = [
            [f"{SYNTHETIC}: what decides when to inspect, as known for {quarter}"],
            ["Constraint", "YOT", "Kind", "First day", "Last day", "Note"],
        ]
        staying = [name for yot_id, name, _ in listed if yot_id not in _MERGING]
        chosen = rng.choice(len(staying), size=int(rng.integers(9, 14)), replace=False)
        lines = [_constraint(staying[int(place)], quarter, rng) for place in sorted(chosen)]
        if quarter == Quarter(2014, 1):
            merging = [name for yot_id, name, _ in listed if yot_id in _MERGING]
            day, last = date(2014, 3, 3), date(2014, 6, 27)
            note = "Three teams become Western Bay"
            days = (british(day), british(last))
            lines += [[name, "Reorganisation", *days, note] for name in merging]
        rows += [[f"CAL-{quarter}-{n:02d}", *line] for n, line in enumerate(lines, 1)]
        name = f"calendar_constraints_{quarter}.csv"
        yield Parcel("calendar_constraints", received(quarter), name, csv_bytes(rows))


def _constraint(name: str, quarter: Quarter, rng: np.random.Generator) -> list[Cell]:
    kinds = {
        "YJB work": (4, "Invented: improvement work with the board"),
        "Other inspection": (3, "Invented: inspection of children's services"),
        "Reorganisation": (12, "Invented: new case management system"),
    }
    kind = list(kinds)[int(rng.integers(len(kinds)))]
    weeks, note = kinds[kind]
    first = quarter.next().first_day
    monday = first + timedelta(days=-first.weekday() % 7, weeks=int(rng.integers(1, 44)))
    last = monday + timedelta(weeks=weeks, days=-3)
    return [name, kind, british(monday), british(last), note]


def teams_of(world: World, quarter: Quarter) -> list[tuple[str, str, str]]:
    """Id, name and country of each YOT in force at the end of a quarter."""
    rows = world.register.in_force(quarter.last_day).itertuples()
    return [(str(row.yot_id), str(row.yot_name), str(row.country)) for row in rows]
