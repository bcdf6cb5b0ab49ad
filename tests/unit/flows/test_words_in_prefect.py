"""What Prefect shows: kinds of inspection in full, and long lists with a count."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from flows.artifacts import _visit, kind_in_words
from flows.meeting import _in_the_programme, _visits


def visit(kind: str, name: str) -> dict[str, Any]:
    return {
        "programme": kind,
        "yot_name": name,
        "week_commencing": pd.Timestamp("2014-07-07"),
        "team": "Team A",
        "hours": 340.0,
        "arm": "coverage",
        "reason": "",
    }


VISITS = pd.DataFrame([visit("FJI", "Redbridge"), *(visit("SQS", f"YOT {n}") for n in range(1, 8))])


def test_a_kind_of_inspection_is_named_in_full_with_its_letters() -> None:
    assert kind_in_words("SQS") == "Short Quality Screening (SQS)"


def test_a_kind_that_no_file_describes_is_named_once() -> None:
    assert kind_in_words("XYZ") == "XYZ"


def test_the_proposed_visits_are_shown_in_words() -> None:
    shown = _visit({"programme": "FJI", "yot_name": "Redbridge", "arm": "coverage"})
    assert shown == {
        "kind of inspection": "Full Joint Inspection (FJI)",
        "YOT": "Redbridge",
        "chosen for": "the five-year promise",
    }


def test_the_visits_of_a_meeting_are_shown_in_words() -> None:
    row = _visits(VISITS)[0]
    assert row["kind of inspection"] == "Full Joint Inspection (FJI)"
    assert row["YOT"] == "Redbridge"
    assert "programme" not in row


def test_above_the_form_each_kind_has_a_count_and_a_short_list() -> None:
    meeting = cast("Any", SimpleNamespace(final=SimpleNamespace(programme=VISITS)))
    assert _in_the_programme(meeting).splitlines()[2:] == [
        "- **Full Joint Inspection (FJI)**, 1 YOT: Redbridge",
        "- **Short Quality Screening (SQS)**, 7 YOTs: YOT 1, YOT 2, YOT 3 and 4 more",
    ]
