"""The Youth Justice Board's workbook of 2012/13 as published, and the same in other formats."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from infobank.contracts import load_sources
from infobank.domain.register import NameResolver, load_register
from infobank.reading import Grid, Reading, guess, load_layouts, open_delivery, read_delivery

FOLDER = Path(__file__).parents[3] / "shared" / "realdata" / "yjs-2012-13"
WORKBOOK = FOLDER / "Disposals by region 2012-13 Table.xls"
pytestmark = pytest.mark.skipif(not WORKBOOK.exists(), reason="the workbook is not on this machine")


def read(path: Path) -> Reading:
    names = NameResolver(load_register())
    return read_delivery(path, path.name, load_sources()["yjb_custody"], load_layouts(), names)


@pytest.fixture(scope="module")
def published() -> Reading:
    return read(WORKBOOK)


def test_it_is_recognised() -> None:
    layout, _ = guess(WORKBOOK, load_layouts())
    assert layout is not None
    assert (layout.layout, layout.contract) == ("yjb_disposals_by_region", "yjb_custody")


def test_every_yot_has_its_custodial_sentences(published: Reading) -> None:
    frame = published.objects["custody"].set_index("yot_id")
    assert len(frame) == 160
    assert not frame["refused"].any()
    assert frame.index.is_unique
    known = {"derby": 45, "derbyshire": 39, "leicester-city": 34, "leicestershire": 7}
    assert frame.loc[list(known), "sentences"].to_dict() == known
    assert frame.loc["derby", "source_cell"] == "Q57:Q62"
    assert frame.loc["camden", "sentences"] == 13  # its cell Q220 is empty, its parts are nought
    national = 2988 + 2 + 10 + 7 + 315 + 16  # the sheet National, Q25:Q30
    assert frame["sentences"].sum() == national
    assert set(frame["period"]) == {"2012/13"}


def test_sefton_and_cardiff_are_missing_and_say_why(published: Reading) -> None:
    frame = published.objects["custody"].set_index("yot_id")
    missing = frame[frame["sentences"].isna()]
    assert sorted(missing.index) == ["cardiff", "sefton"]
    assert set(missing["missing_reason"]) == {"missing"}
    assert missing["missing_note"].str.startswith("Data is missing due to technical").all()


def test_brents_total_is_the_one_sum_that_does_not_hold(published: Reading) -> None:
    (finding,) = [f for f in published.findings if f.code == "parts_do_not_add"]
    assert (finding.sheet, finding.cell, finding.severity) == ("London", "Q160", "warning")
    assert (finding.found, finding.expected) == ("383", "384")
    others = [(f.code, f.sheet, f.cell) for f in published.findings if f is not finding]
    assert others == [
        ("value_not_a_number", "London", "Q220"),
        ("missing_recorded_as_zero", "North West", "Q505:Q510"),
        ("missing_recorded_as_zero", "Wales", "Q121:Q126"),
    ]


def test_every_filled_line_is_accounted_for(published: Reading) -> None:
    counts = published.counts
    assert (counts["lines"] == counts[["record_lines", "totals", "notes"]].sum(axis=1)).all()
    assert counts["rows_read"].sum() == 160


Change = Callable[[list[list[object]]], list[list[object]]]


def rewritten(path: Path, change: Change) -> Path:
    """The workbook as XLSX, each sheet's lines changed."""
    with xlsxwriter.Workbook(str(path)) as book:
        for grid in open_delivery(WORKBOOK).sheets:
            sheet = book.add_worksheet(grid.name)
            for row, line in enumerate(change([list(cells) for cells in grid.lines])):
                for col, cell in enumerate(line):
                    if cell != "":
                        sheet.write(row, col, cell)
    return path


def same(lines: list[list[object]]) -> list[list[object]]:
    return lines


def two_title_lines_and_padding(lines: list[list[object]]) -> list[list[object]]:
    padding: list[list[object]] = [[""] * len(lines[0])] * 300
    return [["Youth Justice Statistics"], *lines, *padding, [" "]]


def another_year_without_three_lines(lines: list[list[object]]) -> list[list[object]]:
    gone = ("Fine", "Section 228", "Bind Over")
    kept = [line for line in lines if line[0] not in gone]
    kept[0][0] = "Regional Disposals 2013/14"
    return kept


@pytest.mark.parametrize("change", [same, two_title_lines_and_padding])
def test_the_same_figures_come_from_an_xlsx(
    tmp_path: Path, published: Reading, change: Change
) -> None:
    again = read(rewritten(tmp_path / "disposals.xlsx", change))
    columns = ["yot_id", "sentences", "period_start", "missing_reason"]
    left, right = (r.objects["custody"][columns] for r in (published, again))
    assert left.equals(right)
    assert [f.code for f in again.findings] == [f.code for f in published.findings]


def test_another_year_with_other_disposals_is_read(tmp_path: Path) -> None:
    path = rewritten(tmp_path / "disposals.xlsx", another_year_without_three_lines)
    frame = read(path).objects["custody"].set_index("yot_id")
    assert set(frame["period"]) == {"2013/14"}
    assert frame.loc["derby", "sentences"] == 45
    assert len(frame) == 160


def test_the_same_figures_come_from_an_ods(tmp_path: Path, published: Reading) -> None:
    wanted = ("East Midlands", "North West")
    grids = [g for g in open_delivery(WORKBOOK).sheets if g.name in wanted]
    again = read(as_ods(tmp_path / "disposals.ods", grids)).objects["custody"]
    frame = published.objects["custody"]
    told = frame[frame["source_sheet"].isin(wanted)]
    assert again["sentences"].tolist() == told["sentences"].tolist()
    assert again["source_cell"].tolist() == told["source_cell"].tolist()


def as_ods(path: Path, grids: list[Grid]) -> Path:
    document = OpenDocumentSpreadsheet()
    for grid in grids:
        table = Table(name=grid.name)
        for line in grid.lines:
            row = TableRow()
            for cell in line:
                if isinstance(cell, float):
                    row.addElement(TableCell(valuetype="float", value=str(cell)))
                    continue
                filled = TableCell(valuetype="string") if cell else TableCell()
                if cell:
                    filled.addElement(P(text=str(cell)))
                row.addElement(filled)
            table.addElement(row)
        document.spreadsheet.addElement(table)
    document.save(str(path))
    return path
