"""The four gates in their order, over all deliveries of one source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from infobank.checking.arithmetic import check_rates, check_totals
from infobank.checking.checked_records import Copied, Records
from infobank.checking.coverage import check_coverage
from infobank.checking.history import check_against_earlier
from infobank.checking.keys import check_keys, copy_findings
from infobank.checking.period_order import check_periods_follow, check_periods_over
from infobank.checking.stars import check_stars
from infobank.checking.statements import check_statements
from infobank.checking.thresholds import CheckSettings, load_settings
from infobank.contracts.expectations import ExpectationResult, validate
from infobank.contracts.model import RecordContract, SourceContract
from infobank.domain.findings import Finding, Place, finding
from infobank.domain.register import Register
from infobank.reading import Reading
from infobank.reading.pseudonyms import withhold


@dataclass(frozen=True)
class ReceivedReading:
    """One file as read, with the day its contents became known."""

    reading: Reading
    received: date


@dataclass(frozen=True)
class CheckedSource:
    """The deliveries of one source after the gates.

    Attributes:
        source: id of the contract.
        objects: per object one frame, a row per record read, with ``refused``, ``source_file``,
            ``known_from`` and ``synthetic``.
        findings: everything the reader and the gates found, in order of file.
        counts: one row per file, sheet and object: source_file, sheet, object, rows_read,
            rows_accepted, rows_quarantined. Accepted and quarantined add up to read, always.
    """

    source: str
    objects: dict[str, pd.DataFrame]
    findings: list[Finding]
    counts: pd.DataFrame


def check_source(
    contract: SourceContract,
    readings: list[ReceivedReading],
    register: Register,
    settings: CheckSettings | None = None,
    starts: Callable[[str], None] = lambda _: None,
) -> CheckedSource:
    """Pass all deliveries of one source through the gates.

    Args:
        contract: the source's contract.
        readings: its deliveries as read.
        register: the register.
        settings: the thresholds; those of ``schemas/checks.yaml`` by default.
        starts: told the name of each kind of record before its gates begin.

    Raises:
        AssertionError: a record is unaccounted for, which would be our own fault.
    """
    settings = settings or load_settings()
    findings = [f for item in readings for f in item.reading.findings]
    objects: dict[str, pd.DataFrame] = {}
    copied: list[Copied] = []
    for name, record_contract in contract.objects.items():
        starts(name)
        frame = _together(readings, name, register)
        if frame.empty:
            continue
        records = Records(contract.id, record_contract, frame)
        check_keys(records, contract.severity)
        _check_expectations(records, record_contract)
        check_rates(records)
        check_stars(records)
        check_totals(records, _totals(readings, name))
        check_statements(records)
        check_periods_over(records)
        check_periods_follow(records, contract.sla.get("frequency_months"))
        check_coverage(records, register, settings, contract.severity)
        check_against_earlier(records, settings)
        objects[name] = records.frame
        findings += records.findings
        copied += records.copied
    findings += copy_findings(contract.id, copied)
    counts = _account(readings, objects, findings)
    return CheckedSource(contract.id, objects, withhold(findings, objects, contract), counts)


def _together(readings: list[ReceivedReading], name: str, register: Register) -> pd.DataFrame:
    frames = []
    for item in readings:
        frame = item.reading.objects.get(name)
        if frame is None or frame.empty:
            continue
        frames.append(
            frame.assign(
                source_file=item.reading.source_file,
                known_from=pd.Timestamp(item.received),
                synthetic=item.reading.synthetic,
            )
        )
    if not frames:
        return pd.DataFrame()
    frame = pd.concat(frames, ignore_index=True)
    frame["refused"] = frame["refused"].astype(bool)
    if "yot_id" in frame.columns:
        frame["home_region"] = frame["yot_id"].map(
            register.yots.set_index("yot_id")["region"].to_dict()
        )
    return frame


def _totals(readings: list[ReceivedReading], name: str) -> pd.DataFrame:
    frames = [
        item.reading.totals[name].assign(source_file=item.reading.source_file)
        for item in readings
        if name in item.reading.totals and not item.reading.totals[name].empty
    ]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _check_expectations(records: Records, contract: RecordContract) -> None:
    usable = records.usable()
    if usable.empty:
        return
    for result in validate(usable, contract.columns, contract.expectations):
        if result.index is None:
            records.findings.append(_about_all(records, usable, result))
            continue
        refuse = result.severity == "critical"
        records.report(
            result.index,
            result.column,
            "value_out_of_range",
            says="expectation",
            sentence=result.message,
            found=records.frame.at[result.index, result.column],
            expected=result.expected,
            refuse=refuse,
        )


def _about_all(records: Records, usable: pd.DataFrame, result: ExpectationResult) -> Finding:
    """A finding on all records together names the newest delivery, which brought it about."""
    newest = usable[usable["known_from"] == usable["known_from"].max()]
    file = str(newest["source_file"].max())
    sheets = newest.loc[newest["source_file"] == file, "source_sheet"].dropna().unique()
    sheet = str(sheets[0]) if len(sheets) == 1 else ""
    return finding(
        "value_out_of_range",
        Place(file, sheet),
        says="expectation_of_all",
        source=records.source,
        sentence=result.message,
        expected=result.expected,
        severity=result.severity,
    )


def _account(
    readings: list[ReceivedReading], objects: dict[str, pd.DataFrame], findings: list[Finding]
) -> pd.DataFrame:
    read = [item.reading.counts.assign(source_file=item.reading.source_file) for item in readings]
    columns = ["source_file", "sheet", "object", "rows_read"]
    counts = pd.concat([pd.DataFrame(columns=columns), *read], ignore_index=True)[columns]
    outcome: dict[tuple[str, str, str], tuple[int, int]] = {}
    for name, frame in objects.items():
        for (file, sheet), rows in frame.groupby(["source_file", "source_sheet"], dropna=False):
            refused = int(rows["refused"].sum())
            outcome[str(file), str(sheet), name] = (len(rows) - refused, refused)
    keys = list(zip(counts["source_file"], counts["sheet"], counts["object"], strict=True))
    counts["rows_accepted"] = [outcome.get(k, (0, 0))[0] for k in keys]
    counts["rows_quarantined"] = [outcome.get(k, (0, 0))[1] for k in keys]
    _insist(counts, findings)
    return counts


def _insist(counts: pd.DataFrame, findings: list[Finding]) -> None:
    """Nothing is lost: a record is accepted or refused, and each refusal has its finding."""
    lost = counts[counts["rows_read"] != counts["rows_accepted"] + counts["rows_quarantined"]]
    if not lost.empty:
        raise AssertionError(f"records unaccounted for:\n{lost.to_string()}")
    accounted = pd.Series({f: 0 for f in counts["source_file"].unique()}, dtype="int64")
    for found in findings:
        if found.source_file in accounted.index:
            accounted[found.source_file] += found.rows_refused
    refused = counts.groupby("source_file")["rows_quarantined"].sum()
    silent = [f for f in accounted.index if accounted[f] != refused.get(f, 0)]
    if silent:
        raise AssertionError(f"records refused without a finding in {', '.join(silent)}")
