"""How inspections, surveys and intelligence count as evidence: ``schemas/evidence.yaml``."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from infobank.domain.programmes import load_programmes
from infobank.domain.settings import Day, Settings, WholeFrom1, load


class Inspections(Settings):
    """What is taken of published inspections that do not say."""

    cases_when_not_published: WholeFrom1
    fieldwork_when_not_published: Day


class Surveys(Settings):
    """Which surveys are ranked on, and which of their answers are favourable."""

    ranked: tuple[str, ...]
    favourable: dict[str, tuple[str, ...]]
    not_an_answer: tuple[str, ...]


class Intelligence(Settings):
    """Which reports of other bodies raise risk, and by how much at most."""

    ranked: tuple[str, ...]
    highest_severity: WholeFrom1


class EvidenceRules(Settings):
    """The settings of ``schemas/evidence.yaml``; the YAML says what each means."""

    version: str
    inspections: Inspections
    surveys: Surveys
    intelligence: Intelligence


def load_evidence_rules(path: Path | None = None) -> EvidenceRules:
    """Read the settings.

    Raises:
        SettingsError: the file is not as it should be.
    """
    return load(EvidenceRules, path or "evidence.yaml")


def published_fieldwork_end(
    programme: str, year: int | None, rules: EvidenceRules | None = None
) -> pd.Timestamp:
    """The day a published inspection is taken to have ended.

    Each counts from the end of the year it is published with, which for most programmes is the
    inspectorate's own, from April to March; so does one of a programme that no file describes.
    """
    rules = rules or load_evidence_rules()
    if year is None or pd.isna(year):
        return pd.Timestamp(rules.inspections.fieldwork_when_not_published)
    whole = int(year)
    known = load_programmes().get(programme)
    return pd.Timestamp(known.results_day(whole) if known else date(whole + 1, 3, 31))
