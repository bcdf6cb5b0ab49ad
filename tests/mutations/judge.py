"""What became of a mutant: what changed in what is accepted, and whether anybody was told.

The judge knows nothing of the gates. It compares what is accepted of the mutant with what is
accepted of the good file, looks whether a finding speaks of each change, and works out anew, from
the accepted figures alone, whether the contract's arithmetic should have noticed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from infobank.checking import CheckedSource
from infobank.checking.period_order import is_for_every_yot
from infobank.checking.thresholds import load_settings
from infobank.contracts import SourceContract
from infobank.contracts.model import RecordContract
from infobank.domain.findings import Finding
from infobank.reading import Reading
from tests.mutations.bases import FIGURES, place_of
from tests.mutations.sums import adds_up, parts_of

Key = tuple[object, ...]
_WHOLE = frozenset(
    {"coverage_low", "sheet_missing", "sheet_not_read", "sheet_hidden", "file_unreadable",
     "file_not_recognised", "column_missing", "column_unexpected", "case_key_missing",
     "title_missing", "answer_missing", "period_unexpected", "names_not_as_stated",
     "count_not_as_stated"}
)  # fmt: skip


@dataclass(frozen=True)
class Record:
    """One accepted record: its figures by column, and the cells it stands in."""

    figures: dict[str, object]
    cells: dict[str, str]
    sheet: str


@dataclass(frozen=True)
class Verdict:
    """What became of one mutant.

    Attributes:
        outcome: ``refused`` (nothing is accepted that differs, and something was refused or
            lost with a finding), ``reported`` (a difference is accepted and a finding speaks of
            it), ``same`` (the same figures are accepted), ``silent`` (a difference is accepted
            and nobody is told), ``missed`` (silent, though the contract's own arithmetic shows
            it), ``lost`` (a record is gone without a word).
        codes: codes of the findings that told, each once.
        why: for a silent difference, why nothing could tell; for a missed one, what should have.
        column: kind of the column that differs silently.
    """

    outcome: str
    codes: tuple[str, ...] = ()
    why: str = ""
    column: str = ""


def judge(
    contract: SourceContract,
    good: tuple[CheckedSource, Reading],
    mutant: tuple[CheckedSource, Reading],
    usual: dict[str, dict[Key, Record]],
    history: dict[str, dict[Key, Record]],
) -> Verdict:
    """Compare a mutant with the good file it was made from.

    Args:
        contract: their source.
        good: what the gates said of the good file, and its reading.
        mutant: the same of the mutant.
        usual: what is accepted of the good file, by object.
        history: what is accepted of the delivery before, by object.
    """
    file = mutant[1].source_file
    new = _new_findings(good, mutant)
    codes = tuple(dict.fromkeys(f.code for f in new))
    changes: list[tuple[str, Key, Record | None, Record | None]] = []
    for name in contract.objects:
        after = accepted(mutant[0], file, contract, name)
        changes += _differences(name, usual[name], after)
    places, messages = _places(new), {f.message for f in new}
    places = list(dict.fromkeys(places))
    silent = [c for c in changes if not _told(c, places, messages)]
    verdict = _worst(contract, silent, mutant, history, told=bool(new))
    verdict = verdict or _totals_changed(contract, good, mutant, new)
    if verdict is not None:
        return verdict
    if any(now is not None for _, _, _, now in changes):
        return Verdict("reported", codes)
    if changes or any(f.rows_refused for f in new):
        return Verdict("refused", codes)
    return Verdict("same", codes)


def _worst(
    contract: SourceContract,
    silent: list[tuple[str, Key, Record | None, Record | None]],
    mutant: tuple[CheckedSource, Reading],
    history: dict[str, dict[Key, Record]],
    *,
    told: bool,
) -> Verdict | None:
    """The worst of the changes no finding speaks of; ``told`` says whether there is any finding."""
    worst: Verdict | None = None
    for name, key, was, now in silent:
        if now is not None:
            verdict = _explain(contract.objects[name], name, key, was, now, mutant, history)
            if verdict.outcome == "missed":
                return verdict
            worst = worst or verdict
        elif not told and is_for_every_yot(contract.objects[name]):
            return Verdict("lost", (), f"{name} {key}")
        elif not told:
            worst = worst or Verdict("silent", (), "a record gone of a kind not owed by all")
    return worst


def accepted(
    checked: CheckedSource, file: str, contract: SourceContract, name: str
) -> dict[Key, Record]:
    """The accepted records of one file, by their key."""
    frame = checked.objects.get(name)
    if frame is None or frame.empty:
        return {}
    frame = frame[~frame["refused"] & (frame["source_file"] == file)]
    record = contract.objects[name]
    keys = [c for c in record.key if c in frame.columns]
    own = [
        c.name
        for c in record.columns
        if c.name not in keys
        and c.name in frame.columns
        and (c.kind in FIGURES or c.enum or c.logical_type == "date")
    ]
    told = frame.to_dict("list")
    count = len(frame)
    cells = {c: told.get(f"cell.{c}", [None] * count) for c in own}
    names = told.get("cell.yot", [None] * count)
    found: dict[Key, Record] = {}
    for n in range(count):
        key = tuple(str(told[c][n]) for c in keys)
        places = {c: str(cells[c][n]) for c in own if isinstance(cells[c][n], str)}
        if isinstance(names[n], str):
            places["yot"] = str(names[n])
        places[""] = str(told["source_cell"][n])
        values = {c: _plain(told[c][n]) for c in own}
        found[key] = Record(values, places, str(told["source_sheet"][n]))
    return found


def _plain(value: object) -> object:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    return float(value) if isinstance(value, int | float) else value


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9)
    return one == other


def _differences(
    name: str, before: dict[Key, Record], after: dict[Key, Record]
) -> Iterator[tuple[str, Key, Record | None, Record | None]]:
    for key, was in before.items():
        now = after.get(key)
        if now is None:
            yield name, key, was, None
        elif not all(_same(was.figures.get(c), now.figures.get(c)) for c in was.figures):
            yield name, key, was, now
    for key, now in after.items():
        if key not in before:
            yield name, key, None, now


def _new_findings(
    good: tuple[CheckedSource, Reading], mutant: tuple[CheckedSource, Reading]
) -> list[Finding]:
    """Findings the good file does not have, wherever in the file they stand."""

    def sort(finding: Finding) -> tuple[str, str, str]:
        return finding.code, finding.found, finding.expected

    own = good[1].source_file
    known = Counter(sort(f) for f in good[0].findings if f.source_file == own)
    new: list[Finding] = []
    for finding in mutant[0].findings:
        if finding.source_file not in (mutant[1].source_file, ""):
            continue
        if known[sort(finding)] > 0:
            known[sort(finding)] -= 1
        else:
            new.append(finding)
    return new


def _told(
    change: tuple[str, Key, Record | None, Record | None],
    places: list[tuple[bool, bool, int, int]],
    messages: set[str],
) -> bool:
    """Whether some new finding speaks of a change: of its line, its total, or the whole."""
    _, key, was, now = change
    record = now or was
    if record is None:
        return True
    rows = {_row(c) for c in record.cells.values()}
    columns = {_column(c) for c in record.cells.values()}
    if now is not None and was is not None:
        differs = [c for c in was.figures if not _same(was.figures.get(c), now.figures.get(c))]
        columns = {_column(now.cells[c]) for c in differs if c in now.cells}
    if any(
        whole or row in rows or (total and column in columns)
        for whole, total, row, column in places
    ):
        return True
    return any(str(part) in told for told in messages for part in key[:1] if part)


def _places(new: list[Finding]) -> list[tuple[bool, bool, int, int]]:
    """Of each finding: whether it is about the whole, or about a total; its line and column."""
    return [
        (
            finding.code in _WHOLE or not finding.cell,
            finding.code == "parts_do_not_add",
            _row(finding.cell),
            _column(finding.cell),
        )
        for finding in new
    ]


@lru_cache(maxsize=100_000)
def _row(cell: str) -> int:
    return place_of(cell.split(":")[0].split("!")[-1])[0] if cell else -1


@lru_cache(maxsize=100_000)
def _column(cell: str) -> int:
    return place_of(cell.split(":")[0].split("!")[-1])[1] if cell else -1


def _explain(
    contract: RecordContract,
    name: str,
    key: Key,
    was: Record | None,
    now: Record,
    mutant: tuple[CheckedSource, Reading],
    history: dict[str, dict[Key, Record]],
) -> Verdict:
    """Why nobody was told of a record that differs; ``missed`` where somebody should have been."""
    differs = [c for c in now.figures if was is None or not _same(was.figures[c], now.figures[c])]
    kinds = {c.name: c for c in contract.columns}
    kind = str(kinds[differs[0]].kind) if differs else ""
    wrong = _breaks(contract, now)
    wrong = wrong or _breaks_history(contract, key, now, history.get(name, {}), differs)
    if wrong:
        return Verdict("missed", (), wrong, kind)
    if was is None:
        return Verdict("silent", (), "a record that was not there before", kind)
    counts = [c for c in differs if kinds[c].kind == "count"]
    totals = mutant[1].totals.get(name)
    if counts and totals is not None and len(totals):
        about = dict(zip(contract.key, key, strict=False))
        state = adds_up(mutant[0].objects[name], totals, about, counts[0])
        if state == "wrong":
            return Verdict("missed", (), "its region or the country does not add up", kind)
        return Verdict("silent", (), f"totals: {state}", kind)
    if all(now.figures[c] is None for c in differs):
        return Verdict("silent", (), "the figure is now one not given, as it may be", kind)
    if kinds[differs[0]].enum:
        return Verdict("silent", (), "another agreed word", kind)
    if not contract.rates and (totals is None or totals.empty):
        return Verdict("silent", (), "the file has neither rate nor total for it", kind)
    return Verdict("silent", (), "within rounding, or without its counts", kind)


def _breaks(contract: RecordContract, now: Record) -> str:
    """What of the contract one accepted record breaks, on its own."""
    for rule in contract.rates:
        rate, over, under = (
            now.figures.get(c) for c in (rule.rate, rule.numerator, rule.denominator)
        )
        if isinstance(rate, float) and isinstance(over, float) and isinstance(under, float):
            given = over / under * rule.per if under else 0.0
            if abs(rate - given) > 0.5 * 10.0**-rule.decimals + 1e-6:
                return f"{rule.rate} does not follow from its counts"
    for column in contract.columns:
        value = now.figures.get(column.name)
        if value is None:
            continue
        if column.enum and value not in column.enum:
            return f"{column.name} is not an agreed word"
        if isinstance(value, float) and not (
            (column.minimum is None or value >= column.minimum)
            and (column.maximum is None or value <= column.maximum)
        ):
            return f"{column.name} is out of bounds"
    return ""


def _breaks_history(
    contract: RecordContract,
    key: Key,
    now: Record,
    earlier: dict[Key, Record],
    differs: list[str],
) -> str:
    settings = load_settings()
    was = earlier.get(key)
    if was is None:
        return ""
    for column in contract.columns:
        old, new = was.figures.get(column.name), now.figures.get(column.name)
        if column.becomes != "numerator" or column.name not in differs:
            continue
        if not isinstance(old, float) or not isinstance(new, float):
            continue
        change = abs(new - old)
        if change > settings.revision.count and change > settings.revision.share * max(old, 1.0):
            return f"{column.name} was {old:g} in the delivery before and is {new:g}"
    return ""


def _totals_changed(
    contract: SourceContract,
    good: tuple[CheckedSource, Reading],
    mutant: tuple[CheckedSource, Reading],
    new: list[Finding],
) -> Verdict | None:
    """A published total that changed, and whether a finding speaks of its cell."""
    if any(f.code in _WHOLE for f in new):
        return None
    rows = {(f.sheet, _row(f.cell)) for f in new if f.cell}
    for name, frame in mutant[1].totals.items():
        before = good[1].totals.get(name)
        if before is None or before.empty or frame.empty:
            continue
        columns = [c for c in contract.objects[name].columns if c.kind in FIGURES]
        keyed = [c for c in ("total_of", "period_start", "period_end") if c in frame.columns]
        names = [c.name for c in columns]
        was = {tuple(map(str, r[:-1])): r[-1] for r in _lines(before, keyed, names)}
        for *key, told in _lines(frame, keyed, names):
            old = was.get(tuple(map(str, key)), told)
            for column in columns:
                value, cell, sheet = told[column.name]
                unchanged = value is None or _same(value, old[column.name][0])
                if unchanged or (sheet, _row(cell)) in rows:
                    continue
                parts = None
                if column.kind == "count":
                    parts = parts_of(mutant[0].objects[name], key, keyed, column.name)
                if parts is not None and parts != value:
                    return Verdict("missed", (), "a total is not the sum of its parts", "count")
                why = "a total: a part of the total is not given"
                return Verdict("silent", (), why, str(column.kind))
    return None


def _lines(frame: pd.DataFrame, keyed: list[str], columns: list[str]) -> Iterator[tuple[Any, ...]]:
    for row in frame.to_dict("records"):
        told = {
            c: (_plain(row[c]), str(row.get(f"cell.{c}") or ""), str(row["source_sheet"]))
            for c in columns
        }
        yield (*(row[k] for k in keyed), told)
