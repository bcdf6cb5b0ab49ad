"""The words people read: expressions that docs/words.md says to avoid do not come back."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
AVOIDED = re.compile(
    r"\b(stands? (at|here|there|twice|where|under|in|beside|more)|as (it|they) (now )?stands?"
    r"|it stood|noughts?|worth a look|remark(ed|s)? upon|nothing stands|what stands"
    r"|P\(worst|(of|among) the worst six|besides|hitherto|thereby|the meeting sat"
    r"|(at|any) place|looks as if|figures held back)",
    re.IGNORECASE,
)
# Measures of the method's own quality, read by those who judge it.
NOT_FOR_READERS = "infobank/evaluation/"


def prose(path: Path) -> Iterator[str]:
    """The strings of a module that are sentences of the product, not of its documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bare = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            yield node.value


def modules() -> list[Path]:
    found = [p for room in ("infobank", "flows") for p in sorted((ROOT / room).rglob("*.py"))]
    return [p for p in found if NOT_FOR_READERS not in p.as_posix()]


def test_the_code_says_none_of_the_expressions_to_avoid() -> None:
    said = [
        f"{path.relative_to(ROOT)}: {text}"
        for path in modules()
        for text in prose(path)
        if AVOIDED.search(text)
    ]
    assert not said


@pytest.mark.parametrize(
    "path",
    [*sorted((ROOT / "infobank").rglob("*.j2")), ROOT / "schemas/findings.yaml"],
    ids=lambda path: path.name,
)
def test_a_page_says_none_of_the_expressions_to_avoid(path: Path) -> None:
    assert not AVOIDED.search(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "text",
    ["Derby stands at place 14", "noughts", "Worth a look", "P(worst 6)", "Nothing to remark upon"],
)
def test_an_expression_to_avoid_is_found(text: str) -> None:
    assert AVOIDED.search(text)
