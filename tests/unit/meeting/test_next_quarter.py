"""A quarter, its meeting, and the next quarter: what was decided reaches the next proposal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from infobank.contracts import load_tables
from infobank.domain.quarters import Quarter
from infobank.domain.run_request import RunRequest
from infobank.meeting.closing import close
from infobank.meeting.decision import understand
from infobank.meeting.meeting import Meeting, convene, decide, open_meeting, record
from infobank.programme.propose_quarter import AGREED
from infobank.ranking.rank_quarter import FACTS
from infobank.steps import plan as plan_step
from infobank.steps.plan import plan_quarter
from infobank.steps.publish import identity_of
from infobank.steps.workspace import Workspace
from infobank.tables import LocalStorage, Staging
from tests.unit.meeting import small_meeting
from tests.unit.meeting.small_meeting import TODAY, Small

NEXT = "2014-Q2"
AS_OF = date(2014, 7, 11)
DECIDED_LATER = date(2014, 8, 4)


def _decided(meeting: Meeting, warehouse: Path, action: str, on: date, **said: str) -> Meeting:
    decision = understand(
        meeting.proposal, action, who="the board", why="a move of office", decided_on=on, **said
    )
    return record(decide(meeting, decision), warehouse)


@pytest.fixture(autouse=True)
def _no_outlook(monkeypatch: pytest.MonkeyPatch) -> None:
    """The five-year view has tests of its own and takes seconds."""
    nothing = SimpleNamespace(tables={}, forecast=SimpleNamespace(warning=""))
    monkeypatch.setattr(plan_step, "look_ahead", lambda proposal: nothing)


@pytest.fixture(scope="module")
def met(small: Small, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A warehouse in which the meeting on the first quarter was closed, and closed again later."""
    warehouse = small_meeting.publish(small, tmp_path_factory.mktemp("met") / "warehouse")
    meeting = convene(small_meeting.proposed(small), ())
    moved, gone = (small_meeting.inside(meeting.proposal, number=n) for n in (0, 1))
    meeting = _decided(meeting, warehouse, "defer", TODAY, yot=moved, week="2015-03-02")
    meeting = _decided(meeting, warehouse, "approve", TODAY)
    close(meeting, warehouse)
    meeting = _decided(meeting, warehouse, "remove", DECIDED_LATER, yot=gone)
    meeting = _decided(meeting, warehouse, "approve", DECIDED_LATER)
    close(meeting, warehouse)
    return warehouse, moved, gone


def _order(small: Small, warehouse: Path, work: Path, decided_by: date | None = None) -> RunRequest:
    tables = Workspace.begin(work).inside("tables")
    for name in ("out.risk_ranking", "out.risk_contribution"):
        mine = small.tables[name].assign(quarter=NEXT)
        tables.keep(name, mine.assign(as_of=pd.Timestamp(AS_OF)) if "as_of" in mine else mine)
    for name in ("out.inspection_score", "core.calendar_constraint"):
        tables.keep(name, small.tables[name])
    for name in (*FACTS, "core.delivery"):
        tables.keep(name, pd.DataFrame({"synthetic": [True]}))
    return RunRequest(
        Quarter.parse(NEXT), AS_OF, work, warehouse, work, {"a.xlsx": "0" * 64}, {}, decided_by
    )


def _planned(order: RunRequest) -> tuple[pd.DataFrame, pd.DataFrame]:
    plan_quarter(order)
    tables = Workspace.begin(order.work).inside("tables")
    agreed, programme = tables.frame(AGREED), tables.frame("out.programme")
    return agreed.set_index("yot_name"), programme.set_index("yot_name")


def test_the_decisions_reach_the_next_proposal(
    small: Small, met: tuple[Path, str, str], tmp_path: Path
) -> None:
    warehouse, moved, gone = met
    agreed, programme = _planned(_order(small, warehouse, tmp_path / "now"))
    assert agreed.loc[moved, ["action", "outcome"]].to_list() == ["defer", "kept"]
    assert programme.loc[moved, "week_commencing"] == pd.Timestamp("2015-03-02")
    assert agreed.loc[gone, "action"] == "remove"
    assert (agreed.loc[agreed["week_commencing"] >= "2014-07-01", "outcome"] == "kept").all()
    told = Workspace.begin(tmp_path / "now").inside("tables").noted("programme")["conflicts"]
    assert "visits agreed at earlier meetings (on 2014-Q1) keep their week" in told[0]
    assert any(gone in sentence for sentence in told)


def test_an_as_of_run_knows_only_what_was_decided_by_then(
    small: Small, met: tuple[Path, str, str], tmp_path: Path
) -> None:
    warehouse, moved, gone = met
    agreed, programme = _planned(_order(small, warehouse, tmp_path / "then", decided_by=AS_OF))
    assert agreed.loc[[moved, gone], "action"].to_list() == ["defer", "approve"]
    assert agreed.loc[gone, "outcome"] in ("kept", "before the year")
    before, _ = _planned(_order(small, warehouse, tmp_path / "before", decided_by=date(2014, 4, 1)))
    assert before.empty
    assert len(programme)


def test_twice_the_same_and_another_run_for_other_decisions(
    small: Small, met: tuple[Path, str, str], tmp_path: Path
) -> None:
    orders = [_order(small, met[0], tmp_path / name) for name in ("one", "two")]
    for order in orders:
        plan_quarter(order)
    one, two = (order.work / "tables/out.programme.parquet" for order in orders)
    assert one.read_bytes() == two.read_bytes()
    assert identity_of(orders[0]).run_id == identity_of(orders[1]).run_id
    then = _order(small, met[0], tmp_path / "then", decided_by=AS_OF)
    plan_quarter(then)
    assert identity_of(then).run_id != identity_of(orders[0]).run_id


def test_the_next_meeting_makes_the_same_proposal_again(
    small: Small, met: tuple[Path, str, str], tmp_path: Path
) -> None:
    warehouse, moved, _ = met
    order = _order(small, warehouse, tmp_path / "work")
    plan_quarter(order)
    frames, contracts = Workspace.begin(order.work).inside("tables").frames(), load_tables()
    identity = replace(identity_of(order), parameters={"quarter": NEXT})
    with Staging(LocalStorage(warehouse), identity) as staging:
        for name in ("out.risk_ranking", "out.risk_contribution", "out.programme", AGREED):
            staging.write(contracts[name], frames[name])
            staging.carry_forward(contracts[name])
        for name in (
            "out.inspection_score", "core.calendar_constraint", "out.decision",
            "out.programme_final",
        ):  # fmt: skip
            staging.carry_forward(contracts[name])
        staging.promote(staging.seal("accepted"))
    meeting = open_meeting(warehouse, NEXT)
    lines = meeting.proposal.programme.set_index("yot_name")
    assert "The meeting on 2014-Q1 decided: given this week" in lines.loc[moved, "reason"]
