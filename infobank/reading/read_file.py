"""One delivered file read with its contract, or with the one it looks meant for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd

from infobank.contracts import SourceContract, load_sources
from infobank.domain.findings import (
    Finding,
    FindingError,
    Place,
    finding,
    without_hints,
    without_nearest,
)
from infobank.domain.register import load_register
from infobank.reading import Reading, load_layouts, open_delivery, read_delivery
from infobank.reading.corrections import (
    Correction,
    amend,
    not_applied,
)
from infobank.reading.deliver import guess_opened, read_opened
from infobank.reading.pseudonyms import may_be_shown, pseudonymise


def read(
    path: Path,
    source_file: str,
    source: str = "",
    starts: Callable[[str], None] = lambda _: None,
    *,
    synthetic: bool = False,
) -> tuple[Reading, str]:
    """Read a file with its contract, or with the one it looks meant for.

    Args:
        path: the file.
        source_file: its path relative to the raw folder.
        source: id of its contract; guessed from its looks where empty.
        starts: told what is being done, in words.
        synthetic: whether the file is declared synthetic.

    Returns:
        The reading, pseudonymised, and the contract's id; "" where no contract fits, and then
        the reading holds nothing but the finding that says so.
    """
    sources, layouts = load_sources(), load_layouts()
    names = load_register().names
    starts(f"Opening {path.name}")
    if source:
        contract = sources[source]
        own = [layout for layout in layouts if layout.contract == source]
        try:
            reading = read_delivery(path, source_file, contract, own, names, synthetic=synthetic)
        except FindingError as problem:
            return _refused_whole(problem, source_file, contract), source
        return pseudonymise(reading, contract), source
    try:
        delivery = open_delivery(path, source_file)
    except FindingError as problem:
        refusal = replace(without_hints(problem.finding), severity="warning")
        return _refused("", source_file, refusal), ""
    layout, reasons = guess_opened(delivery, layouts)
    if layout is None:
        return _nothing(path, source_file, reasons), ""
    contract = sources[layout.contract]
    starts(f"Reading {_counted(len(delivery.sheets))} as {contract.title}")
    own = [la for la in layouts if la.contract == contract.id]
    try:
        reading = read_opened(delivery, source_file, contract, own, names, synthetic=synthetic)
    except FindingError as problem:
        return _refused_whole(problem, source_file, contract), contract.id
    return pseudonymise(reading, contract), contract.id


def _counted(sheets: int) -> str:
    return "1 sheet" if sheets == 1 else f"{sheets} sheets"


def _refused_whole(problem: FindingError, file: str, contract: SourceContract) -> Reading:
    refusal = replace(
        problem.finding, source=contract.id, source_file=file, severity=contract.severity
    )
    return _refused(contract.id, file, refusal)


def read_corrected(path: Path, as_it_came: Reading, corrections: list[Correction]) -> Reading:
    """Read a file with corrections made; every correction is a finding of the reading.

    Args:
        path: the file.
        as_it_came: what :func:`read` made of it. A correction of a cell that may hold something
            about a person is not made, whatever column it names.
        corrections: the corrections of the file.
    """
    contract, file = load_sources()[as_it_came.source], as_it_came.source_file
    known_public = may_be_shown(as_it_came.objects, contract, file)
    allowed = [c for c in corrections if known_public(c.sheet, c.cell)]
    refused = [
        replace(
            not_applied(c, file, "personal"),
            found="",
            expected="",
        )
        for c in corrections
        if c not in allowed
    ]
    own = [layout for layout in load_layouts() if layout.contract == contract.id]
    try:
        delivery, made = amend(open_delivery(path, file), allowed, file)
        synthetic = as_it_came.synthetic
        reading = read_opened(
            delivery, file, contract, own, load_register().names, synthetic=synthetic
        )
    except FindingError as problem:
        return _refused_whole(problem, file, contract)
    dated = [f for f in as_it_came.findings if f.code == "received_date_assumed"]
    reading = replace(reading, findings=[*reading.findings, *made, *refused, *dated])
    return pseudonymise(reading, contract)


def _nothing(path: Path, source_file: str, reasons: list[str]) -> Reading:
    # A file nobody knows may be about children, so its own words are not quoted.
    refusal = finding(
        "file_not_recognised",
        Place(source_file),
        says="of_no_source",
        nearest=without_nearest(reasons[0]) if reasons else "",
        found=path.suffix,
        expected="a delivery of a known source",
    )
    return _refused("", source_file, refusal)


def _refused(source: str, source_file: str, refusal: Finding) -> Reading:
    return Reading(
        source=source,
        source_file=source_file,
        layout="",
        synthetic=False,
        objects={},
        totals={},
        counts=pd.DataFrame(
            {
                "sheet": pd.array([], dtype="str"),
                "object": pd.array([], dtype="str"),
                "rows_read": pd.array([], dtype="Int64"),
            }
        ),
        findings=[refusal],
    )
