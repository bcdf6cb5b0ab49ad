"""Gate one, the keys: no delivery may say two things about the same record.

A line repeated to the letter is a slip: the first stands, the repeats are refused with a warning.
Two lines that disagree about the same key are critical, because nobody here can know which is
right: both are refused. The same holds of two deliveries received on one day, since neither is the
later.
"""

from __future__ import annotations

import pandas as pd

from infobank.checking.records import Records, as_text
from infobank.findings import Severity
from infobank.pseudonyms import NOT_SHOWN

_WORDS = ("yot_name", "period", "text", "free_text", "missing_reason")
_BOOKKEEPING = ("source_sheet", "source_cell", "refused", "record")


def check_keys(records: Records, severity: Severity) -> None:
    """Refuse records whose key stands twice in one delivery, or in two of one day."""
    key = [c for c in records.contract.key if c in records.frame.columns]
    if not key or records.frame.empty:
        return
    every = [
        c
        for c in records.frame.columns
        if not c.startswith("cell.") and c not in (*_BOOKKEEPING, "source_file")
    ]
    _check_within(records, key, "source_file", every, severity)
    # Two files may spell a name in two ways; what counts is whether they say the same.
    figures = [
        c.name
        for c in records.contract.columns
        if c.kind not in _WORDS and c.name in records.frame.columns
    ]
    _check_within(records, key, "known_from", [*key, *figures], severity)


def _check_within(
    records: Records, key: list[str], where: str, told: list[str], severity: Severity
) -> None:
    frame = records.usable()
    within = [where, *key]
    twice = frame[frame.duplicated(within, keep=False)]
    shown = _shown(records, key)
    for _, group in twice.groupby(within, sort=False, dropna=False):
        same = bool(group.duplicated(told, keep="first").iloc[1:].all())
        first = group.index[0]
        label = ", ".join(_label(records, group.at[first, c], c) for c in shown)
        places = [records.cell_of(row, shown[0]) for row in group.index]
        if where == "known_from":
            files = [str(f) for f in group["source_file"]]
            places = [f"{p} of {f}" for p, f in zip(places, files, strict=True)]
        if same:
            for row in group.index[1:]:
                _refuse(records, row, label, places[0], "warning", same=True)
        else:
            for row, others in zip(group.index, _others(places), strict=True):
                _refuse(records, row, label, others, severity, same=False)


def _shown(records: Records, key: list[str]) -> list[str]:
    """The delivered columns behind the key: the name as sent rather than our yot_id."""
    shown: list[str] = []
    for column in records.contract.columns:
        derived = {"yot_name": {"yot_id"}, "period": {"period_start", "period_end"}}
        meant = derived.get(column.kind or "", {column.name})
        if meant & set(key):
            shown.append(column.name)
    return shown or key


def _label(records: Records, value: object, column: str) -> str:
    """A part of a key as people may see it: what names a person stays where it is."""
    personal = any(
        c.name == column and c.classification != "public" for c in records.contract.columns
    )
    return NOT_SHOWN if personal else as_text(value)


def _others(places: list[str]) -> list[str]:
    return [" and ".join(p for i, p in enumerate(places) if i != n) for n in range(len(places))]


def _refuse(
    records: Records, row: object, label: str, other: str, severity: Severity, *, same: bool
) -> None:
    column = _shown(records, list(records.contract.key))[0]
    if same:
        says = f"{label} stands here again, word for word as at {other}. The repeat is left out."
    else:
        says = (
            f"{label} stands here and at {other} with different figures. Neither is used; ask the "
            "sender which is right."
        )
    records.report(
        row,
        column,
        "key_repeated",
        says,
        found=label,
        expected="one line",
        severity=severity,
        refuse=True,
    )


def missing_of(records: Records, expected: pd.Index) -> pd.Index:
    """The YOTs expected in a delivery that no record of it names."""
    return expected.difference(pd.Index(records.frame["yot_id"].dropna().unique()))
