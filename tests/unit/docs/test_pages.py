"""The pages for people: every link leads somewhere, and every decision is in the index."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DECISIONS = ROOT / "docs" / "decisions"
PAGES = sorted(
    {*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md")}
    | {*ROOT.glob("schemas/**/*.md"), ROOT / "warehouse" / "README.md"}
)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_STOP = re.compile(r"`((?:infobank|flows|tools)/[\w/]+\.py):([\w.]+)`")
_INDEXED = re.compile(r"^\| \[(\d{4})\]\(([^)]+)\) \| (.+?) \| .+ \|$", re.MULTILINE)


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    kept = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {heading.strip().replace(" ", "-") for heading in kept}


def _broken_links(page: Path) -> list[str]:
    broken = []
    for link in _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            broken.append(link)
    return broken


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert _broken_links(page) == []


def test_a_link_to_nowhere_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A heading\n[a](gone.md) [b](#a-heading) [c](#gone) [d](page.md#a-heading)\n")
    assert _broken_links(page) == ["gone.md", "#gone"]


def test_every_decision_is_in_the_index_with_its_title() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    records = []
    for record in sorted(DECISIONS.glob("[0-9]*.md")):
        title = record.read_text(encoding="utf-8").splitlines()[0]
        records.append((record.name[:4], record.name, re.sub(r"^# (\d+\.? )?", "", title)))
    assert _INDEXED.findall(index) == records


def test_no_two_decisions_have_one_number() -> None:
    numbers = [record.name[:4] for record in DECISIONS.glob("[0-9]*.md")]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md"])
def test_every_function_that_a_page_names_is_there(name: str) -> None:
    named = _STOP.findall((ROOT / name).read_text(encoding="utf-8"))
    assert named
    missing = [
        f"{file}:{function}"
        for file, function in named
        if not (ROOT / file).is_file() or not _defines(ROOT / file, function)
    ]
    assert missing == []


def _defines(file: Path, function: str) -> bool:
    last = function.rpartition(".")[2]
    said = rf"^\s*(?:def|class) {last}\b|^{last}\b.*="
    return re.search(said, file.read_text(encoding="utf-8"), re.MULTILINE) is not None


def test_the_lines_of_the_first_hour_do_what_they_say(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    found = re.search(r"^```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    assert found is not None
    monkeypatch.chdir(ROOT)
    exec(compile(found[1], "CONTRIBUTING.md", "exec"), {})  # noqa: S102 - our own page
    printed = capsys.readouterr().out
    assert "yjb_custody_quarterly_2013" in printed and "C51" in printed and "45" in printed
