"""The inspectorate's case spreadsheets: one workbook per inspection.

Each holds a form about the inspection, one row per case, and a matrix of judgements: a case per
line, a question per column, the themes above the questions.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from infobank.domain.programmes import load_programmes
from tools.sample.casebook import judged, matrix_sheet, notes_sheet, slug
from tools.sample.cases import CASE_HEADINGS, CaseFile, apportioned, numbers
from tools.sample.parcel import Parcel
from tools.sample.sample_settings import facts_folder, stream
from tools.sample.sheets import SYNTHETIC, Cell, Sheet, xlsx
from tools.sample.world import World

_YEAR_STARTS = 4
_SMALLEST_SAMPLE = 12
_SIZE_POWER = 0.4
_QUALITY_EFFECT = 0.55
_OWN_EFFECT = 0.15
_PUBLISHED_YEAR = 2013
_LEADS = ("HM Inspector", "HM Inspector (lead)", "Assistant Inspector")


@dataclass(frozen=True)
class Inspection:
    """One inspection of the sample.

    Attributes:
        reference: its id, such as ``SQS-2013-14-07``.
        programme: its kind, as in ``schemas/programmes``.
        yot: the YOT's name as the report names it.
        yot_id: the YOT.
        starts: first day of fieldwork.
        ends: last day of fieldwork.
        cases: how many cases are in the sample.
        stream: names its random numbers, whatever the programme is called.
    """

    reference: str
    programme: str
    yot: str
    yot_id: str
    starts: date
    ends: date
    cases: int
    stream: str

    @property
    def year(self) -> int:
        """The year the inspection year starts in (April)."""
        return inspection_year(self.ends)


def inspection_year(day: date) -> int:
    """The year in which the inspection year (April to March) of a day starts."""
    return day.year if day.month >= _YEAR_STARTS else day.year - 1


def year_label(year: int) -> str:
    """An inspection year as written: ``2013-14``."""
    return f"{year}-{(year + 1) % 100:02d}"


def schedule(world: World, scale: int = 1) -> list[Inspection]:
    """All inspections, in the order of the settings; more rounds of the same for benchmarks."""
    planned: list[Inspection] = []
    for settings in world.settings["inspections"]["programmes"]:
        ids = [str(world.register.names.resolve(line["yot"]).yot_id) for line in settings["visits"]]
        sizes = [int(line.get("cases", 0)) for line in settings["visits"]]
        if settings["cases_in_all"] is not None:
            sizes = _sample_sizes(world, ids, settings["cases_in_all"])
        for again in range(scale):
            suffix = f"-R{again + 1}" if again else ""
            planned += _of_one_programme(settings, ids, sizes, suffix)
    return planned


def _of_one_programme(
    settings: dict[str, Any], ids: list[str], sizes: list[int], suffix: str
) -> Iterator[Inspection]:
    programme, stream_name = settings["programme"], bytes.fromhex(settings["stream"]).decode()
    visit = load_programmes()[programme].visit
    assert visit is not None, programme  # noqa: S101 (the sample's programmes are planned)
    counted: dict[int, int] = {}
    for line, yot_id, size in zip(settings["visits"], ids, sizes, strict=True):
        starts = line["starts"]
        ends = visit.last_day(starts)
        year = inspection_year(ends)
        counted[year] = counted.get(year, 0) + 1
        number = f"{year_label(year)}-{counted[year]:02d}{suffix}"
        yield Inspection(
            f"{programme}-{number}",
            programme,
            line["yot"],
            yot_id,
            starts,
            ends,
            size,
            f"{stream_name}-{number}",
        )


def _sample_sizes(world: World, ids: list[str], total: int) -> list[int]:
    """Sample sizes that grow with the size of the YOT and add up to the year's total."""
    weights = [world.persons(yot_id, 2012) ** _SIZE_POWER for yot_id in ids]
    rest = apportioned(weights, total - _SMALLEST_SAMPLE * len(ids))
    return [_SMALLEST_SAMPLE + more for more in rest]


@lru_cache(maxsize=1)
def _published_scores() -> dict[tuple[str, str], int]:
    """The headline percentages printed for 2013-14, by YOT and theme."""
    with (facts_folder() / "fji_2013_14.csv").open(encoding="utf-8") as file:
        return {
            (line["yot"], line["theme"]): int(line["score_pct"])
            for line in csv.DictReader(file)
            if line["score_pct"]
        }


