"""The ordering, checking and loading steps."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from infobank.checking import CheckedSource, ReceivedReading, check_source
from infobank.checking.history import check_lateness
from infobank.checking.settings import load_settings
from infobank.contracts import load_sources, load_tables
from infobank.contracts.model import PANDAS_DTYPES, TableContract
from infobank.corrections import corrections_of, load_corrections, unused
from infobank.findings import Finding
from infobank.loading import load_tables_from, quarantine
from infobank.quarterly.corrected import add_corrected
from infobank.quarterly.reading import ReadFile
from infobank.quarterly.work import Order, Work
from infobank.quarters import Quarter, default_as_of, quarter_to_run
from infobank.reading import Reading, layout_and_mark
from infobank.register import load_register

_DIGITS = 12


def settle(
    reads: list[ReadFile],
    quarter: str | None,
    as_of: date | None,
    raw: Path,
    warehouse: Path,
    work: Path,
) -> Order:
    """Decide quarter and as-of date from what was asked and what has arrived.

    Raises:
        ValueError: the quarter is not one, or nothing has arrived (one plain sentence).
    """
    received = {r.delivery.file: r.received for r in reads if r.received is not None}
    days = sorted(received.values())
    chosen = Quarter.parse(quarter) if quarter else quarter_to_run(days)
    known_by = as_of or default_as_of(chosen, days)
    inputs = {
        r.delivery.file: _as_given(r, known_by)
        for r in reads
        if received.get(r.delivery.file, known_by) <= known_by
    }
    return Order(chosen, known_by, raw, warehouse, work, inputs, received, decided_by=as_of)


def _as_given(read: ReadFile, known_by: date) -> str:
    """A delivery's hash, and with it that of the corrections known by then."""
    corrections = load_corrections(load_sources())
    own = corrections_of(read.source, read.delivery.file, read.delivery.sha256, corrections)
    known = [c.digest[:_DIGITS] for c in own if c.known_from <= known_by]
    return "+".join([read.delivery.sha256, *known])


def check(order: Order, source: str, reads: list[ReadFile]) -> Work:
    """Pass the deliveries of one source through the gates; leave the outcome in the work folder."""
    contract = load_sources()[source]
    own = [r for r in reads if r.source == source]
    readings = [
        ReceivedReading(Reading.load(r.folder), r.received or order.as_of)
        for r in sorted(own, key=lambda r: (r.received or order.as_of, r.delivery.file))
    ]
    register = load_register()
    checked = check_source(contract, readings, register)
    for r in own:
        checked = add_corrected(
            checked, contract, r.delivery.file, r.corrected, order.as_of, register
        )
    late = check_lateness(
        contract, [item.received for item in readings], order.as_of, load_settings()
    )
    work = Work.begin(order.work).inside("checked").inside(source)
    for name, frame in checked.objects.items():
        work.keep(name, frame)
    work.inside("counts").keep("counts", checked.counts)
    idle = [
        unused(c)
        for c in load_corrections(load_sources())
        if c.source == source
        and c.known_from <= order.as_of
        and not any(c.is_about(r.delivery.file, r.delivery.sha256) for r in own)
    ]
    work.keep_findings([*checked.findings, *late, *idle])
    return work


def load(order: Order, reads: list[ReadFile]) -> Work:
    """Load what the gates accepted into tables; leave them in the work folder, one frame each."""
    sources, contracts = load_sources(), load_tables()
    work = Work.begin(order.work)
    checked = [_checked(work, source) for source in sources]
    strays = [f for r in reads if not r.source for f in Reading.load(r.folder).findings]
    findings = strays + [f for item in checked for f in item.findings]
    tables = work.inside("tables")
    loaded = load_tables_from(checked, sources, contracts)
    for contract in contracts.values():
        if contract.holds or contract.name in loaded:
            frame = loaded.get(contract.name)
            tables.keep(contract.name, no_rows(contract) if frame is None else frame)
    days = {file: pd.Timestamp(day) for file, day in order.received.items()}
    told = quarantine(findings, days)
    told["known_from"] = told["known_from"].fillna(pd.Timestamp(order.as_of))
    tables.keep("core.quarantine", told)
    tables.keep("core.delivery", _deliveries(order, reads, checked))
    for name, frame in _register_tables().items():
        tables.keep(name, frame)
    work.keep_findings(findings)
    return work


def _checked(work: Work, source: str) -> CheckedSource:
    own = work.inside("checked").inside(source)
    return CheckedSource(
        source, dict(own.frames()), own.findings(), own.inside("counts").frame("counts")
    )


def no_rows(contract: TableContract) -> pd.DataFrame:
    """A table of no rows, with the columns and types of its contract."""
    return pd.DataFrame(
        {c.name: pd.Series([], dtype=PANDAS_DTYPES[c.logical_type]) for c in contract.columns}
    )


def _deliveries(order: Order, reads: list[ReadFile], checked: list[CheckedSource]) -> pd.DataFrame:
    """One row per file, sheet and kind of record; a file nothing was read from has one row."""
    counts = pd.concat([item.counts for item in checked], ignore_index=True)
    about = pd.DataFrame(
        [
            {
                "source": r.source,
                "source_file": r.delivery.file,
                "layout": layout,
                "received": pd.Timestamp(order.received.get(r.delivery.file, order.as_of)),
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
    rows["known_from"] = rows["received"]
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


def criticals(order: Order, findings: list[Finding]) -> list[Finding]:
    """The critical findings about what was known by the as-of date."""
    return [
        f
        for f in findings
        if f.severity == "critical"
        and order.received.get(f.source_file, order.as_of) <= order.as_of
    ]


def must_stop(order: Order) -> bool:
    """Whether something critical keeps the run from being published."""
    return bool(criticals(order, Work.begin(order.work).findings()))


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
