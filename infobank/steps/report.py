"""The reporting step: an error report for each delivery with findings."""

from __future__ import annotations

from pathlib import Path

from infobank.domain.run_request import RunRequest
from infobank.reports.error_reports import write_reports
from infobank.steps.workspace import Workspace


def report(request: RunRequest, folder: Path) -> list[Path]:
    """Write the error reports of a run into a folder; names the spreadsheets, in order."""
    work = Workspace.begin(request.work)
    deliveries = work.inside("tables").frame("core.delivery")
    return write_reports(work.findings(), deliveries, request.inputs, folder)