def judgements(world: World, inspection: Inspection) -> dict[str, list[list[str]]]:
    """The judgement matrix by theme: one list per case, one answer per question.

    A published headline score is met to the whole percent; otherwise the share of sufficient work
    follows the YOT's hidden quality. Judgements of one case are alike, as they are in life.
    """
    rng = stream(world.seed, "judgements", inspection.stream)
    rules = world.settings
    own = _QUALITY_EFFECT * world.quality(inspection.yot_id)
    shares: dict[str, float] = {}
    for theme in rules["questions"]:
        logit = rules["theme_level"][theme] + own + rng.normal(0, _OWN_EFFECT)
        shares[theme] = float(1 / (1 + np.exp(-logit)))
        if inspection.year == _PUBLISHED_YEAR and (inspection.yot, theme) in _published_scores():
            shares[theme] = _published_scores()[inspection.yot, theme] / 100
    return judged(inspection.cases, rules["questions"], shares, rules, rng)


def deliveries(world: World, planned: list[Inspection]) -> Iterator[Parcel]:
    """The workbooks of all inspections."""
    number = numbers()
    files: dict[tuple[str, int], CaseFile] = {}
    sizes: dict[tuple[str, int], int] = {}
    for inspection in planned:
        group = (inspection.programme, inspection.year)
        sizes[group] = sizes.get(group, 0) + inspection.cases
    for inspection in planned:
        group = (inspection.programme, inspection.year)
        if group not in files:
            code, year = inspection.stream.partition("-")[0], inspection.year
            rng = stream(world.seed, "cases", code, year)
            files[group] = CaseFile(world.settings, sizes[group], rng)
        pattern = world.settings["cases"]["identifier"]
        ids = [pattern.format(number=next(number)) for _ in range(inspection.cases)]
        yield _workbook(world, inspection, ids, files[group])


def _workbook(world: World, inspection: Inspection, ids: list[str], facts: CaseFile) -> Parcel:
    regional = world.register.yots.set_index("yot_id")["country"]
    country = str(regional[world.members(inspection.yot_id)[0]])
    old = inspection.year < _PUBLISHED_YEAR
    case_heading = "Case reference" if old else "Case ID"
    questions, answers = world.settings["questions"], judgements(world, inspection)
    sheets = [
        _form(world, inspection, old),
        _cases(inspection, ids, facts, country, case_heading),
        matrix_sheet(inspection.yot, ids, answers, questions, case_heading, short=old),
        notes_sheet(questions),
    ]
    if old:  # the lists behind the drop-downs, hidden as such sheets are
        sheets.append(Sheet("Lists", [["Y"], ["N"], ["N/A"]], hidden=True))
    wait = timedelta(days=world.settings["inspections"]["delivered_after_days"])
    name = f"{inspection.reference}_{slug(inspection.yot)}.xlsx"
    title = f"{inspection.programme} case spreadsheet {inspection.reference}"
    return Parcel("case_spreadsheets", inspection.ends + wait, name, xlsx(sheets, title))


def _form(world: World, inspection: Inspection, old: bool) -> Sheet:
    rng = stream(world.seed, "form", inspection.stream)
    team = "YOT" if old else "Youth Offending Team"
    rows: list[list[Cell]] = [
        ["Inspection of youth offending work: case spreadsheet"],
        [SYNTHETIC],
        [None],
        ["Inspection reference", inspection.reference],
        ["Programme", inspection.programme],
        [team, inspection.yot],
        ["Fieldwork starts", inspection.starts],
        ["Fieldwork ends", inspection.ends],
        ["Lead inspector (role)", _LEADS[int(rng.integers(len(_LEADS)))]],
        ["Cases planned", inspection.cases + int(rng.integers(0, 3))],
    ]
    return Sheet("Inspection", rows, bold={0}, widths=[30, 34])


def _cases(
    inspection: Inspection, ids: list[str], facts: CaseFile, country: str, case_heading: str
) -> Sheet:
    rows: list[list[Cell]] = [
        [f"Cases inspected: {inspection.yot}"],
        [SYNTHETIC],
        [None],
        [case_heading, *CASE_HEADINGS],
    ]
    rows += [[case_id, *facts.deal(country)] for case_id in ids]
    rows += [[None], ["Note: one row per case. N/A means that the question does not apply."]]
    return Sheet("Cases", rows, bold={0, 3}, widths=[14, 10, 24, 14, 11, 13, 26, 28, 28, 16])
