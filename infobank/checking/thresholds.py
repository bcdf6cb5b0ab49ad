"""The thresholds of the gates, from ``schemas/checks.yaml``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from infobank.domain.settings import From0, Settings, Share, WholeFrom0, in_words, load

_Times = Annotated[float, Field(gt=1), in_words("a number above 1")]


class Coverage(Settings):
    """How many YOTs a delivery must hold."""

    critical_below: Share


class Magnitude(Settings):
    """How far a count may lie from the last one known."""

    times: _Times
    stock_times: _Times
    standard_errors: From0


class Revision(Settings):
    """How far a published figure may change."""

    share: Share
    count: From0


class Late(Settings):
    """When a delivery is late."""

    grace_days: WholeFrom0


class Timeliness(Settings):
    """When figures for a period have come."""

    share: Share


class CheckSettings(Settings):
    """Thresholds; the YAML says what each means."""

    version: str
    coverage: Coverage
    magnitude: Magnitude
    revision: Revision
    late: Late
    timeliness: Timeliness


def load_settings(path: Path | None = None) -> CheckSettings:
    """Read the thresholds.

    Raises:
        SettingsError: the file is not as it should be.
    """
    return load(CheckSettings, path or "checks.yaml")
