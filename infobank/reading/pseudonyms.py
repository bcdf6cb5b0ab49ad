"""Case identifiers become pseudonyms on the way in.

A keyed hash (HMAC-SHA-256) turns each identifier into the same pseudonym every time, so a case
can be followed through deliveries and never back to the child. The key comes from the environment
(``INFOBANK_CASE_KEY``) and is never in the repository. Files declared synthetic
(:mod:`infobank.domain.synthetic_files`) are about nobody and use a key that everyone may know.

Findings travel: into the quarantine, onto screens, back to the sender. What stands in a column the
contract calls personal or sensitive is taken out of them, in synthetic deliveries too.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from infobank.contracts.model import SourceContract
from infobank.domain.findings import Finding, FindingError, Place, finding, withheld, without_hints
from infobank.reading import Reading
from infobank.reading.case_key import HOW_TO_MAKE, KEY_VARIABLE, SAMPLE_KEY, CaseKeyError, case_key

_LENGTH = 24

_ABOUT_THE_FORM = frozenset(
    {
        "case_key_missing",
        "case_key_weak",
        "column_unexpected",
        "corrected",
        "correction_not_applied",
        "coverage_low",
        "delivery_late",
        "file_unreadable",
        "received_date_assumed",
        "sheet_hidden",
        "sheet_missing",
        "sheet_not_read",
    }
)
"""Findings that quote names of files, sheets and columns, and never what stands in a record."""


def pseudonymise(reading: Reading, contract: SourceContract) -> Reading:
    """Replace every case identifier of a reading by its pseudonym.

    Raises:
        FindingError: the file is not synthetic, holds case identifiers, and there is no key, or
            none strong enough.
    """
    objects = dict(reading.objects)
    for name, frame in objects.items():
        columns = [
            c.name
            for c in contract.objects[name].columns
            if c.kind == "case_identifier" and c.name in frame.columns
        ]
        if not columns:
            continue
        key = _key(reading)
        frame = frame.copy()
        for column in columns:
            known = frame[column].notna()
            identifiers = frame.loc[known, column].astype("str")
            frame.loc[known, column] = [_pseudonym(identifier, key) for identifier in identifiers]
            frame[column] = frame[column].astype("str")
        objects[name] = frame
    return replace(reading, objects=objects)


def _key(reading: Reading) -> bytes:
    if reading.synthetic:
        return SAMPLE_KEY
    try:
        return case_key()
    except CaseKeyError as problem:
        raise FindingError(_no_key(reading, problem)) from problem


def _no_key(reading: Reading, problem: CaseKeyError) -> Finding:
    is_missing = problem.code == "case_key_missing"
    facts: dict[str, Any] = {} if is_missing else {"wrong": problem.wrong}
    return finding(
        problem.code,
        Place(reading.source_file),
        source=reading.source,
        found="no key" if is_missing else "a weak key",
        expected=KEY_VARIABLE,
        how=HOW_TO_MAKE,
        **facts,
    )


def names_cases(contract: SourceContract) -> bool:
    """Whether the files of a source hold case identifiers."""
    return any(
        column.kind == "case_identifier"
        for record in contract.objects.values()
        for column in record.columns
    )


def _pseudonym(identifier: str, key: bytes) -> str:
    return hmac.new(key, identifier.strip().encode(), hashlib.sha256).hexdigest()[:_LENGTH]


def has_personal_columns(contract: SourceContract) -> bool:
    """Whether any column of a source is personal or sensitive."""
    return any(
        column.classification != "public"
        for record in contract.objects.values()
        for column in record.columns
    )


def withhold(
    findings: list[Finding], objects: Mapping[str, pd.DataFrame], contract: SourceContract
) -> list[Finding]:
    """Take personal and sensitive values out of the findings of one source.

    In a source with such columns a value is shown only where its cell is known to belong to a
    public column; anything else (a line that became no record, a header that may be a line of
    data) is treated as personal.

    Args:
        findings: the findings, of any of the source's files.
        objects: its records as the gates have them: ``source_file``, ``source_sheet`` and
            ``cell.<column>``.
        contract: the source's contract.

    Returns:
        The same findings in the same order; where a value was quoted, ``found`` is
        ``(not shown)`` and the sentence is made anew from the finding's code.
    """
    if not findings or not has_personal_columns(contract):
        return findings
    files = {f.source_file for f in findings}
    own = {name: _of_files(frame, files) for name, frame in objects.items()}
    hidden = set(_places(own, contract, public=False))
    shown = set(_places(own, contract, public=True)) - hidden
    return [
        f
        if f.code in _ABOUT_THE_FORM or (f.source_file, f.sheet, f.cell) in shown
        else _silenced(f)
        for f in findings
    ]


def _of_files(frame: pd.DataFrame, files: set[str]) -> pd.DataFrame:
    return frame[frame["source_file"].isin(files)] if "source_file" in frame else frame


def may_be_shown(
    objects: Mapping[str, pd.DataFrame], contract: SourceContract, source_file: str
) -> Callable[[str, str], bool]:
    """Whether what stands in a cell of one file, by sheet and address, may be told to everyone."""
    if not has_personal_columns(contract):
        return lambda sheet, cell: True
    hidden = set(_places(objects, contract, public=False, source_file=source_file))
    shown = set(_places(objects, contract, public=True, source_file=source_file)) - hidden
    return lambda sheet, cell: (source_file, sheet, cell) in shown


def _places(
    objects: Mapping[str, pd.DataFrame],
    contract: SourceContract,
    *,
    public: bool,
    source_file: str = "",
) -> Iterator[tuple[str, str, str]]:
    """File, sheet and address of every cell of a public column, or of every other one."""
    for name, frame in objects.items():
        record = contract.objects[name]
        columns = [c for c in record.columns if (c.classification == "public") is public]
        for held in (f"cell.{c.name}" for c in columns):
            if held in frame.columns:
                yield from _cells(frame, held, source_file)


def _cells(frame: pd.DataFrame, held: str, source_file: str) -> Iterator[tuple[str, str, str]]:
    files: Iterable[object] = (
        frame["source_file"] if "source_file" in frame else [source_file] * len(frame)
    )
    for file, sheet, cell in zip(files, frame["source_sheet"], frame[held], strict=True):
        if isinstance(cell, str) and cell:
            own = str(sheet) if isinstance(sheet, str) else ""
            yield str(file), own, cell
            if "!" in cell:  # carried over from a form on another sheet
                other, _, there = cell.rpartition("!")
                yield str(file), other, there


def _silenced(original: Finding) -> Finding:
    if original.code == "file_not_recognised":
        return without_hints(original)
    return withheld(original)
