"""What a check found: one plain sentence, where, and how serious it is.

A finding is made by :func:`finding` and nowhere else. The sentence is in ``schemas/findings.yaml``
beside its code; whoever finds something gives the place and the facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name, xl_rowcol_to_cell

from infobank.domain.codes import DEFAULT, Severity, load_findings, sentence_about_any
from infobank.domain.errors import PlainError
from infobank.domain.in_words import day_in_words, listed

__all__ = [
    "NOT_SHOWN",
    "Finding",
    "FindingError",
    "Place",
    "Severity",
    "address",
    "by_kind",
    "cell_range",
    "column_letters",
    "finding",
    "findings_from",
    "of_rule",
    "position",
    "put_right",
    "refusal",
    "withheld",
    "without_hints",
    "without_nearest",
]

_TEXT_FILES = (".csv", ".tsv", ".txt", ".parquet")
_CELL = re.compile(r"[A-Z]{1,3}[1-9]\d*")
_CELL_PARTS = re.compile(r"([A-Z]+)(\d+)")
_SHOWN = 6
NOT_SHOWN = "(not shown)"
_HINT = re.compile(r'; nearest is ".*"', re.DOTALL)  # to the last quotation mark: a cell has some


def column_letters(col: int) -> str:
    """The letters of a column counted from 0: 0 is A, 25 is Z, 26 is AA."""
    return str(xl_col_to_name(col))


def address(row: int, col: int) -> str:
    """The A1 address of a cell counted from (0, 0)."""
    return str(xl_rowcol_to_cell(row, col))


def position(cell: str) -> tuple[int, int] | None:
    """Row and column, counted from 0, of the first cell an address names; None for no address."""
    first = _CELL.search(cell.rpartition("!")[2])
    if first is None:
        return None
    row, col = xl_cell_to_rowcol(first[0])
    return int(row), int(col)


def cell_range(first: str, last: str) -> str:
    """The address of the cells from one to another: ``B3:B9``, or ``B3`` where they are one."""
    return first if first == last else f"{first}:{last}"


@dataclass(frozen=True)
class Place:
    """Where something is: a file, a sheet of it, or cells of the sheet.

    Attributes:
        source_file: the file's path relative to the raw folder; "" for a whole source.
        sheet: the sheet; "" for a file without sheets, and for the whole file.
        cell: the address (``Q160``, ``Q57:Q62``, ``Form!B7`` for one on another sheet); "" for the
            whole sheet.
    """

    source_file: str = ""
    sheet: str = ""
    cell: str = ""

    @property
    def is_text(self) -> bool:
        """Whether the file has no sheets, so that its cells are named by line and column."""
        return self.source_file.lower().endswith(_TEXT_FILES)

    @property
    def words(self) -> str:
        """The place in words: ``custody.xlsx, sheet London, cell Q160``."""
        sheet, _, cell = self.cell.rpartition("!")
        sheet = sheet or self.sheet
        return ", ".join(
            word
            for word in (self.source_file, f"sheet {sheet}" if sheet else "", self._of(cell))
            if word
        )

    @property
    def cell_words(self) -> str:
        """The cells alone: ``cell B7``, ``cells B7:B9``; in a text file ``line 7, column B``."""
        return self._of(self.cell.rpartition("!")[2])

    def within(self, cell: str) -> Place:
        """Another place on the same sheet."""
        return Place(self.source_file, self.sheet, cell)

    def several(self, cells: Sequence[str], shown: int = _SHOWN) -> str:
        """Cells of the sheet in words: ``cells B7 and D7``, ``cells A1, A2 and 5 more``.

        In a text file ``lines 3 and 4, column K``, or each cell by itself.
        """
        cells = [cell.rpartition("!")[2] for cell in cells]
        if len(cells) < 2:
            return "".join(self.within(cell).cell_words for cell in cells)
        if not self.is_text:
            return f"cells {listed(cells, most=shown)}"
        columns = {cell.rstrip("0123456789") for cell in cells}
        if len(columns) > 1:
            return listed([self.within(cell).cell_words for cell in cells], most=shown, comma="; ")
        (column,) = columns
        lines = listed([cell.removeprefix(column) for cell in cells], most=shown)
        return f"lines {lines}, column {column}"

    def _of(self, cell: str) -> str:
        if not cell:
            return ""
        ends = [
            end.groups() for corner in cell.split(":") if (end := _CELL_PARTS.fullmatch(corner))
        ]
        if not self.is_text or not ends:
            return f"cell{'s' if ':' in cell else ''} {cell}"
        (column, line), (last_column, last_line) = ends[0], ends[-1]
        if len(ends) == 1:
            return f"line {line}, column {column}"
        if column == last_column:
            return f"lines {line} to {last_line}, column {column}"
        return f"line {line}, column {column} to line {last_line}, column {last_column}"


@dataclass(frozen=True)
class Finding:
    """One thing wrong, or to be looked at, in one delivery; made by :func:`finding`.

    Attributes:
        source: id of the source contract the delivery belongs to, or "" where none is known.
        source_file: the file's path relative to the raw folder.
        sheet: the sheet's name; "" for a file without sheets or a finding about the whole file.
        cell: the address in the sheet (``Q160``, ``Q57:Q62``); "" where the finding is about more.
        code: one of the codes in ``schemas/findings.yaml``.
        message: one plain sentence naming file, sheet and cell, and one saying what to do.
        found: what stands there, as text.
        expected: what should stand there, as text.
        severity: ``critical`` stops the publication of what depends on the source;
            ``warning`` publishes and reports.
        rows_refused: how many records this finding took out of the tables. A record with
            several findings is counted by the first alone, so the sum over a file is the
            number of its quarantined records.
    """

    source: str
    source_file: str
    sheet: str
    cell: str
    code: str
    message: str
    found: str
    expected: str
    severity: Severity
    rows_refused: int = 0

    @property
    def place(self) -> Place:
        """Where it is."""
        return Place(self.source_file, self.sheet, self.cell)

    @property
    def sentence(self) -> str:
        """What is wrong and what to do, without the place."""
        return self.message.removeprefix(f"{self.place.words}: ")


class FindingError(PlainError):
    """A delivery, or a sheet of it, cannot be used at all; the finding says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def finding(
    code: str,
    place: Place,
    *,
    says: str = DEFAULT,
    source: str = "",
    found: str = "",
    expected: str = "",
    severity: Severity | None = None,
    rows_refused: int = 0,
    refused: bool | None = None,
    **facts: object,
) -> Finding:
    """What was found, in the sentence that ``schemas/findings.yaml`` has for it.

    Args:
        code: one of the codes there.
        place: where it is. A finding about a whole source has none, and its sentence names it.
        says: which of the code's sentences is meant, where it has several.
        source: id of the source contract; "" where none is known.
        found: what stands there, as text.
        expected: what should stand there, as text.
        severity: the code's own by default; a warning where that is its source's.
        rows_refused: how many records it took out of the tables.
        refused: whether what it is about is not used, though another finding may have counted it;
            by default whether this one refused any record.
        facts: what fills the gaps of the sentence.

    Raises:
        ValueError: the code, the sentence or a fact is unknown or missing, which is our own fault.
    """
    kind = load_findings().get(code)
    if kind is None:
        msg = f"findings.yaml has no finding {code!r}"
        raise ValueError(msg)
    given = facts | {
        "found": found,
        "expected": expected,
        "refused": rows_refused > 0 if refused is None else refused,
    }
    where = place.words
    return Finding(
        source=source,
        source_file=place.source_file,
        sheet=place.sheet,
        cell=place.cell,
        code=code,
        message=f"{where}: {kind.sentence(says, given)}" if where else kind.sentence(says, given),
        found=found,
        expected=expected,
        severity=severity or kind.usual_severity,
        rows_refused=rows_refused,
    )


