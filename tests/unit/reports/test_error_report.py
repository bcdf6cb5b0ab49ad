"""The error report: plain words, a place for everything, the same bytes every time."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from infobank.domain.codes import load_findings
from infobank.domain.findings import Finding
from infobank.domain.quarters import Quarter
from infobank.domain.run_request import RunRequest
from infobank.reports.error_reports import ErrorReport, write_report
from infobank.reports.error_reports.error_report import (
    A_LOOK,
    COLUMNS,
    LEFT_OUT,
    SERIOUS,
    plain_sentence,
)
from infobank.steps import report as report_step
from infobank.steps.workspace import Workspace

FILE = "yjb_custody/2014-04-11/custody.xlsx"
RATE = Finding(
    "yjb_custody",
    FILE,
    "Custody",
    "E57",
    "rate_disagrees",
    f"{FILE}, sheet Custody, cell E57: the rate is given as 4.1, but 45 sentences among 26644 "
    "population make 1.69 per 1,000. The record is not used; ask the sender.",
    "4.1",
    "1.69",
    "warning",
    1,
)
KEY = replace(
    RATE,
    cell="A9",
    code="key_repeated",
    message=f"{FILE}, sheet Custody, cell A9: St. Helens is here and at A12. Neither is used.",
    found="St. Helens",
    expected="one line",
    severity="critical",
)
HIDDEN = replace(
    RATE,
    sheet="Old",
    cell="",
    code="sheet_hidden",
    message=f"{FILE}, sheet Old: the sheet is hidden and is read. Ask the sender.",
    found="",
    expected="",
    rows_refused=0,
)


def report(*findings: Finding, synthetic: bool = False) -> ErrorReport:
    return ErrorReport(
        "custody.xlsx",
        "Custodial sentences",
        "yjb_custody",
        date(2014, 4, 11),
        synthetic,
        157,
        155,
        2,
        findings,
    )


def sheet(path: Path, name: str) -> list[list[object]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()


def rows(path: Path) -> pd.DataFrame:
    lines = sheet(path, "What was found")
    header = next(n for n, line in enumerate(lines) if line[0] == "Kind of finding")
    return pd.DataFrame(lines[header + 1 :], columns=lines[header])


def test_the_most_serious_comes_first_and_every_line_says_what_to_do() -> None:
    table = report(HIDDEN, RATE, KEY).table()
    assert table["how_serious"].tolist() == [SERIOUS, LEFT_OUT, A_LOOK]
    assert table["cell"].tolist() == ["A9", "E57", ""]
    assert table["records_left_out"].tolist() == [1, 1, 0]
    assert table.loc[1, "what_to_do"] == load_findings()["rate_disagrees"].ask


def test_the_sentence_is_what_is_wrong_alone() -> None:
    assert plain_sentence(RATE) == (
        "The rate is given as 4.1, but 45 sentences among 26644 population make 1.69 per 1,000."
    )
    assert plain_sentence(KEY) == "St. Helens is here and at A12."
    assert plain_sentence(HIDDEN) == "The sheet is hidden and is read."
    text = replace(RATE, source_file="a.csv", sheet="", cell="E9")
    text = replace(text, message="a.csv, line 9, column E: it is: odd. Look.")
    assert plain_sentence(text) == "It is: odd."


def test_the_spreadsheet_reads_back_as_it_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_report(report(RATE, HIDDEN), path)
    assert CalamineWorkbook.from_path(path).sheet_names == ["Cover", "What was found"]
    told = rows(path)
    assert list(told.columns) == list(COLUMNS.values())
    assert told["Sheet"].tolist() == ["Custody", "Old"]
    assert told["Cell"].tolist() == ["E57", "The whole sheet"]
    assert told["What was found"].tolist() == ["4.1", "Nothing"]
    assert (told != "").all(axis=None)
    cover = " ".join(str(line[0]) for line in sheet(path, "Cover"))
    assert "157 records: 155 can be used and 2 cannot" in cover
    assert "received on 11 April 2014" in cover
    assert "SYNTHETIC" not in cover


def test_what_is_synthetic_says_so_on_every_sheet_and_in_both_files(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    beside = write_report(report(RATE, synthetic=True), path)
    for name in ("Cover", "What was found"):
        assert str(sheet(path, name)[0][0]).startswith("SYNTHETIC: ")
    assert pq.read_schema(beside).metadata[b"synthetic"] == b"true"


def test_parquet_holds_the_same_lines_with_their_words(tmp_path: Path) -> None:
    beside = write_report(report(RATE, KEY), tmp_path / "report.xlsx")
    pd.testing.assert_frame_equal(
        pd.read_parquet(beside), report(RATE, KEY).table(), check_dtype=False
    )
    field = pq.read_schema(beside).field("cell")
    assert field.metadata[b"description"] == b"Cell"


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    kept = write_report(report(KEY, RATE, HIDDEN), first)
    again = write_report(report(HIDDEN, KEY, RATE), second)
    assert first.read_bytes() == second.read_bytes()
    assert kept.read_bytes() == again.read_bytes()
    assert b"2014-04-11T00:00:00Z" in zipfile.ZipFile(first).read("docProps/core.xml")


def test_the_table_is_marked_as_one_and_no_cell_is_coloured(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_report(report(RATE), path)
    book = zipfile.ZipFile(path)
    assert b'name="what_was_found"' in book.read("xl/tables/table1.xml")
    assert b"patternFill" in (styles := book.read("xl/styles.xml"))
    assert b"fgColor" not in styles


def test_nothing_found_is_said(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    write_report(report(), path)
    assert rows(path).loc[0, "What is wrong"] == "Nothing to put right was found."


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=40) | st.sampled_from(["=1+1", "**", "[a](http://b.c)", "$$x$$", " \n"]))
def test_whatever_stands_in_a_cell_comes_back_as_text(tmp_path: Path, found: str) -> None:
    path = tmp_path / "report.xlsx"
    write_report(report(replace(RATE, found=found, sheet=found, code="rate_disagrees")), path)
    told = rows(path).loc[0]
    assert told["What was found"]
    if found.isalnum() and found.isascii():
        assert told["What was found"] == found
    book = zipfile.ZipFile(path)
    assert b"<f>" not in book.read("xl/worksheets/sheet2.xml")
    assert not [
        n for n in book.namelist() if "sheet2.xml.rels" in n and b"http://b" in book.read(n)
    ]


def test_a_file_of_countless_findings_gives_a_report_one_can_open(tmp_path: Path) -> None:
    many = [replace(RATE, cell=f"E{n}") for n in range(1, 2502)]
    path = tmp_path / "report.xlsx"
    beside = write_report(report(*many), path)
    assert len(rows(path)) == 2000
    assert any("2,000 of 2,501" in str(line[0]) for line in sheet(path, "What was found"))
    assert len(pd.read_parquet(beside)) == 2501


def test_every_code_asks_something_of_the_sender_without_naming_a_file_of_ours() -> None:
    for code in load_findings().values():
        assert code.ask.endswith(".")
        assert "schemas/" not in code.ask
        assert "layout." not in code.ask


@pytest.fixture
def order(tmp_path: Path) -> RunRequest:
    """A run of three deliveries: one with findings, one without, one received too late."""
    work = Workspace.begin(tmp_path / "work")
    late = "yjb_custody/2014-07-11/custody.xlsx"
    stray = "elsewhere/notes.csv"
    unknown = replace(
        HIDDEN, source="", source_file=stray, sheet="", message=f"{stray}: nobody's file. Look."
    )
    work.keep_findings(
        [RATE, replace(RATE, source_file=late), unknown, replace(RATE, source_file="")]
    )
    files = [FILE, "population_10_17/2014-04-11/p.csv", late, stray]
    deliveries = pd.DataFrame({"source_file": files})
    deliveries["source"] = ["yjb_custody", "population_10_17", "yjb_custody", ""]
    deliveries["received"] = pd.Timestamp("2014-04-11")
    deliveries["synthetic"] = False
    for column in ("rows_read", "rows_accepted", "rows_quarantined"):
        deliveries[column] = 1
    work.inside("tables").keep("core.delivery", deliveries)
    return RunRequest(
        Quarter.parse("2014-Q1"),
        date(2014, 4, 30),
        tmp_path / "raw",
        tmp_path / "warehouse",
        work.folder,
        {FILE: "a", files[1]: "b", stray: "c"},
        {},
    )


def test_a_run_writes_one_report_for_each_known_delivery_with_findings(
    order: RunRequest, tmp_path: Path
) -> None:
    folder = tmp_path / "warehouse" / "reports" / "0123"
    written = report_step.report(order, folder)
    assert [p.relative_to(folder).as_posix() for p in written] == [
        "unrecognised/elsewhere/notes.csv.report.xlsx",
        "yjb_custody/2014-04-11/custody.xlsx.report.xlsx",
    ]
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    assert len(before) == 4
    report_step.report(order, folder)
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before
    assert [p.name for p in folder.parent.iterdir()] == ["0123"]
