"""Layouts are parsed once, and anew only where they have changed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infobank.domain import settings
from infobank.domain.errors import MistakeError
from infobank.reading import load_layouts

LAYOUT = """
layout: {name}
contract: yjb_custody
formats: csv
recognise: {{headings: [YOT]}}
markers: common
parts: [{{object: custody, columns: {{yot: [YOT]}}}}]
"""


def schemas_of(home: Path, *names: str) -> Path:
    folder = home / "schemas"
    (folder / "layouts" / "custody").mkdir(parents=True)
    (folder / "markers.yaml").write_text("common: {source: test}\n", encoding="utf-8")
    for name in names:
        place = folder / "layouts" / "custody" / f"{name}.yaml"
        place.write_text(LAYOUT.format(name=name), encoding="utf-8")
    return folder


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files parsed so far."""
    files: list[str] = []
    read = settings.read_yaml

    def counted(path: Path, *error: type[MistakeError]) -> object:
        files.append(path.name)
        return read(path, *error)

    monkeypatch.setattr(settings, "read_yaml", counted)
    return files


def test_however_many_files_are_read_each_layout_is_parsed_once(
    tmp_path: Path, parsed: list[str]
) -> None:
    schemas = schemas_of(tmp_path, "first", "second")
    told = [load_layouts(schemas) for _ in range(156)]
    assert sorted(parsed) == ["first.yaml", "markers.yaml", "second.yaml"]
    assert all(each == told[0] for each in told)
    assert [layout.layout for layout in told[0]] == ["first", "second"]


def test_a_layout_changed_in_place_is_parsed_anew(tmp_path: Path, parsed: list[str]) -> None:
    schemas = schemas_of(tmp_path, "first")
    load_layouts(schemas)
    place = schemas / "layouts" / "custody" / "first.yaml"
    before = place.stat().st_mtime_ns
    place.write_text(LAYOUT.format(name="third"), encoding="utf-8")
    os.utime(place, ns=(before + 1, before + 1))
    assert [layout.layout for layout in load_layouts(schemas)] == ["third"]


def test_layouts_of_one_project_are_not_those_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("here", "there"):
        schemas_of(tmp_path / name, name)
    for name in ("here", "there", "here"):
        monkeypatch.setenv("INFOBANK_HOME", str(tmp_path / name))
        assert [layout.layout for layout in load_layouts()] == [name]


def test_what_a_caller_does_to_its_list_is_not_seen_by_the_next(tmp_path: Path) -> None:
    schemas = schemas_of(tmp_path, "first")
    load_layouts(schemas).clear()
    assert len(load_layouts(schemas)) == 1
