from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import pandas as pd
import pytest

from infobank.checking import ReceivedReading, check_source
from infobank.contracts import load_sources
from infobank.domain.findings import NOT_SHOWN, Finding, FindingError
from infobank.domain.register import load_register
from infobank.reading import Reading
from infobank.reading.case_key import KEY_VARIABLE, SAMPLE_KEY
from infobank.reading.pseudonyms import pseudonymise, withhold

CONTRACT = load_sources()["case_spreadsheets"]
STRONG = "3f9c1e7a54d2b8066be10fd7c29a835e41f7d60b9c82ae35"


def reading(*, synthetic: bool) -> Reading:
    cases = pd.DataFrame({"case_id": ["C-1", "C-2", None, "C-1 "], "inspection_id": "SQS-1"})
    cases["case_id"] = cases["case_id"].astype("str")
    counts = pd.DataFrame({"sheet": ["Cases"], "object": ["case"], "rows_read": [4]})
    return Reading("case_spreadsheets", "a.xlsx", "x", synthetic, {"case": cases}, {}, counts, [])


def test_identifiers_become_the_same_pseudonym_every_time_and_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, STRONG)
    told = pseudonymise(reading(synthetic=False), CONTRACT).objects["case"]["case_id"]
    assert told[0] == told[3] != told[1]
    assert "C-1" not in "".join(told.dropna())
    assert pd.isna(told[2])
    monkeypatch.setenv(KEY_VARIABLE, STRONG[::-1])
    assert pseudonymise(reading(synthetic=False), CONTRACT).objects["case"]["case_id"][0] != told[0]


def test_real_cases_without_a_key_are_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    with pytest.raises(FindingError, match=KEY_VARIABLE):
        pseudonymise(reading(synthetic=False), CONTRACT)
    assert (
        pseudonymise(reading(synthetic=True), CONTRACT).objects["case"]["case_id"].notna().sum()
        == 3
    )


@pytest.mark.parametrize(
    "key", ["x", "   ", SAMPLE_KEY.decode(), "password" * 8, STRONG[:31]], ids=lambda key: key[:9]
)
def test_real_cases_with_a_weak_key_are_refused_and_the_key_is_not_quoted(
    monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, key)
    with pytest.raises(FindingError) as refused:
        pseudonymise(reading(synthetic=False), CONTRACT)
    told = refused.value.finding
    assert told.severity == "critical"
    assert told.code == ("case_key_weak" if key.strip() else "case_key_missing")
    assert "secrets.token_hex(32)" in told.message
    assert key == "x" or key not in str(asdict(told))


def finding(cell: str, found: str, code: str = "value_not_allowed", **more: object) -> Finding:
    says = f'a.xlsx, sheet Cases, cell {cell}: "{found}" is not one of those agreed. Correct it.'
    told = Finding(
        "case_spreadsheets", "a.xlsx", "Cases", cell, code, says, found, "male, female", "warning"
    )
    return replace(told, **more)  # type: ignore[arg-type]


def case_records() -> dict[str, pd.DataFrame]:
    frame = pd.DataFrame({"case_id": ["C-1"], "gender": ["Charlie Brown"]})
    frame["source_file"], frame["source_sheet"], frame["source_cell"] = "a.xlsx", "Cases", "A9"
    frame["cell.inspection_id"], frame["cell.case_id"] = "Inspection!B2", "A9"
    frame["cell.gender"] = "B9"
    frame["cell.welsh_language_preference"] = "J9"
    return {"case": frame}


def test_a_finding_at_a_personal_cell_says_what_is_wrong_and_not_what_stands_there() -> None:
    (told,) = withhold([finding("B9", "Charlie Brown", rows_refused=1)], case_records(), CONTRACT)
    assert "Charlie" not in " ".join(str(v) for v in asdict(told).values())
    assert told.found == NOT_SHOWN
    assert told.expected == "male, female"
    assert told.message.startswith("a.xlsx, sheet Cases, cell B9: ")
    assert told.rows_refused == 1


def test_a_finding_at_a_public_cell_and_one_about_the_form_stay_as_they_are() -> None:
    public = [
        replace(finding("B2", "SQS 1"), sheet="Inspection"),
        finding("", "Old cases", "sheet_hidden"),
    ]
    assert withhold(public, case_records(), CONTRACT) == public


def test_a_cell_that_belongs_to_no_record_is_taken_to_be_personal() -> None:
    (told,) = withhold([finding("D40", "Charlie Brown")], case_records(), CONTRACT)
    assert "Charlie" not in told.message


def test_an_expectation_that_quotes_the_value_is_not_shown_either() -> None:
    told = finding("B9", "Charlie", expected="Charlie Brown once")
    (hushed,) = withhold([told], case_records(), CONTRACT)
    assert hushed.expected == NOT_SHOWN
    assert "Charlie" not in hushed.message


def test_the_nearest_cell_to_a_missing_heading_is_not_quoted_where_cases_stand() -> None:
    says = 'a.xlsx: no column is headed "Gender"; nearest is "Cha "C" Brown". Ask again.'
    told = finding("", "", "file_not_recognised", message=says)
    (hushed,) = withhold([told], {}, CONTRACT)
    assert hushed.message == 'a.xlsx: no column is headed "Gender". Ask again.'


def test_sources_without_personal_columns_keep_their_findings() -> None:
    told = [finding("B9", "12O", "value_not_a_number")]
    assert withhold(told, {}, load_sources()["yjb_custody"]) == told


def test_no_finding_of_the_run_shows_what_stands_in_a_personal_column() -> None:
    frame = pd.DataFrame(
        {
            "inspection_id": ["SQS-1", "SQS-1"],
            "case_id": ["0123456789ab", "0123456789ab"],
            "gender": ["Charlie Brown", "female"],
        }
    ).astype("str")
    for column in CONTRACT.objects["case"].columns:
        if column.name not in frame:
            frame[column.name] = pd.array([None, None], dtype="str")
        frame[f"cell.{column.name}"] = ["B9", "B10"] if column.name == "gender" else "A9"
    frame["source_sheet"], frame["source_cell"], frame["refused"] = "Cases", "A9", False
    counts = pd.DataFrame({"sheet": ["Cases"], "object": ["case"], "rows_read": [2]})
    read = Reading("case_spreadsheets", "a.xlsx", "x", True, {"case": frame}, {}, counts, [])
    checked = check_source(CONTRACT, [ReceivedReading(read, date(2014, 1, 1))], load_register())
    assert {f.code for f in checked.findings} == {"key_repeated"}
    told = " ".join(f.message + f.found for f in checked.findings)
    assert "Charlie" not in told
    assert "0123456789ab" not in told
