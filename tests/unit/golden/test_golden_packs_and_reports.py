"""The golden comparison of what people are sent: the meeting pack and the error reports."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from infobank.domain.findings import Finding
from infobank.reports.error_reports import ErrorReport, write_report
from tests.golden.classes import UnclassedError, of_reports
from tests.golden.compare import compare_table
from tests.golden.packs import page_tables
from tests.golden.reports import findings, spreadsheets
from tests.golden.tables import Golden, Table

RUN = "0f3b5c7d9e1a2b4c"
PAGE = f"""<html><head><title>Meeting pack 2014-Q1</title><style>p {{ margin: 6px }}</style></head>
<body><section id="highest"><h2>The highest risks</h2>
<p>The bar holds the true place with 95% probability.</p>
<table><thead><tr><th>Rank</th><th>YOT</th><th>Region</th><th>Since 2013-Q4</th><th>Reason</th>
</tr></thead><tbody>
<tr><td>1</td><th scope="row">Leeds</th><td>Yorkshire<svg aria-label="place 1, of 160">
<title>place 1, of 160</title><text>1</text></svg></td><td>3 higher</td>
<td>Ranked 1; last seen on 7 July 2013.</td></tr>
<tr><td>2</td><th scope="row">Bury</th><td>North West</td><td>same</td><td>No visit.</td></tr>
</tbody></table></section><footer><p>Run {RUN}.</p></footer></body></html>"""


def changes(old: str, new: str) -> tuple[list[str], list[str]]:
    """What is said of figures and wording where a page has ``new`` in place of ``old``."""
    assert old in PAGE
    told = []
    before, now = (page_tables("pack", page, RUN) for page in (PAGE, PAGE.replace(old, new)))
    for was, is_now in zip(before, now, strict=True):
        told.append([str(d) for d in compare_table(Golden.parse(was.as_csv()), is_now)])
    return told[0], told[1]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<td>1</td>", "<td>11</td>", "table 1, Leeds, column 1, number=1: figures was 1, is now "),
        ("<td>Yorkshire", "<td>Wales", "column 3, number=1: figures was Yorkshire, is now Wales"),
        ("3 higher", "3 lower", 'figures was "3 higher", is now "3 lower"'),
        ("with 95%", "with 90%", "place=paragraph, number=1: figures was 95%, is now 90%"),
        ("7 July", "7 June", 'figures was "1; 7 July 2013", is now "1; 7 June 2013"'),
        (
            "place 1, of 160",
            "place 4, of 160",
            'column 3, chart, number=1: figures was "1; 160", is now "4; 160"',
        ),
        ("<text>1<", "<text>5<", "chart, number=2: figures was 1, is now 5"),
        ("pack 2014-Q1", "pack 2014-Q2", "section=page, place=title, number=1: figures was 2014-"),
    ],
)
def test_an_altered_figure_of_a_page_is_named_with_its_section(
    old: str, new: str, said: str
) -> None:
    figures, wording = changes(old, new)
    assert any(said in each for each in figures), figures
    assert wording == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The bar holds", "The line has"),
        ("The highest risks", "Who is at risk"),
        ("last seen on", "not visited since"),
        ("<p>The bar", "<p>Note this.</p><p>The bar"),
    ],
)
def test_other_words_on_a_page_are_no_other_figures(old: str, new: str) -> None:
    figures, wording = changes(old, new)
    assert figures == []
    assert wording


def test_a_row_that_is_gone_from_a_page_is_named() -> None:
    gone = PAGE[PAGE.index("<tr><td>2") : PAGE.index("</tbody>")]
    figures, _ = changes(gone, "")
    assert "place=table 1, Bury, column 1, number=1: the row is gone" in figures[0]


def test_the_id_of_the_run_is_left_out() -> None:
    assert all(RUN not in table.as_csv() for table in page_tables("pack", PAGE, RUN))


def test_a_heading_of_no_class_is_refused() -> None:
    with pytest.raises(UnclassedError, match=r"the heading 'Mood', which .* does not class"):
        page_tables("pack", PAGE.replace("Region", "Mood"), RUN)


def finding(message: str = "Line 6, column C: 12 is more than 10.", **told: object) -> Finding:
    held = {
        "code": "range",
        "severity": "warning",
        "source": "yjb_custody",
        "source_file": "yjb_custody/custody.csv",
        "sheet": "Custody",
        "cell": "C6",
        "found": "12",
        "expected": "at most 10",
        "message": message,
        "rows_refused": 1,
    }
    return Finding(**{**held, **told})  # type: ignore[arg-type]


def reported(folder: Path, *found: Finding, refused: int = 1) -> list[Table]:
    """Figures of rows, figures of spreadsheets, wording of both."""
    folder.mkdir()
    report = ErrorReport(
        "custody.csv", "Custody", "yjb_custody", date(2014, 4, 11), True, 20, 20 - refused, refused,
        found,
    )  # fmt: skip
    write_report(report, folder / "custody.csv.report.xlsx")
    runs = [("2014-Q1", folder)]
    rows, rows_wording = of_reports().apart(findings(runs))
    sheets, sheets_wording = spreadsheets(runs)
    assert rows_wording is not None
    return [rows, sheets, rows_wording, sheets_wording]


def report_changes(before: list[Table], now: list[Table]) -> list[list[str]]:
    return [
        [str(d) for d in compare_table(Golden.parse(was.as_csv()), is_now)]
        for was, is_now in zip(before, now, strict=True)
    ]


def test_an_altered_error_report_is_found_in_rows_and_spreadsheet(tmp_path: Path) -> None:
    before = reported(tmp_path / "before", finding())
    rows, sheets, _, _ = report_changes(before, reported(tmp_path / "now", finding(found="13")))
    assert rows == [
        "reports/findings, quarter=2014-Q1, report=custody.csv, sheet=Custody, cell=C6, "
        "code=range, number=1: found was 12, is now 13."
    ]
    assert any("sheet 2, row 1, found, number=1: figures was 12, is now 13" in s for s in sheets)


def test_another_count_on_the_cover_is_found(tmp_path: Path) -> None:
    before = reported(tmp_path / "before", finding())
    rows, sheets, _, _ = report_changes(before, reported(tmp_path / "now", finding(), refused=2))
    assert rows == []
    assert any('figures was "20; 19; 1", is now "20; 18; 2"' in said for said in sheets)


def test_a_more_serious_finding_is_another_figure(tmp_path: Path) -> None:
    before = reported(tmp_path / "before", finding())
    now = reported(tmp_path / "now", finding(severity="critical"))
    assert any("seriousness was 2, is now 1" in said for said in report_changes(before, now)[0])


def test_other_words_in_an_error_report_are_wording(tmp_path: Path) -> None:
    before = reported(tmp_path / "before", finding())
    now = reported(tmp_path / "now", finding("Row 6, column C: there are 12, above 10."))
    rows, sheets, rows_wording, sheets_wording = report_changes(before, now)
    assert rows == sheets == []
    assert rows_wording
    assert sheets_wording
