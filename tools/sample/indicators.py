"""The Youth Justice Board's quarterly workbooks, as published: one per indicator and quarter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from infobank.domain.quarters import Quarter
from tools.sample.calendar import Year, received, shifted
from tools.sample.parcel import Parcel
from tools.sample.sample_settings import stream
from tools.sample.sheets import SYNTHETIC, Cell, Sheet, ods, xlsx
from tools.sample.world import WESSEX, World

NATIONAL = "England and Wales"
SUPPRESSED = "*"
NOT_AVAILABLE = ".."
TECHNICAL = "{name} - Data is missing due to technical problems with their case management system "
_ODS_QUARTER = Quarter(2013, 3)
_HEADER_CHANGED = 2013
_MESSY_NAMES = 4


@dataclass(frozen=True)
class PublishedMeasure:
    """How one measure is counted and published.

    Attributes:
        indicator: its section in ``schemas/sample.yaml``.
        numerator: name of the count in the world.
        denominator: name of the count, or "population".
        per: what the rate is per.
        decimals: decimals published.
        title: the sheet's title.
        sheet: the tab's name.
        headings: the three sub-headings until 2012.
        headings_2013: the three sub-headings from 2013.
    """

    indicator: str
    numerator: str
    denominator: str
    per: int
    decimals: int
    title: str
    sheet: str
    headings: tuple[str, str, str]
    headings_2013: tuple[str, str, str]


FIRST_TIME_ENTRANTS = PublishedMeasure(
    "first_time_entrants",
    "entrants",
    "population",
    100_000,
    1,
    "First time entrants to the youth justice system by youth offending team",
    "FTE by YOT",
    ("Number of FTEs", "10-17 population", "Rate per 100,000"),
    ("Number", "Population", "Rate"),
)
CUSTODY = PublishedMeasure(
    "custody",
    "sentences",
    "population",
    1_000,
    2,
    "Use of custody: custodial sentences by youth offending team",
    "Custody by YOT",
    ("Number of custodial sentences", "10-17 population", "Rate per 1,000"),
    ("Number", "Population", "Rate"),
)
BINARY = PublishedMeasure(
    "reoffending",
    "reoffenders",
    "cohort",
    100,
    1,
    "Proven reoffending by youth offending team: binary rate",
    "Reoffending - binary",
    ("Number of reoffenders", "Number in cohort", "% reoffending"),
    ("Reoffenders", "Cohort", "Binary rate (%)"),
)
FREQUENCY = PublishedMeasure(
    "reoffending",
    "reoffences",
    "cohort",
    1,
    2,
    "Proven reoffending by youth offending team: frequency rate",
    "Reoffending - frequency",
    ("Number of reoffences", "Number in cohort", "Reoffences per offender"),
    ("Reoffences", "Cohort", "Frequency rate"),
)
NOTES = {
    "first_time_entrants": "Source: Police National Computer, extracted by the Youth Justice Board",
    "custody": "Source: Youth Justice Management Information System",
    "reoffending": "Source: Police National Computer, Ministry of Justice",
}


def rounded(value: float, decimals: int) -> float:
    """A rate as published: half up in the last decimal."""
    step = Decimal(1).scaleb(-decimals)
    return float(Decimal(repr(value)).quantize(step, ROUND_HALF_UP))


@dataclass(frozen=True)
class Issue:
    """One delivery of one indicator.

    Attributes:
        world: the invented world.
        quarter: the quarter delivered.
        spelled: each YOT's name as this delivery spells it.
    """

    world: World
    quarter: Quarter
    spelled: dict[str, str] = field(default_factory=dict)

    @property
    def new_headings(self) -> bool:
        """Whether the headings are those of 2013 and later."""
        return self.quarter.year >= _HEADER_CHANGED

    def years(self, lag: int) -> list[Year]:
        """The years shown: the current, the same a year before, the previous quarter's."""
        newest = shifted(self.quarter, -lag)
        return [Year(newest), Year(shifted(newest, -4)), Year(shifted(newest, -1))]

    def yots(self) -> list[str]:
        """The YOTs listed: those in force when the quarter ended."""
        listed = self.world.register.in_force(self.quarter.last_day)
        return list(listed.sort_values(["region", "yot_name"])["yot_id"])

    def hit(self, kind: str, measure: PublishedMeasure) -> set[str]:
        """The YOTs that a kind of mess strikes in this delivery."""
        return {
            yot_id
            for rule in self.world.settings["mess"][kind]
            if rule["indicator"] == measure.indicator and rule["quarter"] == str(self.quarter)
            for yot_id in rule["yots"]
        }


def mid_year_known(world: World, year: Year, on: date) -> int:
    """The newest mid-year population published by a day, not later than the year's own middle."""
    published = [m for m, day in world.settings["population"]["received"].items() if day <= on]
    return min(max(published, default=2010), year.middle.year)


