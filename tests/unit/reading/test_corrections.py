"""Corrections: made where they fit, loud where they do not, and never known before their day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter
import yaml

from infobank.contracts import load_sources
from infobank.contracts.model import ContractError
from infobank.domain.deliveries import list_deliveries
from infobank.domain.findings import Finding
from infobank.domain.paths import project_root
from infobank.domain.run_request import RunRequest
from infobank.reading import Grid, OpenedFile
from infobank.reading import corrections as corrections_module
from infobank.reading.corrections import amend, load_corrections
from infobank.steps import check as check_step
from infobank.steps import resolve_run as resolve_step
from infobank.steps import stopping
from infobank.steps.read import read, read_corrected, read_file
from infobank.steps.workspace import Workspace

# Brent's line TOTAL as the Youth Justice Board printed it for 2012/13: the ages, the genders and
# the ethnicities each add up to 384.
BRENT: dict[str, Any] = {
    "source": "yjb_custody",
    "file": "Disposals by region 2012-13 Table.xlsx",
    "sheet": "London",
    "cell": "G13",
    "column": "sentences",
    "from": 383,
    "to": 384,
    "why": "The lines and all breakdowns add up to 384",
    "reported_by": "Youth Justice Board, statistics",
    "known_from": date(2013, 8, 12),
}
RESULT: dict[str, Any] = {
    "source": "published_inspections",
    "file": "results.csv",
    "cell": "F2",
    "column": "score_pct",
    "from": 55,
    "to": 65,
    "why": "The letter says 65%",
    "reported_by": "Research officer",
    "known_from": date(2014, 5, 1),
}
SAMPLE = project_root() / "raw" / "sample"
HEADING = "YOT,Year,Programme,Re-inspection,Theme,Score %,Stars,Cases,Publication,Source"
THEME = "ensuring the sentence is served"


@pytest.fixture
def ship(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put corrections where the project keeps them."""
    folder = tmp_path / "schemas" / "corrections"
    folder.mkdir(parents=True)
    monkeypatch.setattr(corrections_module, "schemas_root", lambda: tmp_path / "schemas")

    def put(*entries: dict[str, Any]) -> None:
        text = yaml.safe_dump({"corrections": list(entries)}, sort_keys=False)
        (folder / "test.yaml").write_text(text, encoding="utf-8")

    return put


def disposals(path: Path) -> Path:
    """London's sheet of the Board's workbook, with Brent's block alone, its total one too low."""
    lines: list[list[Any]] = [
        ["Regional Disposals 2012/13", "Age", None, None, "Gender"],
        [None, "10 - 14", "15 - 17", None, "Female", "Male", "TOTAL"],
        ["Brent "],
        [],
        ["Pre-court "],
        ["Reprimand", 100, 84, None, 14, 170, 184],
        [],
        ["Custody"],
        ["Section 90 (*)", 10, 90, None, 5, 95, 100],
        ["Section 91 (*)", 50, 50, None, 10, 90, 100],
        [],
        [],
        ["TOTAL", 160, 224, None, 29, 355, 383],
    ]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("London")
        for row, line in enumerate(lines):
            for col, cell in enumerate(line):
                if cell is not None:
                    sheet.write(row, col, cell)
    return path


def codes(findings: list[Finding]) -> list[str]:
    return [f.code for f in findings]


def test_brents_total_is_read_as_corrected_and_said(
    tmp_path: Path, ship: Callable[..., None]
) -> None:
    ship(BRENT)
    path = disposals(tmp_path / BRENT["file"])
    before = path.read_bytes()
    as_it_came, _ = read(path, path.name, "yjb_custody")
    (wrong,) = [f for f in as_it_came.findings if f.code == "parts_do_not_add"]
    assert (wrong.cell, wrong.found, wrong.expected) == ("G13", "383", "384")
    corrected = read_corrected(path, as_it_came, list(load_corrections(load_sources())))
    assert "parts_do_not_add" not in codes(corrected.findings)
    (told,) = [f for f in corrected.findings if f.code == "corrected"]
    assert (told.sheet, told.cell, told.found, told.expected) == ("London", "G13", "383", "384")
    assert (told.severity, told.rows_refused) == ("warning", 0)
    assert "from 12 August 2013 on" in told.message
    assert "Youth Justice Board, statistics" in told.message
    assert path.read_bytes() == before


def delivery(value: object, text: bool = False) -> OpenedFile:
    lines = [["" for _ in range(7)] for _ in range(12)] + [["TOTAL", "", "", "", "", "", value]]
    name = "" if text else "London"
    return OpenedFile("csv" if text else "xlsx", (Grid(name, True, lines),))  # type: ignore[arg-type]


def one(ship: Callable[..., None], **changed: Any) -> Any:
    ship({**BRENT, **changed})
    (correction,) = load_corrections(load_sources())
    return correction


