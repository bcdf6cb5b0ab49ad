"""Gate one, the keys: no delivery may say two things about the same record.

A line repeated to the letter is a slip: the first stands, the repeats are refused with a warning.
Two lines that disagree about the same key are critical, because nobody here can know which is
right: both are refused. The same holds of two deliveries received on one day, since neither is the
later. Where a whole file or sheet is there twice, its repeats are told together, since one sentence
that names both is worth more than a sentence for each of a thousand lines.
"""

from __future__ import annotations

from collections.abc import Sequence

from infobank.checking.checked_records import Copied, Records, as_text
from infobank.domain.findings import Finding, Severity, where
from infobank.reading.pseudonyms import NOT_SHOWN

_WORDS = ("yot_name", "period", "text", "free_text", "missing_reason")
_FEW = 3
"""More repeats than this between two files or sheets are told together."""
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
        origin = [(records.at(row), records.cell_of(row, shown[0])) for row in group.index]
        same = bool(group.duplicated(told, keep="first").iloc[1:].all())
        first = group.index[0]
        label = ", ".join(_label(records, group.at[first, c], c) for c in shown)
        places = [records.cell_of(row, shown[0]) for row in group.index]
        if where == "known_from":
            files = [str(f) for f in group["source_file"]]
            places = [f"{p} of {f}" for p, f in zip(places, files, strict=True)]
        if same:
            for row, (place, cell) in zip(group.index[1:], origin[1:], strict=True):
                if place == origin[0][0]:
                    _refuse(records, row, label, places[0], "warning", same=True)
                else:
                    records.frame.at[row, "refused"] = True
                    records.copied.append(Copied(place, cell, *origin[0], label))
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
        says = (
            f"{label} is repeated here, with the same words as at {other}. The repeat is left out."
        )
    else:
        says = (
            f"{label} is here and at {other} with different figures. Neither is used; ask the "
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


def copies_told(source: str, copied: Sequence[Copied]) -> list[Finding]:
    """The repeats of one file or sheet in another: each by itself, or many in one finding.

    Args:
        source: id of the contract.
        copied: the repeats of every kind of record of the source.
    """
    pairs: dict[tuple[str, ...], list[Copied]] = {}
    for one in copied:
        (file, sheet), (other, elsewhere) = one.place, one.first
        pair: tuple[str, ...] = (file, other)
        if file == other:
            pair = (file, other, sheet, elsewhere)
        pairs.setdefault(pair, []).append(one)
    findings: list[Finding] = []
    for pair, found in pairs.items():
        file, other = pair[:2]
        if len(found) <= _FEW:
            findings += [_one_copy(source, one) for one in found]
            continue
        sheet = pair[2] if len(pair) > 2 else ""
        whose = f"the sheet {pair[3]}" if len(pair) > 2 else other
        shown = ", ".join(f"{_named(one.place[1], one.cell)}" for one in found[:_FEW])
        findings.append(
            Finding(
                source=source,
                source_file=file,
                sheet=sheet,
                cell="",
                code="key_repeated",
                message=(
                    f"{where(file, sheet)}: {len(found):,} records are repeated here, with the "
                    f"same figures as in {whose}; the first are at {shown}. The repeats are left "
                    "out; ask the sender which of the two is meant."
                ),
                found=f"{len(found)} records of {whose}",
                expected="each record once",
                severity="warning",
                rows_refused=len(found),
            )
        )
    return findings


def _one_copy(source: str, one: Copied) -> Finding:
    (file, sheet), (other, elsewhere) = one.place, one.first
    there = f"{_named(elsewhere, one.first_cell)}{f' of {other}' if other != file else ''}"
    return Finding(
        source=source,
        source_file=file,
        sheet=sheet,
        cell=one.cell,
        code="key_repeated",
        message=(
            f"{where(file, sheet, one.cell)}: {one.label} is repeated here, with the same "
            f"words as at {there}. The repeat is left out."
        ),
        found=one.label,
        expected="one line",
        severity="warning",
        rows_refused=1,
    )


def _named(sheet: str, cell: str) -> str:
    return f"{sheet}!{cell}" if sheet else cell
