"""The checking step: the deliveries of one source through the gates."""

from __future__ import annotations

import logging

from infobank.checking import CheckedSource, ReceivedReading, check_source
from infobank.checking.apply_corrections import add_corrected
from infobank.checking.history import check_lateness
from infobank.checking.thresholds import load_settings
from infobank.contracts import load_sources
from infobank.domain.findings import Finding
from infobank.domain.log_step import log_step
from infobank.domain.register import load_register
from infobank.domain.run_request import RunRequest
from infobank.reading import Reading
from infobank.reading.corrections import load_corrections, unused
from infobank.steps.read import ReadFile
from infobank.steps.workspace import Workspace

_LOG = logging.getLogger(__name__)
_COUNTED = {
    "rows_read": "records",
    "rows_accepted": "accepted",
    "rows_quarantined": "refused",
}


def check(request: RunRequest, source: str, reads: list[ReadFile]) -> Workspace:
    """Pass the deliveries of one source through the gates; leave the outcome in the work folder."""
    own = [r for r in reads if r.source == source]
    with log_step(_LOG, f"check {source}") as counts:
        work, checked, findings = _checked(request, source, own)
        counts.add(len(own), "files")
        for column, what in _COUNTED.items():
            counts.add(int(checked.counts[column].sum()), what)
        counts.add(len(findings), "findings")
    return work


def _checked(
    request: RunRequest, source: str, own: list[ReadFile]
) -> tuple[Workspace, CheckedSource, list[Finding]]:
    contract = load_sources()[source]
    readings = [
        ReceivedReading(Reading.load(r.folder), r.received or request.as_of)
        for r in sorted(own, key=lambda r: (r.received or request.as_of, r.delivery.file))
    ]
    register = load_register()
    checked = check_source(contract, readings, register)
    for r in own:
        checked = add_corrected(
            checked, contract, r.delivery.file, r.corrected, request.as_of, register
        )
    late = check_lateness(
        contract, [item.received for item in readings], request.as_of, load_settings()
    )
    work = Workspace.begin(request.work).inside("checked").inside(source)
    for name, frame in checked.objects.items():
        work.keep(name, frame)
    work.inside("counts").keep("counts", checked.counts)
    idle = [
        unused(c)
        for c in load_corrections(load_sources())
        if c.source == source
        and c.known_from <= request.as_of
        and not any(c.is_about(r.delivery.file, r.delivery.sha256) for r in own)
    ]
    findings = [*checked.findings, *late, *idle]
    work.keep_findings(findings)
    return work, checked, findings
