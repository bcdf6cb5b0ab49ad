"""The chart of an explanation: what it holds, and what is refused."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from infobank.domain.errors import MistakeError
from infobank.ranking import explain, rank_detailed
from infobank.reports.explanation import YotExplanation
from infobank.reports.explanation_page import insist_on_chart, write_chart
from tests.unit.ranking.made_up import observations


@pytest.fixture(scope="module")
def answer() -> YotExplanation:
    now = rank_detailed(observations(12))
    told = explain(now, None, "yot-03")
    return YotExplanation("Here & There", "2013-Q4", date(2014, 3, 1), "", True, told, now)


def test_a_page_holds_the_sentences_the_changes_and_a_funnel_per_measure(
    answer: YotExplanation, tmp_path: Path
) -> None:
    write_chart(answer, tmp_path / "why.html")
    text = (tmp_path / "why.html").read_text(encoding="utf-8")
    assert "SYNTHETIC" in text and "Here &amp; There" in text
    assert text.count("data:image/svg+xml;base64,") == 5 and text.count("<tr><td>") == 4
    assert "http" not in text.split("base64")[0] and "Missing figures" in text
    write_chart(answer, tmp_path / "again.html")
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == text


def test_a_picture_is_svg(answer: YotExplanation, tmp_path: Path) -> None:
    write_chart(answer, tmp_path / "why.svg")
    assert (tmp_path / "why.svg").read_text(encoding="utf-8").startswith("<svg xmlns")


@pytest.mark.parametrize("name", ["why.pdf", "nowhere/why.svg"])
def test_what_no_chart_can_be_written_to_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(MistakeError, match=r"neither|no folder"):
        insist_on_chart(tmp_path / name)
