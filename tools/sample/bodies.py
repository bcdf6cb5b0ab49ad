"""What each body sends of its own: one file a quarter, in its own form and words.

Until the end of 2012 the Information Bank's secretary kept one list for all of them
(``intelligence.reports``); from then on each body sends a file, and a body that has nothing to
tell sends none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from infobank.domain.quarters import Quarter
from tools.sample.calendar import received
from tools.sample.intelligence import SUMMARIES, teams_of, what_happened
from tools.sample.parcel import Parcel
from tools.sample.sample_settings import stream
from tools.sample.sheets import SYNTHETIC, Cell, Sheet, csv_bytes, ods, xlsx
from tools.sample.surveys import british
from tools.sample.world import World

Rows = list[list[Cell]]


@dataclass(frozen=True)
class _Report:
    """One report of one body on one YOT."""

    reference: str
    yot: str
    kind: str
    severity: int
    day: date

    @property
    def summary(self) -> str:
        return SUMMARIES[self.kind]


def deliveries(world: World, span: list[Quarter]) -> Iterator[Parcel]:
    """The files of all bodies, quarter by quarter."""
    settings = world.settings["intelligence_of_bodies"]
    first = Quarter.parse(settings["first_quarter"])
    for quarter in (q for q in span if q >= first):
        for body, wanted in settings["reports"].items():
            if quarter.number not in wanted.get("quarters", (1, 2, 3, 4)):
                continue
            reports = _reports(world, quarter, body, wanted)
            name, content = _FORMS[body](reports, quarter)
            yield Parcel("intelligence", received(quarter), name, content)


def _reports(world: World, quarter: Quarter, body: str, wanted: dict[str, Any]) -> list[_Report]:
    rng = stream(world.seed, "body", body, str(quarter))
    teams = [each for each in teams_of(world, quarter) if each[2] in wanted["countries"]]
    worry = np.exp([-0.9 * world.quality(yot_id) for yot_id, _, _ in teams])
    size = int(rng.integers(wanted["least"], wanted["most"] + 1))
    found = []
    for place in rng.choice(len(teams), size=size, replace=False, p=worry / worry.sum()):
        yot_id, name, _ = teams[int(place)]
        kind, severity = what_happened(body, world.quality(yot_id), rng)
        day = quarter.first_day + timedelta(days=int(rng.integers(0, 88)))
        found.append((day, name, kind, severity))
    found.sort()
    return [
        _Report(f"{_PREFIXES[body]}-{quarter}-{number:02d}", name, kind, severity, day)
        for number, (day, name, kind, severity) in enumerate(found, 1)
    ]


def _constabulary(reports: list[_Report], quarter: Quarter) -> tuple[str, bytes]:
    kinds = {"concern": "Area for improvement", "good practice": "Good practice"}
    weights = ["None", "Minor", "Serious", "Grave"]
    rows: Rows = [
        [f"HM Inspectorate of Constabulary: youth offending work seen in {quarter}"],
        [SYNTHETIC],
        ["HMIC ref", "Team", "Finding", "Weight", "Date seen", "Remark"],
    ]
    rows += [
        [r.reference, r.yot, kinds[r.kind], weights[r.severity], british(r.day), r.summary]
        for r in reports
    ]
    return f"HMIC_youth_offending_{quarter}.csv", csv_bytes(rows)


def _ofsted(reports: list[_Report], quarter: Quarter) -> tuple[str, bytes]:
    grades = ["Outstanding", "Good", "Requires improvement", "Inadequate"]
    kinds = {"concern": "Shortcoming", "good practice": "Strength"}
    rows: Rows = [
        ["Ofsted: what inspections of children's services say of youth offending teams"],
        [SYNTHETIC],
        [f"Reports of {quarter}"],
        [None],
        [
            "Report no.",
            "Local team",
            "Date of inspection",
            "What was found",
            "Grade",
            "Key finding",
        ],
    ]
    rows += [
        [r.reference, r.yot, r.day, kinds[r.kind], grades[r.severity], r.summary] for r in reports
    ]
    rows += [[None], ["Note: a grade is of the part of the work that concerns the team."]]
    sheet = Sheet("Findings", rows, bold={0, 4}, widths=[20, 34, 18, 16, 22, 70])
    return f"Ofsted_findings_{quarter}.xlsx", xlsx([sheet], f"Ofsted findings, {quarter}")


def _care_quality(reports: list[_Report], quarter: Quarter) -> tuple[str, bytes]:
    sheets = []
    for tab, kind in (("Concerns", "concern"), ("Notable practice", "good practice")):
        rows: Rows = [
            [f"Care Quality Commission: health work in youth offending teams, {tab.lower()}"],
            [SYNTHETIC],
            ["Number", "Youth offending team", "Level", "Date", "Text"],
        ]
        of_kind = [r for r in reports if r.kind == kind]
        rows += [[r.reference, r.yot, r.severity, r.day, r.summary] for r in of_kind]
        sheets.append(Sheet(tab, rows, bold={0, 2}, widths=[20, 34, 10, 14, 70]))
    return f"CQC_health_{quarter}.xlsx", xlsx(sheets, f"Health in youth offending, {quarter}")


def _social_services_wales(reports: list[_Report], quarter: Quarter) -> tuple[str, bytes]:
    rows: Rows = [
        ["AGGCC / CSSIW: Care and Social Services Inspectorate Wales"],
        [SYNTHETIC],
        ["Cyfeirnod / Reference", "Tîm / Team", "Math / Type", "Lefel / Level", "Dyddiad / Date",
         "Crynodeb / Summary"],
    ]  # fmt: skip
    kinds = {"concern": "Pryder / Concern", "good practice": "Arfer da / Good practice"}
    rows += [
        [r.reference, r.yot, kinds[r.kind], r.severity, british(r.day), r.summary] for r in reports
    ]
    return f"CSSIW_{quarter}.csv", csv_bytes(rows, "utf-8-sig", delimiter=";")


def _estyn(reports: list[_Report], quarter: Quarter) -> tuple[str, bytes]:
    rows: Rows = [
        [f"Estyn: education of children who offend, {quarter}"],
        [SYNTHETIC],
        [None],
        ["Estyn reference", "Youth offending team", "Kind", "Seriousness", "Visit", "In short"],
    ]
    rows += [[r.reference, r.yot, r.kind, r.severity, r.day, r.summary] for r in reports]
    return f"Estyn_{quarter}.ods", ods([Sheet("Estyn", rows)], f"Estyn, {quarter}")


def _health_wales(reports: list[_Report], quarter: Quarter) -> tuple[str, bytes]:
    rows: Rows = [
        [f"Healthcare Inspectorate Wales – youth offending teams, {quarter}"],
        [SYNTHETIC],
        ["HIW number", "Team visited", "Type of finding", "Risk (0-3)", "Date of visit", "Finding"],
    ]
    rows += [
        [r.reference, r.yot, r.kind.capitalize(), r.severity, f"{r.day:%d-%b-%Y}", r.summary]
        for r in reports
    ]
    return f"HIW_{quarter}.csv", csv_bytes(rows, "cp1252")


def _board(reports: list[_Report], quarter: Quarter) -> tuple[str, bytes]:
    kinds = {
        "improvement support": "Priority support",
        "incident": "CSPPI",
        "concern": "Performance concern",
        "good practice": "Effective practice",
    }
    rows: Rows = [
        [f"Youth Justice Board for England and Wales: notices to the inspectorate, {quarter}"],
        [SYNTHETIC],
        ["YJB notice", "YOT", "Notice of", "Priority", "Opened", "Details"],
    ]
    levels = ["Not applicable", "Low", "Medium", "High"]
    rows += [
        [r.reference, r.yot, kinds[r.kind], levels[r.severity], british(r.day), r.summary]
        for r in reports
    ]
    return f"YJB_notices_{quarter}.csv", csv_bytes(rows)


_PREFIXES = {
    "HMI Constabulary": "HMIC",
    "Ofsted": "OFS",
    "CQC": "CQC",
    "CSSIW": "CSSIW",
    "Estyn": "EST",
    "HIW": "HIW",
    "YJB": "YJB-N",
}
_FORMS: dict[str, Callable[[list[_Report], Quarter], tuple[str, bytes]]] = {
    "HMI Constabulary": _constabulary,
    "Ofsted": _ofsted,
    "CQC": _care_quality,
    "CSSIW": _social_services_wales,
    "Estyn": _estyn,
    "HIW": _health_wales,
    "YJB": _board,
}
