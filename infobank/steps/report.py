"""The reporting step: an error report for each delivery with findings."""

from __future__ import annotations

import logging
from pathlib import Path

from infobank.domain.log_step import log_step
from infobank.domain.run_request import RunRequest
from infobank.reports.error_reports import write_reports
from infobank.steps.workspace import Workspace

_LOG = logging.getLogger(__name__)


def report(request: RunRequest, folder: Path) -> list[Path]:
    """Write the error reports of a run into a folder; names the spreadsheets, in order."""
    work = Workspace.begin(request.work)
    deliveries = work.inside("tables").frame("core.delivery")
    with log_step(_LOG, "report") as counts:
        written = write_reports(work.findings(), deliveries, request.inputs, folder)
        counts.add(len(written), "reports written")
    return written
