"""What a finding means, and how serious it is in which source."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from infobank.domain.codes import load_findings
from infobank.domain.settings import SettingsError

TEXTS = ("title", "do", "ask", "why")


def test_a_fault_that_weighs_as_much_as_its_source_stops_nothing_without_one() -> None:
    missing = load_findings()["sheet_missing"]
    assert missing.severity == "source"
    assert missing.usual_severity == "warning"


def test_a_fault_with_a_severity_of_its_own_keeps_it() -> None:
    rate = load_findings()["rate_disagrees"].model_copy(update={"severity": "critical"})
    assert rate.usual_severity == "critical"


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
