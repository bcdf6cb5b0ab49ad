from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from infobank.domain.findings import FindingError, address
from infobank.reading.cells import text_of
from infobank.reading.grid import open_delivery
from infobank.reading.workbook_xml import NOT_STORED

from .conftest import workbook


def refusal(path: Path) -> str:
    with pytest.raises(FindingError) as refused:
        open_delivery(path)
    assert refused.value.finding.code == "file_unreadable"
    return refused.value.finding.message


def test_addresses_are_those_a_person_sees() -> None:
    assert [address(0, 0), address(159, 16), address(9, 26), address(0, 702)] == [
        "A1",
        "Q160",
        "AA10",
        "AAA1",
    ]


def test_numbers_used_as_labels_lose_their_point() -> None:
    assert text_of(15.0) == "15"
    assert text_of(" Pre-court\xa0 ") == "Pre-court"


def test_addresses_hold_where_the_first_lines_are_empty(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [[], [], [None, None, "here"]]})
    (sheet,) = open_delivery(path).sheets
    assert sheet.lines[2][2] == "here"


def test_faults_and_formulas_without_value_are_not_empty_cells(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Faults & co")
        sheet.write("A1", "x")
        sheet.write_formula("B2", "=1/0", None, "#DIV/0!")
        sheet.write_formula("C2", "=SUM(1,2)", None, 3)
    (grid,) = open_delivery(path).sheets
    assert grid.lines[1] == ["", "#DIV/0!", 3.0]
    assert NOT_STORED.startswith("#")


def test_a_hidden_sheet_is_known_to_be_hidden(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("A").write("A1", "x")
        hidden = book.add_worksheet("B")
        hidden.write("A1", "x")
        hidden.hide()
    assert [s.visible for s in open_delivery(path).sheets] == [True, False]


def test_a_csv_under_a_spreadsheets_name_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_text("YOT,Sentences\nDerby,4\n")
    assert "plain text (CSV?)" in refusal(path)


def test_a_web_page_under_a_spreadsheets_name_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_text("<html><table><tr><td>Derby</td></tr></table></html>")
    assert "web page" in refusal(path)


def test_a_truncated_workbook_is_refused_in_words(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"S": [["x"] * 20] * 50})
    path.write_bytes(path.read_bytes()[:-900])
    assert refusal(path) == (
        "a.xlsx: the workbook is damaged or cut short and cannot be opened. "
        "Ask the sender to send it again."
    )


def test_a_locked_workbook_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    inside = "EncryptedPackage".encode("utf-16-le") + "EncryptionInfo".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + inside)
    assert "password" in refusal(path)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\0" * 100])
def test_an_empty_file_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert "the file is empty" in refusal(path)


def test_a_spreadsheet_under_a_text_files_name_is_refused_in_words(tmp_path: Path) -> None:
    workbook(tmp_path / "a.xlsx", {"S": [["x"]]}).rename(tmp_path / "a.csv")
    assert "proper ending" in refusal(tmp_path / "a.csv")


def test_a_missing_file_is_refused_in_words(tmp_path: Path) -> None:
    assert "cannot be opened" in refusal(tmp_path / "gone.csv")


@pytest.mark.parametrize(
    ("encoding", "delimiter", "told"),
    [
        ("utf-8", ",", "utf-8, separated by comma"),
        ("utf-8-sig", ";", "utf-8-sig, separated by semicolon"),
        ("cp1252", "\t", "cp1252, separated by tab"),
        ("utf-16", "|", "utf-16, separated by bar"),
    ],
)
def test_encoding_and_delimiter_are_found_and_stated(
    tmp_path: Path, encoding: str, delimiter: str, told: str
) -> None:
    lines = [["YOT", "Note"], ["Ynys Môn", "a “quoted” word"], ["Derby", "£5"]]
    path = tmp_path / "a.csv"
    path.write_text("\r\n".join(delimiter.join(line) for line in lines), encoding=encoding)
    delivery = open_delivery(path)
    assert delivery.reading == told
    assert [list(line) for line in delivery.sheets[0].lines] == lines


def test_a_quotation_mark_never_closed_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('YOT,Note\nDerby,"left open\nLuton,x\n')
    assert "quotation mark" in refusal(path)
