"""The shipped sample is what the generator writes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from odf.opendocument import OpenDocumentChart

from infobank.domain.deliveries import sha256_of
from infobank.domain.paths import project_root
from infobank.domain.synthetic_files import LIST_NAME, committed_list, declared_around, hashes_in
from tools.sample import generate
from tools.sample.parcel import PUBLISHED
from tools.sample.sheets import Sheet, ods

LARGEST = 6_000_000


def hashes(root: Path) -> dict[str, str]:
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("sample")
    generate(root)
    return root


def test_the_shipped_sample_is_rebuilt_byte_for_byte(rebuilt: Path) -> None:
    made = hashes(rebuilt)
    del made[LIST_NAME]
    assert made == hashes(project_root() / "raw" / "sample")


def test_the_committed_list_names_each_synthetic_file_and_no_published_fact(rebuilt: Path) -> None:
    assert committed_list().read_bytes() == (rebuilt / LIST_NAME).read_bytes()
    sidecars = {p: json.loads(p.read_bytes()) for p in rebuilt.rglob("*.meta.json")}
    made_up = {t["sha256"] for t in sidecars.values() if t["origin"] != PUBLISHED}
    assert hashes_in(committed_list()) == made_up
    assert not made_up & {t["sha256"] for t in sidecars.values() if t["origin"] == PUBLISHED}


def test_a_file_put_among_the_samples_is_not_listed_when_it_is_written_again(
    tmp_path: Path,
) -> None:
    generate(tmp_path, seed=7)
    first = (tmp_path / LIST_NAME).read_bytes()
    real = next((tmp_path / "case_spreadsheets").glob("*/*.xlsx")).with_name("real.xlsx")
    real.write_bytes(b"real cases")
    generate(tmp_path, seed=7)
    assert (tmp_path / LIST_NAME).read_bytes() == first
    assert sha256_of(real) not in declared_around(real)


def test_another_spreadsheet_written_before_leaves_no_trace() -> None:
    sheets = [Sheet("Figures", [["Leeds", 3]])]
    alone = ods(sheets, "Figures")
    OpenDocumentChart()
    assert ods(sheets, "Figures") == alone


def test_it_stays_small(rebuilt: Path) -> None:
    assert sum(path.stat().st_size for path in rebuilt.rglob("*") if path.is_file()) < LARGEST


def test_every_file_has_a_sidecar_that_fits_it(rebuilt: Path) -> None:
    for sidecar in rebuilt.rglob("*.meta.json"):
        told = json.loads(sidecar.read_text(encoding="utf-8"))
        content = sidecar.with_name(sidecar.name.removesuffix(".meta.json")).read_bytes()
        assert told["sha256"] == hashlib.sha256(content).hexdigest()
        assert told["size"] == len(content)
        assert told["received"] == sidecar.parent.name


def test_a_scale_below_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="whole number"):
        generate(tmp_path, scale=0)
