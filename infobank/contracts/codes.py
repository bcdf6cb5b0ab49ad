"""The findings a check may report: what each means, what to do, how serious it is and why."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Literal, get_args

from infobank.contracts.model import ContractError, SourceContract
from infobank.domain.findings import Severity
from infobank.domain.paths import schemas_root
from infobank.domain.yaml_files import read_yaml

Gate = Literal["contract", "expectation", "arithmetic", "history"]
CodeSeverity = Literal["critical", "warning", "source"]

_FILE = "findings.yaml"


@dataclass(frozen=True)
class FindingCode:
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
    title: str
    do: str
    ask: str
    why: str

    def severity_in(self, source: SourceContract | None) -> Severity:
        """How serious the finding is in a source; without one it can stop nothing."""
        if self.severity != "source":
            return self.severity
        return source.severity if source else "warning"


def load_findings(root: Path | None = None) -> dict[str, FindingCode]:
    """Every code of ``schemas/findings.yaml``, in the order of the file.

    Raises:
        ContractError: an entry lacks a key, has one too many or names no gate or severity.
    """
    return dict(_load(root or schemas_root()))


@lru_cache(maxsize=4)
def _load(root: Path) -> dict[str, FindingCode]:
    listed = read_yaml(root / _FILE)["findings"]
    wanted = {field.name for field in fields(FindingCode)} - {"code"}
    found: dict[str, FindingCode] = {}
    for code, entry in listed.items():
        if set(entry) != wanted:
            msg = f"{_FILE}: {code!r} needs exactly the keys {', '.join(sorted(wanted))}."
            raise ContractError(msg)
        if entry["gate"] not in get_args(Gate) or entry["severity"] not in get_args(CodeSeverity):
            msg = f"{_FILE}: {code!r} has a gate or a severity that does not exist."
            raise ContractError(msg)
        found[code] = FindingCode(code=code, **entry)
    return found
