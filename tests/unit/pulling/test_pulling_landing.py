"""The five steps of a landing, and what is made of those that a kill cut short."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from infobank.domain.deliveries import sha256_of
from infobank.pulling.landing import Landing, mend


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.rglob("*") if p.is_file())


def begun(target: Path, data: bytes) -> Landing:
    landing = Landing(target, {"origin": "s3://b/k"})
    landing.part.write_bytes(data)
    return landing


def told(data: bytes, target: Path) -> dict[str, object]:
    other = target.with_name("other")
    other.write_bytes(data)
    try:
        return {"sha256": sha256_of(other), "size": len(data)}
    finally:
        other.unlink()


def test_a_file_and_its_sidecar_are_all_that_is_left(tmp_path: Path) -> None:
    target = tmp_path / "day" / "a.csv"
    landing = begun(target, b"abc")
    landing.arrived(told(b"abc", target))
    landing.land()
    assert names(tmp_path) == ["a.csv", "a.csv.meta.json"]
    assert json.loads((tmp_path / "day/a.csv.meta.json").read_text())["origin"] == "s3://b/k"


def test_what_was_half_fetched_is_cleared_away_with_its_folder(tmp_path: Path) -> None:
    source = tmp_path / "source"
    begun(source / "day" / "a.csv", b"ab")
    mend(source)
    assert list(tmp_path.rglob("*")) == []


def test_what_has_its_name_already_gets_its_sidecar(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    landing = begun(target, b"abc")
    landing.arrived(told(b"abc", target))
    os.link(landing.part, target)
    mend(tmp_path)
    assert names(tmp_path) == ["a.csv", "a.csv.meta.json"]


def test_a_file_of_that_name_by_somebody_else_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    landing = begun(target, b"abc")
    landing.arrived(told(b"abc", target))
    target.write_bytes(b"put in by hand")
    with pytest.raises(FileExistsError):
        landing.land()
    mend(tmp_path)
    assert names(tmp_path) == ["a.csv"]
    assert target.read_bytes() == b"put in by hand"


@pytest.mark.parametrize("stands", [False, True])
def test_a_disk_without_links_is_served_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stands: bool
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    target = tmp_path / "a.csv"
    landing = begun(target, b"abc")
    landing.arrived(told(b"abc", target))
    if stands:
        target.write_bytes(b"put in by hand")
        with pytest.raises(FileExistsError):
            landing.land()
    else:
        landing.land()
        assert names(tmp_path) == ["a.csv", "a.csv.meta.json"]


def test_an_unfinished_note_is_cleared_away_and_a_strangers_part_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.csv.meta.json.part.new.part").write_text("{")
    (tmp_path / "a stranger's.part").write_text("?")
    mend(tmp_path)
    assert names(tmp_path) == ["a stranger's.part"]
