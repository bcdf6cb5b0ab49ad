"""The inspectorate's own records, as printed: publications, hours, budget, adult scores."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

from tools.sample.parcel import PUBLISHED, Parcel
from tools.sample.sample_settings import facts_folder
from tools.sample.sheets import Cell, Sheet, csv_bytes, xlsx
from tools.sample.world import World

_TOLD = date(2014, 4, 11)  # assumption: in the Information Bank before the report was printed
_FIRST_LINE = "Published facts, see source column"
_REPORT = "HM Inspectorate of Probation, Annual Report 2013-14"


def deliveries(world: World) -> Iterator[Parcel]:
    """Facts carried over unchanged, with their inconsistencies."""
    publications: list[list[Cell]] = [
        [_FIRST_LINE],
        ["Section", "Title", "Date published", "Source"],
    ]
    publications += [[*line.values()] for line in _facts("publications_2013_14.csv")]
    content = csv_bytes(publications)
    yield Parcel("publications", _TOLD, "appendix_b_2013-14.csv", content, PUBLISHED)
    yield Parcel("hours_and_budget", _TOLD, "hours_and_budget.xlsx", _resources(), PUBLISHED)
    content = csv_bytes(_adult(world))
    yield Parcel("published_adult_inspections", _TOLD, "iaow_2013-14.csv", content, PUBLISHED)


def _facts(name: str) -> list[dict[str, str]]:
    with (facts_folder() / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _resources() -> bytes:
    hours: list[list[Cell]] = [
        ["Allocation of resources: deployable inspection hours"],
        [_FIRST_LINE],
        [None],
        ["Year", "Area", "Hours", "Source"],
    ]
    for line in _facts("hours_2014_15.csv"):
        hours.append(["2014-15", line["area"], int(line["hours"]), line["source"]])
    budget: list[list[Cell]] = [
        ["Budget"],
        [_FIRST_LINE],
        [None],
        ["Year", "Heading", "Total budget for year (£)", "Source"],
    ]
    for line in _facts("budget_2013_14.csv"):
        budget.append(["2013-14", line["heading"], int(line["pounds"]), line["source"]])
    sheets = [
        Sheet("Hours", hours, bold={0, 3}, widths=[10, 36, 12, 60], formats={2: "#,##0"}),
        Sheet("Budget", budget, bold={0, 3}, widths=[10, 36, 24, 60], formats={2: "£#,##0"}),
    ]
    return xlsx(sheets, "Inspection hours and budget", "Published facts, see source column")


def _adult(world: World) -> list[list[Cell]]:
    """The two tables of headline percentages; aggregates stand as printed, not recalculated."""
    areas: dict[str, str] = world.settings["adult"]["areas"]
    rows: list[list[Cell]] = [
        [_FIRST_LINE],
        ["Set", "Probation trust", *areas.values(), "Source"],
    ]
    for line in _facts("iaow_2013_14.csv"):
        shares = [line[column] for column in areas]
        rows.append([line["set"], line["trust"], *shares, f"{_REPORT}, section 2.3"])
    return rows
