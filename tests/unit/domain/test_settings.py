"""Settings are read one way: strictly, from the project's folder, and anew once they change."""

from __future__ import annotations

import ast
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infobank.checking.statements import load_statements
from infobank.checking.thresholds import CheckSettings, load_settings
from infobank.domain import settings
from infobank.domain.codes import load_findings
from infobank.domain.evidence_rules import load_evidence_rules
from infobank.domain.paths import code_root
from infobank.domain.ratings import load_schemes
from infobank.domain.settings import Settings, SettingsError, checked, load
from infobank.programme import load_rules
from infobank.programme.year_rules import RulesError
from infobank.ranking import MethodError, load_method
from infobank.reading.case_key import load_key_strength
from infobank.reading.layout import load_markers

SCHEMAS = code_root() / "schemas"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Another project's folder, with the settings of this one."""
    (tmp_path / "schemas").mkdir()
    for file in SCHEMAS.glob("*.yaml"):
        shutil.copy(file, tmp_path / "schemas")
    shutil.copytree(SCHEMAS / "programmes", tmp_path / "schemas" / "programmes")
    monkeypatch.setenv("INFOBANK_HOME", str(tmp_path))
    return tmp_path / "schemas"


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_ranking_and_the_programme_follow_the_projects_folder(home: Path) -> None:
    here = load_method().measures[0].weight, load_rules().hours.budget
    change(home / "ranking.yaml", "weight: 1.0", "weight: 2.5")
    change(home / "programme.yaml", "budget: 5400", "budget: 4321")
    assert here == (1.0, 5400.0)
    assert (load_method().measures[0].weight, load_rules().hours.budget) == (2.5, 4321.0)


@pytest.mark.parametrize(
    ("file", "old", "new", "read", "says"),
    [
        (
            "checks.yaml",
            "critical_below: 0.90",
            "critical_below: x",
            load_settings,
            "coverage.critical_below: should be a number between 0 and 1, but is 'x'.",
        ),
        (
            "checks.yaml",
            "grace_days: 14",
            "grace_days: yes",
            load_settings,
            "late.grace_days: should be a whole number from 0, but is True.",
        ),
        (
            "evidence.yaml",
            "2010-12-31",
            "2010-12",
            load_evidence_rules,
            "inspections.fieldwork_when_not_published: should be a day, written 2014-03-31, "
            "but is '2010-12'.",
        ),
        (
            "ratings.yaml",
            "stars: 3, ",
            "",
            load_schemes,
            "schemes[1].ratings[2].stars: is missing. Add it.",
        ),
        (
            "statements.yaml",
            "count: 30",
            "counts: 30",
            load_statements,
            "statements[1].counts: is a key that nothing reads. Check its spelling.",
        ),
        (
            "case_key.yaml",
            "least_bits: 112",
            "least_bits:",
            load_key_strength,
            "least_bits: should be a number from 0, but is empty.",
        ),
        (
            "findings.yaml",
            "severity: source",
            "severity: grave",
            load_findings,
            "findings.file_unreadable.severity: should be critical, warning or source, but is "
            "'grave'.",
        ),
        (
            "markers.yaml",
            "blank: missing",
            "blank: [missing]",
            load_markers,
            "common.blank: should be missing, not_applicable or not_yet_available, but is "
            "['missing'].",
        ),
    ],
)
def test_a_mistake_is_a_sentence_with_file_and_key(
    home: Path, file: str, old: str, new: str, read: object, says: str
) -> None:
    change(home / file, old, new)
    with pytest.raises(SettingsError) as told:
        read()  # type: ignore[operator]
    assert str(told.value) == f"schemas/{file}, {says}"


def test_the_rules_and_the_method_raise_their_own_kind(home: Path) -> None:
    change(home / "programme.yaml", "in: hours", "in: pounds")
    change(home / "ranking.yaml", "draws: 4000", "draws: many")
    with pytest.raises(RulesError, match=r"^schemas/programme\.yaml, prices\.hours\.in: should be"):
        load_rules()
    with pytest.raises(MethodError, match=r"^schemas/ranking\.yaml, draws: should be a whole"):
        load_method()


def test_a_method_in_which_nothing_counts_is_refused(home: Path) -> None:
    text = (home / "ranking.yaml").read_text(encoding="utf-8")
    (home / "ranking.yaml").write_text(text.replace("weight: 1.0", "weight: 0"), encoding="utf-8")
    with pytest.raises(MethodError, match="measures: no measure has a weight above 0"):
        load_method()


def test_a_file_that_is_not_there_is_named(home: Path) -> None:
    (home / "checks.yaml").unlink()
    with pytest.raises(SettingsError, match=r"There is no file schemas/checks\.yaml"):
        load_settings()


@pytest.mark.parametrize("text", ["version: '1'\nversion: '2'\n", "a: [1,\n b: }\n"])
def test_what_can_be_read_two_ways_or_none_is_refused(home: Path, text: str) -> None:
    (home / "checks.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"checks\.yaml: not readable as YAML at line 2"):
        load_settings()


def test_threads_that_ask_at_once_parse_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, times = settings.read_yaml, []
    monkeypatch.setattr(settings, "read_yaml", lambda *a: (times.append(1), read(*a))[1])
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: load_findings(home), range(32)))
    assert len(times) == 1
    assert all(each == told[0] for each in told)


def test_a_file_is_parsed_once_and_anew_after_a_change(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, read, times = home / "checks.yaml", settings.read_yaml, []
    monkeypatch.setattr(settings, "read_yaml", lambda *a: (times.append(1), read(*a))[1])
    assert load(CheckSettings, "checks.yaml") is load(CheckSettings, file)
    assert len(times) == 1
    before = file.stat().st_mtime_ns
    change(file, "grace_days: 14", "grace_days: 15")
    os.utime(file, ns=(before + 1, before + 1))
    assert load_settings().late.grace_days == 15


class _Words(Settings):
    words: tuple[str, ...]


def test_what_was_read_cannot_be_changed() -> None:
    words = checked(_Words, {"words": ["a"]}, "words.yaml")
    with pytest.raises(ValueError, match="frozen"):
        words.words = ()  # type: ignore[misc]
    assert words.words == ("a",)


READ_WITHOUT_A_MODEL = {
    "infobank/domain/settings.py",  # the loader
    "infobank/contracts/standard.py",  # contracts have the models of their standard
}


def test_yaml_is_read_in_one_place() -> None:
    """``yaml`` is imported by the loader alone, and ``read_yaml`` called by it and contracts."""
    imports, calls = set(), set()
    for root in ("infobank", "flows", "tools"):
        for path in (code_root() / root).rglob("*.py"):
            name = path.relative_to(code_root()).as_posix()
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if _imports_yaml(node):
                    imports.add(name)
                if isinstance(node, ast.Name | ast.alias) and _name(node) == "read_yaml":
                    calls.add(name)
    assert imports == {"infobank/domain/settings.py"}
    assert calls == READ_WITHOUT_A_MODEL


def _imports_yaml(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return any(a.name.split(".")[0] == "yaml" for a in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "yaml"


def _name(node: ast.Name | ast.alias) -> str:
    return node.id if isinstance(node, ast.Name) else node.name
