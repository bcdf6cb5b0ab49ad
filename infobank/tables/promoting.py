"""Changing by hand what is published: deliberate, with a reason, and in the run log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from infobank.domain.in_words import day_in_words
from infobank.tables.runlog import logged_run
from infobank.tables.staging import promote
from infobank.tables.status import snapshot_called
from infobank.tables.storage import Record, Storage

_RANKING = "out.risk_ranking"


@dataclass(frozen=True)
class Promoted:
    """What a promotion by hand has changed.

    Attributes:
        snapshot: the snapshot that is current now.
        quarter: the quarter it ranks.
        sentence: what has changed, what is no longer there, and how to go back.
    """

    snapshot: str
    quarter: str
    sentence: str


def promote_snapshot(storage: Storage, name: str, why: str) -> Promoted:
    """Make a snapshot the current one because a person says so.

    Args:
        storage: the warehouse.
        name: the name of a snapshot beside the current one, or a snapshot's own name.
        why: the reason, for the run log.

    Raises:
        WarehouseError: there is no such snapshot, or it is damaged.
        RefusedRunError: it is of a refused run.
        WarehouseBusyError: a run is writing.
    """
    snapshot = snapshot_called(storage, name)
    before, after = storage.current(), storage.record(snapshot)
    quarter = str(after["parameters"]["quarter"])
    with logged_run(storage, "promote", {"name": name, "why": why, "before": before}) as logged:
        promote(storage, snapshot)
        logged.run_id, logged.snapshot = after["run_id"], snapshot
        sentence = _sentence(storage, before, snapshot)
        logged.outcome, logged.message = "promoted", f"{sentence} Reason: {why}"
    return Promoted(snapshot, quarter, sentence)


def _sentence(storage: Storage, before: str | None, snapshot: str) -> str:
    now = storage.record(snapshot)
    if before == snapshot:
        return f"{_about(now)} is published already (snapshot {snapshot})."
    sentence = f"{_about(now)} is published now (snapshot {snapshot})."
    if before is None:
        return sentence
    earlier = storage.record(before)
    sentence += f" Before it was {_about(earlier)}."
    if gone := sorted(_quarters(earlier) - _quarters(now)):
        sentence += f" The published tables no longer hold {', '.join(gone)}."
    return f'{sentence} To go back: infobank promote {before} --why "..."'


def _about(record: Record) -> str:
    as_of = day_in_words(date.fromisoformat(record["as_of"]))
    return f"{record['parameters']['quarter']} as of {as_of}"


def _quarters(record: Record) -> set[str]:
    return set(record["tables"].get(_RANKING, {}).get("parts", {}))
