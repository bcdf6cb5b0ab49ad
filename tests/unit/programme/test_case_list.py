"""A YOT's list of eligible cases: read, refused in words, drawn from, and put on record."""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from infobank.domain.deliveries import sha256_of
from infobank.domain.findings import FindingError
from infobank.programme import load_rules
from infobank.programme.casework.case_list import read_case_list
from infobank.programme.casework.drawn_cases import (
    Drawn,
    Occasion,
    agreed_size,
    draw_cases,
    record_drawn,
)

RULES = load_rules()
HEADINGS = ["Case ID", "Sentence", "Gender", "Ethnicity", "Looked after"]
OCCASION = Occasion("2014-Q1", "croydon", "Croydon", "SQS", 6)
Lines = list[list[object]]


def _lines(count: int = 24) -> Lines:
    return [
        [
            f"C{n:03d}",
            "Referral order" if n % 3 else "custodial",
            "male" if n % 4 else "Female",
            "white",
            "yes" if n % 5 == 0 else "no",
        ]
        for n in range(count)
    ]


@pytest.fixture
def listed(tmp_path: Path) -> Callable[..., Path]:
    def write(lines: Lines, headings: list[str] | None = None, name: str = "cases.xlsx") -> Path:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.title = "Open cases"
        for line in [["Eligible cases of the YOT"], [], headings or HEADINGS, *lines]:
            sheet.append(line)
        path = tmp_path / name
        book.save(path)
        return path

    return write


def _drawn(path: Path, size: int = 6) -> Drawn:
    occasion = Occasion("2014-Q1", "croydon", "Croydon", "SQS", size)
    return draw_cases(read_case_list(path, RULES), occasion, RULES)


def _refused(path: Path, size: int = 6) -> str:
    with pytest.raises(FindingError) as refused:
        _drawn(path, size)
    return str(refused.value)


def test_sizes_follow_the_size_of_the_yot_and_the_kind_of_inspection() -> None:
    assert agreed_size(10_000, "SQS", RULES) == 17
    assert agreed_size(50_000, "FJI", RULES) == 50


def test_draws_from_the_list_and_counts_the_groups(listed: Callable[..., Path]) -> None:
    drawn = _drawn(listed(_lines()))
    assert len(drawn.sample) == 6
    groups = drawn.strata.set_index(["trait", "group"])
    assert groups.loc[("sentence", "custodial"), ["eligible", "drawn"]].to_list() == [8, 2]
    assert groups.loc["gender"]["drawn"].sum() == 6
    cell = drawn.sample["cell"].iloc[0]
    assert cell.startswith("A") and int(cell[1:]) >= 4


def test_the_order_of_the_lines_and_the_kind_of_file_change_nothing(
    listed: Callable[..., Path], tmp_path: Path
) -> None:
    one = _drawn(listed(_lines()))
    other = _drawn(listed(_lines()[::-1], name="again.xlsx"))
    text = tmp_path / "cases.csv"
    pd.DataFrame(_lines(), columns=HEADINGS).to_csv(text, index=False)
    for drawn in (other, _drawn(text)):
        assert drawn.seed == one.seed
        assert drawn.sample["case_id"].to_list() == one.sample["case_id"].to_list()


def test_another_quarter_or_yot_is_another_draw(listed: Callable[..., Path]) -> None:
    read = read_case_list(listed(_lines()), RULES)
    occasions = (
        OCCASION,
        Occasion("2014-Q2", "croydon", "Croydon", "SQS", 6),
        Occasion("2014-Q1", "barnet", "Barnet", "SQS", 6),
    )
    assert len({draw_cases(read, o, RULES).seed for o in occasions}) == 3


def test_the_record_names_no_case(listed: Callable[..., Path], tmp_path: Path) -> None:
    drawn = _drawn(listed(_lines()))
    sheet = tmp_path / "sample.xlsx"
    beside = record_drawn(drawn, sheet)
    record = pd.read_parquet(beside)
    assert "case_id" not in record
    assert not record.map(lambda v: str(v).startswith("C0")).to_numpy().any()
    assert (record["seed"] == drawn.seed).all()
    assert record["list_sha256"].str.len().eq(64).all()
    assert stat.S_IMODE(sheet.stat().st_mode) == stat.S_IMODE(beside.stat().st_mode) == 0o600
    first = sheet.read_bytes(), beside.read_bytes()
    record_drawn(_drawn(tmp_path / "cases.xlsx"), sheet)
    assert (sheet.read_bytes(), beside.read_bytes()) == first
    told = openpyxl.load_workbook(sheet)
    assert told.sheetnames == ["Sample", "Strata", "About"]
    assert [line[0].value for line in told["About"].iter_rows(min_row=2)][4] == "Seed"


def test_a_case_listed_twice_is_named_by_its_cells(
    listed: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    told = _refused(listed([*_lines(), ["c004 ", "custodial", "male", "white", "no"]]))
    assert "sheet Open cases, cell A28: the same case is already in cell A8." in told
    assert "c004" not in told.casefold()
    assert "c004" not in caplog.text.casefold()


def test_a_missing_column_is_named(listed: Callable[..., Path]) -> None:
    lines = [line[:3] + line[4:] for line in _lines()]
    told = _refused(listed(lines, [*HEADINGS[:3], HEADINGS[4]]))
    assert "sheet Open cases, cell A3: no column is headed 'Ethnicity'" in told


def test_fewer_cases_than_agreed_are_refused(listed: Callable[..., Path]) -> None:
    told = _refused(listed(_lines(4)))
    assert "cells A4:A7: 4 cases are listed, fewer than the 6 to be drawn" in told
    assert "say --size 4" in told


def test_a_case_without_an_identifier_and_an_empty_list(listed: Callable[..., Path]) -> None:
    lines = _lines()
    lines[2][0] = None
    assert "cell A6: the case has no identifier" in _refused(listed(lines))
    assert "cell A4: no case is listed" in _refused(listed([]))


def test_a_list_is_synthetic_by_its_hash_and_by_no_word_in_it(listed: Callable[..., Path]) -> None:
    path = listed([["SYNTHETIC", *_lines()[0][1:]], *_lines()], name="synthetic.xlsx")
    digest = sha256_of(path)
    assert not read_case_list(path, RULES).synthetic
    assert not read_case_list(path, RULES, {digest[::-1]}).synthetic
    assert read_case_list(path, RULES, {digest}).synthetic


def test_blank_lines_are_passed_over(listed: Callable[..., Path]) -> None:
    lines = [*_lines(5), [None] * 5, *_lines(9)[5:]]
    assert len(read_case_list(listed(lines), RULES).cases) == 9
