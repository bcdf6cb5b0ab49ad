"""The key of kept readings covers all that decides a reading."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infobank.domain.paths import project_root
from infobank.steps.read_version import imported, releases, version_of

_READ_ONE = """
import sys
from pathlib import Path
from infobank.contracts import load_sources
from infobank.domain.deliveries import list_deliveries
from infobank.steps.read import read_file
raw = Path(sys.argv[1])
for delivery in list_deliveries(raw, load_sources()):
    read_file(raw, delivery, Path(sys.argv[2]))
for name, module in sorted(sys.modules.items()):
    if name.split(".")[0] == "infobank" and getattr(module, "__file__", None):
        print(name)
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The parts of this checkout that a reading depends on."""
    root = project_root()
    for folder in ("infobank", "schemas"):
        shutil.copytree(root / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__py*"))
    shutil.copy(root / "requirements.lock", tmp_path)
    return tmp_path


def test_every_module_that_a_reading_loads_is_in_the_key(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    for source in ("yjb_custody", "survey_children", "case_spreadsheets", "intelligence"):
        day = sorted((project_root() / "raw/sample" / source).iterdir())[-1]
        shutil.copytree(day, raw / source / day.name)
    done = subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", _READ_ONE, str(raw), str(tmp_path / "warehouse")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(done.stdout.split())
    modules, _ = imported(project_root())
    assert "infobank.reading.grid" in loaded
    assert loaded - set(modules) == set()


def test_a_module_taken_out_of_sight_would_be_missed(tmp_path: Path, checkout: Path) -> None:
    before, _ = imported(checkout)
    (checkout / "infobank/reading/values.py").rename(checkout / "infobank/reading/cells.py")
    after, _ = imported(checkout)
    assert set(before) - set(after) == {"infobank.reading.values"}


@pytest.mark.parametrize(
    "file",
    [
        "requirements.lock",
        "schemas/markers.yaml",
        "schemas/findings.yaml",
        "schemas/register/yots.csv",
        "infobank/reading/values.py",
        "infobank/domain/quarters.py",
        "infobank/domain/sentences.py",
        "infobank/reading/layouts/table.py",
    ],
)
def test_a_change_of_anything_that_decides_a_reading_changes_the_key(
    checkout: Path, file: str
) -> None:
    before = version_of(checkout, checkout / "schemas")
    path = checkout / file
    path.write_bytes(path.read_bytes() + b"\n# another release\n")
    assert version_of(checkout, checkout / "schemas") != before


def test_a_correction_of_another_file_and_the_ranking_do_not_change_the_key(
    checkout: Path,
) -> None:
    before = version_of(checkout, checkout / "schemas")
    (checkout / "schemas/corrections/another.yaml").write_text("[]", encoding="utf-8")
    levels = checkout / "infobank/ranking/levels.py"
    levels.write_text(levels.read_text(encoding="utf-8") + "\n# more\n", encoding="utf-8")
    assert version_of(checkout, checkout / "schemas") == before


def test_the_readers_of_spreadsheets_are_in_the_key_by_their_release() -> None:
    _, libraries = imported(project_root())
    told = {line.split()[0].lower() for line in releases(libraries)}
    assert {"python-calamine", "pandas", "pyarrow"} <= told
