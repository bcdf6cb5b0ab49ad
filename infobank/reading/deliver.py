"""Read a delivered file by its contract and layout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from infobank.contracts.model import RecordContract, SourceContract
from infobank.domain.findings import FindingError, address, column_letters
from infobank.domain.register import NameResolver
from infobank.reading.finding_log import FindingLog
from infobank.reading.grid import Grid, OpenedFile, open_delivery
from infobank.reading.headings import matches
from infobank.reading.layout import Layout, Part
from infobank.reading.layouts.disposal_block import read_blocks
from infobank.reading.layouts.form import read_form
from infobank.reading.layouts.table import TableReading, read_table
from infobank.reading.names import MISSING_NOTES, NameCells
from infobank.reading.recognition import Fit, best_fits, missing_words
from infobank.reading.record_maker import Gathered, RecordMaker
from infobank.reading.result import COUNT_COLUMNS, Reading

_SHOWN = 6
_ONE_LINE = TableReading(Gathered(""), Gathered(""), lines=1, record_lines=1)


def read_delivery(
    path: Path,
    source_file: str,
    contract: SourceContract,
    layouts: Sequence[Layout],
    names: NameResolver,
    *,
    synthetic: bool = False,
) -> Reading:
    """Read one delivered file of a source.

    Args:
        path: the file.
        source_file: its path relative to the raw folder, as findings name it.
        contract: the source's contract.
        layouts: the layouts known; those of other sources only serve to say what the file is.
        names: the register's names.
        synthetic: whether the file is declared synthetic; nothing in it can make it so.

    Raises:
        FindingError: the file cannot be opened (``file_unreadable``) or is of no layout of this
            source (``file_not_recognised``).
    """
    try:
        delivery = open_delivery(path, source_file)
    except FindingError as problem:
        refusal = replace(problem.finding, source=contract.id, severity=contract.severity)
        raise FindingError(refusal) from problem
    return read_opened(delivery, source_file, contract, layouts, names, synthetic=synthetic)


def read_opened(
    delivery: OpenedFile,
    source_file: str,
    contract: SourceContract,
    layouts: Sequence[Layout],
    names: NameResolver,
    *,
    synthetic: bool = False,
) -> Reading:
    """Read a file that is open already; see :func:`read_delivery`.

    Raises:
        FindingError: the file is of no layout of this source (``file_not_recognised``).
    """
    log = FindingLog(contract.id, source_file, contract.severity)
    best = _choose(delivery, contract, layouts, log)
    run = _Run(delivery, contract, best.layout, names, log)
    reading = replace(run.read(), synthetic=synthetic)
    if not best.whole and not _explained(reading):
        raise _not_recognised(best, layouts, delivery, log)
    return reading


def guess(path: Path, layouts: Sequence[Layout]) -> tuple[Layout | None, list[str]]:
    """Which layout (and so which contract) a file is meant for.

    Returns:
        The layout every condition of which holds, or None; and in words what was found: for
        each layout that nearly fits, what is missing.
    """
    try:
        delivery = open_delivery(path)
    except FindingError as problem:
        return None, [problem.finding.message]
    return guess_opened(delivery, layouts)


def guess_opened(
    delivery: OpenedFile, layouts: Sequence[Layout]
) -> tuple[Layout | None, list[str]]:
    """Which layout a file is meant for that is open already; see :func:`guess`."""
    fits = best_fits(delivery, layouts)
    if not fits:
        return None, ["No layouts are known."]
    if fits[0].whole:
        chosen = fits[0].layout
        also = [f.layout.layout for f in fits[1:] if f.whole and f.asked == fits[0].asked]
        reasons = [f"It is laid out as {chosen.layout}, for {chosen.contract}."]
        reasons += [f"It would also fit {name}." for name in also]
        return chosen, reasons
    near = [f for f in fits if f.held > 0][:3]
    return None, [
        f"Not {f.layout.contract} ({f.layout.layout}): {missing_words(f, delivery)}." for f in near
    ]


def _choose(
    delivery: OpenedFile, contract: SourceContract, layouts: Sequence[Layout], log: FindingLog
) -> Fit:
    own = [layout for layout in layouts if layout.contract == contract.id]
    fits = best_fits(delivery, own)
    if fits and (fits[0].whole or (fits[0].format_fits and fits[0].held > 1)):
        return fits[0]
    raise _not_recognised(fits[0] if fits else None, layouts, delivery, log)


def _explained(reading: Reading) -> bool:
    """Whether the reading itself says what keeps the file from being of its layout."""
    return any(f.code in ("column_missing", "sheet_missing") for f in reading.findings)


def _not_recognised(
    near: Fit | None, layouts: Sequence[Layout], delivery: OpenedFile, log: FindingLog
) -> FindingError:
    facts = {
        "contract": log.source,
        "nearest": near.layout.layout if near is not None else "",
        "lacks": missing_words(near, delivery) if near is not None else "",
        "expected": "a known layout",
    }
    others = best_fits(delivery, [la for la in layouts if la.contract != log.source])
    if others and others[0].whole:
        facts |= {"says": "of_another_source", "other": others[0].layout.contract}
    return log.refuse_file("file_not_recognised", **facts)


@dataclass
class _Run:
    """Reading one delivery by one layout."""

    delivery: OpenedFile
    contract: SourceContract
    layout: Layout
    names: NameResolver
    log: FindingLog
    frames: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    totals: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    counts: list[tuple[object, ...]] = field(default_factory=list)
    carried: dict[str, Gathered] = field(default_factory=dict)

    def read(self) -> Reading:
        """Read every part, forms first, since tables may carry their values."""
        self._mention_sheets()
        for part in sorted(self.layout.parts, key=lambda p: p.shape != "form"):
            self._read_part(part)
        order = [part.object for part in self.layout.parts]
        objects = {name: _joined(self.frames[name]) for name in order if name in self.frames}
        totals = {name: _joined(self.totals[name]) for name in order if name in self.totals}
        counts = pd.DataFrame(self.counts, columns=list(COUNT_COLUMNS))
        for column in COUNT_COLUMNS:
            text = column in ("sheet", "object")
            counts[column] = counts[column].astype("str" if text else "Int64")
        return Reading(
            source=self.contract.id,
            source_file=self.log.source_file,
            layout=self.layout.layout,
            synthetic=False,
            objects=objects,
            totals=totals,
            counts=counts,
            findings=list(self.log.findings),
            understood=self.delivery.reading,
        )

    def _sheets_of(self, part: Part) -> list[Grid]:
        if self.delivery.is_text:
            return list(self.delivery.sheets)
        ignored = self.layout.ignore_sheets
        return [
            sheet
            for sheet in self.delivery.sheets
            if matches(sheet.name, part.sheets) and not matches(sheet.name, ignored)
        ]

    def _mention_sheets(self) -> None:
        """Say which sheets nobody reads, and which are hidden."""
        read = {s.name for part in self.layout.parts for s in self._sheets_of(part)}
        for sheet in self.delivery.sheets if not self.delivery.is_text else ():
            if matches(sheet.name, self.layout.ignore_sheets):
                continue
            if sheet.name in read:
                self._mention_hidden(sheet)
            if not sheet.visible:
                says = "read" if sheet.name in read else "not_read"
                self.log.report("sheet_hidden", self.log.place(sheet.name), says=says)
            elif sheet.name not in read and sheet.lines:
                self.log.report("sheet_not_read", self.log.place(sheet.name))

    def _mention_hidden(self, sheet: Grid) -> None:
        """Say which lines and columns of a sheet are read though a person does not see them."""
        hidden = [
            (kind, [name(number) for number in numbers])
            for kind, numbers, name in (
                ("lines", sheet.hidden_lines, lambda n: str(n + 1)),
                ("columns", sheet.hidden_columns, column_letters),
            )
            if numbers
        ]
        for kind, names in hidden:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            self.log.report(
                "rows_hidden",
                self.log.place(sheet.name),
                count=len(names),
                kind=kind,
                which=f"{', '.join(names[:_SHOWN])}{more}",
                found=f"{len(names)} hidden {kind}",
                expected="nothing hidden",
            )

    def _read_part(self, part: Part) -> None:
        contract = self.contract.objects.get(part.object)
        if contract is None:
            msg = (
                f"layout {self.layout.layout}: the contract {self.contract.id} has no object "
                f'"{part.object}".'
            )
            raise ValueError(msg)
        sheets = self._sheets_of(part)
        if not sheets:
            self._no_sheet(part)
        notes = part.blocks.missing_note if part.blocks else MISSING_NOTES
        cells = NameCells(self.names, notes)
        maker = RecordMaker(contract, part, self.layout.marker_set, cells, self.log)
        if part.shape == "disposal_blocks":
            self._blocks(sheets, part, maker)
            return
        for sheet in sheets:
            if part.shape == "form":
                self._form(sheet, part, contract, maker)
            else:
                self._table(sheet, part, contract, maker)
        self.frames.setdefault(part.object, []).append(maker.frame(Gathered("")))

    def _no_sheet(self, part: Part) -> None:
        names = ", ".join(f'"{sheet.name}"' for sheet in self.delivery.sheets)
        self.log.report(
            "sheet_missing",
            self.log.place(),
            wanted=part.sheets[0],
            found=names,
            expected=" or ".join(part.sheets),
            severity="warning" if part.optional else self.log.severity,
        )

    def _form(self, sheet: Grid, part: Part, contract: RecordContract, maker: RecordMaker) -> None:
        gathered = read_form(sheet, part, contract, self.log)
        if gathered is None:
            self._count(sheet, part, 1, _ONE_LINE)
            self._lost(sheet, [0], maker)
            return
        self._constants(gathered, part)
        self.carried.setdefault(part.object, gathered)
        self.frames.setdefault(part.object, []).append(maker.frame(gathered))
        self._count(sheet, part, 1, _ONE_LINE)

    def _table(self, sheet: Grid, part: Part, contract: RecordContract, maker: RecordMaker) -> None:
        table = read_table(sheet, part, contract, self.names, self.log)
        if table.unread:
            self._lost(sheet, table.unread, maker)
            table.record_lines = len(table.unread)
            self._count(sheet, part, len(table.unread), table)
            return
        for gathered in (table.records, table.totals):
            self._constants(gathered, part)
            self._carry(gathered, part)
        self.frames.setdefault(part.object, []).append(maker.frame(table.records))
        if table.totals.count:
            frame = maker.frame(table.totals, report=False)
            frame["total_of"] = pd.array(table.total_of, dtype="str")
            self.totals.setdefault(part.object, []).append(frame)
        self._count(sheet, part, table.records.count, table)

    def _blocks(self, sheets: list[Grid], part: Part, maker: RecordMaker) -> None:
        blocks = read_blocks(sheets, part, self.names, self.log)
        for sheet, gathered in blocks.gathered:
            self._constants(gathered, part)
            frame = maker.frame(gathered)
            blocks.mark_missing(sheet, frame)
            self.frames.setdefault(part.object, []).append(frame)
            counted = blocks.lines[sheet]
            self.counts.append((sheet, part.object, gathered.count, *counted))
        if not blocks.gathered:
            self.frames.setdefault(part.object, []).append(maker.frame(Gathered("")))

    def _constants(self, gathered: Gathered, part: Part) -> None:
        for column, value in part.constants.items():
            gathered.fill(column, value, "")

    def _carry(self, gathered: Gathered, part: Part) -> None:
        for column, form in part.carry.items():
            source = self.carried.get(form)
            if source is not None and column in source.contents:
                cell = f"{source.sheet}!{source.cells[column][0]}"
                gathered.fill(column, source.contents[column][0], cell)
            else:
                gathered.fill(column, "", "")

    def _lost(self, sheet: Grid, rows: list[int], maker: RecordMaker) -> None:
        """Records of lines that could not be read: refused, counted, nothing in them."""
        empty = Gathered(sheet.name, count=len(rows))
        frame = maker.frame(empty, report=False)
        frame["refused"] = True
        frame["source_cell"] = pd.array([address(row, 0) for row in rows], dtype="str")
        self.frames.setdefault(maker.part.object, []).append(frame)
        critical = next(
            n
            for n, f in reversed(list(enumerate(self.log.findings)))
            if f.sheet == sheet.name and f.code != "sheet_hidden"
        )
        refusal = self.log.findings[critical]
        refused = refusal.rows_refused + len(rows)
        self.log.findings[critical] = replace(refusal, rows_refused=refused)

    def _count(self, sheet: Grid, part: Part, read: int, table: TableReading) -> None:
        self.counts.append(
            (
                sheet.name,
                part.object,
                read,
                table.lines,
                table.record_lines,
                table.total_lines,
                table.notes,
            )
        )


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else frames[0]
