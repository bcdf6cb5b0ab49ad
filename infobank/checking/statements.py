"""Gate four, the inspectorate's own word: what its report states against what it lists.

The Annual Report 2013-14 states in several sections how many inspections were done, where, and
when they were published; its appendix B lists the publications. ``schemas/statements.yaml`` holds
the statements. A difference is reported and never repaired, because year of fieldwork and year of
publication are both true of an inspection. A difference that the report itself explains is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from infobank.checking.checked_records import Records
from infobank.domain.findings import Finding, Place, cell_range, finding
from infobank.domain.in_words import listed
from infobank.domain.settings import Day, Settings, Text, WholeFrom0, load


class Against(Settings):
    """Where the entries are that a statement is held against.

    Attributes:
        source: the contract whose deliveries list the entries.
        column: the column that names an entry.
        where: the values of other columns that pick the entries out.
    """

    source: Text
    column: Text
    where: dict[str, str]


class Statement(Settings):
    """One thing the report states, and where the entries are that it is held against.

    Attributes:
        id: its name.
        section: the section of the report it stands in.
        says: what it says, as a sentence without its full stop.
        against: see there.
        count: how many entries there are, if it says so.
        names: which entries there are, if it says so.
        not_yet_published: those of them that the report says appear later.
        explained_in: the section that says so.
        month: the first day of the month the entry was published in, if it says so.
    """

    id: Text
    section: Text
    says: Text
    against: Against
    count: WholeFrom0 | None = None
    names: tuple[str, ...] = ()
    not_yet_published: tuple[str, ...] = ()
    explained_in: str = ""
    month: Day | None = None


class Statements(Settings):
    """What one report states, and the year of publication its register covers."""

    version: str
    report: Text
    publications_from: Day
    publications_to: Day
    statements: tuple[Statement, ...]


def load_statements(path: Path | None = None) -> Statements:
    """Read the statements.

    Raises:
        SettingsError: the file is not as it should be.
    """
    return load(Statements, path or "statements.yaml")


def check_statements(records: Records, statements: Statements | None = None) -> None:
    """Remark on each statement of the report that a delivery's entries do not bear out.

    Each file is held against the statements alone. Entries refused so far count as listed: they
    are printed, whatever else is wrong with them.
    """
    stated = statements or load_statements()
    own = [s for s in stated.statements if s.against.source == records.source]
    for file, lines in records.frame.groupby("source_file", sort=True) if own else ():
        for statement in own:
            held = _Held(records, str(file), _listed(lines, statement), statement, stated.report)
            if _is_of_the_year(lines, held.listed, stated):
                records.findings.extend(held.compare())


def _listed(lines: pd.DataFrame, statement: Statement) -> pd.DataFrame:
    fits = pd.Series(True, index=lines.index)
    for column, value in statement.against.where.items():
        fits &= lines[column].fillna("").astype("str").map(_plain) == _plain(value)
    return lines[fits]


def _is_of_the_year(lines: pd.DataFrame, listed: pd.DataFrame, stated: Statements) -> bool:
    if "period_start" not in lines.columns:
        return not listed.empty
    first, last = pd.Timestamp(stated.publications_from), pd.Timestamp(stated.publications_to)
    return bool(lines["period_start"].between(first, last).any())


@dataclass(frozen=True)
class _Held:
    """The entries of one file that a statement is held against."""

    records: Records
    file: str
    listed: pd.DataFrame
    statement: Statement
    report: str

    def compare(self) -> Iterator[Finding]:
        count, names, month = self.statement.count, self.statement.names, self.statement.month
        if count is not None and len(self.listed) != count:
            found = str(len(self.listed))
            yield self._finding("count_not_as_stated", found=found, expected=str(count))
        if names:
            yield from self._compare_names(names)
        if month is not None:
            yield from self._compare_month(pd.Timestamp(month))

    def _compare_names(self, names: tuple[str, ...]) -> Iterator[Finding]:
        entries = self.listed[self.statement.against.column].dropna()
        here = {_plain(name): str(name) for name in entries}
        stated = {_plain(name) for name in names}
        later = {_plain(name) for name in self.statement.not_yet_published}
        absent = [name for name in names if _plain(name) not in here.keys() | later]
        more = [name for key, name in here.items() if key not in stated]
        if absent or more:
            yield self._finding(
                "names_not_as_stated",
                absent=_are(absent),
                more=_are(more),
                both=bool(absent and more),
                found=", ".join(here.values()),
                expected=", ".join(names),
            )

    def _compare_month(self, month: pd.Timestamp) -> Iterator[Finding]:
        if not self.listed.empty and (self.listed["period_start"] == month).all():
            return
        printed = ", ".join(self.listed["date_published"].dropna().astype("str"))
        yield self._finding(
            "date_not_as_stated",
            column="date_published",
            says="default" if printed else "not_listed",
            found=printed,
            expected=f"{month:%B %Y}",
        )

    def _finding(self, code: str, *, column: str = "", found: str, **facts: Any) -> Finding:
        cell = self._cells(column or self.statement.against.column)
        sheets = set(self.listed["source_sheet"].dropna())
        sheet = str(sheets.pop()) if len(sheets) == 1 else ""
        return finding(
            code,
            Place(self.file, sheet, cell),
            source=self.records.source,
            states=self.statement.says,
            report=self.report,
            section=self.statement.section,
            found=found or "nothing",
            **facts,
        )

    def _cells(self, column: str) -> str:
        """The cells of the entries, as a range where there are several."""
        cells = [self.records.cell_of(row, column) for row in self.listed.index]
        return cell_range(cells[0], cells[-1]) if cells else ""


def _are(names: list[str]) -> str:
    """Names as the start of a sentence about them."""
    return f"{listed(names)} {'is' if len(names) == 1 else 'are'}"


def _plain(name: str) -> str:
    """A name for comparing: case, spaces, kinds of dash and "&" for "and" make no difference."""
    return " ".join(name.replace("&", " and ").replace("\u2013", "-").casefold().split())
