"""The record of a meeting's decisions: one line for each, added and never changed.

It is kept in ``meetings/<quarter>/decisions.jsonl`` in the warehouse, outside the snapshots, so
that no decision is lost between sittings. A line is on the disk before anybody is told that it is
recorded. Each line holds the effect that the meeting was shown when it decided.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from infobank.domain.errors import MistakeError
from infobank.tables import WarehouseError
from infobank.tables.local import sync

FOLDER = "meetings"
FILE = "decisions.jsonl"


@dataclass(frozen=True)
class Entry:
    """One line of the record.

    Attributes:
        decision: its number in the quarter's record, from 1.
        quarter: the quarter whose programme it concerns.
        action: approve, swap, defer, add, remove or withdraw.
        yot_id: the YOT; "" for the whole programme.
        other_yot_id: for a swap, who comes in; else "".
        programme: the programme of the visit brought in or moved; else "".
        week_commencing: its Monday, ISO; else "".
        withdraws: for a withdrawal, the number of the decision that no longer stands.
        who: who decided.
        why: the reason.
        decided_on: the day of the decision, ISO.
        proposal: digest of the proposal it was taken on.
        risk_change: expected members of the worst six that the programme now visits, more or less.
        hours_change: inspection hours, more or less.
        past_five_years_change: YOTs left past their five years, more or less.
        new_violations: the rules newly broken, in sentences.
        effect: the effect in a sentence, as the meeting was shown it.
        noted: when the line was written, UTC, ISO.
    """

    decision: int
    quarter: str
    action: str
    yot_id: str
    other_yot_id: str
    programme: str
    week_commencing: str
    withdraws: int | None
    who: str
    why: str
    decided_on: str
    proposal: str
    risk_change: float
    hours_change: float
    past_five_years_change: int
    new_violations: str
    effect: str
    noted: str = ""


def minutes_file(warehouse: Path, quarter: str) -> Path:
    """Where a quarter's record is."""
    return warehouse / FOLDER / quarter / FILE


def read_minutes(warehouse: Path, quarter: str) -> tuple[Entry, ...]:
    """The record of a quarter's meeting so far, in the order of the decisions.

    Raises:
        WarehouseError: the file has been changed by other hands and cannot be read.
    """
    path = minutes_file(warehouse, quarter)
    content = path.read_bytes() if path.is_file() else b""
    return _entries(_whole_lines(content), path)


def minutes_bytes(entries: Sequence[Entry]) -> bytes:
    """The record as bytes: the same decisions always give the same."""
    return b"".join(_line(entry) for entry in entries)


def append_minutes(
    warehouse: Path, quarter: str, known: Sequence[Entry], new: Sequence[Entry]
) -> None:
    """Add lines and bring them to the disk.

    Args:
        warehouse: the warehouse folder.
        quarter: the quarter.
        known: the record as the caller knows it.
        new: what is to be added.

    Raises:
        MistakeError: the record has grown meanwhile, so the effect shown is no longer the effect.
    """
    path = minutes_file(warehouse, quarter)
    fresh = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        content = file.read()
        whole = _whole_lines(content)
        if _entries(whole, path) != tuple(known):
            msg = (
                f"The record of {quarter} has changed while this was being decided: somebody else "
                "is recording the same meeting. Open the meeting again and decide with what they "
                "recorded in view."
            )
            raise MistakeError(msg)
        if len(whole) != len(content):
            # A line cut short by a power cut was never confirmed to anybody.
            file.truncate(len(whole))
        file.write(minutes_bytes(new))
        file.flush()
        os.fsync(file.fileno())
    if fresh:
        for folder in (path.parent, path.parent.parent, warehouse):
            sync(folder)


def standing(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The decisions that stand: all but withdrawals and what they withdrew."""
    gone = {entry.withdraws for entry in entries}
    return tuple(e for e in entries if e.action != "withdraw" and e.decision not in gone)


def _line(entry: Entry) -> bytes:
    return (json.dumps(asdict(entry), ensure_ascii=False) + "\n").encode()


def _whole_lines(content: bytes) -> bytes:
    return content[: content.rfind(b"\n") + 1]


def _entries(content: bytes, path: Path) -> tuple[Entry, ...]:
    names = {f.name for f in fields(Entry)}
    entries = []
    # Only a line feed ends a line; a reason may hold other characters that look like one.
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):
        try:
            recorded = json.loads(line)
            entries.append(Entry(**{k: v for k, v in recorded.items() if k in names}))
        except (ValueError, TypeError, AttributeError) as error:
            msg = f"{path}, line {number} is not a decision as recorded; put it back from a copy."
            raise WarehouseError(msg) from error
        if entries[-1].decision != number:
            msg = (
                f"{path}, line {number}: decision {entries[-1].decision} is out of order. "
                "Put the file back from a copy."
            )
            raise WarehouseError(msg)
    return tuple(entries)
