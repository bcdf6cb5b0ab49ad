"""How inspections, surveys and intelligence count as evidence: ``schemas/evidence.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd

from infobank.domain.paths import schemas_root
from infobank.domain.yaml_files import read_yaml


@dataclass(frozen=True)
class EvidenceRules:
    """The settings of ``schemas/evidence.yaml``; the YAML says what each means."""

    cases_when_not_published: int
    fieldwork_when_not_published: date
    ranked_surveys: tuple[str, ...]
    favourable: dict[str, tuple[str, ...]]
    not_an_answer: tuple[str, ...]
    ranked_intelligence: tuple[str, ...]
    highest_severity: int


@lru_cache(maxsize=4)
def load_evidence_rules(path: Path | None = None) -> EvidenceRules:
    """Read the settings."""
    told = read_yaml(path or schemas_root() / "evidence.yaml")
    inspections, surveys = told["inspections"], told["surveys"]
    return EvidenceRules(
        cases_when_not_published=int(inspections["cases_when_not_published"]),
        fieldwork_when_not_published=inspections["fieldwork_when_not_published"],
        ranked_surveys=tuple(surveys["ranked"]),
        favourable={k: tuple(v) for k, v in surveys["favourable"].items()},
        not_an_answer=tuple(surveys["not_an_answer"]),
        ranked_intelligence=tuple(told["intelligence"]["ranked"]),
        highest_severity=int(told["intelligence"]["highest_severity"]),
    )


def published_fieldwork_end(
    programme: str, year: int | None, rules: EvidenceRules | None = None
) -> pd.Timestamp:
    """The day a published inspection is taken to have ended.

    Core Case Inspections are published with a calendar year, SQS and FJI with the inspectorate's
    year, which starts in April; each counts from the end of its year.
    """
    rules = rules or load_evidence_rules()
    if year is None or pd.isna(year):
        return pd.Timestamp(rules.fieldwork_when_not_published)
    whole = int(year)
    return pd.Timestamp(whole, 12, 31) if programme == "CCI" else pd.Timestamp(whole + 1, 3, 31)
