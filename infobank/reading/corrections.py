"""Corrections as data: a cell that a sender got wrong, what it should hold, and who says so.

A correction (``schemas/corrections/*.yaml``) changes one cell of a delivered file before it is
read, never the file. It is guarded: a file whose cell no longer holds the wrong value has been put
right by its sender, and the correction, now out of date, is a critical finding until it is deleted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from infobank.contracts.model import ContractError, SourceContract
from infobank.domain.findings import Finding, Place, finding, position
from infobank.domain.in_words import day_in_words
from infobank.domain.paths import schemas_root
from infobank.domain.settings import Settings, load
from infobank.reading.cells import Cell, text_of
from infobank.reading.grid import Grid, OpenedFile

_REQUIRED = {"source", "cell", "column", "from", "to", "why", "reported_by", "known_from"}
_OPTIONAL = {"file", "sha256", "sheet"}
_A1 = re.compile(r"([A-Z]{1,3})([1-9]\d*)")


@dataclass(frozen=True)
class Correction:
    """One cell put right.

    Attributes:
        id: the file it stands in and its place there (``brent.yaml, 1``).
        source: id of the source contract.
        file: the delivered file's name, or the end of its path; every delivery of that name is
            meant. "" where the hash alone says which file.
        sha256: the hash of the one file meant; "" for every file of the name.
        sheet: the sheet; "" in a text file.
        cell: the cell's address.
        column: the contract's column that the cell belongs to, or is the total of.
        was: what the cell holds.
        to: what it should hold.
        why: how that is known, in a sentence without its full stop.
        reported_by: the role of who reported it; never a name.
        known_from: the day it became known; no ranking as of an earlier day uses it.
    """

    id: str
    source: str
    file: str
    sha256: str
    sheet: str
    cell: str
    column: str
    was: Cell
    to: Cell
    why: str
    reported_by: str
    known_from: date

    @property
    def position(self) -> tuple[int, int]:
        """Row and column of the cell, counted from 0."""
        return position(self.cell) or (0, 0)

    @property
    def digest(self) -> str:
        """A hash of all it says, for the record of what a run was given."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    def is_about(self, source_file: str, sha256: str) -> bool:
        """Whether a delivery of the correction's source is one it is meant for."""
        if self.sha256 and self.sha256 != sha256:
            return False
        return not self.file or f"/{source_file}".endswith(f"/{self.file}")


def load_corrections(
    sources: Mapping[str, SourceContract], root: Path | None = None
) -> tuple[Correction, ...]:
    """Every correction, in the order of the files.

    Raises:
        ContractError: a correction lacks something, says too much, or is about a column that the
            contract does not have or calls personal or sensitive (one plain sentence).
    """
    folder = (root or schemas_root()) / "corrections"
    files = tuple(sorted(folder.glob("*.yaml")))
    corrections = [c for f in files for c in _of_file(f)]
    for correction in corrections:
        _insist_on_column(correction, sources)
    return tuple(corrections)


def corrections_of(
    source: str, source_file: str, sha256: str, corrections: Iterable[Correction]
) -> list[Correction]:
    """Those of one delivery, the earliest known first."""
    own = [c for c in corrections if c.source == source and c.is_about(source_file, sha256)]
    return sorted(own, key=lambda c: (c.known_from, c.id))


class _Corrections(Settings):
    """One file of corrections; an entry's cells may hold anything, so each is looked at here."""

    corrections: tuple[dict[str, Any], ...] | None


def _of_file(path: Path) -> tuple[Correction, ...]:
    listed = load(_Corrections, path, ContractError).corrections or ()
    return tuple(
        _correction(f"{path.name}, {number}", entry) for number, entry in enumerate(listed, start=1)
    )


def _correction(name: str, entry: Mapping[str, Any]) -> Correction:
    keys = set(entry)
    if wrong := sorted((_REQUIRED - keys) | (keys - _REQUIRED - _OPTIONAL)):
        msg = (
            f"Correction {name}: {', '.join(map(str, wrong))} is missing or unknown. A correction "
            f"has {', '.join(sorted(_REQUIRED))}, file or sha256, and sheet where there are some."
        )
        raise ContractError(msg)
    if not (entry.get("file") or entry.get("sha256")):
        raise ContractError(f"Correction {name}: say which file is meant, by file or sha256.")
    if not _A1.fullmatch(str(entry["cell"])):
        raise ContractError(f"Correction {name}: {entry['cell']!r} is no cell such as Q160.")
    if type(entry["known_from"]) is not date:
        raise ContractError(f"Correction {name}: known_from is a day, written 2013-08-12.")
    if text_of(entry["from"]) == text_of(entry["to"]):
        raise ContractError(f"Correction {name}: from and to are the same.")
    return Correction(
        id=name,
        source=str(entry["source"]),
        file=str(entry.get("file") or ""),
        sha256=str(entry.get("sha256") or ""),
        sheet=str(entry.get("sheet") or ""),
        cell=str(entry["cell"]),
        column=str(entry["column"]),
        was=entry["from"],
        to=entry["to"],
        why=str(entry["why"]).strip().rstrip("."),
        reported_by=str(entry["reported_by"]).strip(),
        known_from=entry["known_from"],
    )


