"""What a cell means for a column of a contract: a figure, a date, a word, or why there is none.

Nothing is repaired. A cell either is a value of its kind as it stands, or a sign whose meaning
the publisher gives, or a problem in words. Suppressed, missing, not applicable and nought are
kept apart: they are different facts.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from infobank.contracts.model import Column
from infobank.domain.codes import DEFAULT
from infobank.reading.cells import Cell, text_of
from infobank.reading.layout import MarkerSet
from infobank.reading.periods import parse_period
from infobank.reading.workbook_xml import NOT_STORED

FIGURES = frozenset({"count", "rate", "percentage", "number", "stars"})
"""Kinds of column whose cells are figures; a sign in one has a reason."""

_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:[eE][+-]?\d+)?")
_WHOLE_SLACK = 1e-9
_SERIAL_DAY_0 = date(1899, 12, 30)
_SERIALS = (20_000, 60_000)
_YEARS = (1900, 2099)
_DATE_FORMS = (
    "%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y",
    "%d-%b-%y", "%d/%m/%y", "%Y/%m/%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S",
    "%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%Y-%m-%d %H:%M", "%A %d %B %Y", "%d %B, %Y",
)  # fmt: skip
_TRUTHS = {"yes": True, "y": True, "true": True, "1": True,
           "no": False, "n": False, "false": False, "0": False}  # fmt: skip


class Problem(NamedTuple):
    """Why a cell cannot be used.

    Attributes:
        code: the code of the finding.
        says: which of its sentences is meant.
        expected: what was expected.
        facts: what fills the gaps of the sentence.
    """

    code: str
    says: str
    expected: str
    facts: tuple[tuple[str, object], ...]

    @classmethod
    def of(cls, code: str, expected: str, says: str = DEFAULT, **facts: object) -> Problem:
        """A problem in a sentence of ``schemas/findings.yaml``, with what fills its gaps."""
        return cls(code, says, expected, tuple(facts.items()))


class Value(NamedTuple):
    """What one cell means.

    Attributes:
        value: the value, or None.
        reason: why there is none (one of the missing reasons), or None.
        problem: what is wrong with the cell, or None.
    """

    value: object = None
    reason: str | None = None
    problem: Problem | None = None


@dataclass
class Converter:
    """Converts the cells of one column; remembers what it has seen.

    Attributes:
        column: the contract's column.
        markers: the publisher's signs.
        spellings: spellings of the layout for this column's values.
        fractions: whether the file stores percentages as fractions, by its layout.
    """

    column: Column
    markers: MarkerSet
    spellings: Mapping[str, str] = field(default_factory=dict)
    fractions: bool = False
    _seen: dict[tuple[type, Cell], Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._signs = self.markers.reason_by_sign()
        self._words = {normalised_word(v): v for v in self.column.enum}
        self._plain_figures = (
            self.column.kind in FIGURES and not self.spellings and not self.fractions
        )
        self._words |= {normalised_word(k): v for k, v in self.spellings.items()}

    def convert(self, cells: Sequence[Cell]) -> list[Value]:
        """The meaning of each cell, in order."""
        seen = self._seen
        meanings: list[Value] = []
        for cell in cells:
            key = (type(cell), cell)
            meaning = seen.get(key)
            if meaning is None:
                meaning = seen[key] = self.meaning(cell)
            meanings.append(meaning)
        return meanings

    def meaning(self, cell: Cell) -> Value:
        """The meaning of one cell."""
        kind = self.column.kind
        if type(cell) is float and self._plain_figures:
            return self._bounded(cell, "")
        text = text_of(cell)
        if text.startswith("#") and text.endswith(("!", "?", "/A", "CALCULATED")):
            return Value(problem=self._fault(text))
        if kind in FIGURES:
            return self._figure(cell, text)
        if text == "":
            return Value()
        if kind == "date" or self.column.logical_type == "date":
            return self._date(cell, text)
        if kind == "period":
            return self._period(cell, text)
        if self.column.logical_type == "boolean":
            return self._truth(text)
        if self.column.logical_type in ("integer", "number"):
            return self._figure(cell, text)
        return self._word(cell, text)

    def _fault(self, text: str) -> Problem:
        code = "value_not_a_number" if self.column.kind in FIGURES else "value_not_allowed"
        if text == NOT_STORED:
            return Problem.of(code, "a value", "formula")
        return Problem.of(code, "a value", "fault", text=text)

    def _figure(self, cell: Cell, text: str) -> Value:
        if self.column.kind == "stars" and text and set(text) <= {"*", "★"}:
            return self._bounded(float(len(text)), text)
        mapped = self._words.get(normalised_word(text))
        if mapped is not None and text:
            return self._figure_from(mapped, mapped)
        reason = self.markers.blank if text == "" else self._signs.get(text.casefold())
        if reason == "zero":
            return self._bounded(0.0, text)
        if reason is not None:
            return Value(reason=reason)
        return self._figure_from(cell, text)

    def _figure_from(self, cell: Cell, text: str) -> Value:
        number = number_of(cell, percent=self.column.kind in ("percentage", "rate"))
        if number is None:
            return Value(problem=self._no_number(text))
        if self.fractions and not (isinstance(cell, str) and "%" in cell):
            number = float(f"{number * 100:.12g}")
        return self._bounded(number, text)

    def _no_number(self, text: str) -> Problem:
        kind = {"stars": "a number of stars", "percentage": "a percentage"}.get(
            self.column.kind, "a number"
        )
        expected = f"{kind} for {self.column.name}"
        return Problem.of("value_not_a_number", expected, text=text, kind=kind)

    def _bounded(self, number: float, text: str) -> Value:
        column = self.column
        if not math.isfinite(number):
            return Value(problem=self._no_number(text or str(number)))
        if column.logical_type == "integer":
            whole = round(number)
            text = text or text_of(number)
            if abs(number - whole) > _WHOLE_SLACK * max(1.0, abs(number)):
                problem = Problem.of("value_not_a_number", "a whole number", "not_whole", text=text)
                return Value(problem=problem)
            number = whole
        low, high = column.minimum, column.maximum
        if (low is not None and number < low) or (high is not None and number > high):
            facts = {"text": text or text_of(number), "column": column.name}
            problem = Problem.of("value_out_of_range", _range_words(low, high), **facts)
            return Value(problem=problem)
        return Value(number)

    def _date(self, cell: Cell, text: str) -> Value:
        day = date_of(cell)
        if day is None:
            expected = "a date such as 31/03/2014"
            return Value(problem=Problem.of("value_not_allowed", expected, "date", text=text))
        return Value(day)

    def _period(self, cell: Cell, text: str) -> Value:
        period = parse_period(cell)
        if period is None:
            expected = "a period such as 2013/14 or Apr 2013 - Mar 2014"
            says = "single_date" if isinstance(cell, date) else DEFAULT
            problem = Problem.of("period_not_understood", expected, says, text=text)
            return Value(problem=problem)
        return Value(text)

    def _truth(self, text: str) -> Value:
        word = self._words.get(normalised_word(text), text)
        truth = _TRUTHS.get(word.casefold())
        if truth is None:
            return Value(
                problem=Problem.of("value_not_allowed", "yes or no", "yes_or_no", text=text)
            )
        return Value(truth)

    def _word(self, cell: Cell, text: str) -> Value:
        if self.column.kind == "free_text":
            return Value(str(cell).replace("\xa0", " ").strip())
        word = self._words.get(normalised_word(text))
        if word is not None:
            return Value(word)
        if not self.column.enum:
            return Value(text)
        reason = self._signs.get(text.casefold())
        if reason is not None and reason != "zero":
            return Value(reason=reason)
        facts = {"text": text, "column": self.column.name}
        return Value(problem=Problem.of("value_not_allowed", ", ".join(self.column.enum), **facts))


def normalised_word(text: str) -> str:
    """A word of a closed list, without case and double spaces; marks are kept."""
    return " ".join(text.replace("\xa0", " ").split()).casefold()


def _range_words(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"{low:g} to {high:g}"
    return f"{low:g} or more" if low is not None else f"{high:g} or less"


def number_of(cell: Cell, *, percent: bool = False) -> float | None:
    """The number a cell holds, as a number or as text; None where it holds none.

    Thousands separators must stand in the right places, so "1,23" is no number. A percent sign
    is understood where percentages are expected, and never rescales: "36%" is 36.
    """
    if isinstance(cell, bool) or cell is None or isinstance(cell, date | time | timedelta):
        return None
    if isinstance(cell, int | float):
        return float(cell) if math.isfinite(cell) else None
    text = text_of(cell).replace("\u2212", "-")
    if percent and text.endswith("%"):
        text = text[:-1].rstrip()
    if not text or not _NUMBER.fullmatch(text) or not any(c.isdigit() for c in text):
        return None
    number = float(text.replace(",", ""))
    return number if math.isfinite(number) else None


def date_of(cell: Cell) -> date | None:
    """The day a cell holds: a date cell, a serial number of a spreadsheet, or text, day first."""
    if isinstance(cell, datetime):
        day: date | None = cell.date()
    elif isinstance(cell, date):
        day = cell
    elif isinstance(cell, bool) or cell is None or isinstance(cell, time | timedelta):
        return None
    elif isinstance(cell, int | float):
        day = _from_serial(float(cell))
    else:
        text = text_of(cell)
        day = _from_serial(float(text)) if re.fullmatch(r"\d{5}", text) else _from_text(text)
    return day if day is not None and _YEARS[0] <= day.year <= _YEARS[1] else None


def _from_serial(number: float) -> date | None:
    if not _SERIALS[0] <= number <= _SERIALS[1]:
        return None
    return _SERIAL_DAY_0 + timedelta(days=int(number))


def _from_text(text: str) -> date | None:
    tidy = re.sub(r"(?<=\d)(st|nd|rd|th)\b", "", text)
    for form in _DATE_FORMS:
        try:
            return datetime.strptime(tidy, form).date()
        except ValueError:
            continue
    return None
