"""The other returns: inspected bodies, parents, victims, offender managers, assessors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from tools.sample.adult import TrustInspection
from tools.sample.cases import apportioned, deck
from tools.sample.inspections import Inspection
from tools.sample.parcel import Parcel
from tools.sample.sample_settings import stream
from tools.sample.sheets import SYNTHETIC, Cell, Sheet, csv_bytes, xlsx
from tools.sample.surveys import british, graded
from tools.sample.world import World

_DELIVERED = date(2014, 4, 11)
_RETURNED_BY = date(2014, 4, 7)
_BODIES_LEVEL, _MANAGERS_LEVEL, _ASSESSORS_LEVEL, _PARENTS_LEVEL = 2.0, 1.2, 1.6, 0.9
_PARENTS_QUALITY = 0.35
_NO_VICTIM_CONTACT = "Durham Tees Valley"
_VICTIM_SHARE_NOT_APPLICABLE = 0.12
_COMMENT_SHARE = 0.35
_COMMENTS = {
    "parents_carers": "Invented comment: they listened to us.",
    "victims": "Invented comment: I was kept informed.",
    "offender_managers": "Invented comment: I would plan for contingencies.",
    "local_assessors": "Invented comment: I learnt a lot.",
}


def inspected_bodies(world: World, planned: list[Inspection]) -> Iterator[Parcel]:
    """One workbook for the year: a line per return, fifteen questions."""
    rules = world.settings["inspected_bodies_survey"]
    rng = stream(world.seed, "inspected bodies")
    asked = [inspection for inspection in planned if inspection.year == 2013]
    again = rng.choice(len(asked), size=rules["forms"] - len(asked), replace=False)
    returning = sorted([*asked, *(asked[int(n)] for n in again)], key=lambda i: i.reference)
    overall = deck(rules["overall"], rules["forms"], rng)
    rows: list[list[Cell]] = [
        ["Evaluation by inspected bodies, 2013-14"],
        [SYNTHETIC],
        [None],
        ["Return", "Inspection reference", "Youth Offending Team", "Received", *rules["questions"]],
    ]
    for number, (inspection, verdict) in enumerate(zip(returning, overall, strict=True), 1):
        answers = graded(_BODIES_LEVEL, len(rules["questions"]) - 1, rules["answers"], rng)
        came = _days_after(inspection.ends, 10, 24, rng)
        who: list[Cell] = [f"EIB-{number:03d}", inspection.reference, inspection.yot, came]
        rows.append([*who, *answers, verdict])
    rows += [[None], ["Note: the wording of the questions is on the sheet Questions."]]
    listed: list[list[Cell]] = [[code, text] for code, text in rules["questions"].items()]
    sheets = [
        Sheet("Returns", rows, bold={0, 3}, widths=[10, 20, 32, 12, *[10] * 15]),
        Sheet("Questions", [["Questions"], [SYNTHETIC], [None], *listed], bold={0}),
    ]
    content = xlsx(sheets, "Evaluation by inspected bodies 2013-14")
    yield Parcel("survey_inspected_bodies", _DELIVERED, "inspected_bodies_2013-14.xlsx", content)


def parents_carers(world: World, planned: list[Inspection]) -> Iterator[Parcel]:
    """Parents and carers met in the joint inspections of the year."""
    rules = world.settings["parents_carers_survey"]
    rng = stream(world.seed, "parents and carers")
    lines: list[list[Cell]] = []
    for inspection in planned:
        if inspection.programme == rules["asked_in"] and inspection.year == 2013:
            level = _PARENTS_LEVEL + _PARENTS_QUALITY * world.quality(inspection.yot_id)
            for _ in range(rules["forms_per_inspection"]):
                came = inspection.starts + timedelta(days=int(rng.integers(14, 19)))
                who: list[Cell] = [inspection.reference, inspection.yot, came]
                lines.append([*who, *_filled_in("parents_carers", level, rules, rng)])
    headings = ["Return", "Inspection reference", "Youth Offending Team", "Date"]
    yield _export("parents_carers", "PAC", headings, rules, lines)


def victims(world: World, planned: list[TrustInspection]) -> Iterator[Parcel]:
    """Victims' questionnaires: 99 over the inspections of probation trusts."""
    rules = world.settings["victims_survey"]
    rng = stream(world.seed, "victims")
    asked = [inspection for inspection in planned if inspection.trust != _NO_VICTIM_CONTACT]
    lines: list[list[Cell]] = []
    sizes = apportioned([inspection.cases for inspection in asked], rules["forms"])
    for inspection, size in zip(asked, sizes, strict=True):
        for _ in range(size):
            answers: list[Cell] = [
                graded(level, 1, rules["answers"], rng)[0] for level in rules["levels"].values()
            ]
            for place in (3, 4):
                if rng.random() < _VICTIM_SHARE_NOT_APPLICABLE:
                    answers[place] = "N/A"
            came = _days_after(inspection.ends, 1, 20, rng)
            who: list[Cell] = [inspection.reference, inspection.trust, came]
            lines.append([*who, *answers, _comment("victims", rng)])
    yield _export("victims", "VIC", _trust_headings(), rules, lines)


