"""What a check found: one plain sentence, where, and how serious it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing wrong (or worth a look) in one delivery.

    Attributes:
        source: id of the source contract the delivery belongs to, or "" where none is known.
        source_file: the file's path relative to the raw folder.
        sheet: the sheet's name; "" for a file without sheets or a finding about the whole file.
        cell: the address in the sheet (``Q160``, ``Q57:Q62``); "" where the finding is about more.
        code: one of the codes in ``schemas/findings.yaml``.
        message: one plain sentence naming file, sheet and cell, and one saying what to do.
        found: what stands there, as text.
        expected: what should stand there, as text.
        severity: ``critical`` stops the publication of what depends on the source;
            ``warning`` publishes and reports.
        rows_refused: how many records this finding took out of the tables. A record with
            several findings is counted by the first alone, so the sum over a file is the
            number of its quarantined records.
    """

    source: str
    source_file: str
    sheet: str
    cell: str
    code: str
    message: str
    found: str
    expected: str
    severity: Severity
    rows_refused: int = 0


class PlainError(Exception):
    """What went wrong, in words for the person at the screen; no traceback is shown for it."""


class MistakeError(PlainError, ValueError):
    """A person asked for something that cannot be; the message is one plain sentence."""


class FindingError(PlainError):
    """A delivery, or a sheet of it, cannot be used at all; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def where(source_file: str, sheet: str = "", cell: str = "") -> str:
    """The place of a finding in words: ``file, sheet London, cell Q160``."""
    place = source_file
    if sheet:
        place += f", sheet {sheet}"
    if cell:
        place += f", cell {cell}"
    return place
