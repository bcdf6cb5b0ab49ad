"""The findings a check may report: what each means, its sentences, how serious it is and why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from infobank.domain.paths import schemas_root
from infobank.domain.sentences import sentence
from infobank.domain.settings import Settings, Text, load

Severity = Literal["critical", "warning"]
Gate = Literal["contract", "expectation", "arithmetic", "history", "programme"]
CodeSeverity = Literal["critical", "warning", "source"]

DEFAULT = "default"
"""The name of the sentence of a code that has one."""
STANDING = frozenset({"found", "expected", "refused"})
"""Facts that every sentence may use: they are part of each finding."""


class FindingCode(Settings):
    """One kind of finding.

    Attributes:
        code: its name.
        gate: which of the gates reports it.
        severity: ``critical``, ``warning``, or ``source`` for the severity of the source.
        title: what is wrong, in a few words.
        says: its sentences by name (see :mod:`infobank.domain.sentences`): what is wrong, and
            what to do. They follow the place and a colon, so they begin with a small letter.
        do: what the inspectorate does about it.
        ask: what the sender is asked to do, in the error report.
        why: why it is as serious as that.
    """

    code: str
    gate: Gate
    severity: CodeSeverity
    title: Text
    says: dict[str, Text]
    do: Text
    ask: Text
    why: Text

    @field_validator("says", mode="before")
    @classmethod
    def _by_name(cls, raw: object) -> object:
        """One sentence alone is the default."""
        return {DEFAULT: raw} if isinstance(raw, str) else raw

    @field_validator("says")
    @classmethod
    def _understood(cls, sentences: dict[str, str]) -> dict[str, str]:
        if not sentences:
            msg = "should be a sentence, or several by name"
            raise ValueError(msg)
        for name, text in sentences.items():
            try:
                sentence(text)
            except ValueError as wrong:
                msg = f"{name}: {wrong}"
                raise ValueError(msg) from None
        return sentences

    def sentence(self, says: str, facts: Mapping[str, object]) -> str:
        """One of its sentences with the gaps filled.

        Args:
            says: the name of the sentence.
            facts: what fills the gaps: exactly those it has, and any of ``STANDING``.

        Raises:
            ValueError: there is no such sentence, or a fact is missing or too many.
        """
        if says not in self.says:
            msg = f"findings.yaml, {self.code}: there is no sentence {says!r}"
            raise ValueError(msg)
        template = sentence(self.says[says])
        try:
            if unknown := sorted(facts.keys() - template.facts - STANDING):
                msg = f"it has no gap for {', '.join(unknown)}"
                raise ValueError(msg)
            return template.render(facts)
        except ValueError as wrong:
            msg = f"findings.yaml, {self.code}.says.{says}: {wrong}"
            raise ValueError(msg) from None

    @property
    def usual_severity(self) -> Severity:
        """How serious the finding is where nobody gives the severity of the source."""
        return "warning" if self.severity == "source" else self.severity


class _Findings(Settings):
    version: str = ""
    about_any: dict[str, Text] = Field(default_factory=dict)
    findings: dict[str, FindingCode]

    @field_validator("findings", mode="before")
    @classmethod
    def _named(cls, raw: object) -> object:
        """Each entry with the code it stands under."""
        if not isinstance(raw, dict):
            return raw
        return {k: {**v, "code": k} if isinstance(v, dict) else v for k, v in raw.items()}


def sentence_about_any(name: str, **facts: object) -> str:
    """A sentence that any finding may have, by its name under ``about_any``, with its gaps filled.

    Raises:
        KeyError: there is none of that name.
        ValueError: a fact is missing.
    """
    return sentence(load(_Findings, schemas_root() / "findings.yaml").about_any[name]).render(facts)


def load_findings(root: Path | None = None) -> Mapping[str, FindingCode]:
    """Every code of ``schemas/findings.yaml``, in the order of the file.

    Raises:
        SettingsError: an entry lacks a key, has one too many, names no gate or severity, or has a
            sentence whose gaps are not understood.
    """
    return load(_Findings, (root or schemas_root()) / "findings.yaml").findings
