"""A small warehouse with a proposal to meet about, made without deliveries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from infobank.contracts import load_tables
from infobank.domain.quarters import Quarter
from infobank.domain.register import load_register
from infobank.meeting.meeting import Meeting
from infobank.meeting.proposed import Proposed, proposal_digest
from infobank.programme import Proposal
from infobank.programme.propose_quarter import proposal_from
from infobank.tables import LocalStorage, RunIdentity, Staging
from tests.unit.programme import small_world

QUARTER = "2014-Q1"
AS_OF = date(2014, 4, 11)
TODAY = date(2014, 4, 22)
Outside = Callable[[Meeting], str]


@dataclass(frozen=True)
class Small:
    """The tables behind a proposal, and the proposal."""

    tables: dict[str, pd.DataFrame]
    proposal: Proposal


def made() -> Small:
    """A proposal over the register in force, with a made-up ranking."""
    ranking = _ranking()
    tables = {
        "out.risk_ranking": ranking,
        "out.risk_contribution": pd.DataFrame(
            {
                "quarter": QUARTER,
                "yot_id": ranking["yot_id"],
                "component": "custody",
                "value": ranking["score"],
                "weight": 1.0,
                "contribution": ranking["score"],
            }
        ),
        "out.inspection_score": _filled("out.inspection_score", _scores(ranking)),
        "core.calendar_constraint": _filled("core.calendar_constraint", _constraints(ranking)),
    }
    proposal = proposal_from(tables, Quarter.parse(QUARTER), AS_OF)
    return Small(tables | {"out.programme": proposal.programme}, proposal)


def proposed(small: Small, snapshot: str = "") -> Proposed:
    """The proposal as a meeting has it before it."""
    digest = proposal_digest(small.proposal.programme)
    return Proposed(QUARTER, AS_OF, snapshot, small.proposal, digest, synthetic=True)


def publish(small: Small, warehouse: Path) -> Path:
    """Put the tables into a warehouse."""
    identity = RunIdentity({"quarter": QUARTER}, {"a.xlsx": "0" * 64}, "0", AS_OF, "true")
    with Staging(LocalStorage(warehouse), identity) as staging:
        for name, frame in small.tables.items():
            staging.write(load_tables()[name], frame, _received(name))
        staging.promote(staging.seal("accepted"))
    return warehouse


def outside(proposal: Proposal, number: int = 0) -> str:
    """Name of a YOT that is not in the programme and could be visited at any time."""
    inside = set(proposal.programme["yot_id"])
    free = [
        c.name
        for c in proposal.basis.candidates.values()
        if c.yot_id not in inside and not c.recent and not c.away
    ]
    return free[number]


def inside(proposal: Proposal, arm: str = "coverage", number: int = 0) -> str:
    """Name of a YOT that has an SQS in the programme."""
    lines = proposal.programme
    return str(lines.loc[lines["arm"] == arm, "yot_name"].iloc[number])


def _received(name: str) -> Callable[[pd.DataFrame], pd.Series] | None:
    if load_tables()[name].partition != "received_quarter":
        return None
    return lambda rows: pd.Series(QUARTER, index=rows.index)


def _ranking() -> pd.DataFrame:
    yots = load_register().in_force(date(2014, 3, 31))
    table = small_world.ranking(len(yots))
    for column in ("yot_id", "yot_name", "region", "country"):
        table[column] = yots[column].to_numpy()
    table["quarter"], table["synthetic"] = QUARTER, True
    table["as_of"] = pd.Timestamp(AS_OF)
    return table.drop(columns="population_10_17")


def _scores(ranking: pd.DataFrame) -> pd.DataFrame:
    visits = small_world.history(ranking)
    visits["fieldwork_end"] = pd.to_datetime(visits["fieldwork_end"])
    visits["inspection_id"] = [f"visit-{n}" for n in range(len(visits))]
    return visits.assign(theme="protecting the public", evidence="published", synthetic=True)


def _constraints(ranking: pd.DataFrame) -> pd.DataFrame:
    table = small_world.constraints(ranking)
    for column in ("first_day", "last_day"):
        table[column] = pd.to_datetime(table[column])
    table["constraint_id"] = [f"constraint-{n}" for n in range(len(table))]
    return table.assign(
        known_from=pd.Timestamp("2014-04-01"),
        source_file="a.xlsx",
        source_sheet="",
        source_cell="A2",
        synthetic=True,
    )


def _filled(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    columns = [column.name for column in load_tables()[name].columns]
    return frame.reindex(columns=columns)
