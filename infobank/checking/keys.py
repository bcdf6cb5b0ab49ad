"""Gate one, the keys: no delivery may say two things about the same record.

A line repeated to the letter is a slip: the first stands, the repeats are refused with a warning.
Two lines that disagree about the same key are critical, because nobody here can know which is
right: both are refused. The same holds of two deliveries received on one day, since neither is the
later. Where a whole file or sheet is there twice, its repeats are told together, since one sentence
that names both is worth more than a sentence for each of a thousand lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from infobank.checking.checked_records import Copied, Records, as_text
from infobank.domain.findings import NOT_SHOWN, Finding, Place, Severity, finding
from infobank.domain.in_words import listed

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
    records: Records, key: list[str], where: str, compared: list[str], severity: Severity
) -> None:
    frame = records.usable()
    within = [where, *key]
    twice = frame[frame.duplicated(within, keep=False)]
    shown = _shown(records, key)
    for _, group in twice.groupby(within, sort=False, dropna=False):
        places = [records.place_of(row, shown[0]) for row in group.index]
        same = bool(group.duplicated(compared, keep="first").iloc[1:].all())
        first = group.index[0]
        label = ", ".join(_label(records, group.at[first, c], c) for c in shown)
        if same:
            for row, place in zip(group.index[1:], places[1:], strict=True):
                if _is_on(place, places[0]):
                    _refuse(records, row, label, places[0].cell_words, "warning", same=True)
                else:
                    records.frame.at[row, "refused"] = True
                    records.copied.append(Copied(place, places[0], label))
        else:
            for row, place in zip(group.index, places, strict=True):
                others = _others(place, [p for p in places if p is not place])
                _refuse(records, row, label, others, severity, same=False)


def _is_on(place: Place, other: Place) -> bool:
    """Whether two places are on one sheet of one file."""
    return (place.source_file, place.sheet) == (other.source_file, other.sheet)


def _others(here: Place, places: list[Place]) -> str:
    """Other places in words, the first of many."""
    if all(_is_on(here, place) for place in places):
        return here.several([place.cell for place in places])
    return listed([_seen_from(here, place) for place in places], comma="; ")


def _seen_from(here: Place, there: Place) -> str:
    """A place in words, without what it shares with the place the sentence is about."""
    if here.source_file != there.source_file:
        return there.words
    return replace(there, source_file="").words if here.sheet != there.sheet else there.cell_words


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


def _refuse(
    records: Records, row: object, label: str, other: str, severity: Severity, *, same: bool
) -> None:
    records.report(
        row,
        _shown(records, list(records.contract.key))[0],
        "key_repeated",
        says="same" if same else "different",
        other=other,
        found=label,
        expected="one line",
        severity=severity,
        refuse=True,
    )


def copy_findings(source: str, copied: Sequence[Copied]) -> list[Finding]:
    """The repeats of one file or sheet in another: each by itself, or many in one finding.

    Args:
        source: id of the contract.
        copied: the repeats of every kind of record of the source.
    """
    pairs: dict[tuple[Place, Place], list[Copied]] = {}
    for copy in copied:
        pairs.setdefault(_compared(copy), []).append(copy)
    findings: list[Finding] = []
    for (place, first), found in pairs.items():
        if len(found) <= _FEW:
            findings += [_one_copy(source, copy) for copy in found]
            continue
        other = first.source_file if first.source_file else f"the sheet {first.sheet}"
        findings.append(
            finding(
                "key_repeated",
                place,
                says="many",
                source=source,
                count=f"{len(found):,}",
                other=other,
                cells=_cells(place, [copy.place for copy in found[:_FEW]]),
                found=f"{len(found)} records of {other}",
                expected="each record once",
                rows_refused=len(found),
            )
        )
    return findings


def _cells(whole: Place, places: list[Place]) -> str:
    """Cells of a file or sheet in words; the sheet is said once where it is the same."""
    if len({place.sheet for place in places}) > 1:
        return "; ".join(_seen_from(whole, place) for place in places)
    cells = places[0].several([place.cell for place in places])
    own = places[0].sheet
    return cells if own == whole.sheet else f"sheet {own}, {cells}"


def _compared(copy: Copied) -> tuple[Place, Place]:
    """What is there twice: two whole files, or two sheets of one file."""
    if copy.place.source_file != copy.first.source_file:
        return Place(copy.place.source_file), Place(copy.first.source_file)
    return copy.place.within(""), Place("", copy.first.sheet)


def _one_copy(source: str, copy: Copied) -> Finding:
    return finding(
        "key_repeated",
        copy.place,
        says="same",
        source=source,
        other=_seen_from(copy.place, copy.first),
        found=copy.label,
        expected="one line",
        rows_refused=1,
    )
