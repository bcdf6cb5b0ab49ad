"""One way to make a finding, one way to write a place, and sentences with no gap left open."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.domain.codes import DEFAULT, STANDING, load_findings
from infobank.domain.findings import Place, address, cell_range, finding, findings_from, position
from infobank.domain.paths import project_root
from infobank.domain.sentences import sentence

HOME = "infobank/domain/findings.py"
ROOT = project_root()
TREES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for folder in ("infobank", "flows", "tools")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
SENTENCES = [(c.code, says) for c in load_findings().values() for says in c.says]
TAKEN = set(inspect.signature(finding).parameters) | {"refuse"}
"""What is said of a finding beside its facts."""


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a module, with the last part of the name that is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named = node.func.attr if isinstance(node.func, ast.Attribute) else None
            named = node.func.id if isinstance(node.func, ast.Name) else named
            yield named or "", node


def words(tree: ast.AST) -> set[str]:
    """Every text in a module."""
    return {
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def names(tree: ast.AST) -> set[str]:
    """Everything a module calls something by: keywords of its calls and keys of its mappings."""
    keywords = {k.arg for _, call in calls(tree) for k in call.keywords if k.arg}
    keys = [n.keys for n in ast.walk(tree) if isinstance(n, ast.Dict)]
    told = {k.value for group in keys for k in group if isinstance(k, ast.Constant)}
    return keywords | {key for key in told if isinstance(key, str)}


WORDS = {name: words(tree) for name, tree in TREES.items()}
NAMES = {name: names(tree) for name, tree in TREES.items()}


def test_a_finding_is_made_in_one_module_only() -> None:
    makers = {name for name, tree in TREES.items() if any(n == "Finding" for n, _ in calls(tree))}
    assert makers == {HOME}


def test_a_finding_is_worded_anew_in_that_module_only() -> None:
    wording = {
        name
        for name, tree in TREES.items()
        for called, call in calls(tree)
        if not name.startswith("infobank/tables/")  # its records have messages of their own
        if called == "replace" and {k.arg for k in call.keywords} & {"message", "code"}
    }
    assert wording == {HOME}


@pytest.mark.parametrize(("code", "says"), SENTENCES)
def test_every_sentence_has_a_caller_who_fills_its_gaps(code: str, says: str) -> None:
    named = {name for name, held in WORDS.items() if code in held}
    assert named, f"nobody reports {code}"
    if says != DEFAULT:
        saying = {name for name, held in WORDS.items() if says in held}
        assert saying, f"nobody says {says} of {code}"
        named |= saying
    filled = set().union(*(NAMES[name] for name in named)) | STANDING
    assert sentence(load_findings()[code].says[says]).facts <= filled


def test_no_caller_tells_a_fact_that_no_sentence_of_the_code_asks_for() -> None:
    seen, strays = 0, []
    for name, tree in TREES.items():
        for _, call in calls(tree):
            told = [a.value for a in call.args if isinstance(a, ast.Constant)]
            code = next((load_findings()[c] for c in told if c in load_findings()), None)
            if code is None:
                continue
            given_says = next((k.value for k in call.keywords if k.arg == "says"), None)
            one = given_says.value if isinstance(given_says, ast.Constant) else None
            if one is not None and one not in code.says:
                strays.append((name, call.lineno, one))
                continue
            texts = [code.says[one]] if one is not None else list(code.says.values())
            asked = set().union(*(sentence(text).facts for text in texts))
            facts = {k.arg for k in call.keywords if k.arg} - TAKEN - {"column"}
            seen += len(facts)
            strays += [(name, call.lineno, fact) for fact in facts - asked]
    assert seen > 50
    assert strays == []


@pytest.mark.parametrize(("code", "says"), SENTENCES)
def test_every_sentence_reads_with_its_facts_and_without_those_it_can_do_without(
    code: str, says: str
) -> None:
    told = sentence(load_findings()[code].says[says])
    needed = {n for n in told.facts for p in told.parts if f"{{{n}}}" in p.text and not p.condition}
    spoken = {n for n in told.facts for p in told.parts if f"{{{n}}}" in p.text}
    full: dict[str, object] = {n: "x" if n in spoken else True for n in told.facts}
    bare: dict[str, object] = {n: "" if n in spoken else False for n in told.facts}
    bare |= dict.fromkeys(needed, "x")
    kind = load_findings()[code]
    for facts in (full, bare):
        said = kind.sentence(says, facts)
        assert not re.search(r"[{}\[\]]|  |\.\.", said), said
    said = kind.sentence(says, full)
    assert said.endswith((".", "?", "x")), said
    assert said[0].islower() or said.startswith(('"', "YOT")), said


def test_a_fact_too_few_or_too_many_or_a_code_nobody_knows_is_our_own_fault() -> None:
    place = Place("a.csv", "", "B2")
    with pytest.raises(ValueError, match=r"stars_disagree\.says\.default: nothing was said of rat"):
        finding("stars_disagree", place, yot="Leeds", theme="t", score="55")
    with pytest.raises(ValueError, match=r"sheet_not_read\.says\.default: it has no gap for why"):
        finding("sheet_not_read", place, why="nobody knows")
    with pytest.raises(ValueError, match="title_missing: there is no sentence 'lost'"):
        finding("title_missing", place, says="lost")
    with pytest.raises(ValueError, match="no finding 'oddity'"):
        finding("oddity", place)


def test_a_fact_that_is_yes_or_no_is_no_word() -> None:
    with pytest.raises(ValueError, match="found is True, which is no word"):
        sentence("it is {found}").render({"found": True})


def test_a_finding_has_the_sentence_the_place_and_the_severity_of_its_code() -> None:
    told = finding(
        "key_repeated", Place("a.xlsx", "Custody", "A9"), says="same", source="yjb_custody",
        found="Leeds", other="cell A3", rows_refused=1,
    )  # fmt: skip
    assert told.message == (
        "a.xlsx, sheet Custody, cell A9: Leeds is repeated here, with the same words as in cell "
        "A3. The repeat is left out."
    )
    assert told.message.endswith(f"cell A9: {told.sentence}")
    assert (told.severity, told.place) == ("warning", Place("a.xlsx", "Custody", "A9"))
    assert finding("case_key_weak", Place(), wrong="x", how="y").severity == "critical"
    assert findings_from([told.__dict__]) == [told]


def test_what_a_cell_holds_is_never_taken_for_a_gap() -> None:
    told = finding("column_unexpected", Place("a.csv"), found="{code} [x]")
    assert told.message.startswith('a.csv: the column "{code} [x]" is not in the contract')


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (Place("a.xlsx", "London", "Q160"), "a.xlsx, sheet London, cell Q160"),
        (Place("a.xlsx", "London", "Q57:Q62"), "a.xlsx, sheet London, cells Q57:Q62"),
        (Place("a.xlsx", "London", "Form!B7"), "a.xlsx, sheet Form, cell B7"),
        (Place("a.xlsx", "London"), "a.xlsx, sheet London"),
        (Place("a.xlsx"), "a.xlsx"),
        (Place("a.CSV", "", "B7"), "a.CSV, line 7, column B"),
        (Place("a.parquet", "", "B7:B9"), "a.parquet, lines 7 to 9, column B"),
        (Place("a.parquet", "", "B7:D9"), "a.parquet, line 7, column B to line 9, column D"),
        (Place(), ""),
    ],
)  # fmt: skip
def test_a_place_is_written_in_one_way(place: Place, says: str) -> None:
    assert place.words == says


def test_several_cells_are_named_and_many_are_counted() -> None:
    cells = [f"A{n}" for n in range(1, 10)]
    assert Place("a.xlsx").several(["A1"]) == "cell A1"
    assert Place("a.xlsx").several(["A1", "C1"]) == "cells A1 and C1"
    assert Place("a.xlsx").several(cells) == "cells A1, A2, A3 and 6 more"
    assert Place("a.csv").several(["A1", "C2"]) == "line 1, column A and line 2, column C"
    assert Place("a.csv").several(["K3", "K4", "K9"]) == "lines 3, 4 and 9, column K"
    assert Place("a.xlsx").several(["Form!B2", "Form!B3"]) == "cells B2 and B3"
    assert Place("a.csv").several([]) == ""


@given(st.integers(0, 1_048_575), st.integers(0, 16_383))
def test_an_address_leads_back_to_its_cell(row: int, col: int) -> None:
    cell = address(row, col)
    assert position(cell) == (row, col)
    assert position(cell_range(cell, address(row + 1, col))) == (row, col)
    assert position("") is None


def test_the_names_of_cells_are_made_in_one_module_only() -> None:
    asking = {
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "xlsxwriter.utility"
    }
    assert asking == {HOME}