def offender_managers(world: World, planned: list[TrustInspection]) -> Iterator[Parcel]:
    """Offender managers' forms after their interviews: 228 over eleven trusts."""
    rules = world.settings["offender_managers_survey"]
    rng = stream(world.seed, "offender managers")
    lines: list[list[Cell]] = []
    sizes = apportioned([inspection.cases for inspection in planned], rules["forms"])
    for inspection, size in zip(planned, sizes, strict=True):
        for _ in range(size):
            came = _days_after(inspection.ends, 1, 14, rng)
            who: list[Cell] = [inspection.reference, inspection.trust, came]
            lines.append([*who, *_filled_in("offender_managers", _MANAGERS_LEVEL, rules, rng)])
    yield _export("offender_managers", "OMF", _trust_headings(), rules, lines)


def local_assessors(world: World, planned: list[Inspection]) -> Iterator[Parcel]:
    """Staff lent by other YOTs say how it was; the YOT is the one that lent them."""
    rules = world.settings["local_assessors_survey"]
    rng = stream(world.seed, "local assessors")
    asked = [inspection for inspection in planned if inspection.year == 2013]
    homes = world.yots["yot_name"].sort_index()
    lines: list[list[Cell]] = []
    for place in sorted(rng.choice(len(asked), size=rules["forms"], replace=True)):
        inspection = asked[int(place)]
        home = str(homes.iloc[int(rng.integers(len(homes)))])
        came = _days_after(inspection.ends, 2, 20, rng)
        who: list[Cell] = [inspection.reference, home, came]
        lines.append([*who, *_filled_in("local_assessors", _ASSESSORS_LEVEL, rules, rng)])
    headings = ["Return", "Inspection reference", "Home team", "Received"]
    yield _export("local_assessors", "LAF", headings, rules, lines)


def _trust_headings() -> list[str]:
    return ["Return", "Inspection reference", "Probation trust", "Received"]


def _days_after(day: date, least: int, most: int, rng: np.random.Generator) -> date:
    """A day some days later, before the year's returns were sent in."""
    return min(day + timedelta(days=int(rng.integers(least, most + 1))), _RETURNED_BY)


def _filled_in(
    survey: str, level: float, rules: dict[str, Any], rng: np.random.Generator
) -> list[Cell]:
    """A form's answers and its comment."""
    answers = graded(level, len(rules["questions"]), rules["answers"], rng)
    return [*answers, _comment(survey, rng)]


def _comment(survey: str, rng: np.random.Generator) -> Cell:
    return _COMMENTS[survey] if rng.random() < _COMMENT_SHARE else None


def _export(
    survey: str,
    prefix: str,
    headings: Sequence[str],
    rules: dict[str, Any],
    lines: list[list[Cell]],
) -> Parcel:
    """A yearly CSV export of one survey."""
    title = f"{SYNTHETIC}: {survey.replace('_', ' and ' if 'carers' in survey else ' ')}, 2013-14"
    rows: list[list[Cell]] = [[title], [*headings, *rules["questions"], "Comment"]]
    for number, line in enumerate(lines, 1):
        rows.append([f"{prefix}-{number:04d}", *(british(cell) for cell in line)])
    return Parcel(f"survey_{survey}", _DELIVERED, f"{survey}_2013-14.csv", csv_bytes(rows))
