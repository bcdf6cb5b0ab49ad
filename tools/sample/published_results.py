"""Published inspection results: facts, carried over unchanged, each with its source."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

from tools.sample.parcel import PUBLISHED, Parcel
from tools.sample.sample_settings import Settings, facts_folder
from tools.sample.sheets import Cell, csv_bytes

_FIRST_LINE = ["Published facts, see source column"]
_HEADINGS = [
    "YOT",
    "Year",
    "Programme",
    "Re-inspection",
    "Theme",
    "Score %",
    "Stars",
    "Cases",
    "Publication",
    "Source",
]
_CCI_THEMES = {
    "safeguarding_pct": "safeguarding",
    "risk_of_harm_pct": "risk of harm to others",
    "likelihood_of_reoffending_pct": "likelihood of reoffending",
}
_REPORT = "HM Inspectorate of Probation, Annual Report 2013-14"
_KNOWN_FIRST, _KNOWN_LATER = date(2012, 4, 13), date(2012, 10, 12)


def deliveries(settings: Settings) -> Iterator[Parcel]:
    """Core case inspections in two instalments, and the joint inspections of 2013-14."""
    with (facts_folder() / "cci_published_2009_2012.csv").open(encoding="utf-8") as file:
        inspections = list(csv.DictReader(file))
    first = [line for line in inspections if line["year"] and line["year"] < "2012"]
    later = [line for line in inspections if line not in first]
    yield _parcel(_KNOWN_FIRST, "core_case_inspections_2009_2011.csv", _core_cases(first))
    yield _parcel(_KNOWN_LATER, "core_case_inspections_2012.csv", _core_cases(later))
    joint_facts = settings["published"]
    with (facts_folder() / "fji_2013_14.csv").open(encoding="utf-8") as file:
        joint: list[list[Cell]] = [
            [
                *(line["yot"], str(joint_facts["year"]), joint_facts["programme"], None),
                *(line["theme"], line["score_pct"]),
                *("*" * int(line["stars_as_published"]), None, _REPORT),
                f"{_REPORT}, section 4.4",
            ]
            for line in csv.DictReader(file)
        ]
    yield _parcel(joint_facts["known"], "full_joint_inspections_2013-14.csv", joint)


def _core_cases(inspections: list[dict[str, str]]) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for line in inspections:
        programme, _, again = line["kind"].partition(" ")
        again = again.strip("()")
        for column, theme in _CCI_THEMES.items():
            if line[column]:
                rows.append(
                    [
                        *(line["yot"], line["year"], programme, again, theme, line[column]),
                        *(None, line["cases_examined"], None, line["source"]),
                    ]
                )
    return rows


def _parcel(day: date, name: str, rows: list[list[Cell]]) -> Parcel:
    content = csv_bytes([_FIRST_LINE, _HEADINGS, *rows])
    return Parcel("published_inspections", day, name, content, PUBLISHED)
