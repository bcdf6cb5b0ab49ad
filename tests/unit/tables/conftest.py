"""An empty warehouse in a temporary folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from infobank.tables import LocalStorage


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse"


@pytest.fixture
def storage(warehouse: Path) -> LocalStorage:
    return LocalStorage(warehouse)
