"""Whether something critical keeps a run from being published, and which tables."""

from __future__ import annotations

from infobank.checking.timeliness import (
    ranked_figures,
)
from infobank.contracts import load_sources
from infobank.domain.findings import Finding
from infobank.domain.run_request import RunRequest
from infobank.steps.workspace import Workspace


def criticals(request: RunRequest, findings: list[Finding]) -> list[Finding]:
    """The critical findings about what was known by the as-of date and is not left out."""
    unused = sources_left_out(request)
    return [f for f in serious(request, findings) if f.source not in unused]


def serious(request: RunRequest, findings: list[Finding]) -> list[Finding]:
    """The critical findings about what was known by the as-of date, left out or not."""
    return [
        f
        for f in findings
        if f.severity == "critical"
        and request.received.get(f.source_file, request.as_of) <= request.as_of
    ]


def sources_left_out(request: RunRequest) -> set[str]:
    """The sources that nothing is used of, because the run goes on without all their figures."""
    figures = ranked_figures(load_sources())
    used = {one.source for one in figures if one.name not in request.without}
    return {one.source for one in figures} - used


def must_stop(request: RunRequest) -> bool:
    """Whether something critical keeps the run from being published."""
    return bool(criticals(request, Workspace.begin(request.work).findings()))


def stopped_tables(stopping: list[Finding]) -> set[str]:
    """The published tables that critical findings keep from being published."""
    sources = load_sources()
    return {
        table
        for finding in stopping
        if finding.source
        for record in sources[finding.source].objects.values()
        for table in record.feeds
    }
