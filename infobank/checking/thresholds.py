"""The thresholds of the gates, from ``schemas/checks.yaml``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from infobank.domain.paths import schemas_root
from infobank.domain.yaml_files import read_yaml


@dataclass(frozen=True)
class CheckSettings:
    """Thresholds; the YAML says what each means."""

    coverage_critical_below: float
    magnitude_times: float
    magnitude_stock_times: float
    magnitude_standard_errors: float
    revision_share: float
    revision_count: float
    late_grace_days: int
    timeliness_share: float


@lru_cache(maxsize=4)
def load_settings(path: Path | None = None) -> CheckSettings:
    """Read the thresholds."""
    told = read_yaml(path or schemas_root() / "checks.yaml")
    return CheckSettings(
        coverage_critical_below=float(told["coverage"]["critical_below"]),
        magnitude_times=float(told["magnitude"]["times"]),
        magnitude_stock_times=float(told["magnitude"]["stock_times"]),
        magnitude_standard_errors=float(told["magnitude"]["standard_errors"]),
        revision_share=float(told["revision"]["share"]),
        revision_count=float(told["revision"]["count"]),
        late_grace_days=int(told["late"]["grace_days"]),
        timeliness_share=float(told["timeliness"]["share"]),
    )
