"""Every file of the shipped sample is understood by exactly one layout of its source."""

from __future__ import annotations

from pathlib import Path

import pytest

from infobank.contracts import load_sources
from infobank.domain.deliveries import sha256_of
from infobank.domain.paths import project_root
from infobank.domain.register import NameResolver, load_register
from infobank.domain.synthetic_files import committed_list, hashes_in
from infobank.reading import read_delivery
from infobank.reading.layout import load_layouts

SAMPLE = project_root() / "raw" / "sample"
PUBLISHED = {"published_inspections", "published_adult_inspections", "publications"}
FILES = [p for p in sorted(SAMPLE.rglob("*.*")) if p.is_file() and p.suffix != ".json"]
NEWEST = {p.parent.parent.name + p.suffix: p for p in FILES}


@pytest.mark.parametrize("path", NEWEST.values(), ids=lambda path: path.name)
def test_the_newest_delivery_of_each_source_is_read_in_full(path: Path) -> None:
    contract = load_sources()[path.parent.parent.name]
    names = NameResolver(load_register())
    file = path.relative_to(SAMPLE.parent).as_posix()
    reading = read_delivery(path, file, contract, load_layouts(), names)
    assert all(len(frame) for frame in reading.objects.values())
    assert not any(frame["refused"].any() for frame in reading.objects.values())
    facts = contract.id in {*PUBLISHED, "hours_and_budget"}
    assert (sha256_of(path) in hashes_in(committed_list())) is not facts


def test_every_source_but_the_register_has_a_sample() -> None:
    assert {path.parent.parent.name for path in FILES} == set(load_sources()) - {"register"}
