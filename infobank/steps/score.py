"""The scoring step: headline scores of inspections and surveys."""

from __future__ import annotations

import logging

from infobank.domain.log_step import log_step
from infobank.domain.run_request import RunRequest
from infobank.ranking.scores import scores_from
from infobank.steps.workspace import Workspace

_LOG = logging.getLogger(__name__)

NOT_PUBLISHED = {"out.inspection_score": ["known_from"], "out.survey_score": ["synthetic"]}
"""What only the ranking needs of a score."""


def score(request: RunRequest) -> None:
    """The scoring step: leaves the score tables in the work folder.

    The ranking needs more of them than is published, so they are kept whole in ``scores`` too.
    """
    work = Workspace.begin(request.work)
    tables, scores = work.inside("tables"), work.inside("scores")
    with log_step(_LOG, "score") as counts:
        for name, frame in scores_from(tables.frames(), request.as_of).items():
            scores.keep(name, frame)
            tables.keep(name, frame.drop(columns=NOT_PUBLISHED[name]))
            counts.add(len(frame), f"rows of {name}")
