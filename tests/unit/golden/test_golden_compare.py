"""What the golden comparison finds, and how it says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.golden.classes import Classes, UnclassedError, of_table
from tests.golden.compare import compare, compare_table
from tests.golden.published import digests_of
from tests.golden.tables import BrokenError, Golden, Table

KEY = ("quarter", "yot_id")
COLUMNS = (*KEY, "rank", "score", "flags")
ROWS: tuple[dict[str, Any], ...] = (
    {"quarter": "2014-Q1", "yot_id": "leeds", "rank": 1, "score": 1.23456789, "flags": ""},
    {"quarter": "2014-Q1", "yot_id": "bury", "rank": 2, "score": None, "flags": "Custody: missing"},
    {"quarter": "2014-Q1", "yot_id": "dorset", "rank": 3, "score": -0.5, "flags": None},
)
RANKING = Table("out/risk_ranking", KEY, COLUMNS, ROWS)
CLASSES = Classes.read({"figures": ["quarter", "yot_id", "rank", "score"], "lists": ["flags"]})


def altered(yot_id: str, **values: object) -> Table:
    rows = tuple({**row, **values} if row["yot_id"] == yot_id else row for row in ROWS)
    return replace(RANKING, rows=rows)


def said(now: Table, before: Table = RANKING) -> list[str]:
    return [str(each) for each in compare_table(Golden.parse(before.as_csv()), now)]


def test_the_same_rows_in_another_order_are_the_same() -> None:
    assert said(replace(RANKING, rows=ROWS[::-1])) == []


def test_an_altered_cell_is_named_with_before_and_after() -> None:
    assert said(altered("leeds", score=1.23456798)) == [
        "out/risk_ranking, quarter=2014-Q1, yot_id=leeds: score was 1.23456789, is now 1.23456798."
    ]


def test_the_first_row_is_named_and_the_others_are_counted() -> None:
    rows = tuple({**row, "rank": row["rank"] + 1} for row in ROWS)
    assert said(replace(RANKING, rows=rows)) == [
        "out/risk_ranking, quarter=2014-Q1, yot_id=bury: rank was 2, is now 3.\n"
        "  2 more rows with another value of rank."
    ]


def test_noise_in_the_fourteenth_digit_is_no_difference() -> None:
    assert said(altered("leeds", score=1.2345678900001)) == []


@pytest.mark.parametrize(
    ("yot_id", "score", "words"),
    [
        ("bury", 0.0, "score was null, is now 0."),
        ("leeds", None, "score was 1.23456789, is now null."),
        ("leeds", float("nan"), "score was 1.23456789, is now null."),
        ("dorset", 0.5, "score was -0.5, is now 0.5."),
    ],
)
def test_a_missing_figure_is_not_nought(yot_id: str, score: float | None, words: str) -> None:
    assert [each.partition(": ")[2] for each in said(altered(yot_id, score=score))] == [words]


def test_rows_that_go_and_come_are_named() -> None:
    fewer = replace(RANKING, rows=ROWS[1:])
    row = "out/risk_ranking, quarter=2014-Q1, yot_id=leeds: the row is"
    assert said(fewer) == [f"{row} gone."]
    assert said(RANKING, fewer) == [f"{row} new."]


def test_columns_that_go_and_come_are_named() -> None:
    fewer = RANKING.only(["quarter", "yot_id", "rank", "flags"])
    assert said(fewer) == ["out/risk_ranking: the column score is gone."]
    assert said(RANKING, fewer) == ["out/risk_ranking: the column score is new."]


def test_tables_that_go_and_come_are_named() -> None:
    golden = {RANKING.file: Golden.parse(RANKING.as_csv())}
    assert [str(d) for d in compare(golden, {})] == [
        "out/risk_ranking is gone: there is no such table now."
    ]
    assert [str(d) for d in compare({}, {RANKING.file: RANKING})] == [
        "out/risk_ranking is new, with 3 rows."
    ]


def test_a_row_twice_in_a_golden_file_is_refused() -> None:
    text = RANKING.as_csv()
    again = Golden.parse(text + text.splitlines()[-1] + "\n")
    with pytest.raises(BrokenError, match="two rows for 2014-Q1, leeds"):
        compare_table(again, RANKING)


def test_a_column_of_no_class_is_refused_with_what_to_do() -> None:
    with pytest.raises(UnclassedError, match=r"has the column mood.*Put it there under one of"):
        CLASSES.check("out/risk_ranking", [*COLUMNS, "mood"])


def test_every_column_promised_of_out_is_classed() -> None:
    from infobank.contracts import load_tables

    for name, contract in load_tables().items():
        if name.startswith("out."):
            of_table(name).check(name, [column.name for column in contract.columns])


def both(now: Table, before: Table) -> tuple[list[str], list[str]]:
    figures, wording = CLASSES.apart(now)
    figures_before, wording_before = CLASSES.apart(before)
    assert wording is not None
    assert wording_before is not None
    return said(figures, figures_before), said(wording, wording_before)


def test_other_words_are_no_other_figures() -> None:
    figures, wording = both(altered("bury", flags="Custody: not known"), RANKING)
    assert figures == []
    assert len(wording) == 1
    assert 'flags was "Custody: missing", is now "Custody: not known"' in wording[0]


def test_another_figure_within_other_words_is_another_figure() -> None:
    before = altered("bury", flags="Custody: last known to 31 March 2013")
    now = altered("bury", flags="Use of custody is known to 30 June 2013 alone")
    figures, _ = both(now, before)
    assert figures == [
        "out/risk_ranking, quarter=2014-Q1, yot_id=bury: figures in flags was "
        '"1 notes: 31 March 2013", is now "1 notes: 30 June 2013".'
    ]


def test_another_figure_in_the_same_words_is_no_other_wording() -> None:
    before = altered("bury", flags="Custody: last known to 31 March 2013")
    now = altered("bury", flags="Custody: last known to 30 June 2013")
    figures, wording = both(now, before)
    assert len(figures) == 1
    assert wording == []


def test_one_more_note_is_another_figure() -> None:
    figures, _ = both(altered("bury", flags="Custody: missing; Survey: missing"), RANKING)
    assert len(figures) == 1


def test_ids_are_in_neither() -> None:
    figures, wording = Classes.read({"ids": ["score"]}).apart(RANKING)
    assert "score" not in figures.columns
    assert wording is None


@pytest.mark.parametrize(
    ("change", "columns"),
    [
        (lambda rows: rows[::-1], set()),
        (lambda rows: [{**rows[0], "found": "4"}, rows[1]], {"found"}),
        (lambda rows: [{**rows[0], "found": None}, rows[1]], {"found"}),
        (lambda rows: [{**rows[0], "message": "Row 7 is 3."}, rows[1]], {"figures in message"}),
        (lambda rows: [{**rows[0], "message": "Line 6 has 3."}, rows[1]], set()),
    ],
)
def test_the_digest_of_a_column_tells_of_that_column_alone(
    change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]], columns: set[str]
) -> None:
    rows = [
        {"cell": "A6", "found": "3", "message": "Row 6 is 3."},
        {"cell": "B6", "found": "", "message": "Row 6 is empty."},
    ]
    told = []
    for each in (rows, change(rows)):
        figures, _ = digests_of("core.quarantine", ("cell",), tuple(rows[0]), each)
        told.append({row["column"]: row["digest"] for row in figures})
    assert {column for column in told[0] if told[0][column] != told[1][column]} == columns


def test_a_golden_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / RANKING.file
    path.write_text(RANKING.as_csv() + "2014-Q1,merged\n", encoding="utf-8")
    with pytest.raises(BrokenError, match=r"out\.risk_ranking\.csv is not a golden file"):
        Golden.read(path)


def test_a_golden_file_is_read_as_it_was_written() -> None:
    held = altered("bury", flags='Two lines,\nand "quotes"')
    assert said(held, held) == []