def counts(issue: Issue, measure: PublishedMeasure, yot_id: str, year: Year) -> tuple[int, int]:
    """Numerator and denominator of one YOT and year, as known in this delivery."""
    world, rules = issue.world, issue.world.settings[measure.indicator]
    newest = shifted(issue.quarter, -rules["lag_quarters"])
    top = world.known_in_year(measure.numerator, yot_id, year, newest)
    for rule in world.settings["mess"]["large_revisions"]:
        if rule["indicator"] == measure.indicator and rule["yot"] == yot_id:
            corrected = Quarter.parse(rule["quarter"]) <= issue.quarter
            top = top if corrected else round(top / rule["factor"])
    if measure.denominator != "population":
        return top, world.in_year(measure.denominator, yot_id, year)
    mid_year = mid_year_known(world, year, received(issue.quarter))
    return top, world.persons(yot_id, mid_year)


def published_cells(
    issue: Issue, measure: PublishedMeasure, yot_id: str, top: int, bottom: int
) -> list[Cell]:
    """The three cells of one YOT and year: numerator, denominator, rate, or what stands there."""
    if yot_id in issue.hit("missing_as_zero", measure):
        return [0, bottom, 0] if measure.denominator == "population" else [0, 0, 0]
    if yot_id in issue.hit("not_available", measure):
        return [NOT_AVAILABLE, bottom, NOT_AVAILABLE]
    mess = issue.world.settings["mess"]
    rate = rounded(top / bottom * measure.per, measure.decimals)
    if measure is FREQUENCY and bottom < mess["suppress_cohort_below"]:
        return [SUPPRESSED, bottom, SUPPRESSED]
    small = mess["suppress_sentences"]
    few = 0 < top < small["below"] and bottom < small["population_below"]
    if measure is CUSTODY and few:
        return [SUPPRESSED, bottom, SUPPRESSED]
    return [top, bottom, rate]


def _table(issue: Issue, measure: PublishedMeasure) -> Sheet:
    """The sheet of one measure: titles, two header rows, regions with subtotals, footnotes."""
    years = issue.years(issue.world.settings[measure.indicator]["lag_quarters"])
    rows, merges = _header(issue, measure, years)
    bold = {0, len(rows) - 1, len(rows) - 2}
    national = [[0, 0] for _ in years]
    for region, members in _by_region(issue):
        regional = [[0, 0] for _ in years]
        for yot_id in members:
            line: list[Cell] = [region, issue.spelled[yot_id]]
            struck = yot_id in issue.hit("missing_as_zero", measure)
            if struck:
                line[1] = TECHNICAL.format(name=issue.spelled[yot_id].strip())
            for place, year in enumerate(years):
                top, bottom = counts(issue, measure, yot_id, year)
                line += published_cells(issue, measure, yot_id, top, bottom)
                absent = struck or yot_id in issue.hit("not_available", measure)
                top = 0 if absent else top
                bottom = 0 if struck and measure.denominator != "population" else bottom
                regional[place][0] += top
                regional[place][1] += bottom
            rows.append(line)
        for place, (top, bottom) in enumerate(regional):
            national[place][0] += top
            national[place][1] += bottom
        bold.add(len(rows))
        rows.append([region, region, *_rates(measure, regional)])
    bold.add(len(rows))
    rows.append([None, NATIONAL, *_rates(measure, national)])
    rows += [[None], *_lines(_footnotes(measure))]
    width = 2 + 3 * len(years)
    rows = [row + [None] * (width - len(row)) for row in rows]
    number = "#,##0." + "0" * measure.decimals
    formats = {2 + 3 * n + k: f for n in range(3) for k, f in enumerate(("#,##0", "#,##0", number))}
    return Sheet(measure.sheet, rows, merges, bold, [24, 34] + [13] * (width - 2), formats)


def _rates(measure: PublishedMeasure, sums: list[list[int]]) -> list[Cell]:
    return [
        cell
        for top, bottom in sums
        for cell in (top, bottom, rounded(top / bottom * measure.per, measure.decimals))
    ]


def _header(
    issue: Issue, measure: PublishedMeasure, years: list[Year]
) -> tuple[list[list[Cell]], list[tuple[int, int, int, int]]]:
    """Title rows and the two header rows, with their merged ranges."""
    titles: list[list[Cell]] = [
        [f"{measure.title}, England and Wales"],
        [SYNTHETIC],
        [f"Rolling twelve months; delivered for {issue.quarter}"],
        [None],
    ]
    if issue.new_headings:
        upper: list[Cell] = ["Region", "Youth Offending Team"]
        lower: list[Cell] = [None, None]
        subs, labels = measure.headings_2013, [year.long() for year in years]
    else:
        upper, lower = [None, None], ["Region", "YOT "]
        subs, labels = measure.headings, [year.short() for year in years]
    row = len(titles)
    merges = [(row, 0, row + 1, 0), (row, 1, row + 1, 1)] if issue.new_headings else []
    for place, label in enumerate(labels):
        upper += [label, None, None]
        lower += list(subs)
        merges.append((row, 2 + 3 * place, row, 4 + 3 * place))
    return [*titles, upper, lower], merges


