"""What the reader found wrong in one delivery so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from infobank.domain.findings import Finding, FindingError, Place, Severity, finding, refusal


@dataclass
class FindingLog:
    """Collects the findings of one delivery.

    Attributes:
        source: id of the source contract.
        source_file: the file's name as people know it.
        severity: what it means when a file, a sheet or a column of this source is refused.
        findings: what has been found so far.
    """

    source: str
    source_file: str
    severity: Severity
    findings: list[Finding] = field(default_factory=list)

    def place(self, sheet: str = "", cell: str = "") -> Place:
        """A place in the delivery."""
        return Place(self.source_file, sheet, cell)

    def report(self, code: str, place: Place, **facts: Any) -> None:
        """Write a finding down; see :func:`infobank.domain.findings.finding`."""
        self.findings.append(finding(code, place, source=self.source, **facts))

    def refuse_file(self, code: str, **facts: Any) -> FindingError:
        """The exception that refuses the whole file, to be raised."""
        facts = {"source": self.source, "severity": self.severity, **facts}
        return refusal(code, self.place(), **facts)


def unreadable(source_file: str, says: str, **facts: str) -> FindingError:
    """The exception for a file that cannot be opened, to be raised.

    Args:
        source_file: the file, as findings name it.
        says: why, by the name of the sentence in ``schemas/findings.yaml``.
        facts: what fills its gaps.
    """
    refused = refusal(
        "file_unreadable",
        Place(source_file),
        says=says,
        expected="a file that opens",
        severity="critical",
        **facts,
    ).finding
    return FindingError(replace(refused, found=refused.sentence.rpartition(". ")[0]))
