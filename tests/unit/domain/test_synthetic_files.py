"""What is synthetic is declared by hash: no word, no name and no folder decides."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.checking.check_file import check_file
from infobank.contracts import load_sources
from infobank.domain.deliveries import Delivery, list_deliveries, sha256_of
from infobank.domain.errors import MistakeError
from infobank.domain.findings import FindingError
from infobank.domain.paths import project_root
from infobank.domain.register import NameResolver, load_register
from infobank.domain.synthetic_files import (
    LIST_NAME,
    SyntheticList,
    committed_list,
    declared_around,
    declared_below,
    hashes_in,
)
from infobank.reading import Grid, load_layouts
from infobank.reading import OpenedFile as Opened
from infobank.reading.case_key import KEY_VARIABLE
from infobank.reading.deliver import read_opened
from infobank.steps import resolve_run as resolve_step
from infobank.steps.read import ReadFile, read, read_file

SOURCES = load_sources()
SAMPLE = project_root() / "raw" / "sample"
CASES = sorted((SAMPLE / "case_spreadsheets").glob("*/*.xlsx"))[-1]
GIVEN = project_root().parent / "shared" / "cases" / "real_synthetic_cannabinoids.xlsx"
STRONG = "3f9c1e7a54d2b8066be10fd7c29a835e41f7d60b9c82ae35"
DAY = "2014-04-11"


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


def real_cases(path: Path, says: str = "Possession of synthetic cannabinoids") -> Path:
    """A workbook of cases laid out as the sample's, saying something of its own in each sheet."""
    book = openpyxl.load_workbook(CASES)
    for sheet in book.worksheets:
        for line in sheet.iter_rows(max_row=12):
            for cell in line:
                if isinstance(cell.value, str) and "SYNTHETIC" in cell.value:
                    cell.value = says
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def delivered(raw: Path) -> dict[str, Delivery]:
    return {d.file: d for d in list_deliveries(raw, SOURCES)}


def placed(raw: Path, source: Path = CASES, name: str = "cases.xlsx") -> Path:
    path = raw / "case_spreadsheets" / DAY / name
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, path)
    return path


@pytest.mark.parametrize(
    "says",
    [
        "Possession of synthetic cannabinoids",
        "These are real cases, not synthetic",
        "SYNTHETIC - not real figures",
    ],
)
def test_no_sentence_in_a_case_spreadsheet_takes_the_place_of_the_key(
    tmp_path: Path, says: str
) -> None:
    with pytest.raises(FindingError, match=KEY_VARIABLE) as refused:
        check_file(real_cases(tmp_path / "SYNTHETIC.xlsx", says))
    assert refused.value.finding.code == "case_key_missing"
    assert "annab" not in refused.value.finding.message


@pytest.mark.skipif(not GIVEN.is_file(), reason="the case lies beside the checkout")
def test_a_case_about_synthetic_cannabinoids_asks_for_the_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(FindingError, match=KEY_VARIABLE):
        check_file(GIVEN)
    monkeypatch.setenv(KEY_VARIABLE, STRONG)
    assert not check_file(GIVEN).synthetic


def test_a_file_of_the_sample_is_synthetic_wherever_it_lies_and_whatever_it_is_called(
    tmp_path: Path,
) -> None:
    assert check_file(Path(shutil.copy(CASES, tmp_path / "real.xlsx"))).synthetic
    placed(tmp_path / "raw")
    assert [d.synthetic for d in delivered(tmp_path / "raw").values()] == [True]


def test_a_published_fact_of_the_sample_is_not_synthetic() -> None:
    facts = SAMPLE / "hours_and_budget" / DAY / "hours_and_budget.xlsx"
    assert not check_file(facts).synthetic


def test_a_file_of_the_sample_changed_by_a_byte_is_real(tmp_path: Path) -> None:
    path = placed(tmp_path / "raw")
    path.write_bytes(path.read_bytes() + b"\0")
    (arrived,) = delivered(tmp_path / "raw").values()
    assert not arrived.synthetic
    with pytest.raises(FindingError, match=KEY_VARIABLE):
        read_file(tmp_path / "raw", arrived, tmp_path / "warehouse")


def test_a_real_file_among_the_samples_is_real(tmp_path: Path) -> None:
    raw = tmp_path / "sample"
    placed(raw)
    real_cases(raw / "case_spreadsheets" / DAY / "SYNTHETIC.xlsx")
    told = {file.rpartition("/")[2]: d.synthetic for file, d in delivered(raw).items()}
    assert told == {"cases.xlsx": True, "SYNTHETIC.xlsx": False}


def test_each_file_in_a_zip_is_judged_by_its_own_bytes(tmp_path: Path) -> None:
    real = real_cases(tmp_path / "real.xlsx")
    zipped = tmp_path / "raw" / "case_spreadsheets" / DAY / "synthetic.zip"
    zipped.parent.mkdir(parents=True)
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(CASES, "a.xlsx")
        archive.write(real, "b.xlsx")
    told = [d.synthetic for d in delivered(tmp_path / "raw").values()]
    assert told == [True, False]
    assert check_file(zipped / "a.xlsx").synthetic
    with pytest.raises(FindingError, match=KEY_VARIABLE):
        check_file(zipped / "b.xlsx")


def listed(raw: Path, *files: Path) -> Path:
    named = {p.relative_to(raw).as_posix(): sha256_of(p) for p in files}
    SyntheticList(named, scale=3, seed=1).write(raw / LIST_NAME)
    return raw / LIST_NAME