def _by_region(issue: Issue) -> Iterator[tuple[str, list[str]]]:
    listed = issue.yots()
    regions = issue.world.register.yots.set_index("yot_id")["region"]
    for region in sorted(set(regions[listed]), key=lambda name: (name == "Wales", name)):
        written = region
        if not issue.new_headings:  # the publisher's shorter names until 2012
            written = {"East of England": "Eastern", "Yorkshire and the Humber": "Yorkshire"}.get(
                region, region
            )
        yield written, [yot_id for yot_id in listed if regions[yot_id] == region]


def _lines(texts: Sequence[str]) -> list[list[Cell]]:
    return [[text] for text in texts]


def _footnotes(measure: PublishedMeasure) -> list[str]:
    return [
        NOTES[measure.indicator],
        "(1) Population: mid-year estimates, ages 10 to 17"
        if measure.denominator == "population"
        else "(1) A cohort is everyone with a caution or sentence, or released, in twelve months",
        "(2) Figures marked * are suppressed because of small numbers; .. is not available",
        "(3) Earlier periods may be revised; totals include suppressed figures",
    ]


def spellings(world: World, quarter: Quarter, name: str) -> dict[str, str]:
    """Each YOT's name as one delivery spells it."""
    rng = stream(world.seed, "spelling", str(quarter), name)
    rows = world.register.yots.itertuples()
    names = {str(row.yot_id): str(row.yot_name) for row in rows}
    for yot_id, others in sorted(world.settings["mess"]["spellings"].items()):
        names[yot_id] = others[int(rng.integers(len(others)))]
    messy = rng.choice(sorted(set(names) - {WESSEX}), size=_MESSY_NAMES, replace=False)
    for yot_id in messy[: _MESSY_NAMES // 2]:
        names[yot_id] = names[yot_id].rstrip() + " "
    for yot_id in messy[_MESSY_NAMES // 2 :]:
        names[yot_id] = names[yot_id].replace(" ", "\u00a0") + "\u00a0"
    return names


def _about(quarter: Quarter, measures: list[PublishedMeasure]) -> tuple[Sheet, Sheet]:
    listed: list[list[Cell]] = [[m.sheet, m.title] for m in measures]
    contents = Sheet(
        "Contents",
        [
            ["Youth Justice Outcome Indicators"],
            [SYNTHETIC],
            [f"Quarter: {quarter}"],
            [None],
            ["Sheet", "What it holds"],
            *listed,
            ["Notes", "How to read the figures"],
        ],
        bold={0, 4},
        widths=[28, 80],
    )
    notes = Sheet(
        "Notes",
        [
            ["Notes"],
            [SYNTHETIC],
            ["Names of youth offending teams are real; every figure in this workbook is invented."],
            ["Figures are provisional and are revised in later quarters."],
        ],
        bold={0},
        widths=[100],
    )
    return contents, notes


def _workbook(
    world: World, quarter: Quarter, source: str, measures: list[PublishedMeasure]
) -> Parcel:
    issue = Issue(world, quarter, spelled=spellings(world, quarter, source))
    contents, notes = _about(quarter, measures)
    sheets = [contents, *(_table(issue, measure) for measure in measures), notes]
    as_ods = quarter == _ODS_QUARTER and source == "yjb_custody"
    write: Callable[[list[Sheet], str], bytes] = ods if as_ods else xlsx
    stem = source.removeprefix("yjb_")
    name = f"YJB_{stem}_{quarter}.{'ods' if as_ods else 'xlsx'}"
    content = write(sheets, f"{measures[0].title}, {quarter}")
    return Parcel(source, received(quarter), name, content)


SOURCES: dict[str, list[PublishedMeasure]] = {
    "yjb_first_time_entrants": [FIRST_TIME_ENTRANTS],
    "yjb_reoffending": [BINARY, FREQUENCY],
    "yjb_custody": [CUSTODY],
}


def deliveries(world: World, span: list[Quarter], editions: int = 1) -> Iterator[Parcel]:
    """The Youth Justice Board's workbooks of several quarters.

    For benchmarks each can come in several editions, a day apart.
    """
    for quarter in span:
        for source, measures in SOURCES.items():
            parcel = _workbook(world, quarter, source, measures)
            for edition in range(editions):
                day = parcel.received + timedelta(days=edition)
                yield replace(parcel, received=day)
