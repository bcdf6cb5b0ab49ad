"""What a finding means, and how serious it is in which source."""

from __future__ import annotations

from pathlib import Path

import pytest

from infobank.contracts import load_sources
from infobank.domain.codes import load_findings
from infobank.domain.settings import SettingsError


def test_the_same_fault_weighs_as_much_as_its_source() -> None:
    missing = load_findings()["sheet_missing"]
    sources = load_sources()
    assert missing.severity_in(sources["yjb_custody"]) == "critical"
    assert missing.severity_in(sources["case_spreadsheets"]) == "warning"
    assert missing.severity_in(None) == "warning"


def test_a_rate_that_disagrees_is_a_warning_everywhere() -> None:
    rate = load_findings()["rate_disagrees"]
    assert {rate.severity_in(source) for source in load_sources().values()} == {"warning"}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("{gate: contract, severity: source, title: t, do: d, why: w}", r"odd\.ask: is missing"),
        (
            "{gate: fence, severity: source, title: t, do: d, ask: a, why: w}",
            r"findings\.yaml, findings\.odd\.gate: should be contract, .* but is 'fence'",
        ),
        (
            "{gate: contract, severity: grave, title: t, do: d, ask: a, why: w}",
            r"odd\.severity: should be critical, warning or source, but is 'grave'",
        ),
    ],
)
def test_an_entry_that_says_too_little_is_refused(tmp_path: Path, entry: str, says: str) -> None:
    (tmp_path / "findings.yaml").write_text(f"findings:\n  odd: {entry}\n")
    with pytest.raises(SettingsError, match=says):
        load_findings(tmp_path)
