"""Intelligence as observations: the newest word of each report, one day's reports together."""

from __future__ import annotations

from datetime import date

import pandas as pd

from infobank.contracts import load_tables
from infobank.contracts.arrow import arrow_schema
from infobank.domain.register import load_register
from infobank.ranking.inputs import observations

_OTHERS = ("core.yjb_indicators", "core.population", "out.inspection_score", "out.survey_score")


def _reports(*rows: tuple[str, str, int, str, str]) -> pd.DataFrame:
    columns = ["report_id", "yot_id", "severity", "event_date", "known_from"]
    frame = pd.DataFrame(rows, columns=columns).assign(kind="concern")
    for column in ("event_date", "known_from"):
        frame[column] = pd.to_datetime(frame[column])
    return frame


def _known(reports: pd.DataFrame, as_of: date) -> dict[tuple[str, str], tuple[float, float]]:
    tables = load_tables()
    empty = [arrow_schema(tables[name]).empty_table().to_pandas() for name in _OTHERS]
    empty = [frame.assign(known_from=pd.to_datetime([])) for frame in empty]
    found = observations(*empty, reports, load_register(), as_of)
    return {
        (row.yot_id, f"{row.period_end:%Y-%m-%d}"): (row.numerator, row.denominator)
        for row in found.itertuples()
    }


def test_two_reports_of_one_day_both_count() -> None:
    reports = _reports(
        ("A", "leeds", 2, "2014-01-06", "2014-01-10"),
        ("B", "leeds", 3, "2014-01-06", "2014-04-11"),
        ("C", "bury", 1, "2014-01-06", "2014-01-10"),
    )
    assert _known(reports, date(2014, 4, 11)) == {
        ("leeds", "2014-01-06"): (5.0, 3.0),
        ("bury", "2014-01-06"): (1.0, 3.0),
    }
    assert _known(reports, date(2014, 2, 1))["leeds", "2014-01-06"] == (2.0, 3.0)


def test_a_report_put_right_counts_once_with_its_newest_date() -> None:
    reports = _reports(
        ("A", "leeds", 2, "2014-01-06", "2014-01-10"),
        ("A", "leeds", 1, "2014-01-09", "2014-04-11"),
    )
    assert _known(reports, date(2014, 4, 11)) == {("leeds", "2014-01-09"): (1.0, 3.0)}
    assert _known(reports, date(2014, 4, 10)) == {("leeds", "2014-01-06"): (2.0, 3.0)}
