"""The findings of one delivery in plain words, for the people who sent it.

They know their own file and nothing of ours: no column, layout or folder of the Information Bank
is named, and what a finding asks of them is written for them (``ask`` in
``schemas/findings.yaml``). What stands in columns about a person is in no finding, so in no report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from infobank.domain.codes import load_findings
from infobank.domain.findings import Finding, position

SERIOUS = "Serious: nothing is published from this source until it is put right"
LEFT_OUT = "The record is left out until it is put right"
A_LOOK = "Please look: nothing is left out for it"
HOW_SERIOUS = (SERIOUS, LEFT_OUT, A_LOOK)

COLUMNS = {
    "code": "Kind of finding",
    "what_is_wrong": "What is wrong",
    "sheet": "Sheet",
    "cell": "Cell",
    "found": "What was found",
    "expected": "What was expected",
    "how_serious": "How serious it is",
    "records_left_out": "Records left out",
    "what_to_do": "What to do",
}
"""The columns of a report, and what they are headed in the spreadsheet."""

NOTHING_FOUND = "Nothing to put right was found"
_CHECK = "Check the cell and put it right, or tell us that it is as it should be."
_SENTENCE_END = re.compile(r"(?<=\S{3})\. (?=[A-Z])")  # not after "St" in "St. Helens"
_TOP = (-1, -1)
"""What is about a whole sheet comes before what is about its cells."""


@dataclass(frozen=True)
class ErrorReport:
    """One delivery and what was found in it.

    Attributes:
        file: the file's name, as its sender knows it.
        title: what people call the source; "" where it is not known.
        source: id of the source's contract; "" where it is not known.
        received: the day it came; None for a file not delivered yet.
        synthetic: whether the file is declared synthetic.
        records_read: records in it; the next two add up to it.
        records_accepted: records used.
        records_refused: records left out.
        findings: everything found.
    """

    file: str
    title: str
    source: str
    received: date | None
    synthetic: bool
    records_read: int
    records_accepted: int
    records_refused: int
    findings: tuple[Finding, ...]

    def table(self) -> pd.DataFrame:
        """One row per finding, the most serious first, then in the order of the sheets.

        Findings that say the same of the same cell are one row. The columns are those of
        ``COLUMNS``; ``records_left_out`` is a count of records.
        """
        rows = [_row(finding) for finding in _once(self.findings)]
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        text = [c for c in COLUMNS if c != "records_left_out"]
        frame[text] = frame[text].astype("str")
        frame["records_left_out"] = frame["records_left_out"].astype("Int64")
        places = [position(cell) or _TOP for cell in frame["cell"]]
        order = pd.DataFrame(places, columns=["row", "col"])
        order["rank"] = frame["how_serious"].map({how: n for n, how in enumerate(HOW_SERIOUS)})
        order[["sheet", "code", "says"]] = frame[["sheet", "code", "what_is_wrong"]]
        order = order.sort_values(["rank", "sheet", "row", "col", "code", "says"], kind="stable")
        return frame.loc[order.index].reset_index(drop=True)


def _once(findings: Iterable[Finding]) -> list[Finding]:
    """One finding for each thing said; the records it left out are added up."""
    seen: dict[tuple[str, str, str, str], Finding] = {}
    for finding in findings:
        key = (finding.sheet, finding.cell, finding.code, finding.message)
        if key in seen:
            first = seen[key]
            both = first.rows_refused + finding.rows_refused
            seen[key] = replace(first, rows_refused=both)
        else:
            seen[key] = finding
    return list(seen.values())


def _row(finding: Finding) -> dict[str, object]:
    code = load_findings().get(finding.code)
    return {
        "code": finding.code,
        "what_is_wrong": plain_sentence(finding),
        "sheet": finding.sheet,
        "cell": finding.cell,
        "found": finding.found,
        "expected": finding.expected,
        "how_serious": how_serious(finding),
        "records_left_out": finding.rows_refused,
        "what_to_do": code.ask if code else _CHECK,
    }


def how_serious(finding: Finding) -> str:
    """How serious a finding is, in words that need no colour."""
    if finding.severity == "critical":
        return SERIOUS
    return LEFT_OUT if finding.rows_refused else A_LOOK


def plain_sentence(finding: Finding) -> str:
    """What is wrong, without the place (it has columns of its own) and what we do about it."""
    first = _SENTENCE_END.split(finding.sentence, maxsplit=1)[0].rstrip(". ")
    return f"{first[:1].upper()}{first[1:]}."
