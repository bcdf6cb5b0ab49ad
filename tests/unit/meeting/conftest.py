"""One proposal for all tests of the meeting; each test that writes gets its own warehouse."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from infobank.meeting.meeting import Meeting, convene
from tests.unit.meeting import small_meeting
from tests.unit.meeting.small_meeting import Small


@pytest.fixture(scope="session")
def small() -> Small:
    return small_meeting.made()


@pytest.fixture(scope="session")
def published(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_meeting.publish(small, tmp_path_factory.mktemp("published") / "warehouse")


@pytest.fixture
def warehouse(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "warehouse", symlinks=True))


@pytest.fixture
def meeting(small: Small) -> Meeting:
    return convene(small_meeting.proposed(small), ())
