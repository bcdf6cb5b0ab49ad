"""The scoring step: headline scores of inspections and surveys."""

from __future__ import annotations

from infobank.domain.run_request import RunRequest
from infobank.ranking.scores import scores_from
from infobank.steps.workspace import Workspace


def score(request: RunRequest) -> None:
    """The scoring step: leaves the score tables in the work folder."""
    tables = Workspace.begin(request.work).inside("tables")
    for name, frame in scores_from(tables.frames(), request.as_of).items():
        tables.keep(name, frame)
