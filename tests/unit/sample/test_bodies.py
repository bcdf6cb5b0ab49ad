"""Every body's own file is read through its own layout, and all of them stand in one table."""

from __future__ import annotations

from pathlib import Path

import pytest

from infobank.contracts import load_sources
from infobank.domain.deliveries import sha256_of
from infobank.domain.paths import project_root
from infobank.domain.synthetic_files import declared_around
from infobank.steps.read import read

SAMPLE = project_root() / "raw" / "sample"
NEWEST = SAMPLE / "intelligence" / "2014-04-11"
LAYOUTS = {
    "HMIC_youth_offending_2014-Q1.csv": ("hmi_constabulary_findings", "HMI Constabulary"),
    "Ofsted_findings_2014-Q1.xlsx": ("ofsted_findings", "Ofsted"),
    "CQC_health_2014-Q1.xlsx": ("cqc_health", "CQC"),
    "CSSIW_2014-Q1.csv": ("cssiw_bilingual", "CSSIW"),
    "Estyn_2014-Q1.ods": ("estyn_visits", "Estyn"),
    "HIW_2014-Q1.csv": ("hiw_visits", "HIW"),
    "YJB_notices_2014-Q1.csv": ("yjb_notices", "YJB"),
    "YJB_support_and_incidents_2014-Q1.xlsx": ("yjb_support_and_incidents", "YJB"),
}


def test_every_body_of_the_contract_sends_a_file_of_its_own() -> None:
    sent = {path.name for path in NEWEST.iterdir() if not path.name.endswith(".meta.json")}
    assert sent == set(LAYOUTS)
    columns = load_sources()["intelligence"].objects["report"].columns
    known = next(set(column.enum) for column in columns if column.name == "body")
    assert {body for _, body in LAYOUTS.values()} == known


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_bodys_file_is_known_by_its_looks_and_read_in_full(name: str, tmp_path: Path) -> None:
    stray = tmp_path / name
    stray.write_bytes((NEWEST / name).read_bytes())
    declared = sha256_of(stray) in declared_around(stray)
    reading, source = read(stray, name, synthetic=declared)
    reports = reading.objects["report"]
    assert (source, reading.layout) == ("intelligence", LAYOUTS[name][0])
    assert set(reports["body"]) == {LAYOUTS[name][1]}
    assert reading.findings == []
    assert not reports["refused"].any()
    assert reports["severity"].between(0, 3).all()
    assert (reports["kind"].eq("good practice") == reports["severity"].eq(0)).all()
    assert reading.synthetic


def test_a_grade_its_layout_does_not_know_is_refused_with_its_cell(tmp_path: Path) -> None:
    stray = tmp_path / "HMIC.csv"
    text = (NEWEST / "HMIC_youth_offending_2014-Q1.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    cells = lines[3].split(",")
    cells[3] = "Unprecedented"
    stray.write_text("\n".join([*lines[:3], ",".join(cells), *lines[4:]]), encoding="utf-8")
    reading, _ = read(stray, stray.name)
    (finding,) = reading.findings
    assert (finding.cell, finding.found) == ("D4", "Unprecedented")
    assert reading.objects["report"]["refused"].sum() == 1


def test_the_dictionary_names_each_body() -> None:
    page = project_root() / "docs/dictionary/intelligence.report.md"
    told = page.read_text(encoding="utf-8")
    for layout, body in LAYOUTS.values():
        assert layout in told
        assert body in told
