from __future__ import annotations

import datetime as dt

import pandas as pd

from infobank.programme import load_rules
from infobank.programme.casework.follow_up import (
    RECOMMENDATION_COLUMNS,
    follow_up_table,
    overdue_flags,
)

DAY = dt.date


def _recommendations() -> pd.DataFrame:
    rows = [
        ("R1", "I1", "croydon", "Plan", DAY(2013, 7, 1), None, None, None, None),
        ("R2", "I1", "croydon", "Plan", DAY(2013, 7, 1), DAY(2013, 8, 1), None, None, None),
        ("R3", "I2", "wrexham", "Do", *[DAY(2014, 1, 10)] * 2, DAY(2014, 3, 1), None, None),
        ("R4", "I3", "bury", "Do", DAY(2013, 5, 1), None, None, None, DAY(2013, 9, 1)),
        ("R5", "I4", "leeds", "Later", DAY(2014, 9, 1), None, None, None, None),
    ]
    return pd.DataFrame(rows, columns=list(RECOMMENDATION_COLUMNS))


def test_the_next_step_and_its_date() -> None:
    table = follow_up_table(_recommendations(), DAY(2014, 4, 15), load_rules())
    rows = table.set_index("recommendation_id")
    assert list(rows.index.sort_values()) == ["R1", "R2", "R3", "R4"]
    assert rows.loc["R1", "next_step"] == "improvement plan"
    assert rows.loc["R1", "follow_up_date"] == pd.Timestamp("2013-08-12")
    assert rows.loc["R2", "next_step"] == "agreement"
    assert rows.loc["R3", "next_step"] == "progress report"
    assert not rows.loc["R3", "overdue"]
    assert rows.loc["R4", "next_step"] == "none"
    assert pd.isna(rows.loc["R4", "follow_up_date"])


def test_what_is_done_later_is_not_yet_known() -> None:
    table = follow_up_table(_recommendations(), DAY(2013, 7, 15), load_rules())
    assert set(table["next_step"]) == {"improvement plan"}


def test_overdue_raises_one_flag_per_yot() -> None:
    rules, as_of = load_rules(), DAY(2014, 4, 15)
    flags = overdue_flags(follow_up_table(_recommendations(), as_of, rules), as_of, rules)
    assert list(flags["yot_id"]) == ["croydon"]
    assert flags["severity"].iloc[0] == 2
    assert "2 recommendations with overdue follow-up" in flags["summary"].iloc[0]


def test_nothing_overdue_gives_an_empty_table_with_its_columns() -> None:
    rules, as_of = load_rules(), DAY(2013, 5, 20)
    flags = overdue_flags(follow_up_table(_recommendations(), as_of, rules), as_of, rules)
    assert flags.empty
    assert "severity" in flags.columns
