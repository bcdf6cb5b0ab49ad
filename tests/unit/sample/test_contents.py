"""What the sample promises: the numbers that the published record fixes, and its shape."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date

import pytest

from infobank.domain.quarters import Quarter
from tools.sample import adult, indicators, inspections, returns, surveys
from tools.sample.calendar import Year
from tools.sample.cases import CaseFile, apportioned
from tools.sample.sample_settings import facts_folder, load_settings, stream
from tools.sample.world import World, build_world


@pytest.fixture(scope="module")
def world() -> World:
    settings = load_settings()
    return build_world(settings, settings["seed"])


@pytest.fixture(scope="module")
def planned(world: World) -> list[inspections.Inspection]:
    return inspections.schedule(world)


def test_thirty_screenings_of_the_year_hold_694_cases(
    planned: list[inspections.Inspection],
) -> None:
    screenings = [i for i in planned if i.programme == "SQS"]
    assert len(screenings) == 30
    assert {i.year for i in screenings} == {2013}
    assert sum(i.cases for i in screenings) == 694


def test_six_joint_inspections_a_year(planned: list[inspections.Inspection]) -> None:
    assert Counter(i.year for i in planned if i.programme == "FJI") == {2012: 6, 2013: 6}


def test_headline_scores_of_2013_14_are_those_published(
    world: World, planned: list[inspections.Inspection]
) -> None:
    told = (facts_folder() / "fji_2013_14.csv").read_text(encoding="utf-8").splitlines()[1:]
    published = {tuple(line.split(",")[:2]): line.split(",")[2] for line in told}
    joint = [i for i in planned if i.programme == "FJI" and i.year == 2013]
    for inspection in joint:
        for theme, matrix in inspections.judgements(world, inspection).items():
            answers = Counter(answer for line in matrix for answer in line)
            score = 100 * answers["Yes"] / (answers["Yes"] + answers["No"])
            assert f"{score:.0f}" == published[inspection.yot, theme]


def test_338_case_managers_answered(world: World, planned: list[inspections.Inspection]) -> None:
    parcels = list(surveys.case_manager_feedback(world, planned, scale=1))
    lines = [line for p in parcels for line in p.content.decode().splitlines()[2:]]
    assert len(lines) == 338
    assert len({line.split(",")[0] for line in lines}) == 338


def test_sentences_and_offences_come_in_the_printed_shares() -> None:
    facts = CaseFile(load_settings(), 694, stream(1, "t"))
    dealt = [facts.deal("England") for _ in range(694)]
    sentences = Counter(case[6] for case in dealt)
    assert round(100 * sentences["Referral order"] / 694) == 21
    assert round(100 * sentences["Youth rehabilitation order"] / 694) == 55
    assert round(100 * sentences["Custodial"] / 694) == 23
    offences = Counter(case[7] for case in dealt)
    assert round(100 * offences["Violence against the person"] / 694) == 39
    assert round(100 * offences["Robbery"] / 694) == 12


def _national_rate(world: World, measure: indicators.Measure, year: Year, on: date) -> float:
    """The whole country's final rate of a year."""
    yots = list(world.yots.index)
    top = sum(world.in_year(measure.numerator, yot_id, year) for yot_id in yots)
    if measure.denominator == "population":
        mid_year = indicators.mid_year_known(world, year, on)
        bottom = sum(world.persons(yot_id, mid_year) for yot_id in yots)
    else:
        bottom = sum(world.in_year(measure.denominator, yot_id, year) for yot_id in yots)
    return top / bottom * measure.per


@pytest.mark.parametrize(
    ("measure", "last", "level", "slack"),
    [
        (indicators.FIRST_TIME_ENTRANTS, Quarter(2014, 1), 430, 15),
        (indicators.CUSTODY, Quarter(2014, 1), 0.5, 0.03),
        (indicators.BINARY, Quarter(2012, 2), 38, 1),
    ],
)
def test_national_levels(
    world: World, measure: indicators.PublishedMeasure, last: Quarter, level: float, slack: float
) -> None:
    rate = _national_rate(world, measure, Year(last), date(2014, 4, 11))
    assert rate == pytest.approx(level, abs=slack)


