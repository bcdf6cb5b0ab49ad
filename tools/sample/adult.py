"""Adult programmes: case workbooks of probation trusts, and the inspections of prisons."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from tools.sample.casebook import capital, judged, matrix_sheet, notes_sheet, slug
from tools.sample.cases import deck, numbers
from tools.sample.parcel import Parcel
from tools.sample.sample_settings import facts_folder, stream
from tools.sample.sheets import SYNTHETIC, Cell, Sheet, xlsx
from tools.sample.world import World

_FIELDWORK_DAYS = 11
_FACTS = ("gender", "ethnicity", "age_band", "sentence", "main_offence")
_HEADINGS = ("Gender", "Ethnicity", "Age band", "Sentence", "Main offence")
_PRISON_YEAR = date(2013, 4, 8)
_PRISONS_DELIVERED = date(2014, 4, 11)
_PRISON_SPREAD = 0.6


@dataclass(frozen=True)
class TrustInspection:
    """One inspection of a probation trust: its reference, trust, days of fieldwork and cases."""

    reference: str
    trust: str
    starts: date
    ends: date
    cases: int


def schedule(world: World, scale: int = 1) -> list[TrustInspection]:
    """The inspections of adult offending work of 2013-14; more rounds of them for benchmarks."""
    return [
        TrustInspection(
            f"IAOW-2013-14-{number:02d}" + (f"-R{again + 1}" if again else ""),
            line["trust"],
            line["starts"],
            line["starts"] + timedelta(days=_FIELDWORK_DAYS),
            line["cases"],
        )
        for again in range(scale)
        for number, line in enumerate(world.settings["adult"]["inspections"], 1)
    ]


@lru_cache(maxsize=1)
def published_shares() -> dict[str, dict[str, int]]:
    """The headline percentages printed for 2013-14, by trust and column of the printed table."""
    with (facts_folder() / "iaow_2013_14.csv").open(encoding="utf-8") as file:
        return {
            line["trust"]: {name: int(line[name]) for name in line if name not in ("set", "trust")}
            for line in csv.DictReader(file)
        }


def judgements(world: World, inspection: TrustInspection) -> dict[str, list[list[str]]]:
    """The judgement matrix by key area; each published percentage is met when rounded."""
    rules = world.settings["adult"]
    printed = published_shares()[inspection.trust]
    shares = {area: printed[column] / 100 for column, area in rules["areas"].items()}
    rng = stream(world.seed, "adult judgements", inspection.reference)
    return judged(inspection.cases, rules["questions"], shares, world.settings, rng)


def workbooks(world: World, planned: list[TrustInspection]) -> Iterator[Parcel]:
    """One workbook per trust."""
    rules = world.settings["adult"]
    number = numbers()
    wait = timedelta(days=world.settings["inspections"]["delivered_after_days"])
    for inspection in planned:
        ids = [rules["identifier"].format(number=next(number)) for _ in range(inspection.cases)]
        title, questions = inspection.trust, rules["questions"]
        answers = judgements(world, inspection)
        sheets = [
            _form(inspection),
            _cases(world, inspection, ids),
            matrix_sheet(title, ids, answers, questions, "Case ID"),
            notes_sheet(questions),
        ]
        name = f"{inspection.reference}_{slug(inspection.trust)}.xlsx"
        content = xlsx(sheets, f"IAOW case spreadsheet {inspection.reference}")
        yield Parcel("iaow_case_spreadsheets", inspection.ends + wait, name, content)


def _form(inspection: TrustInspection) -> Sheet:
    rows: list[list[Cell]] = [
        ["Inspection of adult offending work: case spreadsheet"],
        [SYNTHETIC],
        [None],
        ["Inspection reference", inspection.reference],
        ["Programme", "IAOW"],
        ["Probation trust", inspection.trust],
        ["Fieldwork starts", inspection.starts],
        ["Fieldwork ends", inspection.ends],
        ["Cases planned", inspection.cases],
    ]
    return Sheet("Inspection", rows, bold={0}, widths=[30, 34])


def _cases(world: World, inspection: TrustInspection, ids: list[str]) -> Sheet:
    rng = stream(world.seed, "adult cases", inspection.reference)
    rules: dict[str, Any] = world.settings["adult"]
    decks = [deck(rules[name], inspection.cases, rng) for name in _FACTS]
    rows: list[list[Cell]] = [
        [f"Cases inspected: {inspection.trust}"],
        [SYNTHETIC],
        [None],
        ["Case ID", *_HEADINGS],
    ]
    for case_id, *facts in zip(ids, *decks, strict=True):
        rows.append([case_id, *(capital(fact) for fact in facts)])
    rows += [[None], ["Note: one row per case."]]
    return Sheet("Cases", rows, bold={0, 3}, widths=[14, 10, 24, 14, 26, 28])


def prisons(world: World) -> Iterator[Parcel]:
    """The year's inspections of offender management in prisons, in one workbook."""
    rules = world.settings["prisons"]
    rng = stream(world.seed, "prisons")
    types = deck(rules["types"], rules["establishments"], rng)
    levels = np.array(list(rules["areas"].values()), dtype="float64")
    headings: list[Cell] = ["Inspection", "Establishment", "Type", "Inspected", "Cases"]
    rows: list[list[Cell]] = [
        ["Prison offender management inspections 2013-14, with HM Inspectorate of Prisons"],
        [SYNTHETIC],
        ["Share of cases in which the work was sufficient, per cent; establishments are invented"],
        [None],
        [*headings, *rules["areas"]],
    ]
    for number, kind in enumerate(types, 1):
        inspected = _PRISON_YEAR + timedelta(weeks=2 * (number - 1))
        cases = int(rng.integers(16, 41))
        own = levels + rng.normal(0, _PRISON_SPREAD)
        counts = rng.binomial(cases, 1 / (1 + np.exp(-own)))
        shares: list[Cell] = [round(100 * int(count) / cases) for count in counts]
        if kind == "Open prison":
            shares[1] = "n/a"  # no case of the sample posed a high risk of harm
        name = f"Invented Establishment {number:02d}"
        rows.append([f"POMI-2013-14-{number:02d}", name, kind, inspected, cases, *shares])
    rows += [[None], ["Note: n/a where no case of the sample fell under the question."]]
    widths = [18, 30, 26, 12, 8, 16, 16, 16, 16]
    sheet = Sheet("Establishments", rows, bold={0, 4}, widths=widths)
    content = xlsx([sheet], "Prison offender management inspections 2013-14")
    yield Parcel("pomi", _PRISONS_DELIVERED, "POMI_2013-14.xlsx", content)
