"""The planning step: the proposed programme, and what lies ahead of it."""

from __future__ import annotations

import logging

import pandas as pd

from infobank.domain.log_step import log_step
from infobank.domain.run_request import RunRequest
from infobank.programme.agreed import agreed_in_words, outcomes
from infobank.programme.earlier_meetings import earlier_visits
from infobank.programme.not_proposed import not_proposed
from infobank.programme.outlook import look_ahead
from infobank.programme.propose_quarter import AGREED, proposal_from
from infobank.steps.rank import any_synthetic
from infobank.steps.workspace import Workspace
from infobank.tables import Tables

_LOG = logging.getLogger(__name__)

_MEETINGS = ("out.decision", "out.programme_final", "out.programme")


def plan_quarter(request: RunRequest) -> None:
    """The planning step: leaves the proposed programme and its outlook in the work folder."""
    with log_step(_LOG, f"plan {request.quarter}") as counts:
        counts.add(_planned(request), "visits proposed")


def _planned(request: RunRequest) -> int:
    """Propose the programme; how many visits."""
    tables = Workspace.begin(request.work).inside("tables")
    synthetic = any_synthetic(tables)
    agreed = agreed_for(request).assign(quarter=str(request.quarter), synthetic=synthetic)
    proposal = proposal_from(
        tables.frames().given({AGREED: agreed}), request.quarter, request.as_of
    )
    agreed["outcome"] = outcomes(agreed, proposal.programme, proposal.basis.year)
    tables.keep(AGREED, agreed)
    tables.keep("out.programme", proposal.programme)
    tables.keep("out.not_proposed", not_proposed(proposal).assign(synthetic=synthetic))
    outlook = look_ahead(proposal)
    for name, frame in outlook.tables.items():
        tables.keep(name, frame.assign(synthetic=synthetic))
    warning = [outlook.forecast.warning] if outlook.forecast.warning else []
    sentences = [*agreed_in_words(agreed), *proposal.conflicts, *warning]
    tables.note("programme", {"conflicts": sentences})
    return len(proposal.programme)


def agreed_for(request: RunRequest) -> pd.DataFrame:
    """What meetings on earlier quarters agreed, from the tables published so far."""
    published = Tables.of_snapshot(request.warehouse)
    decisions, finals, programmes = (published.get(table) for table in _MEETINGS)
    return earlier_visits(str(request.quarter), decisions, finals, programmes, request.decided_by)
