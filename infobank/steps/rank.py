"""The ranking step: every YOT by risk, with what the rank is made of."""

from __future__ import annotations

import logging

import pandas as pd

from infobank.domain.log_step import log_step
from infobank.domain.run_request import RunRequest
from infobank.programme.casework.recommendations import (
    FOLLOW_UP,
    follow_up_from,
    overdue_evidence,
)
from infobank.ranking import funnel_table, trends
from infobank.ranking.flags import caveats
from infobank.ranking.rank_quarter import FACTS, ranking_from
from infobank.steps.workspace import Workspace

_LOG = logging.getLogger(__name__)


def rank_quarter(request: RunRequest) -> None:
    """The ranking step: leaves ranking, contributions and follow-up in the work folder."""
    with log_step(_LOG, f"rank {request.quarter} as of {request.as_of}") as counts:
        counts.add(_ranked(request), "YOTs ranked")


def _ranked(request: RunRequest) -> int:
    """Rank the YOTs; how many."""
    tables = Workspace.begin(request.work).inside("tables")
    frames = tables.frames()
    follow_up = follow_up_from(frames, request.as_of)
    overdue = overdue_evidence(follow_up, request.as_of)
    outcome = ranking_from(frames, request.quarter, request.as_of, overdue, request.without)
    tables.keep(FOLLOW_UP, follow_up.assign(quarter=str(request.quarter)))
    said = {
        "remarks": list(outcome.remarks),
        "caveats": caveats(outcome.ranking["flags"]),
    }
    tables.note("ranking", said)
    synthetic = any_synthetic(tables)
    outcomes = {
        "out.risk_ranking": outcome.ranking,
        "out.risk_contribution": outcome.contributions,
        "out.risk_trend": trends(outcome),
        "out.risk_funnel": funnel_table(outcome),
    }
    for name, frame in outcomes.items():
        marked = frame.assign(quarter=str(request.quarter), synthetic=synthetic)
        tables.keep(name, marked.assign(as_of=pd.Timestamp(request.as_of)))
    return len(outcome.ranking)


def any_synthetic(tables: Workspace) -> bool:
    """Whether anything that enters the ranking is made up."""
    facts = (tables.frame(name) for name in FACTS)
    return any(bool(frame["synthetic"].any()) for frame in facts)
