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

ONLY_STUDIED = (
    "p_worst_10pct",
    "rank_low_method",
    "rank_high_method",
    "rank_low_both",
    "rank_high_both",
)
"""Columns of a ranking that the evaluation looks at and no table holds."""
ONLY_CORE = ("missing_note", "missing_reason", "source_file", "source_sheet", "source_cell")
"""Columns of ``core.recommendation`` that say where a row is from; the follow-up leaves them."""


def rank_quarter(request: RunRequest) -> None:
    """The ranking step: leaves ranking, contributions and follow-up in the work folder."""
    with log_step(_LOG, f"rank {request.quarter} as of {request.as_of}") as counts:
        counts.add(_ranked(request), "YOTs ranked")


def _ranked(request: RunRequest) -> int:
    """Rank the YOTs; how many."""
    work = Workspace.begin(request.work)
    tables = work.inside("tables")
    frames = tables.frames().given(work.inside("scores").frames())
    follow_up = follow_up_from(frames, request.as_of)
    overdue = overdue_evidence(follow_up, request.as_of)
    outcome = ranking_from(frames, request.quarter, request.as_of, overdue, request.without)
    published = follow_up.drop(columns=list(ONLY_CORE))
    tables.keep(FOLLOW_UP, published.assign(quarter=str(request.quarter)))
    notes = {
        "remarks": list(outcome.remarks),
        "caveats": caveats(outcome.ranking["flags"]),
    }
    tables.note("ranking", notes)
    quarter, synthetic = str(request.quarter), any_synthetic(tables)
    ranking = outcome.ranking.drop(columns=list(ONLY_STUDIED)).assign(
        quarter=quarter, as_of=pd.Timestamp(request.as_of), synthetic=synthetic
    )
    tables.keep("out.risk_ranking", ranking)
    tables.keep("out.risk_contribution", outcome.contributions.assign(quarter=quarter))
    for name, frame in {
        "out.risk_trend": trends(outcome),
        "out.risk_funnel": funnel_table(outcome),
    }.items():
        tables.keep(name, frame.assign(quarter=quarter, synthetic=synthetic))
    return len(outcome.ranking)


def any_synthetic(tables: Workspace) -> bool:
    """Whether anything that enters the ranking is made up."""
    frames = tables.frames()
    return any(bool(frames.select(name, ["synthetic"]).to_numpy().any()) for name in FACTS)
