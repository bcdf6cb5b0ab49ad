"""One small quarter: the newest deliveries of the sample, run once for all tests here."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from infobank.domain.paths import project_root

SAMPLE = project_root() / "raw" / "sample"
QUARTER = "2014-Q1"


def newest_deliveries(target: Path, per_source: int = 2) -> Path:
    """Copy the newest delivery days of every source of the sample."""
    for source in sorted(p for p in SAMPLE.iterdir() if p.is_dir()):
        for day in sorted(p for p in source.iterdir() if p.is_dir())[-per_source:]:
            shutil.copytree(day, target / source.name / day.name)
    return target


@pytest.fixture(scope="session")
def prefect_for_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A Prefect of its own, with a database that goes when the tests end."""
    os.environ["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
    os.environ["DO_NOT_TRACK"] = "1"
    os.environ["PREFECT_LOGGING_LEVEL"] = "ERROR"
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        yield


@pytest.fixture(scope="session")
def small_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return newest_deliveries(tmp_path_factory.mktemp("raw"))
