"""What a finding means, and how serious it is in which source."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from infobank.contracts import load_sources
from infobank.domain.codes import load_findings
from infobank.domain.settings import SettingsError

TEXTS = ("title", "do", "ask", "why")


def test_the_same_fault_weighs_as_much_as_its_source() -> None:
    missing = load_findings()["sheet_missing"]
    sources = load_sources()
    assert missing.severity_in(sources["yjb_custody"].severity) == "critical"
    assert missing.severity_in(sources["case_spreadsheets"].severity) == "warning"
    assert missing.severity_in(None) == "warning"


def test_a_rate_that_disagrees_is_a_warning_everywhere() -> None:
    rate = load_findings()["rate_disagrees"]
    assert {rate.severity_in(s.severity) for s in load_sources().values()} == {"warning"}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"ask": None}, r"odd\.ask: is missing"),
        (
            {"gate": "fence"},
            r"findings\.yaml, findings\.odd\.gate: should be contract, .* but is 'fence'",
        ),
        (
            {"severity": "grave"},
            r"odd\.severity: should be critical, warning or source, but is 'grave'",
        ),
        ({"says": {}}, r"odd\.says: should be a sentence, or several by name"),
        ({"says": "the {Cell} is wrong"}, r"odd\.says: default: a gap is written \{name\}"),
        ({"says": {"one": "good", "two": "it is {found:g}"}}, r"odd\.says: two: a gap"),
        ({"says": "the {found} is wrong["}, r"odd\.says: default: .* fails at '\['"),
        ({"says": "a [bracket] without a fact"}, r"odd\.says: default: .* fails at '\[bracket\]"),
    ],
)
def test_an_entry_that_says_too_little_is_refused(
    tmp_path: Path, entry: dict[str, object], says: str
) -> None:
    told = {"gate": "contract", "severity": "source", "says": "s", **dict.fromkeys(TEXTS, "t")}
    told = {key: value for key, value in {**told, **entry}.items() if value is not None}
    text = yaml.safe_dump({"findings": {"odd": told}})
    (tmp_path / "findings.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=says):
        load_findings(tmp_path)
