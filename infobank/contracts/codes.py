"""The findings a check may report: what each means, what to do, how serious it is and why."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from infobank.contracts.model import SourceContract
from infobank.domain.findings import Finding, Severity
from infobank.domain.paths import schemas_root
from infobank.domain.settings import Settings, Text, load

Gate = Literal["contract", "expectation", "arithmetic", "history"]
CodeSeverity = Literal["critical", "warning", "source"]


class FindingCode(Settings):
    """One kind of finding.

    Attributes:
        code: its name.
        gate: which of the four gates reports it.
        severity: ``critical``, ``warning``, or ``source`` for the severity of the source.
        title: what is wrong, in a few words.
        do: what the inspectorate does about it.
        ask: what the sender is asked to do, in the error report.
        why: why it is as serious as that.
    """

    code: str
    gate: Gate
    severity: CodeSeverity
    title: Text
    do: Text
    ask: Text
    why: Text

    def severity_in(self, source: SourceContract | None) -> Severity:
        """How serious the finding is in a source; without one it can stop nothing."""
        if self.severity != "source":
            return self.severity
        return source.severity if source else "warning"


class _Findings(Settings):
    version: str = ""
    findings: dict[str, FindingCode]

    @field_validator("findings", mode="before")
    @classmethod
    def _named(cls, told: object) -> object:
        """Each entry with the code it stands under."""
        if not isinstance(told, dict):
            return told
        return {k: {**v, "code": k} if isinstance(v, dict) else v for k, v in told.items()}


def load_findings(root: Path | None = None) -> dict[str, FindingCode]:
    """Every code of ``schemas/findings.yaml``, in the order of the file.

    Raises:
        SettingsError: an entry lacks a key, has one too many or names no gate or severity.
    """
    return dict(load(_Findings, (root or schemas_root()) / "findings.yaml").findings)


def by_kind(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Findings of one kind together, under the title of the kind, in the order of the first."""
    titles = load_findings()
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(titles[finding.code].title, []).append(finding)
    return list(grouped.items())