def test_a_generated_sample_is_declared_by_the_list_in_its_root(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    path = real_cases(raw / "case_spreadsheets" / DAY / "made_up.xlsx")
    listed(raw, path)
    (arrived,) = delivered(raw).values()  # the list itself is no delivery
    assert arrived.synthetic
    assert check_file(path).synthetic
    assert sha256_of(path) not in declared_around(tmp_path / "elsewhere" / "made_up.xlsx")


def test_a_list_in_another_folder_than_the_root_declares_nothing(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    path = real_cases(raw / "case_spreadsheets" / DAY / "real.xlsx")
    listed(raw, path).rename(path.with_name(LIST_NAME))
    (arrived,) = delivered(raw).values()
    assert not arrived.synthetic


def test_a_list_changed_by_hand_is_refused_in_a_sentence(tmp_path: Path) -> None:
    real = placed(tmp_path)
    path = listed(tmp_path)
    told = json.loads(path.read_text())
    told["files"]["case_spreadsheets/real.xlsx"] = sha256_of(real)
    path.write_text(json.dumps(told))
    with pytest.raises(MistakeError, match="was changed after it was written"):
        delivered(tmp_path)
    path.write_text("[]")
    with pytest.raises(MistakeError, match="cannot be read"):
        declared_below(tmp_path)


def test_where_no_list_is_everything_is_real(tmp_path: Path) -> None:
    assert hashes_in(tmp_path / LIST_NAME) == frozenset()


LAYOUT = next(la for la in load_layouts() if la.layout == "youth_justice_spend_csv")
HEADINGS = ["Youth Offending Team", "Region", "Financial year", "Total spend"]
NAMES = NameResolver(load_register())
WORDS = st.one_of(st.text(max_size=20), st.sampled_from(["SYNTHETIC", "synthetic data", "Sample"]))


@given(name=WORDS, lines=st.lists(st.lists(WORDS, min_size=4, max_size=4), max_size=6))
def test_no_text_in_any_cell_makes_a_file_synthetic(name: str, lines: list[list[str]]) -> None:
    opened = Opened("csv", (Grid(name, True, [["SYNTHETIC"] * 4, *lines[:3], HEADINGS, *lines]),))
    contract = SOURCES[LAYOUT.contract]
    assert not read_opened(opened, name, contract, [LAYOUT], NAMES).synthetic


def kept(raw: Path, warehouse: Path, *, synthetic: bool) -> ReadFile:
    path = raw / "case_spreadsheets" / DAY / "cases.xlsx"
    file = path.relative_to(raw).as_posix()
    arrived = Delivery(
        file, "case_spreadsheets", date(2014, 4, 11), sha256_of(path), 1, synthetic=synthetic
    )
    return read_file(raw, arrived, warehouse)


def test_a_kept_reading_is_used_again_only_under_the_same_declaration_and_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, warehouse = tmp_path / "raw", tmp_path / "warehouse"
    placed(raw)
    made_up = kept(raw, warehouse, synthetic=True)
    assert made_up.case_key == ""
    with pytest.raises(FindingError, match=KEY_VARIABLE):
        kept(raw, warehouse, synthetic=False)
    monkeypatch.setenv(KEY_VARIABLE, STRONG)
    one = kept(raw, warehouse, synthetic=False)
    assert kept(raw, warehouse, synthetic=False) == one
    assert kept(raw, warehouse, synthetic=True) == made_up
    monkeypatch.setenv(KEY_VARIABLE, STRONG[::-1])
    other = kept(raw, warehouse, synthetic=False)
    assert len({made_up.folder, one.folder, other.folder}) == 3
    assert one.case_key != other.case_key
    monkeypatch.delenv(KEY_VARIABLE)
    with pytest.raises(FindingError, match=KEY_VARIABLE):
        kept(raw, warehouse, synthetic=False)


def test_another_key_is_another_run_and_a_synthetic_run_knows_no_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw, warehouse = tmp_path / "raw", tmp_path / "warehouse"
    placed(raw)

    def inputs(*, synthetic: bool) -> dict[str, str]:
        reads = [kept(raw, warehouse, synthetic=synthetic)]
        return dict(
            resolve_step.resolve_run(reads, "2014-Q1", None, raw, warehouse, tmp_path).inputs
        )

    monkeypatch.setenv(KEY_VARIABLE, STRONG)
    one, plain = inputs(synthetic=False), inputs(synthetic=True)
    monkeypatch.setenv(KEY_VARIABLE, STRONG[::-1])
    assert inputs(synthetic=False) != one
    assert inputs(synthetic=True) == plain
    assert set(plain.values()) == hashes_in(committed_list()) & set(plain.values())


def test_another_key_leaves_readings_of_sources_without_cases_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = SAMPLE / "hours_and_budget" / DAY / "hours_and_budget.xlsx"
    file = f"hours_and_budget/{DAY}/{facts.name}"
    raw = tmp_path / "raw"
    (raw / file).parent.mkdir(parents=True)
    shutil.copy(facts, raw / file)
    (arrived,) = delivered(raw).values()
    one = read_file(raw, arrived, tmp_path / "warehouse")
    monkeypatch.setenv(KEY_VARIABLE, STRONG)
    assert read_file(raw, arrived, tmp_path / "warehouse") == one


def test_real_and_made_up_cases_of_one_number_have_different_pseudonyms(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, STRONG)
    real, made_up = (
        read(CASES, CASES.name, synthetic=synthetic)[0].objects["case"]["case_id"]
        for synthetic in (False, True)
    )
    assert len(real) == len(made_up)
    assert not set(real) & set(made_up)
    assert pd.notna(real).all()
