"""From cells gathered under a contract's columns to typed records, each refused or usable."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import pandas as pd

from infobank.contracts.model import PANDAS_DTYPES, Column, RecordContract
from infobank.reading.cells import Cell, text_of
from infobank.reading.finding_log import FindingLog
from infobank.reading.layout import MarkerSet, Part
from infobank.reading.names import NameCells
from infobank.reading.periods import Period, parse_period
from infobank.reading.scale import fraction_problems
from infobank.reading.values import FIGURES, Converter, Problem, Value


@dataclass
class Gathered:
    """The cells of the records of one sheet, before anybody has asked what they mean.

    Attributes:
        sheet: the sheet's name.
        contents: contract column -> the cell of each record; columns not delivered are absent.
        cells: contract column -> the address of each of those cells.
        count: how many records there are.
    """

    sheet: str
    contents: dict[str, list[Cell]] = field(default_factory=dict)
    cells: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0

    def fill(self, column: str, cell: Cell, where: str) -> None:
        """Give every record the same value, from one place."""
        self.contents[column] = [cell] * self.count
        self.cells[column] = [where] * self.count


@dataclass(frozen=True)
class _Issue:
    record: int
    order: int
    column: str
    problem: Problem
    refuses: bool = True


class RecordMaker:
    """Makes records of one kind from what was gathered of it in a delivery."""

    def __init__(
        self,
        contract: RecordContract,
        part: Part,
        markers: MarkerSet,
        names: NameCells,
        log: FindingLog,
    ) -> None:
        self._contract = contract
        self._part = part
        self._names = names
        self._log = log
        self._columns = {column.name: column for column in contract.columns}
        self._tolerant = any(
            c.kind == "missing_reason" or c.becomes in ("numerator", "missing_reason")
            for c in contract.columns
        )
        self._converters = {c.name: self._converter(c, markers) for c in contract.columns}
        # A region's total is larger than any YOT's figure may be.
        self._converters_of_totals = {
            c.name: self._converter(replace(c, maximum=None), markers) for c in contract.columns
        }

    def _converter(self, column: Column, markers: MarkerSet) -> Converter:
        spellings = self._part.spellings_of(column.name)
        fractions = column.name in self._part.percentages_as_fractions
        return Converter(column, markers, spellings, fractions=fractions)

    def frame(self, gathered: Gathered, *, report: bool = True) -> pd.DataFrame:
        """The records as a frame (see :class:`infobank.reading.result.Reading`).

        Args:
            gathered: the cells.
            report: whether to write down what is wrong with a record; of totals set aside, only
                a figure that cannot be read is told, and nothing is refused.
        """
        converters = self._converters if report else self._converters_of_totals
        meanings = {
            name: converters[name].convert(cells) for name, cells in gathered.contents.items()
        }
        issues = self._cell_issues(meanings)
        if report:
            issues += self._absent(gathered, meanings)
        else:
            issues = [replace(i, refuses=False) for i in issues if self._is_figure(i.column)]
        made: dict[str, object] = {}
        for column in self._contract.columns:
            values = [m.value for m in meanings.get(column.name, [])] or [None] * gathered.count
            made[column.name] = typed(values, column)
        periods = self._periods(gathered, meanings, made)
        reasons = self._reasons(meanings, gathered.count)
        notes: list[str | None] = [None] * gathered.count
        if report:
            issues += self._yots(gathered, meanings, periods, made, reasons, notes)
            issues += fraction_issues(self, meanings)
        made["source_sheet"] = pd.array([gathered.sheet] * gathered.count, dtype="str")
        made["source_cell"] = pd.array(self._first_figure(gathered), dtype="str")
        refused = np.zeros(gathered.count, dtype=bool)
        refused[sorted({issue.record for issue in issues if issue.refuses})] = True
        made["refused"] = refused
        self._keep_reasons(made, reasons, notes)
        for column in self._contract.columns:
            cells: list[str | None] = [*gathered.cells.get(column.name, [])]
            made[f"cell.{column.name}"] = pd.array(cells or [None] * gathered.count, dtype="str")
        self._report(gathered, issues)
        return pd.DataFrame(made)

    def _keep_reasons(
        self, made: dict[str, object], reasons: list[str | None], notes: list[str | None]
    ) -> None:
        for name, texts in (("missing_reason", reasons), ("missing_note", notes)):
            read = pd.Series(pd.array(texts, dtype="str"))
            if name in made:
                own = pd.Series(made[name])
                read = own.where(own.notna(), read)
            made[name] = read.array

    def _cell_issues(self, meanings: dict[str, list[Value]]) -> list[_Issue]:
        return [
            _Issue(record, order, name, value.problem)
            for order, name in enumerate(self._columns)
            for record, value in enumerate(meanings.get(name, ()))
            if value.problem is not None
        ]

    def _absent(self, gathered: Gathered, meanings: dict[str, list[Value]]) -> list[_Issue]:
        """Required cells that hold nothing."""
        issues: list[_Issue] = []
        for order, column in enumerate(self._contract.columns):
            if not column.required or column.name not in meanings:
                continue
            figure = column.kind in FIGURES
            if figure and self._tolerant and not self._is_key(column):
                continue
            for record, value in enumerate(meanings[column.name]):
                if value.value is None and value.problem is None:
                    text = text_of(gathered.contents[column.name][record])
                    issues.append(_Issue(record, order, column.name, self._lack(column, text)))
        return issues

    def _lack(self, column: Column, text: str) -> Problem:
        code = "value_not_a_number" if column.kind in FIGURES else "value_not_allowed"
        code = "key_missing" if self._is_key(column) else code
        facts = {"column": column.name, "blank": not text}
        return Problem.of(code, f"a value for {column.name}", "needed", **facts)

    def _is_figure(self, column: str) -> bool:
        return self._columns[column].kind in FIGURES

    def _is_key(self, column: Column) -> bool:
        key = self._contract.key
        derived = {"yot_name": ("yot_id",), "period": ("period_start", "period_end")}
        return column.name in key or any(k in key for k in derived.get(column.kind, ()))

    def _periods(
        self,
        gathered: Gathered,
        meanings: dict[str, list[Value]],
        made: dict[str, object],
    ) -> list[Period | None]:
        found: list[Period | None] = [None] * gathered.count
        for column in self._contract.columns:
            if column.kind != "period":
                continue
            if column.name in meanings:
                found = [
                    parse_period(str(m.value)) if m.value is not None else None
                    for m in meanings[column.name]
                ]
            made["period_start"] = days([p.start if p else None for p in found])
            made["period_end"] = days([p.end if p else None for p in found])
        return found

    def _reasons(self, meanings: dict[str, list[Value]], count: int) -> list[str | None]:
        """Why the record's main figure is not given; a sign in another figure counts too."""
        figures = [c for c in self._contract.columns if c.kind in FIGURES and c.name in meanings]
        reasons: list[str | None] = [None] * count
        if not figures:
            return reasons
        main = min(figures, key=lambda c: {"numerator": 0, "rate": 1}.get(c.becomes or "", 2))
        for column in [*(f for f in figures if f is not main), main]:
            signs = self._converters[column.name].markers.blank
            for record, value in enumerate(meanings[column.name]):
                if value.reason and (column is main or value.reason != signs):
                    reasons[record] = value.reason
        return reasons

    def _yots(
        self,
        gathered: Gathered,
        meanings: dict[str, list[Value]],
        periods: list[Period | None],
        made: dict[str, object],
        reasons: list[str | None],
        notes: list[str | None],
    ) -> list[_Issue]:
        issues: list[_Issue] = []
        for order, column in enumerate(self._contract.columns):
            if column.kind != "yot_name":
                continue
            ids: list[str | None] = [None] * gathered.count
            days_of = self._own_days(meanings, periods, gathered.count)
            for record, value in enumerate(meanings.get(column.name, ())):
                if value.value is None:
                    continue
                named = self._names.read_in(str(value.value), *days_of[record])
                ids[record] = named.resolution.yot_id
                notes[record] = named.note or notes[record]
                problem = self._name_problem(named.name, ids[record], named.resolution)
                if problem is not None:
                    refuses = problem.code == "yot_unknown"
                    issues.append(_Issue(record, order, column.name, problem, refuses))
                if named.says_missing and self._noughts(made, record):
                    self._blank(made, record)
                    reasons[record] = "missing"
                    code = "missing_recorded_as_zero"
                    lack = Problem.of(code, "no figures", "named", note=named.note)
                    issues.append(_Issue(record, order, column.name, lack, False))
            made["yot_id"] = pd.array(ids, dtype="str")
        return issues

    def _own_days(
        self, meanings: dict[str, list[Value]], periods: list[Period | None], count: int
    ) -> list[tuple[date | None, date | None]]:
        """First and last day each record is about: its period, or its first date."""
        if any(c.kind == "period" for c in self._contract.columns):
            return [(p.start, p.end) if p else (None, None) for p in periods]
        for column in self._contract.columns:
            if column.logical_type == "date" and column.name in meanings:
                days = [m.value for m in meanings[column.name]]
                return [(d, d) if isinstance(d, date) else (None, None) for d in days]
        return [(None, None)] * count

    def _name_problem(self, name: str, yot_id: str | None, resolution: object) -> Problem | None:
        if yot_id is None:
            suggestion = getattr(resolution, "suggestion", None)
            if suggestion:
                facts = {"name": name, "suggestion": suggestion}
                return Problem.of("yot_unknown", suggestion, "suggested", **facts)
            return Problem.of("yot_unknown", "a YOT of the register", name=name)
        if not getattr(resolution, "in_force", True):
            return Problem.of("yot_not_in_force", "a YOT in force at the time", name=name)
        return None

    def _noughts(self, made: dict[str, object], record: int) -> bool:
        """Whether a record's figures are noughts, as far as there are any."""
        figures = [pd.Series(made[name]).iloc[record] for name in self._own_figures()]
        given = [figure for figure in figures if pd.notna(figure)]
        return bool(given) and all(figure == 0 for figure in given)

    def _blank(self, made: dict[str, object], record: int) -> None:
        for name in self._own_figures():
            series = pd.Series(made[name])
            series.iloc[record] = pd.NA if str(series.dtype) == "Int64" else np.nan
            made[name] = series.array

    def _own_figures(self) -> list[str]:
        """The figures a YOT sends; the population it is divided by comes from elsewhere."""
        return [
            c.name
            for c in self._contract.columns
            if c.kind in FIGURES and c.becomes != "denominator"
        ]

    def _first_figure(self, gathered: Gathered) -> list[str]:
        delivered = [c for c in self._contract.columns if any(gathered.cells.get(c.name, ())[:1])]
        own = [c for c in delivered if "!" not in gathered.cells[c.name][0]]
        unpivoted = [self._part.unpivot.value] if self._part.unpivot else []
        first = [c.name for c in own if c.name in unpivoted]
        first += [c.name for c in own if c.kind in FIGURES]
        first += [c.name for c in own]
        return gathered.cells[first[0]] if first else [""] * gathered.count

    def _report(self, gathered: Gathered, issues: list[_Issue]) -> None:
        """Write the issues down: one finding per cell and fault, whatever records it serves."""
        counted: set[int] = set()
        faults: dict[tuple[str, Problem], tuple[_Issue, int]] = {}
        for issue in sorted(issues, key=lambda i: (i.record, not i.refuses, i.order)):
            first = issue.refuses and issue.record not in counted
            counted |= {issue.record} if first else set()
            cells = gathered.cells.get(issue.column) or self._first_figure(gathered)
            fault = (cells[issue.record], issue.problem)
            earliest, refused = faults.get(fault, (issue, 0))
            faults[fault] = (earliest, refused + int(first))
        for (cell, problem), (issue, refused) in faults.items():
            held = gathered.contents.get(issue.column, [""] * gathered.count)[issue.record]
            self._log.report(
                problem.code,
                self._log.place(gathered.sheet, cell),
                says=problem.says,
                found=text_of(held),
                expected=problem.expected,
                rows_refused=refused,
                refused=issue.refuses,
                **dict(problem.facts),
            )

    @property
    def contract(self) -> RecordContract:
        """The record contract followed."""
        return self._contract

    @property
    def part(self) -> Part:
        """The part of the layout followed."""
        return self._part

    def order_of(self, column: str) -> int:
        """The place of a column in the contract."""
        return list(self._columns).index(column)


def fraction_issues(maker: RecordMaker, meanings: dict[str, list[Value]]) -> list[_Issue]:
    """Percentages that look like fractions (0.36 for 36), as issues."""
    return [
        _Issue(record, maker.order_of(column), column, problem, refuses)
        for record, column, problem, refuses in fraction_problems(
            maker.contract, maker.part, meanings
        )
    ]


def typed(values: list[object], column: Column) -> object:
    """Values as a pandas array of the column's type."""
    dtype = PANDAS_DTYPES[column.logical_type]
    if dtype.startswith("datetime64"):
        return days(values)  # type: ignore[arg-type]
    if dtype == "float64":
        return np.array([np.nan if v is None else v for v in values], dtype="float64")
    return pd.array(values, dtype=dtype)  # type: ignore[call-overload]


def days(values: list[date | None]) -> object:
    """Days as whole-second timestamps, NaT where there is none."""
    stamps = [np.datetime64("NaT") if v is None else np.datetime64(v) for v in values]
    return pd.array(np.array(stamps, dtype="datetime64[s]"))
