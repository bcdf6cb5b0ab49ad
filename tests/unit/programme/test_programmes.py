"""Programmes as files: another name, another pattern of weeks, and no name in the code."""

from __future__ import annotations

import ast
import datetime as dt
import shutil
from itertools import chain
from pathlib import Path

import pandas as pd
import pytest
import yaml

from infobank.contracts import load_sources, load_tables
from infobank.domain.programmes import PROGRAMME_RULES, load_programmes
from infobank.domain.settings import SettingsError
from infobank.programme import Proposal, check_programme, load_rules, propose
from infobank.programme.rules.named import RULES
from infobank.programme.rules.weeks import OF_A_WEEK, quarters
from infobank.programme.rules.year import OF_A_YEAR
from infobank.programme.rules.yots import OF_A_YOT, blackout
from infobank.programme.year_rules import RulesError
from tests.unit.programme import small_world

ROOT = Path(__file__).parents[3]
AS_OF = dt.date(2014, 4, 15)
SMALL = {
    "fji__count": 4, "fji__from_worst": 2, "sqs__count": 12, "sqs__least": 12, "sqs__most": 14,
    "sqs__least_per_band": 1, "random__count": 5, "hours__budget": 3500.0,
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The schemas of another project's folder, with the settings of this one."""
    schemas = tmp_path / "schemas"
    shutil.copytree(ROOT / "schemas/programmes", schemas / "programmes")
    for file in (ROOT / "schemas").glob("*.yaml"):
        shutil.copy(file, schemas)
    monkeypatch.setenv("INFOBANK_HOME", str(tmp_path))
    return schemas


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def proposed(**changes: object) -> Proposal:
    table = small_world.ranking(70)
    return propose(
        table, None, small_world.history(table, visits=20), small_world.constraints(table, 10),
        quarter="2014-Q1", as_of=AS_OF, rules=load_rules().change(**(SMALL | changes)),
    )  # fmt: skip


def broken(proposal: Proposal) -> set[str]:
    b = proposal.basis
    checked = check_programme(
        proposal.programme, b.rules, b.constraints, b.history, b.ranking, quarter="2014-Q1",
        as_of=AS_OF, draw=proposal.draw,
    )  # fmt: skip
    return {v.rule for v in checked}


def test_a_programme_of_another_name_gives_the_same_visits(home: Path) -> None:
    before = proposed().programme
    for file in (home / "programme.yaml", home / "programmes/fji.yaml"):
        rewrite(file, "FJI", "XYZ")
    table = small_world.ranking(70)
    past = small_world.history(table, visits=20).replace("FJI", "XYZ")
    changes = {key.replace("fji", "xyz"): value for key, value in SMALL.items()}
    after = propose(
        table, None, past, small_world.constraints(table, 10),
        quarter="2014-Q1", as_of=AS_OF, rules=load_rules().change(**changes),
    ).programme  # fmt: skip
    named = before["programme"].replace("FJI", "XYZ")
    told = [reason.replace("FJI", "XYZ") for reason in before["reason"]]
    pd.testing.assert_frame_equal(after, before.assign(programme=named, reason=told))


@pytest.mark.parametrize(
    ("weeks", "team_weeks", "later"), [([1], 1, None), ([1, 2], 2, 1), ([1, 4], 4, 3)]
)
def test_a_visit_of_another_pattern_is_a_file(
    home: Path, weeks: list[int], team_weeks: int, later: int | None
) -> None:
    rewrite(home / "programmes/fji.yaml", "fieldwork_weeks: [1, 3]", f"fieldwork_weeks: {weeks}")
    rewrite(home / "programmes/fji.yaml", "team_weeks: 3", f"team_weeks: {team_weeks}")
    proposal = proposed()
    joint = proposal.programme[proposal.programme["programme"] == "FJI"]
    apart = (joint["second_week"] - joint["week_commencing"]).dt.days
    assert len(joint) == 4
    assert apart.isna().all() if later is None else (apart == 7 * later).all()
    assert broken(proposal) == set()


def test_screenings_of_two_weeks_in_a_row_each_have_a_team(home: Path) -> None:
    rewrite(home / "programmes/sqs.yaml", "fieldwork_weeks: [1]", "fieldwork_weeks: [1, 2]")
    rewrite(home / "programmes/sqs.yaml", "team_weeks: 1", "team_weeks: 2")
    assert broken(proposed()) == set()


def test_a_third_programme_is_a_file(home: Path) -> None:
    third = yaml.safe_load((home / "programmes/sqs.yaml").read_text(encoding="utf-8"))
    third |= {"id": "REV", "order": 6, "title": "Review"}
    third["plan"] |= {"count": 4, "least": 4, "most": 4, "quarter_least": 0, "least_per_band": 0}
    (home / "programmes/rev.yaml").write_text(yaml.safe_dump(third), encoding="utf-8")
    rewrite(home / "programme.yaml", "programmes: [SQS]}", "programmes: [SQS, REV]}")
    proposal = proposed(hours__budget=4000.0)
    assert (proposal.programme["programme"] == "REV").sum() == 4
    assert broken(proposal) == set()


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("programmes/fji.yaml", "[1, 3]", "[1, 3, 5]", "should be [1] or the first and a later"),
        ("programmes/fji.yaml", "team_weeks: 3", "team_weeks: 2", "reach to the last week"),
        ("programmes/fji.yaml", "id: FJI", "id: SQS", "Two files"),
        ("programmes/sqs.yaml", "large: 115", "vast: 115", "should be for the sizes"),
        ("programmes/sqs.yaml", "id: SQS", "id: QUICK", "SQS is named for the random arm"),
        (
            "programmes/fji.yaml",
            "from: 2012-04-01",
            "from: 2012-04-31",
            "holds what cannot be read",
        ),
        ("programmes/fji.yaml", "quarter_most: 2", "quarter_most: 0", "should fit four quarters"),
        ("programmes/fji.yaml", "count: 6", "count: 60", "between least and most"),
        ("programmes/fji.yaml", "notice_days: 24", "notice_days: 4000", "from 0 to 366"),
        ("programmes/fji.yaml", "to: null", "to: 2010-01-01", "not be before"),
        ("programmes/fji.yaml", "{Wales: 1}", "{Wlaes: 1}", "names Wlaes"),
        ("programmes/fji.yaml", "from_worst: 4", "from_worst: 40", "no more than count"),
        ("programmes/fji.yaml", "order: 1", "order: 2", "same order"),
        ("programmes/fji.yaml", "at_once:    {", "at_twice:   {", "should price"),
        ("programmes/fji.yaml", "from: 2012-04-01", "from: 2015-04-01", ""),
    ],
)
def test_a_slip_in_a_programme_is_one_sentence(
    home: Path, file: str, old: str, new: str, said: str
) -> None:
    rewrite(home / file, old, new)
    if not said:  # a day to come is no slip: the programme is not in force yet
        assert set(proposed(fji__from_worst=2).programme["programme"]) == {"SQS"}
        return
    with pytest.raises(SettingsError, match=said.replace("[", r"\[")):
        load_rules()


