"""The scoring step: headline scores of inspections and surveys."""

from __future__ import annotations

import logging

from infobank.domain.log_step import log_step
from infobank.domain.run_request import RunRequest
from infobank.ranking.scores import scores_from
from infobank.steps.workspace import Workspace

_LOG = logging.getLogger(__name__)


def score(request: RunRequest) -> None:
    """The scoring step: leaves the score tables in the work folder."""
    tables = Workspace.begin(request.work).inside("tables")
    with log_step(_LOG, "score") as counts:
        for name, frame in scores_from(tables.frames(), request.as_of).items():
            tables.keep(name, frame)
            counts.add(len(frame), f"rows of {name}")
