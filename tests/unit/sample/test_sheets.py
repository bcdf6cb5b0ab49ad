import io
import zipfile

from python_calamine import CalamineWorkbook

from tools.sample.sheets import Sheet, csv_bytes, ods, xlsx

SHEET = Sheet(
    "Figures",
    [["Title"], [None, "2012/13", None], ["YOT", "Number", "Rate"], ["Derby ", 45, 1.69]],
    merges=[(1, 1, 1, 2)],
)


def cells(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_a_workbook_has_the_same_bytes_each_time() -> None:
    assert xlsx([SHEET], "t") == xlsx([SHEET], "t")
    assert ods([SHEET], "t") == ods([SHEET], "t")


def test_both_formats_hold_the_same_cells() -> None:
    assert cells(xlsx([SHEET], "t")) == cells(ods([SHEET], "t"))
    assert cells(ods([SHEET], "t"))[3] == ["Derby ", 45.0, 1.69]


def test_an_opendocument_file_starts_with_its_media_type_unpacked() -> None:
    with zipfile.ZipFile(io.BytesIO(ods([SHEET], "t"))) as archive:
        first = archive.infolist()[0]
    assert first.filename == "mimetype"
    assert first.compress_type == zipfile.ZIP_STORED


def test_a_csv_file_leaves_empty_cells_empty() -> None:
    assert csv_bytes([["a", None, 1]], delimiter=";") == b"a;;1\r\n"
