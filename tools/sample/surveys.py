"""Feedback forms: case managers after their interview, and the children's eSurvey."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from infobank.domain.quarters import Quarter
from tools.sample.calendar import quarters, received
from tools.sample.cases import apportioned
from tools.sample.inspections import Inspection, year_label
from tools.sample.parcel import Parcel
from tools.sample.sample_settings import stream
from tools.sample.sheets import SYNTHETIC, Cell, csv_bytes
from tools.sample.world import World

_COMMENT_SHARE = 0.45
_SPREAD = 0.35
_FEEDBACK_LEVEL, _FEEDBACK_QUALITY = 1.1, 0.15
_CHILD_LEVEL, _CHILD_QUALITY = 0.7, 0.35
_CUTS = np.array([0.0, -1.3, -2.4])
_FEEDBACK_DAYS = 14
_COMMENTS = (
    "Invented comment: I would write clearer objectives.",
    "Invented comment: I would involve the parents or carers sooner.",
    "Invented comment: I would record why I decided not to act.",
    "Invented comment: I would ask for a speech and language assessment earlier.",
    "Invented comment: I would review the plan when things change.",
    "Invented comment: I would add a contingency plan.",
    "Invented comment: nothing, the interview confirmed what I do.",
)


def graded(level: float, questions: int, scale: list[str], rng: np.random.Generator) -> list[Cell]:
    """One person's answers: four grades cut from a logistic scale."""
    person = rng.normal(0, _SPREAD)
    strength = level + person + rng.logistic(0, 0.8, size=questions)
    grades = (strength[:, None] < _CUTS[None, :]).sum(axis=1)
    return [scale[int(grade)] for grade in grades]


def case_manager_feedback(world: World, planned: list[Inspection], scale: int) -> Iterator[Parcel]:
    """The forms of 2013-14, exported once a quarter."""
    rules = world.settings["case_manager_survey"]
    asked = [inspection for inspection in planned if inspection.year == 2013]
    forms = apportioned([inspection.cases for inspection in asked], rules["forms"] * scale)
    lines: list[tuple[date, list[Cell]]] = []
    for inspection, size in zip(asked, forms, strict=True):
        rng = stream(world.seed, "case managers", inspection.stream)
        level = _FEEDBACK_LEVEL + _FEEDBACK_QUALITY * world.quality(inspection.yot_id)
        for _ in range(size):
            came = inspection.ends + timedelta(days=int(rng.integers(1, _FEEDBACK_DAYS)))
            answers = graded(level, len(rules["questions"]), rules["answers"], rng)
            if rng.random() < 0.06:
                answers[int(rng.integers(len(answers)))] = "N/A"
            commented = rng.random() < _COMMENT_SHARE
            comment = _COMMENTS[int(rng.integers(len(_COMMENTS)))] if commented else None
            lines.append((came, [inspection.reference, inspection.yot, came, *answers, comment]))
    lines.sort(key=lambda line: (line[0], str(line[1][0])))
    numbered = [(came, [f"CMF-{n:04d}", *line]) for n, (came, line) in enumerate(lines, 1)]
    headings: list[Cell] = ["Form", "Inspection reference", "Youth Offending Team", "Received"]
    headings += [*rules["questions"], "What would you do differently?"]
    for quarter in quarters(Quarter(2013, 2), Quarter(2014, 1)):
        chosen = [line for came, line in numbered if Quarter.of(came) == quarter]
        title = f"{SYNTHETIC}: feedback from case managers, forms received in {quarter}"
        rows: list[list[Cell]] = [[title], headings]
        rows += [[british(cell) for cell in line] for line in chosen]
        name = f"case_manager_feedback_{quarter}.csv"
        yield Parcel("survey_case_managers", received(quarter), name, csv_bytes(rows))


def children_survey(world: World, scale: int) -> Iterator[Parcel]:
    """The eSurvey's yearly export: one line per child."""
    rules = world.settings["children_survey"]
    for year, share in rules["taking_part"].items():
        rng = stream(world.seed, "children", year)
        rows: list[list[Cell]] = [
            [f"{SYNTHETIC}: eSurvey of children and young people, {year_label(year)}"],
            _child_headings(year, list(rules["questions"])),
        ]
        listed = world.register.in_force(date(year + 1, 3, 31)).sort_values("yot_name")
        for row in listed.itertuples():
            if rng.random() < share:
                own = _of_one_yot(world, str(row.yot_id), year, rng) * scale
                rows += [[None, str(row.yot_name), *line] for line in own]
        for number, line in enumerate(rows[2:], 1):
            line[0] = f"VP{year % 100}-{number:05d}"
        quarter = Quarter(year + 1, 1)
        semicolons = year == min(rules["taking_part"])
        encoding, delimiter = ("cp1252", ";") if semicolons else ("utf-8-sig", ",")
        name = f"eSurvey_children_{year_label(year)}.csv"
        content = csv_bytes(rows, encoding, delimiter)
        yield Parcel("survey_children", received(quarter), name, content)


def _child_headings(year: int, questions: list[str]) -> list[Cell]:
    if year < 2013:
        return ["Response", "YOT", "Completed", "Age", "Sex", *questions]
    return [
        "Response ID",
        "Youth Offending Team",
        "Date completed",
        "Age band",
        "Gender",
        *questions,
    ]


def _of_one_yot(world: World, yot_id: str, year: int, rng: np.random.Generator) -> list[list[Cell]]:
    """The responses of one YOT's children in a year: day, age, gender, answers."""
    rules = world.settings["children_survey"]
    level = _CHILD_LEVEL + _CHILD_QUALITY * world.quality(yot_id)
    mean = rules["forms_per_thousand_population"] * world.persons(yot_id, year) / 1000
    lines: list[list[Cell]] = []
    for _ in range(3 + int(rng.poisson(mean))):
        answers = graded(level, len(rules["questions"]), rules["answers"], rng)
        age = str(rng.choice(["10 to 13", "14 to 15", "16 to 17"], p=[0.1, 0.4, 0.5]))
        gender = "Female" if rng.random() < 0.18 else "Male"
        day = date(year, 4, 2) + timedelta(days=int(rng.integers(0, 360)))
        lines.append([british(day), age, gender, *answers])
    return lines


def british(cell: Cell) -> Cell:
    """A date as the exports write it: ``31/03/2014``."""
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else cell
