"""Overdue follow-up: known by a day, told to the ranking, and never by what came later."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from infobank.domain.evidence_rules import load_evidence_rules
from infobank.domain.quarters import Quarter
from infobank.domain.register import load_register
from infobank.programme.casework.follow_up import OVERDUE, RECOMMENDATION_COLUMNS
from infobank.programme.casework.recommendations import (
    RECOMMENDATIONS,
    follow_up_from,
    overdue_evidence,
)
from infobank.ranking.rank_quarter import with_overdue_flags

AS_OF = date(2014, 4, 11)


@dataclass(frozen=True)
class _Ranking:
    """What the flags are written into: of a ranking, its places."""

    ranking: pd.DataFrame


STEPS = ("plan_received", "plan_agreed", "last_report", "completed")


def _list(received: str, *lines: tuple[str, str, str, str | None]) -> pd.DataFrame:
    """One delivery: recommendation, YOT, day published, day the plan came."""
    frame = pd.DataFrame(
        [
            dict(
                zip(
                    RECOMMENDATION_COLUMNS,
                    (number, "I", yot, "Do.", day, plan, None, None, None),
                    strict=True,
                )
            )
            for number, yot, day, plan in lines
        ]
    )
    for column in ("published", *STEPS):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    return frame.assign(known_from=pd.Timestamp(received), synthetic=True)


def _tables(*deliveries: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return {RECOMMENDATIONS: pd.concat(deliveries, ignore_index=True)}


FIRST = _list("2014-01-10", ("R1", "bury", "2013-12-02", None), ("R2", "leeds", "2014-01-06", None))
SECOND = _list("2014-04-11", ("R1", "bury", "2013-12-02", "2014-02-10"))


def test_each_recommendation_stands_as_its_newest_delivery_says() -> None:
    table = follow_up_from(_tables(FIRST, SECOND), AS_OF).set_index("recommendation_id")
    assert table["next_step"].to_dict() == {"R1": "agreement", "R2": "improvement plan"}
    assert table["follow_up_date"].dt.date.to_dict() == {
        "R1": date(2014, 3, 10),
        "R2": date(2014, 2, 17),
    }
    assert table["days_overdue"].to_dict() == {"R1": 32, "R2": 53}
    assert table["yot_name"].to_dict() == {"R1": "Bury", "R2": "Leeds"}


def test_a_later_delivery_changes_nothing_of_an_earlier_day() -> None:
    day = date(2014, 2, 28)
    pd.testing.assert_frame_equal(
        follow_up_from(_tables(FIRST, SECOND), day), follow_up_from(_tables(FIRST), day)
    )


def test_an_old_list_makes_nothing_overdue_that_it_did_not_know_to_be() -> None:
    table = follow_up_from(_tables(FIRST), date(2014, 3, 31))
    assert list(table["follow_up_date"].dt.date) == [date(2014, 1, 13), date(2014, 2, 17)]
    assert not table["overdue"].any()


def test_before_anything_was_known_nothing_is_overdue() -> None:
    table = follow_up_from(_tables(FIRST, SECOND), date(2013, 12, 31))
    assert table.empty
    assert overdue_evidence(table, date(2013, 12, 31)).empty


def test_overdue_follow_up_is_evidence_of_the_day_that_the_ranking_takes_in() -> None:
    evidence = overdue_evidence(follow_up_from(_tables(FIRST, SECOND), AS_OF), AS_OF)
    assert list(evidence["yot_id"]) == ["bury", "leeds"]
    assert set(evidence["kind"]) == {OVERDUE}
    assert OVERDUE in load_evidence_rules().intelligence.ranked
    assert set(evidence["event_date"].dt.date) == {AS_OF}
    assert list(evidence["known_from"].dt.date) == [AS_OF, date(2014, 1, 10)]


def test_the_flag_stands_beside_others_and_goes_to_successors() -> None:
    again = (("R0", "wessex", "2011-01-04", None), ("R1", "bury", "2013-12-02", None))
    lists = _tables(FIRST, _list("2014-04-11", *again))
    evidence = overdue_evidence(follow_up_from(lists, AS_OF), AS_OF)
    places = pd.DataFrame(
        {"yot_id": ["bury", "portsmouth", "wigan"], "flags": ["Custody: never reported", "", ""]}
    )
    told = with_overdue_flags(_Ranking(places), evidence, load_register(), Quarter(2014, 1))  # type: ignore[arg-type]
    flags = told.ranking.set_index("yot_id")["flags"]
    assert flags["bury"] == (
        "Custody: never reported; 1 recommendation with overdue follow-up (improvement plan), the "
        "longest by 88 days"
    )
    assert flags["portsmouth"].startswith("1 recommendation with overdue follow-up")
    assert flags["wigan"] == ""
