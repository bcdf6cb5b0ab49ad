"""What meetings on earlier quarters leave for the next proposal."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pandas as pd
import pytest

from infobank.programme import Proposal, load_rules, propose
from infobank.programme.agreed import agreed_in_words, carry_forward, in_words, outcomes
from infobank.programme.earlier_meetings import AGREED_COLUMNS, earlier_visits, typed_agreed
from infobank.programme.not_proposed import not_proposed
from infobank.programme.weeks import inspection_year
from tests.unit.programme import small_world

MEETING = "2014-Q1"
WEEK = dt.date(2014, 9, 1)


def _visit(yot: str, week: dt.date = WEEK, programme: str = "SQS", **more: Any) -> dict[str, Any]:
    line = {"quarter": MEETING, "yot_id": yot, "yot_name": yot.title(), "programme": programme}
    return line | {"week_commencing": week, "arm": "range", "inclusion_probability": None} | more


def _decision(number: int, action: str, day: dt.date, **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(
        ("yot_id", "yot_name", "other_yot_id", "other_yot_name", "programme", "week_commencing")
    )
    told = {"quarter": MEETING, "decision": number, "action": action, "withdraws": None}
    return empty | told | {"who": "the board", "why": "because", "decided_on": day} | more


def _earlier(
    decisions: list[dict[str, Any]],
    final: list[dict[str, Any]],
    proposed: list[dict[str, Any]],
    decided_by: dt.date | None = None,
    quarter: str = "2014-Q2",
) -> pd.DataFrame:
    frames = (pd.DataFrame(rows) for rows in (decisions, final, proposed))
    return earlier_visits(quarter, *frames, decided_by).set_index("yot_id")


JUNE, JULY = dt.date(2014, 6, 2), dt.date(2014, 7, 21)
LATER = dt.date(2014, 10, 6)
PROPOSED = [_visit("ashton"), _visit("barton"), _visit("carton", arm="random")]
DECISIONS = [
    _decision(
        1, "defer", JUNE, yot_id="ashton", yot_name="Ashton", programme="SQS", week_commencing=LATER
    ),
    _decision(2, "remove", JUNE, yot_id="barton", yot_name="Barton"),
    _decision(3, "approve", JUNE),
]
FINAL = [_visit("ashton", LATER), _visit("carton", arm="random")]


def test_an_approved_programme_counts_in_every_visit() -> None:
    found = _earlier(DECISIONS, FINAL, PROPOSED)
    assert found["action"].to_dict() == {"ashton": "defer", "barton": "remove", "carton": "approve"}
    assert found.loc["ashton", "week_commencing"] == pd.Timestamp(LATER)
    assert found.loc["carton", "arm"] == "random"
    assert pd.isna(found.loc["barton", "week_commencing"])


def test_without_approval_only_what_was_decided_counts() -> None:
    assert sorted(_earlier(DECISIONS[:2], FINAL, PROPOSED).index) == ["ashton", "barton"]


def test_meetings_on_the_quarter_itself_do_not_count() -> None:
    assert _earlier(DECISIONS, FINAL, PROPOSED, quarter=MEETING).empty


def test_decisions_taken_later_do_not_count() -> None:
    reopened = [
        *DECISIONS,
        _decision(4, "remove", JULY, yot_id="carton", yot_name="Carton"),
        _decision(5, "approve", JULY),
    ]
    now = _earlier(reopened, FINAL[:1], PROPOSED)
    then = _earlier(reopened, FINAL[:1], PROPOSED, decided_by=dt.date(2014, 6, 30))
    assert now.loc["carton", "action"] == "remove"
    assert then.loc["carton", "action"] == "approve"
    assert then.loc["ashton", "week_commencing"] == pd.Timestamp(LATER)
    assert _earlier(reopened, FINAL[:1], PROPOSED, decided_by=dt.date(2014, 5, 1)).empty


def test_where_the_proposal_changed_since_only_decided_visits_are_known() -> None:
    reopened = [*DECISIONS, _decision(4, "approve", JULY)]
    other = [*PROPOSED, _visit("denton")]
    then = _earlier(reopened, FINAL, other, decided_by=dt.date(2014, 6, 30))
    assert sorted(then.index) == ["ashton", "barton"]


def test_a_withdrawn_decision_does_not_count() -> None:
    withdrawn = [DECISIONS[0], _decision(2, "withdraw", JUNE, withdraws=1)]
    assert _earlier(withdrawn, PROPOSED, PROPOSED).empty


def test_a_swap_brings_one_in_and_leaves_one_out() -> None:
    swap = _decision(
        1, "swap", JUNE, yot_id="ashton", yot_name="Ashton", other_yot_id="elton",
        other_yot_name="Elton", programme="SQS", week_commencing=WEEK,
    )  # fmt: skip
    found = _earlier([swap], [_visit("elton"), *PROPOSED[1:]], PROPOSED)
    assert found["action"].to_dict() == {"ashton": "swap out", "elton": "swap"}


def _agreed(rows: list[tuple[str, str, str, dt.date | None, str, float | None]]) -> pd.DataFrame:
    frame = pd.DataFrame(
        [
            (yot, yot, MEETING, n, action, kind, week, arm, chance, JUNE, "the board", "because")
            for n, (yot, action, kind, week, arm, chance) in enumerate(rows, start=1)
        ],
        columns=list(AGREED_COLUMNS),
    )
    return typed_agreed(frame)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return small_world.ranking()


@pytest.fixture(scope="module")
def first(table: pd.DataFrame) -> Proposal:
    return propose(
        table, None, small_world.history(table), small_world.constraints(table),
        quarter=MEETING, as_of=dt.date(2014, 4, 15),
    )  # fmt: skip


def test_the_next_proposal_keeps_what_was_agreed(table: pd.DataFrame, first: Proposal) -> None:
    visits = first.programme
    gone = str(visits.loc[visits["arm"] == "coverage", "yot_id"].iloc[0])
    rows = [
        (yot, "approve", kind, week.date(), arm, chance)
        for yot, kind, week, arm, chance in visits[
            ["yot_id", "programme", "week_commencing", "arm", "inclusion_probability"]
        ].itertuples(index=False)
        if yot != gone
    ]
    agreed = _agreed([*rows, (gone, "remove", "", None, "", None)])
    again = propose(
        table, None, small_world.history(table), small_world.constraints(table),
        quarter="2014-Q2", as_of=dt.date(2014, 7, 15), agreed=agreed,
    )  # fmt: skip
    agreed["outcome"] = outcomes(agreed, again.programme, again.basis.year)
    inside = agreed[agreed["week_commencing"] >= "2014-07-01"]
    assert (inside["outcome"] == "kept").all()
    assert f"{len(inside)} of {len(inside)} visits agreed" in agreed_in_words(agreed)[0]
    kept = again.programme.set_index("yot_id").loc[inside["yot_id"]]
    assert (kept["arm"].to_numpy() == inside["arm"].to_numpy()).all()
    assert kept["reason"].str.contains("The meeting on 2014-Q1 decided").all()
    # The random arm is ten a year: what earlier draws brought in is not drawn again.
    random = again.programme[again.programme["arm"] == "random"]
    assert len(random) == load_rules().random.count
    assert random["inclusion_probability"].notna().all()
    assert again.draw["drawn"].sum() == 10 - (inside["arm"] == "random").sum()
    # Visits of the weeks before the year are taken to have been held, and not repeated.
    before = set(agreed.loc[agreed["outcome"] == "before the year", "yot_id"])
    assert before
    assert not before & set(again.programme["yot_id"])
    out = agreed[agreed["yot_id"] == gone].iloc[0]
    assert out["outcome"] in ("proposed again", "left out")
    if out["outcome"] == "proposed again":
        line = again.programme.set_index("yot_id").loc[gone]
        assert in_words(out.to_dict()) in line["reason"]
    assert not [v for v in again.violations if "agreed" in v or "called random" in v]
    assert len(again.programme) == 31


def test_a_week_closed_since_is_priced_and_said(table: pd.DataFrame, first: Proposal) -> None:
    visit = first.programme[first.programme["week_commencing"] >= "2014-10-01"].iloc[0]
    monday = visit["week_commencing"].date()
    agreed = _agreed([(visit["yot_id"], "add", visit["programme"], monday, "range", None)])
    closed = pd.DataFrame(
        {
            "yot_id": [visit["yot_id"]],
            "kind": ["reorganisation"],
            "first_day": [monday],
            "last_day": [monday + dt.timedelta(days=4)],
            "note": [""],
        }
    )
    again = propose(
        table, None, small_world.history(table), closed, quarter="2014-Q2",
        as_of=dt.date(2014, 7, 15), agreed=agreed,
    )  # fmt: skip
    assert "inside its period to avoid (150 hours)" in " ".join(again.conflicts)


def test_a_yot_no_longer_in_force_is_told(table: pd.DataFrame) -> None:
    agreed = _agreed([("gone", "add", "SQS", LATER, "range", None)])
    again = propose(
        table, None, small_world.history(table), small_world.constraints(table),
        quarter="2014-Q2", as_of=dt.date(2014, 7, 15), agreed=agreed,
    )  # fmt: skip
    assert "not in force any longer" in " ".join(again.notes)
    assert outcomes(agreed, again.programme, again.basis.year) == ["given up"]


def test_an_agreed_visit_that_still_lies_ahead_is_not_proposed_again(
    table: pd.DataFrame, first: Proposal
) -> None:
    """The newest delivery is older than the visit, and the visit older than the inspection year."""
    joint = first.programme[first.programme["programme"] == "FJI"]
    early = joint[joint["week_commencing"] < "2014-06-10"].iloc[0]
    week = early["week_commencing"].date()
    agreed = _agreed([(early["yot_id"], "approve", "FJI", week, "risk", None)])
    again = propose(
        table, None, small_world.history(table), small_world.constraints(table),
        quarter="2014-Q2", as_of=dt.date(2014, 4, 15), agreed=agreed,
    )  # fmt: skip
    assert early["yot_id"] not in set(again.programme["yot_id"])
    left = not_proposed(again).set_index("yot_id")["reason"]
    assert "2014 (FJI) is agreed: no second visit within 2 years." in left[early["yot_id"]]
    unknown = propose(
        table, None, small_world.history(table), small_world.constraints(table),
        quarter="2014-Q2", as_of=dt.date(2014, 4, 15),
    )  # fmt: skip
    assert early["yot_id"] in set(unknown.programme["yot_id"])


def test_a_visit_of_a_programme_that_is_over_falls_away_and_one_before_counts(
    table: pd.DataFrame, first: Proposal
) -> None:
    joint = first.programme[first.programme["programme"] == "FJI"]
    before, after = joint.iloc[0], joint.iloc[-1]
    agreed = _agreed(
        [
            (str(v["yot_id"]), "approve", "FJI", v["week_commencing"].date(), v["arm"], None)
            for v in (before, after)
        ]
    )
    rules = load_rules()
    without = rules.model_copy(
        update={"programmes": tuple(p for p in rules.programmes if p.id == "SQS")}
    )
    year = inspection_year("2014-Q2", dt.date(2014, 7, 15), without)
    assert before["week_commencing"] < pd.Timestamp(year.first_day) < after["week_commencing"]
    nothing = small_world.history(table).iloc[:0]
    carried = carry_forward(
        agreed, table, nothing, small_world.constraints(table).iloc[:0], year,
        dt.date(2014, 7, 15), without,
    )  # fmt: skip
    assert list(carried.held["yot_id"]) == [before["yot_id"]]
    assert carried.fixed == ()
    assert "no FJI is planned in the inspection year" in carried.notes[0]
