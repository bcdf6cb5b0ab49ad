"""The loading step: what the gates accepted becomes tables."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date

import pandas as pd

from infobank.checking import CheckedSource
from infobank.checking.loading import load_tables_from, quarantine
from infobank.checking.timeliness import (
    Figures,
    check_figures_are_there,
    ranked_figures,
)
from infobank.contracts import load_sources, load_tables
from infobank.contracts.arrow import no_rows
from infobank.domain.errors import MistakeError
from infobank.domain.findings import Finding
from infobank.domain.log_step import log_step
from infobank.domain.register import load_register
from infobank.domain.run_request import RunRequest
from infobank.reading import Reading, layout_and_mark
from infobank.steps.read import ReadFile
from infobank.steps.stopping import serious
from infobank.steps.workspace import Workspace

_LOG = logging.getLogger(__name__)


def load(request: RunRequest, reads: list[ReadFile]) -> Workspace:
    """Load what the gates accepted into tables; leave them in the work folder, one frame each."""
    with log_step(_LOG, "load") as counts:
        work = _loaded(request, reads)
        tables = work.inside("tables").frames()
        counts.add(len(tables), "tables")
        counts.add(len(work.findings()), "findings")
    return work


def _loaded(request: RunRequest, reads: list[ReadFile]) -> Workspace:
    sources, contracts = load_sources(), load_tables()
    work = Workspace.begin(request.work)
    checked = [_checked(work, source) for source in sources]
    strays = [f for r in reads if not r.source for f in Reading.load(r.folder).findings]
    findings = strays + [f for item in checked for f in item.findings]
    tables = work.inside("tables")
    loaded = load_tables_from(checked, sources, contracts)
    for contract in contracts.values():
        if contract.holds or contract.name in loaded:
            frame = loaded.get(contract.name)
            tables.keep(contract.name, no_rows(contract) if frame is None else frame)
    findings += _what_is_lacking(request, loaded, findings)
    days = {file: pd.Timestamp(day) for file, day in request.received.items()}
    refused = quarantine(findings, days)
    refused["known_from"] = refused["known_from"].fillna(pd.Timestamp(request.as_of))
    tables.keep("core.quarantine", refused)
    tables.keep("core.delivery", _deliveries(request, reads, checked))
    for name, frame in _register_tables().items():
        tables.keep(name, frame)
    work.keep_findings(findings)
    return work


def _what_is_lacking(
    request: RunRequest, loaded: Mapping[str, pd.DataFrame], findings: list[Finding]
) -> list[Finding]:
    """What keeps the ranking from being made for want of figures; nothing of what is left out.

    Raises:
        MistakeError: the run is asked to go on without figures that are there.
    """
    figures, register = ranked_figures(load_sources()), load_register()
    lacking = check_figures_are_there(
        [one for one in figures if one.name not in request.without], loaded, register, request.as_of
    )
    refused = {f.source for f in serious(request, findings)}
    for one in figures:
        if one.name in request.without and one.source not in refused:
            _insist_on_want(one, loaded, request.as_of)
    return lacking


def _insist_on_want(one: Figures, loaded: Mapping[str, pd.DataFrame], as_of: date) -> None:
    if not check_figures_are_there([one], loaded, load_register(), as_of):
        msg = (
            f"{one.title}: the figures are there and not too old, so there is no reason to leave "
            f"them out. Run again without --without {one.name}."
        )
        raise MistakeError(msg)


def _checked(work: Workspace, source: str) -> CheckedSource:
    own = work.inside("checked").inside(source)
    return CheckedSource(
        source, dict(own.frames()), own.findings(), own.inside("counts").frame("counts")
    )


def _deliveries(
    request: RunRequest, reads: list[ReadFile], checked: list[CheckedSource]
) -> pd.DataFrame:
    """One row per file, sheet and kind of record; a file nothing was read from has one row."""
    counts = pd.concat([item.counts for item in checked], ignore_index=True)
    about = pd.DataFrame(
        [
            {
                "source": r.source,
                "source_file": r.delivery.file,
                "layout": layout,
                "received": pd.Timestamp(request.received.get(r.delivery.file, request.as_of)),
                "sha256": r.delivery.sha256,
                "synthetic": synthetic,
            }
            for r in reads
            for layout, synthetic in [layout_and_mark(r.folder)]
        ]
    )
    rows = about.merge(counts, on="source_file", how="left", validate="1:m")
    for column in ("rows_read", "rows_accepted", "rows_quarantined"):
        rows[column] = rows[column].astype("Int64").fillna(0)
    for column in ("sheet", "object"):
        rows[column] = rows[column].astype("str").fillna("")
    refused = rows["rows_accepted"] == 0
    part = rows["rows_quarantined"] > 0
    rows["status"] = "accepted"
    rows.loc[part, "status"] = "accepted in part"
    rows.loc[refused, "status"] = "refused"
    return rows


def _register_tables() -> dict[str, pd.DataFrame]:
    register = load_register()
    return {
        "core.yot": register.yots,
        "core.yot_alias": register.aliases,
        "core.yot_lineage": register.lineage,
    }
