from __future__ import annotations

import pandas as pd
import pytest

from infobank.contracts import load_sources
from infobank.findings import FindingError
from infobank.pseudonyms import KEY_VARIABLE, pseudonymise
from infobank.reading import Reading

CONTRACT = load_sources()["case_spreadsheets"]


def reading(*, synthetic: bool) -> Reading:
    cases = pd.DataFrame({"case_id": ["C-1", "C-2", None, "C-1 "], "inspection_id": "SQS-1"})
    cases["case_id"] = cases["case_id"].astype("str")
    counts = pd.DataFrame({"sheet": ["Cases"], "object": ["case"], "rows_read": [4]})
    return Reading("case_spreadsheets", "a.xlsx", "x", synthetic, {"case": cases}, {}, counts, [])


def test_identifiers_become_the_same_pseudonym_every_time_and_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, "a key")
    told = pseudonymise(reading(synthetic=False), CONTRACT).objects["case"]["case_id"]
    assert told[0] == told[3] != told[1]
    assert "C-1" not in "".join(told.dropna())
    assert pd.isna(told[2])
    monkeypatch.setenv(KEY_VARIABLE, "another key")
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