def test_a_published_rate_is_what_its_counts_give(world: World) -> None:
    assert indicators.rounded(0.125, 2) == 0.13
    issue = indicators.Issue(world, Quarter(2013, 2))
    year = Year(Quarter(2012, 4))
    top, bottom = indicators.counts(issue, indicators.CUSTODY, "leeds", year)
    cells = indicators.published_cells(issue, indicators.CUSTODY, "leeds", top, bottom)
    assert cells[:2] == [top, bottom]
    assert abs(float(str(cells[2])) - top / bottom * 1000) <= 0.005 + 1e-9


def test_wessex_is_listed_until_it_ended_and_its_successors_after(world: World) -> None:
    before = indicators.Issue(world, Quarter(2012, 1)).yots()
    after = indicators.Issue(world, Quarter(2012, 2)).yots()
    successors = {"hampshire", "isle-of-wight", "portsmouth", "southampton"}
    assert "wessex" in before and not successors & set(before)
    assert "wessex" not in after and successors <= set(after)
    year = Year(Quarter(2011, 4))
    parts = [world.in_year("entrants", yot_id, year) for yot_id in successors]
    assert world.in_year("entrants", "wessex", year) == sum(parts)


def test_a_later_delivery_knows_more(world: World) -> None:
    year = Year(Quarter(2012, 4))
    total = {
        newest: sum(world.known_in_year("entrants", y, year, newest) for y in world.yots.index)
        for newest in (Quarter(2012, 4), Quarter(2013, 1), Quarter(2013, 4))
    }
    assert total[Quarter(2012, 4)] < total[Quarter(2013, 1)] < total[Quarter(2013, 4)]


def test_largest_remainders_add_up() -> None:
    assert sum(apportioned([1, 1, 1], 100)) == 100
    assert apportioned([21, 55, 23, 1], 694) == [146, 382, 159, 7]


def test_pooled_adult_scores_give_the_printed_aggregates(world: World) -> None:
    printed = adult.published_shares()
    areas = world.settings["adult"]["areas"]
    with (facts_folder() / "iaow_2013_14.csv").open(encoding="utf-8") as file:
        aggregates = [line for line in csv.DictReader(file) if line["trust"].startswith("AGG")]
    planned = adult.schedule(world)
    for aggregate, inspected in zip(aggregates, (planned[:6], planned[6:]), strict=True):
        pooled: dict[str, Counter[str]] = {area: Counter() for area in areas.values()}
        for inspection in inspected:
            assert 50 <= inspection.cases <= 100
            for area, matrix in adult.judgements(world, inspection).items():
                answers = Counter(answer for line in matrix for answer in line)
                column = next(c for c, name in areas.items() if name == area)
                assert share(answers) == printed[inspection.trust][column]
                pooled[area].update(answers)
        for column, area in areas.items():
            assert share(pooled[area]) == int(aggregate[column])


def share(answers: Counter[str]) -> int:
    return round(100 * answers["Yes"] / (answers["Yes"] + answers["No"]))


def test_returns_number_what_the_report_says(
    world: World, planned: list[inspections.Inspection]
) -> None:
    trusts = adult.schedule(world)
    parcels = [*returns.victims(world, trusts), *returns.offender_managers(world, trusts)]
    counts = [len(p.content.decode().splitlines()) - 2 for p in parcels]
    assert counts == [99, 228]
    assert "Durham Tees Valley" not in parcels[0].content.decode()
    overall = world.settings["inspected_bodies_survey"]["overall"]
    total = sum(overall.values())
    assert round(100 * overall["Fully"] / total) == 82
    assert round(100 * overall["Mainly"] / total) == 16
