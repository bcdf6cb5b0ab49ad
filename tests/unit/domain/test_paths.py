from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.folders import FOLDERS, allowed_folders, place_of
from infobank.domain.errors import MistakeError
from infobank.domain.paths import inside, project_root


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    (tmp_path / "raw/a").mkdir(parents=True)
    (tmp_path / "raw-secret").mkdir()
    (tmp_path / "raw/out").symlink_to(tmp_path / "raw-secret")
    (tmp_path / "raw/again").symlink_to(tmp_path / "raw/again")
    (tmp_path / "door").symlink_to(tmp_path / "raw")
    return tmp_path


@pytest.mark.parametrize("told", ["raw", "raw/a", "raw/not/yet", "raw/a/../a", "door/a"])
def test_what_lies_in_a_folder_may_be_named(disk: Path, told: str) -> None:
    place = inside(disk / told, [disk / "raw"], "SETTING")
    assert place == Path(os.path.realpath(disk / told))


@pytest.mark.parametrize(
    "told",
    ["", "raw/..", "raw/../raw-secret", "raw-secret", "raw/out", "raw/out/x", "raw/again/x", "r\0"],
)
def test_what_lies_elsewhere_is_refused_in_a_sentence(disk: Path, told: str) -> None:
    with pytest.raises(MistakeError, match=r"^A run started from Prefect may not name .* SETTING"):
        inside(f"{disk}/{told}", [disk / "raw"], "SETTING")


def test_a_folder_that_is_itself_a_link_holds_what_it_leads_to(disk: Path) -> None:
    assert inside(disk / "raw/a", [disk / "door"], "SETTING") == disk / "raw/a"


@given(
    st.lists(st.sampled_from(["..", ".", "raw", "a", "out", "door", "again", "/", "~"]), max_size=7)
)
def test_whatever_is_named_is_refused_or_inside(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    disk = tmp_path_factory.getbasetemp() / "named"
    if not disk.exists():
        (disk / "raw/a").mkdir(parents=True)
        (disk / "raw/out").symlink_to(disk.parent)
        (disk / "raw/again").symlink_to(disk / "raw/again")
        (disk / "door").symlink_to(disk / "raw")
    told = disk / "raw" / "/".join(parts)
    try:
        place = inside(told, [disk / "raw"], "SETTING")
    except MistakeError:
        return
    real = Path(os.path.realpath(told))
    assert place == real
    assert real.is_relative_to(disk / "raw")


def test_relative_names_count_from_the_projects_folder() -> None:
    assert inside("raw/sample", allowed_folders(), FOLDERS) == project_root() / "raw/sample"
    with pytest.raises(MistakeError, match="name something in raw or warehouse"):
        inside("schemas", allowed_folders(), FOLDERS)


def test_the_command_line_may_name_any_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDERS, "raw")
    assert place_of("/etc") == Path("/etc")


def test_a_run_started_from_prefect_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREFECT__FLOW_RUN_ID", "any")
    with pytest.raises(MistakeError):
        place_of("/etc")
    monkeypatch.setenv(FOLDERS, os.pathsep.join(["raw", "/etc"]))
    assert place_of("/etc/hosts") == Path("/etc/hosts").resolve()
