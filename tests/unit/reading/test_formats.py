"""Every format ends in data or in one plain sentence, whatever somebody did to the file."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from infobank.contracts import load_sources
from infobank.domain.deliveries import list_deliveries
from infobank.domain.findings import FindingError
from infobank.domain.zip_files import LARGEST_MEMBER
from infobank.reading import open_delivery

CSV = b"Youth Offending Team,Number\r\nDerby,45\r\n"


def refusal(path: Path) -> str:
    with pytest.raises(FindingError) as told:
        open_delivery(path)
    assert told.value.finding.code == "file_unreadable"
    return told.value.finding.message


def zipped(path: Path, files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def book(path: Path, rows: int = 3, far: tuple[int, int] | None = None) -> Path:
    made = xlsxwriter.Workbook(path)
    sheet = made.add_worksheet("Custody")
    sheet.write_row(0, 0, ["Youth Offending Team", "Number"])
    for row in range(1, rows):
        sheet.write_row(row, 0, ["Derby", row])
    if far:
        sheet.write(*far, "stray")
    made.close()
    return path


def test_each_file_in_a_zip_is_a_delivery_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "yjb_custody" / "2014-04-11"
    folder.mkdir(parents=True)
    files = {"a.csv": CSV, "sub/b.csv": CSV + b"York,7\r\n", "__MACOSX/._a.csv": b"x", "sub/": b""}
    zipped(folder / "q.zip", files)
    told = list_deliveries(tmp_path, load_sources())
    assert [d.file for d in told] == [
        "yjb_custody/2014-04-11/q.zip/a.csv",
        "yjb_custody/2014-04-11/q.zip/sub/b.csv",
    ]
    assert {d.source for d in told} == {"yjb_custody"}
    assert [d.size for d in told] == [len(CSV), len(CSV) + 8]
    assert len({d.sha256 for d in told}) == 2
    opened = open_delivery(tmp_path / told[1].file, told[1].file)
    assert opened.sheets[0].lines[2] == ["York", "7"]


def test_a_workbook_in_a_zip_is_read_too(tmp_path: Path) -> None:
    content = book(tmp_path / "c.xlsx").read_bytes()
    path = zipped(tmp_path / "q.zip", {"c.xlsx": content})
    assert open_delivery(path / "c.xlsx").sheets[0].lines[1] == ["Derby", 1.0]


def test_a_zip_named_as_if_it_were_one_file_is_told_what_is_in_it(tmp_path: Path) -> None:
    path = zipped(tmp_path / "q.zip", {"a.csv": CSV, "b.csv": CSV})
    assert 'such as "q.zip/a.csv"' in refusal(path)


@pytest.mark.parametrize("name", ["../../etc/passwd", "/tmp/x.csv", "C:\\x.csv", "a/../../x.csv"])  # noqa: S108
def test_a_name_that_leads_out_of_the_zip_refuses_it(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "q.zip", {"a.csv": CSV, name: CSV})
    assert "leads out of it" in refusal(path)
    assert [d.file for d in list_deliveries(tmp_path, {})] == ["q.zip"]


def test_a_zip_bomb_is_refused_without_being_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infobank.domain.zip_files.LARGEST_TOTAL", 1_000_000)
    told = zipped(tmp_path / "q.zip", {f"{n}.csv": b"0" * 200_000 for n in range(6)})
    assert "too much" in refusal(told)
    many = zipped(tmp_path / "r.zip", {f"{n}.csv": b"" for n in range(1_001)})
    assert "1,001 files" in refusal(many)


def test_a_zip_that_lies_about_its_sizes_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infobank.domain.zip_files.LARGEST_MEMBER", 1000)
    path = zipped(tmp_path / "q.zip", {"a.csv": b"0" * 5000})
    assert "unpacks to more than 1,000 bytes" in refusal(path / "a.csv")
    assert LARGEST_MEMBER < 1 << 30


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04rubbish", "damaged"),
        (b"", "damaged"),
        (zipfile.ZipFile, "no file in it"),
    ],
)
def test_a_broken_zip_is_told_in_a_sentence(tmp_path: Path, content: object, says: str) -> None:
    path = tmp_path / "q.zip"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        zipped(path, {})
    assert says in refusal(path)


def test_a_zip_in_a_zip_is_not_opened(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", {"a.csv": CSV}).read_bytes()
    path = zipped(tmp_path / "q.zip", {"inner.zip": inner})
    assert 'ending in ".zip"' in refusal(path / "inner.zip")


def test_parquet_is_read_with_its_types(tmp_path: Path) -> None:
    frame = pd.DataFrame({"Team": ["Derby", None], "Number": [45, 7], "Day": ["2014-04-11"] * 2})
    frame["Day"] = pd.to_datetime(frame["Day"])
    table = pa.Table.from_pandas(frame, preserve_index=False)
    pq.write_table(table, tmp_path / "a.parquet")
    told = open_delivery(tmp_path / "a.parquet")
    assert told.is_text
    assert list(told.sheets[0].lines[0]) == ["Team", "Number", "Day"]
    assert told.sheets[0].lines[1][:2] == ["Derby", 45]
    assert told.sheets[0].lines[2][0] == ""


@pytest.mark.parametrize("content", [b"PAR1", b"PAR1" + b"\x00" * 100 + b"PAR1", b"a,b\n1,2\n"])
def test_broken_parquet_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(content)
    assert "damaged" in refusal(path)


def test_hidden_lines_and_columns_are_known(tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = made.add_worksheet("A")
    for row in range(6):
        sheet.write_row(row, 0, ["x", row, row])
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_row(40, None, None, {"hidden": True})
    sheet.set_column("C:F", None, None, {"hidden": True})
    made.close()
    (grid,) = open_delivery(tmp_path / "a.xlsx").sheets
    assert grid.hidden_lines == (2,)
    assert grid.hidden_columns == (2,)


def test_a_stray_cell_far_off_is_named_and_ends_nothing(tmp_path: Path) -> None:
    """The spreadsheet library would end the program: the sheet does not fit into memory."""
    path = book(tmp_path / "a.xlsx", far=(1_048_575, 16_383))
    says = refusal(path)
    assert "XFD1048576" in says
    assert "far from the table" in says


def test_a_stray_cell_not_so_far_off_costs_nothing(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", far=(9_999, 40))
    assert open_delivery(path).sheets[0].lines[9_999][40] == "stray"


_ODS = (
    '<?xml version="1.0"?><office:document-content '
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
    '<table:table table:name="A">{}</table:table></office:spreadsheet></office:body>'
    "</office:document-content>"
)
_CELL = '<table:table-cell office:value-type="float" office:value="1"/>'
_LINE = f"<table:table-row>{_CELL}</table:table-row>"
_PADDING = (
    '<table:table-row table:number-rows-repeated="1048000">'
    '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
)


def ods(path: Path, lines: str) -> Path:
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    files = {
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
        "content.xml": _ODS.format(lines).encode(),
        "META-INF/manifest.xml": manifest.encode(),
    }
    return zipped(path, files, zipfile.ZIP_STORED)


def test_an_opendocument_sheet_padded_to_its_last_line_is_short(tmp_path: Path) -> None:
    assert len(open_delivery(ods(tmp_path / "a.ods", _LINE + _PADDING)).sheets[0].lines) == 1


def test_an_opendocument_line_that_stands_for_a_million_is_refused(tmp_path: Path) -> None:
    far = _LINE.replace(_CELL, '<table:table-cell table:number-columns-repeated="900"/>' + _CELL)
    assert "901 columns" in refusal(ods(tmp_path / "a.ods", _LINE + _PADDING + far))


def test_formulas_without_their_values_are_faults_and_not_blanks(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", rows=400)
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if "worksheets" in name:
                part = re.sub(
                    rb"<c r=\"(B\d+)\"><v>\d+</v></c>", rb'<c r="\1"><f>1+1</f></c>', part
                )
            new.writestr(name, part)
    path.write_bytes(stream.getvalue())
    column = [line[1] for line in open_delivery(path).sheets[0].lines[1:]]
    assert len(column) == 399
    assert set(column) == {"#NOT CALCULATED"}


def test_broken_styles_cost_no_figure(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx")
    stream = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            part = b"<styleSheet><cellXfs count='1'>" if "styles" in name else old.read(name)
            new.writestr(name, part)
    path.write_bytes(stream.getvalue())
    try:
        assert open_delivery(path).sheets[0].lines[1] == ["Derby", 1.0]
    except FindingError as told:
        assert "damaged" in told.finding.message


def test_merged_ranges_hold_their_value_once(tmp_path: Path) -> None:
    made = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    sheet = made.add_worksheet("A")
    for row in range(0, 300, 2):
        sheet.merge_range(row, 0, row + 1, 3, f"merged {row}")
        sheet.write(row, 4, row)
    made.close()
    lines = open_delivery(tmp_path / "a.xlsx").sheets[0].lines
    assert [line[0] for line in lines[:4]] == ["merged 0", "", "merged 2", ""]


_MEASURED = """
import re, sys
from pathlib import Path
from infobank.reading import open_delivery
told = open_delivery(Path(sys.argv[1]))
peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]
print(len(told.sheets[0].lines), int(peak) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize("filled", [True, False])
def test_three_hundred_thousand_lines_fit_into_a_gibibyte(tmp_path: Path, filled: bool) -> None:
    made = xlsxwriter.Workbook(tmp_path / "a.xlsx", {"constant_memory": True})
    sheet, bold = made.add_worksheet("A"), made.add_format({"bold": True})
    sheet.write_row(0, 0, ["Team", "Number"])
    for row in range(1, 300_000):
        for col in range(10):
            if filled:
                sheet.write(row, col, row * col)
            else:
                sheet.write_blank(row, col, None, bold)
    made.close()
    ran = subprocess.run(  # noqa: S603 - our own interpreter and file
        [sys.executable, "-c", _MEASURED, str(tmp_path / "a.xlsx")],
        capture_output=True,
        text=True,
        check=True,
    )
    lines, mebibytes = map(int, ran.stdout.split())
    assert lines == (300_000 if filled else 1)
    assert mebibytes < 1024


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xls", "<!-- made by a tool -->\n<table><tr><td>1</td></tr></table>", "web page"),
        ("a.xls", "MIME-Version: 1.0\n\n<html></html>", "web page"),
        ("a.csv", "  <HTML><body>Log in</body></HTML>", "web page"),
        (
            "a.xls",
            '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">',
            "XML Spreadsheet of 2003",
        ),
    ],
)
def test_pages_and_old_exports_under_a_spreadsheets_name_are_told(
    tmp_path: Path, name: str, content: str, says: str, encoding: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode(encoding))
    assert says in refusal(path)


def test_a_text_larger_than_a_run_may_hold_is_refused_before_it_is_split(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    monkeypatch.setattr("infobank.reading.delimited.MOST_CELLS", 1000)
    path.write_bytes(b"Derby,45\r\n" * 600)
    assert "600 lines, more than a run may hold" in refusal(path)
    path.write_bytes(b"Derby,45\r\n" * 40 + b",x" * 900)
    assert "lines of up to 901 columns" in refusal(path)
    monkeypatch.setattr("infobank.reading.delimited.LARGEST_TEXT", 100)
    assert "bytes, more than a run may hold" in refusal(path)


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infobank.reading.grid.LARGEST_WORKBOOK", 2000)
    assert "more than a run may hold" in refusal(book(tmp_path / "a.xlsx"))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16", "utf-32"])
def test_wide_encodings_are_found_with_and_without_their_mark(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CSV.decode().encode(encoding))
    told = open_delivery(path)
    assert told.sheets[0].lines[1] == ["Derby", "45"]
    assert told.reading.startswith(encoding)


def test_a_cell_longer_than_any_should_be_is_told_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CSV + b"x" * 200_000)
    assert "cannot be split into columns" in refusal(path)