def test_once_the_sender_has_put_it_right_the_correction_is_a_critical_finding(
    ship: Callable[..., None],
) -> None:
    given = delivery(384.0)
    amended, (finding,) = amend(given, [one(ship)], "a.xlsx")
    assert amended == given
    assert (finding.code, finding.severity) == ("correction_not_applied", "critical")
    assert "the sender has put right" in finding.message
    assert "Delete the correction" in finding.message
    assert "test.yaml, 1" in finding.message


@pytest.mark.parametrize(
    ("value", "changed", "says"),
    [
        (400, {}, 'holds "383", and it holds "400"'),
        (383, {"cell": "G99"}, "a cell that is not there"),
        (383, {"cell": "ZZ13"}, "a cell that is not there"),
        (383, {"sheet": "Wales"}, 'a sheet "Wales" that is not there'),
    ],
)
def test_a_correction_that_does_not_fit_changes_nothing_and_is_loud(
    ship: Callable[..., None], value: int, changed: dict[str, Any], says: str
) -> None:
    given = delivery(value)
    amended, (finding,) = amend(given, [one(ship, **changed)], "a.xlsx")
    assert amended == given
    assert finding.severity == "critical"
    assert says in finding.message


def test_the_corrected_value_is_of_the_kind_the_cell_held(ship: Callable[..., None]) -> None:
    correction = one(ship)
    number, _ = amend(delivery(383.0), [correction], "a.xlsx")
    text, _ = amend(delivery("383"), [correction], "a.xlsx")
    assert number.sheets[0].lines[12][6] == 384.0
    assert text.sheets[0].lines[12][6] == "384"


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"column": "nothing"}, "no column"),
        ({"source": "nobody"}, "no source"),
        ({"cell": "160"}, "no cell"),
        ({"to": 383}, "the same"),
        ({"known_from": "2013"}, "a day"),
        ({"file": ""}, "say which file"),
        ({"colour": "red"}, "colour is missing or unknown"),
        ({"source": "case_spreadsheets", "column": "gender"}, "about a person"),
    ],
)
def test_a_wrong_correction_is_refused_in_a_sentence(
    ship: Callable[..., None], changed: dict[str, Any], says: str
) -> None:
    with pytest.raises(ContractError, match=says):
        one(ship, **changed)


def raw_with(folder: Path, *days: tuple[str, str]) -> Path:
    """Results of one inspection, delivered on days with a score each."""
    for day, score in days:
        path = folder / "published_inspections" / day / "results.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        line = f"Derby,2014,SQS,,{THEME},{score},,,A letter,The letter"
        path.write_text(f"{HEADING}\n{line}\n", encoding="utf-8")
    return folder


def facts(raw: Path, folder: Path, as_of: date) -> tuple[pd.DataFrame, list[Finding], RunRequest]:
    """The records of the results and the findings, as a run of an as-of date has them."""
    deliveries = list_deliveries(raw, load_sources())
    reads = [read_file(raw, d, folder / "warehouse") for d in deliveries]
    work = folder / f"work-{as_of}"
    order = resolve_step.resolve_run(reads, "2014-Q1", as_of, raw, folder / "warehouse", work)
    kept: Workspace = check_step.check(order, "published_inspections", reads)
    return kept.frame("result"), kept.findings(), order


def told(frame: pd.DataFrame) -> list[tuple[str, float]]:
    days = frame["known_from"].dt.date.astype(str)
    return list(zip(days, frame["score_pct"], strict=True))


def test_a_correction_known_later_is_a_later_vintage_and_changes_nothing_earlier(
    tmp_path: Path, ship: Callable[..., None]
) -> None:
    raw = raw_with(tmp_path / "raw", ("2014-04-11", "55"))
    before, findings, plain = facts(raw, tmp_path / "a", date(2014, 4, 30))
    assert told(before) == [("2014-04-11", 55.0)]
    ship(RESULT)
    again, same, earlier = facts(raw, tmp_path / "b", date(2014, 4, 30))
    pd.testing.assert_frame_equal(again, before)
    assert same == findings
    assert earlier.inputs == plain.inputs
    later, findings, order = facts(raw, tmp_path / "b", date(2014, 5, 1))
    assert told(later) == [("2014-04-11", 55.0), ("2014-05-01", 65.0)]
    assert not later["refused"].any()
    assert "corrected" in codes(findings)
    assert sum(f.rows_refused for f in findings) == 0
    assert order.inputs != plain.inputs


def test_a_correction_known_when_the_file_came_leaves_no_uncorrected_fact(
    tmp_path: Path, ship: Callable[..., None]
) -> None:
    ship({**RESULT, "known_from": date(2014, 4, 1)})
    raw = raw_with(tmp_path / "raw", ("2014-04-11", "55"))
    frame, findings, _ = facts(raw, tmp_path, date(2014, 4, 30))
    assert told(frame) == [("2014-04-11", 65.0)]
    assert "corrected" in codes(findings)