def test_a_programme_that_is_over_cannot_be_drawn(home: Path) -> None:
    rewrite(home / "programmes/sqs.yaml", "to: null", "to: 2013-03-31")
    with pytest.raises(RulesError, match="SQS is named for the random arm, but it is not in force"):
        proposed()


def test_a_visit_of_a_programme_without_a_plan_is_one_sentence() -> None:
    with pytest.raises(RulesError, match="has a plan for the programme CCI; there are FJI, SQS"):
        load_rules().visit("CCI")


def test_no_module_knows_a_programme_by_name() -> None:
    names = set(load_programmes())
    said = [
        f"{path.relative_to(ROOT)}: {node.value!r}"
        for path in chain(*((ROOT / room).rglob("*.py") for room in ("infobank", "flows")))
        for node in strings_of(path)
        if names & set(str(node.value).replace("_", " ").replace("s", " ").upper().split())
    ]
    assert said == []


def strings_of(path: Path) -> list[ast.Constant]:
    """The strings of a module that are not its documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    return [
        n
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in told
    ]


def test_each_rule_has_one_function_a_sentence_and_a_price() -> None:
    functions = [*OF_A_YEAR, *OF_A_YOT, *OF_A_WEEK, quarters, blackout]
    assert sorted(f.__name__ for f in functions) == sorted(RULES)
    rules = load_rules()
    assert set(rules.prices) | set(PROGRAMME_RULES) == set(RULES)
    assert all(f.__doc__ for f in functions)


def test_each_planned_programme_can_be_published() -> None:
    planned = {p.id for p in load_programmes().values() if p.plan is not None}
    lacking = [
        f"{table.name}: {', '.join(sorted(planned - set(column.enum)))}"
        for table in load_tables().values()
        for column in table.columns
        if column.name == "programme" and 0 < len(planned & set(column.enum)) < len(planned)
    ]
    assert lacking == []


@pytest.mark.parametrize("package", ["infobank", "flows", "tools"])
def test_the_package_of_all_rooms_imports_none_of_them(package: str) -> None:
    tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
    assert not [n for n in ast.walk(tree) if isinstance(n, ast.Import | ast.ImportFrom)]


def test_deliveries_name_no_programme_and_no_theme_without_a_file() -> None:
    programmes = load_programmes()
    checked = 0
    for source in load_sources().values():
        columns = {c.name: c for record in source.objects.values() for c in record.columns}
        kinds = columns["programme"].enum if "programme" in columns else ()
        assert set(kinds) <= set(programmes), source.id
        if kinds and "theme" in columns:
            themes = {theme for kind in kinds for theme in programmes[kind].themes}
            assert set(columns["theme"].enum) <= themes, source.id
            checked += 1
    assert checked >= 2
