"""Corrected facts as later vintages of the facts they correct.

A correction that became known after its file came changes no ranking of the days between. The file
passes the gates as it came; then once more with the correction made; and the records that come out
otherwise enter beside the uncorrected ones, known from the correction's day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from infobank.checking import CheckedSource, ReceivedReading, check_source
from infobank.contracts import SourceContract
from infobank.domain.findings import Finding, Place, finding, put_right
from infobank.domain.register import Register
from infobank.reading import Reading

_BOOKKEEPING = frozenset({"known_from", "synthetic", "source_file", "record", "home_region"})


def add_corrected(
    checked: CheckedSource,
    contract: SourceContract,
    source_file: str,
    vintages: Sequence[tuple[date, Path]],
    as_of: date,
    register: Register,
) -> CheckedSource:
    """Add the corrected records of one file to what the gates made of its source.

    Args:
        checked: the source after the gates, its files as they came.
        contract: its contract.
        source_file: the file corrected.
        vintages: its readings with corrections made, by the day those became known.
        as_of: corrections known later are left out.
        register: the register.

    Returns:
        The same with the corrected records added, known from the correction's day; what the gates
        say of them added to the findings; and critical findings that the corrections put right
        turned into warnings. The counts stay those of the file as it came.
    """
    if not vintages:
        return checked  # nearly every file: looking for its records would take all of the source's
    before = {
        name: frame[frame["source_file"] == source_file] for name, frame in checked.objects.items()
    }
    for day, folder in vintages:
        if day > as_of:
            break
        reading = Reading.load(folder)
        after = check_source(contract, [ReceivedReading(reading, day)], register)
        findings = _together(checked.findings, after.findings, source_file, day)
        if lost := _lost(before, after.objects, contract):
            findings.append(_key_changed(contract, source_file, lost))
            return replace(checked, findings=findings)
        objects = dict(checked.objects)
        for name, frame in after.objects.items():
            new = _changed(before.get(name), frame)
            known = objects.get(name)
            if known is not None:
                key = [c for c in contract.objects[name].key if c in new.columns]
                new = new[~_superseded(new, known, source_file, day, key)]
            if not new.empty:
                parts = [f for f in (known, new) if f is not None]
                objects[name] = pd.concat(parts, ignore_index=True)
        checked = replace(checked, objects=objects, findings=findings)
        before = after.objects
    return checked


def _changed(before: pd.DataFrame | None, after: pd.DataFrame) -> pd.DataFrame:
    """The accepted records that were not there before, or were there otherwise."""
    accepted = after[~after["refused"]]
    if before is None or before.empty:
        return accepted
    columns = [c for c in accepted.columns if c in before.columns and c not in _BOOKKEEPING]
    known = set(_rows(before, columns))
    return accepted[[row not in known for row in _rows(accepted, columns)]]


def _superseded(
    new: pd.DataFrame, known: pd.DataFrame, source_file: str, day: date, key: list[str]
) -> pd.Series:
    """Which corrected records a later file had given anew before the correction became known.

    The sender's newer word stands; an old file put right must not come after it.
    """
    own = known["source_file"] == source_file
    came = known.loc[own, "known_from"].min()
    since = ~own & ~known["refused"] & (known["known_from"] > came)
    since &= known["known_from"] <= pd.Timestamp(day)
    superseded = set(_rows(known[since], key)) if key else set()
    return pd.Series([row in superseded for row in _rows(new, key)], index=new.index, dtype=bool)


def _rows(frame: pd.DataFrame, columns: list[str]) -> list[tuple[str, ...]]:
    """Records as tuples of text, by which they can be compared; missing is the empty text."""
    texts = [frame[c].astype("str").fillna("").tolist() for c in columns]
    return list(zip(*texts, strict=True)) if texts else [()] * len(frame)


def _lost(
    before: dict[str, pd.DataFrame], after: dict[str, pd.DataFrame], contract: SourceContract
) -> str:
    """The place of an accepted record that a correction would leave without a successor."""
    for name, frame in before.items():
        key = [c for c in contract.objects[name].key if c in frame.columns]
        accepted = frame[~frame["refused"]]
        if not key or accepted.empty:
            continue
        later = after.get(name)
        kept = set() if later is None else set(_rows(later[~later["refused"]], key))
        for row, place in zip(_rows(accepted, key), accepted["source_cell"], strict=True):
            if row not in kept:
                return str(place)
    return ""


def _key_changed(contract: SourceContract, source_file: str, cell: str) -> Finding:
    return finding(
        "correction_not_applied",
        Place(source_file, "", cell),
        says="key_changed",
        source=contract.id,
        expected="a correction of a figure",
    )


def _together(
    before: list[Finding], after: list[Finding], source_file: str, day: date
) -> list[Finding]:
    """The findings of the file as it came, those put right marked, and the new ones."""
    still = {_identity(f) for f in after}
    known = {_identity(f) for f in before}
    kept = [
        put_right(f, day)
        if f.source_file == source_file and f.severity == "critical" and _identity(f) not in still
        else f
        for f in before
    ]
    # No record of the file is counted twice: what was refused is reported by the file as it came.
    return kept + [replace(f, rows_refused=0) for f in after if _identity(f) not in known]


def _identity(finding: Finding) -> tuple[str, str, str, str]:
    return finding.code, finding.sheet, finding.cell, finding.message
