"""Where the reader writes down what it finds wrong, in sentences that name the place."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from infobank.domain.findings import Finding, FindingError, Severity
from infobank.reading.cells import column_letters

_A1 = re.compile(r"([A-Z]+)(\d+)")


@dataclass
class Desk:
    """Collects the findings of one delivery.

    Attributes:
        source: id of the source contract.
        source_file: the file's name as people know it.
        severity: what it means when a file, a sheet or a column of this source is refused.
        is_text: whether cells are to be named by line and column.
        findings: what has been found so far.
    """

    source: str
    source_file: str
    severity: Severity
    is_text: bool = False
    findings: list[Finding] = field(default_factory=list)

    def place(self, sheet: str, cell: str) -> str:
        """File, sheet and cell in words; line and column for a text file."""
        words = [self.source_file]
        if sheet:
            words.append(f"sheet {sheet}")
        if cell:
            if "!" in cell:
                other, cell = cell.rsplit("!", 1)
                words[1:] = [f"sheet {other}"]
            words.append(self.cell_words(cell))
        return ", ".join(words)

    def cell_words(self, cell: str) -> str:
        """``cell B7``, or ``line 7, column B`` in a text file."""
        found = _A1.fullmatch(cell)
        if self.is_text and found:
            return f"line {found[2]}, column {found[1]}"
        return f"cell{'s' if ':' in cell else ''} {cell}"

    def finding(
        self,
        sheet: str,
        cell: str,
        code: str,
        wrong: str,
        do: str,
        *,
        found: str = "",
        expected: str = "",
        severity: Severity = "warning",
        rows_refused: int = 0,
    ) -> Finding:
        """A finding in the house's form, not yet written down."""
        return Finding(
            source=self.source,
            source_file=self.source_file,
            sheet=sheet,
            cell=cell,
            code=code,
            message=f"{self.place(sheet, cell)}: {wrong}{'' if wrong.endswith('?') else '.'} {do}",
            found=found,
            expected=expected,
            severity=severity,
            rows_refused=rows_refused,
        )

    def report(self, sheet: str, cell: str, code: str, wrong: str, do: str, **more: object) -> None:
        """Write a finding down."""
        self.findings.append(self.finding(sheet, cell, code, wrong, do, **more))  # type: ignore[arg-type]

    def refuse_file(self, code: str, wrong: str, do: str, **more: object) -> FindingError:
        """The exception that refuses the whole file, to be raised."""
        more.setdefault("severity", self.severity)
        sheet, cell = str(more.pop("sheet", "")), str(more.pop("cell", ""))
        return FindingError(self.finding(sheet, cell, code, wrong, do, **more))  # type: ignore[arg-type]


def addresses(rows: list[int], col: int) -> list[str]:
    """The A1 addresses of one column's cells in these rows (both counted from 0)."""
    letters = column_letters(col)
    return [f"{letters}{row + 1}" for row in rows]
