"""The error reports of a run, one for each delivery with findings, and of a single file."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from infobank.checking.check_file import FileCheck
from infobank.contracts import load_sources
from infobank.domain.findings import Finding
from infobank.reports.error_reports.error_report import ErrorReport
from infobank.reports.error_reports.files import write_report

UNRECOGNISED = "unrecognised"


def write_reports(
    findings: list[Finding], deliveries: pd.DataFrame, known: Collection[str], folder: Path
) -> list[Path]:
    """Write the reports of a run.

    Only deliveries known by the as-of date have one, so that the same run always has the same
    reports. They appear all at once; reports of the same run that are there already are replaced.

    Args:
        findings: everything the run found.
        deliveries: ``core.delivery`` of the run.
        known: the deliveries known by the as-of date.
        folder: where they go, such as ``warehouse/reports/<run id>``. In it a report lies as its
            delivery lies in the raw folder: ``<source>/<received>/<file>.report.xlsx``.

    Returns:
        The spreadsheets, in order.
    """
    reports = _reports(findings, deliveries, known)
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    places = []
    for report, place in reports:
        path = draft / place
        path.parent.mkdir(parents=True, exist_ok=True)
        write_report(report, path)
        places.append(place)
    shutil.rmtree(folder, ignore_errors=True)
    draft.rename(folder)
    return [folder / place for place in places]


def report_of(outcome: FileCheck) -> ErrorReport:
    """The report on a file that was checked on its own, before or after it is delivered."""
    return ErrorReport(
        file=outcome.file,
        title=outcome.title,
        source=outcome.source,
        received=None,
        synthetic=outcome.synthetic,
        records_read=outcome.records_read,
        records_accepted=outcome.records_accepted,
        records_refused=outcome.records_refused,
        findings=tuple(outcome.findings),
    )


def _reports(
    findings: list[Finding], deliveries: pd.DataFrame, known: Collection[str]
) -> list[tuple[ErrorReport, Path]]:
    sources = load_sources()
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.source_file in known:
            found[finding.source_file].append(finding)
    reports = []
    for file, rows in deliveries.groupby("source_file", sort=True):
        own = found.get(str(file))
        if not own:
            continue
        source = str(rows["source"].iloc[0] or "")
        report = ErrorReport(
            file=Path(str(file)).name,
            title=sources[source].title if source else "",
            source=source,
            received=rows["received"].iloc[0].date(),
            synthetic=bool(rows["synthetic"].any()),
            records_read=int(rows["rows_read"].sum()),
            records_accepted=int(rows["rows_accepted"].sum()),
            records_refused=int(rows["rows_quarantined"].sum()),
            findings=tuple(own),
        )
        reports.append((report, _place(str(file), source)))
    return reports


def _place(file: str, source: str) -> Path:
    """Where a report lies: under its source, in the folders the delivery lies in."""
    path = Path(file)
    parts = [part for part in path.parts[:-1] if part != source]
    return Path(source or UNRECOGNISED, *parts, f"{path.name}.report.xlsx")