def refusal(code: str, place: Place, **facts: Any) -> FindingError:
    """The exception, to be raised, for a delivery that cannot be used; see :func:`finding`."""
    return FindingError(finding(code, place, **facts))


def withheld(original: Finding) -> Finding:
    """The same finding without the value it found, which may be about a person."""
    code = load_findings()[original.code]
    quoted = bool(original.found) and original.found in original.expected
    expected = NOT_SHOWN if quoted else original.expected
    says = sentence_about_any(
        "withheld",
        what=f"{code.title[:1].lower()}{code.title[1:]}",
        wanted="" if quoted else expected,
        do=code.do,
    )
    return replace(
        original,
        message=f"{original.place.words}: {says}",
        found=NOT_SHOWN if original.found else "",
        expected=expected,
    )


def put_right(original: Finding, day: date) -> Finding:
    """The same finding where a correction known from a day puts it right: it stops nothing."""
    says = sentence_about_any("put_right", message=original.message, day=day_in_words(day))
    return replace(original, severity="warning", message=says)


def without_hints(original: Finding) -> Finding:
    """The same finding without the cells it quotes as nearest to what was looked for."""
    return replace(original, message=without_nearest(original.message))


def without_nearest(sentence: str) -> str:
    """A sentence without what it quotes as nearest to what was looked for."""
    return _HINT.sub("", sentence)


def of_rule(original: Finding, rule: str) -> Finding:
    """A broken rule of a programme, under the id of that rule."""
    return replace(original, code=rule)


def findings_from(kept: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """Findings as they were kept, from their fields by name."""
    return [Finding(**fields) for fields in kept]


def by_kind(findings: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    """Findings of one kind together, under the title of the kind, in the order of the first."""
    titles = load_findings()
    grouped: dict[str, list[Finding]] = {}
    for found in findings:
        grouped.setdefault(titles[found.code].title, []).append(found)
    return list(grouped.items())
