"""The words people read: expressions that docs/words.md says to avoid do not come back."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from yaml import safe_load

ROOT = Path(__file__).parents[2]
AVOIDED = re.compile(
    r"\b(stands? (at|here|there|twice|once|where|under|in|beside|more|on)"
    r"|as (it|they) (now )?stands?"
    r"|it stood|noughts?|worth a look|remark(ed|s)? upon|nothing stands|what stands"
    r"|P\(worst|(of|among) the worst six|besides|hitherto|thereby|the meeting sat|meeting sits"
    r"|(at|any) place|looks as if|figures held back|(held|hold) (it |them )?against"
    r"|slips? of the pen|(of|by) its looks|in a shape of its own)",
    re.IGNORECASE,
)
# The list of what to avoid.
EXEMPT = {"docs/words.md"}
CODES = re.compile(r"\b(reoffending_(binary|frequency)|p_worst_6)\b")


def prose(path: Path) -> Iterator[str]:
    """The strings of a module that are sentences of the product, not of its documentation.

    In ``flows`` the docstrings too: they are the help of the commands and of Prefect's forms.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    shown = "flows" in path.relative_to(ROOT).parts
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and (shown or id(node) not in bare):
            yield node.value


def said_in(value: object) -> Iterator[str]:
    """Every text of a settings file."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from said_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from said_in(inner)


def modules() -> list[Path]:
    return [p for room in ("infobank", "flows") for p in sorted((ROOT / room).rglob("*.py"))]


def contracts() -> list[Path]:
    found = [p for kind in ("sources", "tables") for p in (ROOT / "schemas" / kind).glob("*.yaml")]
    return [*sorted(found), ROOT / "schemas/findings.yaml"]


def pages() -> list[Path]:
    found = [
        *sorted((ROOT / "infobank").rglob("*.j2")),
        *sorted((ROOT / "docs").rglob("*.md")),
        *sorted(ROOT.glob("*.md")),
    ]
    return [p for p in found if p.relative_to(ROOT).as_posix() not in EXEMPT]


def test_the_code_says_none_of_the_expressions_to_avoid() -> None:
    said = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in modules()
        for text in prose(path)
        if AVOIDED.search(text)
    ]
    assert not said


@pytest.mark.parametrize("path", contracts(), ids=lambda path: path.stem)
def test_a_contract_says_none_of_the_expressions_to_avoid(path: Path) -> None:
    told = said_in(safe_load(path.read_text(encoding="utf-8")))
    assert not [text for text in told if AVOIDED.search(text)]


def test_a_page_says_none_of_the_expressions_to_avoid() -> None:
    said = [
        f"{path.relative_to(ROOT)}, line {number}: {line}"
        for path in pages()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if AVOIDED.search(line)
    ]
    assert not said


def test_no_sentence_of_the_code_names_a_measure_by_its_code() -> None:
    said = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in modules()
        for text in prose(path)
        if CODES.search(text) and " " in text
    ]
    assert not said


@pytest.mark.parametrize(
    "text",
    [
        "Derby stands at place 14", "noughts", "Worth a look", "P(worst 6)",
        "Nothing to remark upon", "totals are held against their parts", "by its looks",
    ],
)  # fmt: skip
def test_an_expression_to_avoid_is_found(text: str) -> None:
    assert AVOIDED.search(text)
