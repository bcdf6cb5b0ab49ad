"""The sample's files that mutants are made from, opened and read once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from infobank.checking import CheckedSource, ReceivedReading
from infobank.contracts import SourceContract, load_sources
from infobank.domain.deliveries import sha256_of
from infobank.domain.paths import project_root
from infobank.domain.register import NameResolver, Register, load_register
from infobank.domain.synthetic_files import committed_list, hashes_in
from infobank.reading import Layout, OpenedFile, Reading, load_layouts, open_delivery
from infobank.reading.read_file import read

LONGEST_BASE = 200
"""Lines of a text file that mutants are made from; the children's survey has two thousand."""

WEIGHTS = {
    "yjb_custody": 18,
    "yjb_first_time_entrants": 18,
    "yjb_reoffending": 18,
    "population_10_17": 8,
    "case_spreadsheets": 8,
    "published_inspections": 5,
    "hours_and_budget": 4,
    "pomi": 4,
}
"""How many mutants of a hundred or so are made of each source; two of every other."""


@dataclass(frozen=True)
class Cellref:
    """One figure of a file: its sheet, its place counted from (0, 0) and its contract column."""

    sheet: str
    row: int
    col: int
    column: str
    kind: str
    total: bool


@dataclass(frozen=True)
class Base:
    """One good file and what the gates say of it.

    Attributes:
        contract: its source.
        path: the file.
        received: the day its folder names.
        content: its bytes; of a long text file the first lines.
        delivery: the file, opened.
        history: the delivery before it, if there was one.
        figures: every figure of its records and totals.
        yots: its cells that name a YOT, as figures are.
        checked: what the gates say of it as it is; set once they have been asked.
    """

    contract: SourceContract
    path: Path
    received: date
    content: bytes
    delivery: OpenedFile
    history: tuple[ReceivedReading, ...]
    figures: tuple[Cellref, ...]
    names: tuple[Cellref, ...]
    labels: tuple[Cellref, ...]
    reading: ReceivedReading
    checked: CheckedSource | None = None


@dataclass(frozen=True)
class Library:
    """Everything that mutants are made with."""

    bases: tuple[Base, ...]
    sources: dict[str, SourceContract]
    layouts: tuple[Layout, ...]
    register: Register
    names: NameResolver


def load_library(sources: tuple[str, ...] = ()) -> Library:
    """Open the bases: the last deliveries of every source of the sample (or of those named)."""
    contracts = load_sources()
    chosen = sources or tuple(contracts)
    sample = project_root() / "raw" / "sample"
    bases: list[Base] = []
    for source in chosen:
        files = sorted(
            (date.fromisoformat(p.parent.name), p)
            for p in (sample / source).glob("*/*")
            if not p.name.endswith(".meta.json")
        )
        for place in _places(source, len(files)):
            earlier = files[place - 1] if place and contracts[source].sla else None
            bases.append(_base(contracts[source], files[place], earlier))
    register = load_register()
    layouts = tuple(load_layouts())
    return Library(tuple(bases), contracts, layouts, register, NameResolver(register))


def _places(source: str, count: int) -> list[int]:
    """The last file; of sources that come in several layouts or formats, one of each."""
    if source.startswith("yjb_"):
        return [2, count - 3, count - 1]
    if source == "published_inspections":
        return list(range(count))
    return [count - 1] if count else []


def _base(
    contract: SourceContract, last: tuple[date, Path], earlier: tuple[date, Path] | None
) -> Base:
    received, path = last
    delivery, content = open_delivery(path), path.read_bytes()
    if delivery.is_text:
        grid = delivery.sheets[0]
        if len(grid.lines) > 3 * LONGEST_BASE:
            delivery = replace(delivery, sheets=(replace(grid, lines=grid.lines[:LONGEST_BASE]),))
            content = b"".join(content.splitlines(keepends=True)[:LONGEST_BASE])
    history: tuple[ReceivedReading, ...] = ()
    if earlier is not None:
        told = _read(earlier[1], contract)
        history = (ReceivedReading(told, earlier[0]),)
    reading = _read(path, contract)
    found = _cells(contract, reading)
    within = {grid.name: len(grid.lines) for grid in delivery.sheets}
    figures, names, labels = (
        tuple(c for c in cells if c.row < within.get(c.sheet, 0)) for cells in found
    )
    return Base(
        contract,
        path,
        received,
        content,
        delivery,
        history,
        figures,
        names,
        labels,
        ReceivedReading(reading, received),
    )


def _read(path: Path, contract: SourceContract) -> Reading:
    declared = sha256_of(path) in hashes_in(committed_list())
    reading, _ = read(path, path.name, contract.id, synthetic=declared)
    return reading


FIGURES = ("count", "rate", "percentage", "number", "stars")


def _cells(contract: SourceContract, reading: object) -> tuple[list[Cellref], ...]:
    figures: dict[tuple[str, int, int], Cellref] = {}
    names: dict[tuple[str, int, int], Cellref] = {}
    labels: dict[tuple[str, int, int], Cellref] = {}
    for total, frames in ((False, reading.objects), (True, reading.totals)):  # type: ignore[attr-defined]
        for name, frame in frames.items():
            for column in contract.objects[name].columns:
                told = zip(frame["source_sheet"], frame[f"cell.{column.name}"], strict=True)
                chosen = {"yot_name": names, "period": labels}.get(str(column.kind), labels)
                if column.kind in FIGURES or (column.enum and not total):
                    chosen = figures
                elif chosen is labels and column.kind != "period":
                    continue
                for sheet, cell in told:
                    if not isinstance(cell, str) or not cell or "!" in cell or ":" in cell:
                        continue
                    row, col = place_of(cell)
                    chosen[sheet, row, col] = Cellref(
                        sheet, row, col, column.name, str(column.kind), total
                    )
    return list(figures.values()), list(names.values()), list(labels.values())


def place_of(cell: str) -> tuple[int, int]:
    """Row and column of an A1 address, counted from 0."""
    letters = cell.rstrip("0123456789")
    col = 0
    for letter in letters:
        col = col * 26 + ord(letter) - 64
    return int(cell[len(letters) :]) - 1, col - 1
