"""The ordering, checking and loading steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from infobank.checking import CheckedSource, ReceivedReading, check_source
from infobank.checking.apply_corrections import add_corrected
from infobank.checking.history import check_lateness
from infobank.checking.loading import load_tables_from, quarantine
from infobank.checking.thresholds import load_settings
from infobank.checking.timeliness import (
    Figures,
    check_figures_are_there,
    left_out,
    ranked_figures,
)
from infobank.contracts import load_sources, load_tables
from infobank.contracts.model import PANDAS_DTYPES, TableContract
from infobank.domain.findings import Finding, MistakeError
from infobank.domain.quarters import (
    Quarter,
    day_in_words,
    default_as_of,
    quarter_to_run,
    refuse_days_to_come,
)
from infobank.domain.register import load_register
from infobank.reading import Reading, layout_and_mark
from infobank.reading.corrections import corrections_of, load_corrections, unused
from infobank.steps.read import ReadFile
from infobank.steps.workspace import Order, Work

_DIGITS = 12


def settle(
    reads: list[ReadFile],
    quarter: str | None,
    as_of: date | None,
    raw: Path,
    warehouse: Path,
    work: Path,
    without: Sequence[str] = (),
) -> Order:
    """Decide quarter and as-of date from what was asked and what has arrived.

    Raises:
        MistakeError: the quarter is not one or has not ended, a day is still to come, nothing has
            arrived, or the run cannot go on without what it is asked to (one plain sentence).
    """
    today = date.today()
    received = {r.delivery.file: r.received for r in reads if r.received is not None}
    days = sorted(received.values())
    if days and days[-1] > today:
        raise MistakeError(_received_in_future(received, today))
    chosen = Quarter.parse(quarter) if quarter else quarter_to_run(days)
    refuse_days_to_come(chosen, as_of, today)
    known_by = as_of or default_as_of(chosen, days)
    inputs = {
        r.delivery.file: _as_given(r, known_by)
        for r in reads
        if received.get(r.delivery.file, known_by) <= known_by
    }
    return Order(
        chosen,
        known_by,
        raw,
        warehouse,
        work,
        inputs,
        received,
        decided_by=as_of,
        without=left_out(without, ranked_figures(load_sources())),
    )


def _received_in_future(received: Mapping[str, date], today: date) -> str:
    file = max(received, key=lambda name: (received[name], name))
    return (
        f"{file}: its folder or sidecar says that it came on {day_in_words(received[file])}, which "
        f"is still to come. Today is {day_in_words(today)}. Put the day on which it came."
    )


def _as_given(read: ReadFile, known_by: date) -> str:
    """A delivery's hash, that of the corrections known by then, and which case key it needed.

    With another key the pseudonyms are others, and so is the run.
    """
    corrections = load_corrections(load_sources())
    own = corrections_of(read.source, read.delivery.file, read.delivery.sha256, corrections)
    known = [c.digest[:_DIGITS] for c in own if c.known_from <= known_by]
    key = [f"key-{read.case_key}"] if read.case_key else []
    return "+".join([read.delivery.sha256, *known, *key])


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
    findings += _what_is_lacking(order, loaded, findings)
    days = {file: pd.Timestamp(day) for file, day in order.received.items()}
    told = quarantine(findings, days)
    told["known_from"] = told["known_from"].fillna(pd.Timestamp(order.as_of))
    tables.keep("core.quarantine", told)
    tables.keep("core.delivery", _deliveries(order, reads, checked))
    for name, frame in _register_tables().items():
        tables.keep(name, frame)
    work.keep_findings(findings)
    return work


def _what_is_lacking(
    order: Order, loaded: Mapping[str, pd.DataFrame], findings: list[Finding]
) -> list[Finding]:
    """What keeps the ranking from being made for want of figures; nothing of what is left out.

    Raises:
        MistakeError: the run is asked to go on without figures that are there.
    """
    figures, register = ranked_figures(load_sources()), load_register()
    lacking = check_figures_are_there(
        [one for one in figures if one.name not in order.without], loaded, register, order.as_of
    )
    refused = {f.source for f in _serious(order, findings)}
    for one in figures:
        if one.name in order.without and one.source not in refused:
            _insist_on_want(one, loaded, order.as_of)
    return lacking


def _insist_on_want(one: Figures, loaded: Mapping[str, pd.DataFrame], as_of: date) -> None:
    if not check_figures_are_there([one], loaded, load_register(), as_of):
        msg = (
            f"{one.title}: the figures are there and not too old, so there is no reason to leave "
            f"them out. Run again without --without {one.name}."
        )
        raise MistakeError(msg)


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
    """The critical findings about what was known by the as-of date and is not left out."""
    return [f for f in _serious(order, findings) if f.source not in sources_left_out(order)]


def _serious(order: Order, findings: list[Finding]) -> list[Finding]:
    return [
        f
        for f in findings
        if f.severity == "critical"
        and order.received.get(f.source_file, order.as_of) <= order.as_of
    ]


def sources_left_out(order: Order) -> set[str]:
    """The sources that nothing is used of, because the run goes on without all their figures."""
    figures = ranked_figures(load_sources())
    used = {one.source for one in figures if one.name not in order.without}
    return {one.source for one in figures} - used


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
