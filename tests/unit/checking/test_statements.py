"""What the annual report states against what its appendix B lists."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from infobank.checking import ReceivedReading, check_source, gates
from infobank.checking.checked_records import Records
from infobank.checking.statements import check_statements, load_statements
from infobank.contracts import load_sources
from infobank.contracts.expectations import ExpectationResult
from infobank.domain.codes import load_findings
from infobank.domain.findings import Finding
from infobank.domain.paths import project_root
from infobank.domain.register import load_register
from infobank.steps.read import read

SAMPLE = project_root() / "raw" / "sample"
REGISTER = load_sources()["publications"].objects["publication"]
SQS = "Inspection of Youth Offending: Short Quality Screenings (SQS)"
FJI = "Inspection of Youth Offending: Full Joint Inspection (FJI)"
IAOW = "Inspection of Adult Offending Work"
POMI = "Prisoner Offender Management Inspection 2 (POMI 2)"


def findings_of(path: Path, source: str) -> list[Finding]:
    reading, _ = read(path, path.name, source)
    received = ReceivedReading(reading, date(2014, 4, 11))
    return check_source(load_sources()[source], [received], load_register()).findings


def test_exactly_the_known_inconsistencies_of_the_published_record_are_reported() -> None:
    (register,) = (SAMPLE / "publications").rglob("*.csv")
    results = SAMPLE / "published_inspections/2014-04-11/full_joint_inspections_2013-14.csv"
    told = findings_of(register, "publications") + findings_of(results, "published_inspections")
    assert [(f.code, f.source_file, f.cell) for f in told] == [
        ("count_not_as_stated", register.name, "B19:B46"),
        ("names_not_as_stated", register.name, "B13:B18"),
        ("date_not_as_stated", register.name, "C12"),
        ("stars_disagree", results.name, "G5"),
    ]
    assert {f.severity for f in told} == {"warning"}
    assert [(f.found, f.expected) for f in told if f.code != "names_not_as_stated"] == [
        ("28", "30"),
        ("July 2012", "December 2013"),
        ("***", "**"),
    ]
    lists = told[1].message
    assert "Peterborough and Islington are not listed here" in lists
    assert "Blackpool and Powys are listed here only" in lists
    assert "section 4.4" in lists


def register(*rows: tuple[str, str, str]) -> Records:
    frame = pd.DataFrame(rows, columns=["section", "title", "date_published"])
    frame["period_start"] = pd.to_datetime(frame["date_published"], format="%B %Y")
    frame["source_file"], frame["source_sheet"], frame["refused"] = "register.csv", None, False
    for column, letter in (("title", "B"), ("date_published", "C")):
        frame[f"cell.{column}"] = [f"{letter}{n + 3}" for n in range(len(frame))]
    frame["source_cell"] = frame["cell.title"]
    return Records("publications", REGISTER, frame)


def about(records: Records, statement: str) -> list[Finding]:
    told = load_statements()
    only = tuple(s for s in told.statements if s.id == statement)
    check_statements(records, told.model_copy(update={"statements": only}))
    return records.findings


def test_thirty_screenings_listed_are_the_thirty_stated() -> None:
    rows = [(SQS, f"YOT {n}", "May 2013") for n in range(30)]
    assert about(register(*rows), "short_quality_screenings_completed") == []


def test_trusts_whose_reports_are_said_to_come_later_may_be_missing() -> None:
    told = next(s for s in load_statements().statements if s.id == "trusts_inspected")
    assert len(told.names) == 12
    listed = [n.replace(" and ", " & ") for n in told.names if n not in told.not_yet_published]
    assert about(register(*[(IAOW, n, "May 2013") for n in listed]), told.id) == []
    (finding,) = about(register(*[(IAOW, n, "May 2013") for n in listed[1:]]), told.id)
    assert "Bedfordshire is not listed here" in finding.message


def test_a_report_dated_as_stated_is_no_finding_and_one_not_listed_is() -> None:
    statement = "third_prison_aggregate_report"
    assert about(register((POMI, "Third Aggregate Report", "December 2013")), statement) == []
    (finding,) = about(register((FJI, "Croydon", "July 2013")), statement)
    assert (finding.found, finding.cell) == ("nothing", "")


def test_the_register_of_another_year_is_not_held_against_this_report() -> None:
    records = register((SQS, "Bury", "May 2015"), (FJI, "Derby", "June 2015"))
    check_statements(records)
    assert records.findings == []


def test_an_entry_of_which_something_is_missing_is_no_hindrance() -> None:
    records = register((FJI, "Croydon", "July 2013"), (FJI, "Powys", "June 2013"))
    records.frame.loc[1, ["section", "title"]] = None
    (finding,) = about(records, "full_joint_inspections_completed")
    assert finding.found == "1"


def test_every_code_is_one_of_those_agreed() -> None:
    assert {"count_not_as_stated", "names_not_as_stated", "date_not_as_stated"} <= set(
        load_findings()
    )


def test_a_check_of_the_whole_table_names_the_newest_file(monkeypatch: pytest.MonkeyPatch) -> None:
    records = register((FJI, "Croydon", "July 2013"))
    records.frame["known_from"] = pd.Timestamp("2014-04-11")
    result = ExpectationResult(None, "", "expect_x", "warning", "Too few rows.", "at least 40")
    monkeypatch.setattr(gates, "validate", lambda *_: [result])
    gates._check_expectations(records, REGISTER)
    (finding,) = records.findings
    assert (finding.source_file, finding.cell, finding.severity) == ("register.csv", "", "warning")
    assert finding.message.startswith("register.csv: ")
    assert not records.frame["refused"].any()