def _insist_on_column(correction: Correction, sources: Mapping[str, SourceContract]) -> None:
    contract = sources.get(correction.source)
    if contract is None:
        raise ContractError(f"Correction {correction.id}: no source is {correction.source!r}.")
    columns = [
        column
        for record in contract.objects.values()
        for column in record.columns
        if column.name == correction.column
    ]
    if not columns:
        msg = f"Correction {correction.id}: {contract.id} has no column {correction.column!r}."
        raise ContractError(msg)
    if any(column.classification != "public" for column in columns):
        msg = (
            f"Correction {correction.id}: {correction.column} is about a person, and corrections "
            "are kept where everyone can read them. Ask the sender for the file again."
        )
        raise ContractError(msg)


def amend(
    delivery: OpenedFile, corrections: Sequence[Correction], source_file: str
) -> tuple[OpenedFile, list[Finding]]:
    """A delivery with its corrections made.

    Returns:
        The delivery as it should have been, and a finding for each correction: ``corrected`` for
        one that was made, the critical ``correction_not_applied`` for one that fits no longer.
    """
    findings: list[Finding] = []
    for correction in corrections:
        grid = next((g for g in delivery.sheets if g.name == correction.sheet), None)
        says, facts = _wrong(correction, grid)
        if grid is None or says:
            findings.append(not_applied(correction, source_file, says, **facts))
            continue
        row, col = correction.position
        lines = list(grid.lines)
        line = list(lines[row])
        line[col] = _as_held(correction.to, line[col])
        lines[row] = line
        sheets = tuple(replace(g, lines=lines) if g is grid else g for g in delivery.sheets)
        delivery = replace(delivery, sheets=sheets)
        findings.append(_made(correction, source_file))
    return delivery, findings


def _wrong(correction: Correction, grid: Grid | None) -> tuple[str, dict[str, str]]:
    """What keeps a correction from being made, by its sentence and facts; ("", {}) for nothing."""
    if grid is None:
        return "no_sheet", {"missing": correction.sheet}
    row, col = correction.position
    if row >= len(grid.lines) or col >= len(grid.lines[row]):
        return "no_cell", {}
    held, was = text_of(grid.lines[row][col]), text_of(correction.was)
    if held == was:
        return "", {}
    says = "put_right" if held == text_of(correction.to) else "other_value"
    return says, {"held": held, "was": was}


def _as_held(to: Cell, held: Cell) -> Cell:
    """The right value in the kind of cell it goes into, as the reader would have met it."""
    if isinstance(held, str) and held:
        return text_of(to)
    if isinstance(to, int) and not isinstance(to, bool):
        return float(to)
    if isinstance(to, date) and not isinstance(to, datetime):
        return datetime.combine(to, time(0))
    return "" if to is None else to


def _made(correction: Correction, source_file: str) -> Finding:
    return _finding(
        correction,
        source_file,
        "corrected",
        was=text_of(correction.was) or "nothing",
        to=text_of(correction.to) or "nothing",
        day=day_in_words(correction.known_from),
        why=correction.why,
        reporter=correction.reported_by,
    )


def not_applied(correction: Correction, source_file: str, says: str, **facts: str) -> Finding:
    """The finding on a correction that cannot be made.

    Args:
        correction: the correction.
        source_file: the file it is of.
        says: why, by the name of the sentence in ``schemas/findings.yaml``.
        facts: what fills its gaps.
    """
    code = "correction_not_applied"
    return _finding(correction, source_file, code, says=says, id=correction.id, **facts)


def unused(correction: Correction) -> Finding:
    """The finding on a correction of a file that has not come."""
    named = correction.file or f"a file of hash {correction.sha256[:12]}"
    not_used = not_applied(correction, named, "no_file")
    return replace(not_used, source_file="", severity="warning")


def _finding(correction: Correction, source_file: str, code: str, **facts: Any) -> Finding:
    return finding(
        code,
        Place(source_file, correction.sheet, correction.cell),
        source=correction.source,
        found=text_of(correction.was),
        expected=text_of(correction.to),
        **facts,
    )