def test_the_senders_own_correction_in_a_later_file_stops_the_run(
    tmp_path: Path, ship: Callable[..., None]
) -> None:
    ship(RESULT)
    raw = raw_with(tmp_path / "raw", ("2014-04-11", "55"), ("2014-07-11", "65"))
    _, findings, order = facts(raw, tmp_path, date(2014, 7, 31))
    (loud,) = [f for f in findings if f.severity == "critical"]
    assert loud.code == "correction_not_applied"
    assert loud.source_file == "published_inspections/2014-07-11/results.csv"
    assert stopping.criticals(order, findings) == [loud]
    _, findings, order = facts(raw, tmp_path, date(2014, 6, 30))
    assert stopping.criticals(order, findings) == []


def test_a_refused_record_put_right_enters_from_the_day_of_the_correction(
    tmp_path: Path, ship: Callable[..., None]
) -> None:
    ship({**RESULT, "from": "5S", "to": 55})
    raw = raw_with(tmp_path / "raw", ("2014-04-11", "5S"))
    frame, findings, _ = facts(raw, tmp_path, date(2014, 5, 1))
    assert frame["refused"].tolist() == [True, False]
    assert told(frame[~frame["refused"]]) == [("2014-05-01", 55.0)]
    assert sum(f.rows_refused for f in findings) == 1


def test_a_correction_that_would_give_a_fact_to_another_yot_is_not_made(
    tmp_path: Path, ship: Callable[..., None]
) -> None:
    ship({**RESULT, "cell": "A2", "column": "yot", "from": "Derby", "to": "Derbyshire"})
    raw = raw_with(tmp_path / "raw", ("2014-04-11", "55"))
    frame, findings, _ = facts(raw, tmp_path, date(2014, 5, 1))
    assert frame["yot"].tolist() == ["Derby"]
    assert "ask the sender for the file again" in findings[-1].message
    assert findings[-1].severity == "critical"


def test_a_correction_of_a_file_that_never_came_is_said(
    tmp_path: Path, ship: Callable[..., None]
) -> None:
    ship({**RESULT, "file": "other.csv"})
    raw = raw_with(tmp_path / "raw", ("2014-04-11", "55"))
    _, findings, _ = facts(raw, tmp_path, date(2014, 5, 1))
    (finding,) = [f for f in findings if f.code == "correction_not_applied"]
    assert (finding.severity, finding.source_file) == ("warning", "")
    assert finding.message.startswith("other.csv, line 2, column F: ")


def test_a_correction_for_one_file_by_its_hash_leaves_others_of_the_name(
    tmp_path: Path, ship: Callable[..., None]
) -> None:
    raw = raw_with(tmp_path / "raw", ("2014-04-11", "55"), ("2014-07-11", "65"))
    first = list_deliveries(raw, load_sources())[0]
    ship({**RESULT, "sha256": first.sha256})
    frame, findings, _ = facts(raw, tmp_path, date(2014, 7, 31))
    assert [f for f in findings if f.severity == "critical"] == []
    assert told(frame) == [("2014-04-11", 55.0), ("2014-07-11", 65.0), ("2014-05-01", 65.0)]


def test_a_cell_about_a_person_is_not_corrected_whatever_column_is_named(
    tmp_path: Path, ship: Callable[..., None]
) -> None:
    workbook = next((SAMPLE / "case_spreadsheets").rglob("*.xlsx"))
    as_it_came, source = read(workbook, workbook.name, "case_spreadsheets", synthetic=True)
    cell = as_it_came.objects["case"].at[0, "cell.gender"]
    sheet = as_it_came.objects["case"].at[0, "source_sheet"]
    about = {"source": source, "file": workbook.name, "sheet": sheet, "cell": cell}
    ship({**BRENT, **about, "column": "programme", "from": "male", "to": "female"})
    reading = read_corrected(workbook, as_it_came, list(load_corrections(load_sources())))
    assert reading.objects["case"]["gender"].equals(as_it_came.objects["case"]["gender"])
    (finding,) = [f for f in reading.findings if f.code == "correction_not_applied"]
    assert finding.severity == "critical"
    assert "female" not in finding.message + finding.expected


def test_what_the_sender_has_told_anew_since_is_not_overtaken_by_an_old_file_put_right(
    tmp_path: Path, ship: Callable[..., None]
) -> None:
    raw = raw_with(tmp_path / "raw", ("2014-04-11", "55"), ("2014-07-11", "70"))
    first = list_deliveries(raw, load_sources())[0]
    ship({**RESULT, "sha256": first.sha256, "known_from": date(2014, 8, 1)})
    frame, _, _ = facts(raw, tmp_path, date(2014, 8, 31))
    assert told(frame) == [("2014-04-11", 55.0), ("2014-07-11", 70.0)]


def test_the_project_ships_no_correction() -> None:
    assert load_corrections(load_sources()) == ()
