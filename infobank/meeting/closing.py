"""Closing a meeting: its decisions and the final programme become tables beside the proposal."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from infobank.contracts import TableContract, load_tables
from infobank.domain.errors import MistakeError
from infobank.domain.paths import code_root, schemas_root
from infobank.meeting.meeting import Meeting
from infobank.meeting.minutes import FILE, FOLDER, Entry, minutes_bytes, read_minutes
from infobank.meeting.proposed import proposal_digest, proposed_programme
from infobank.programme.earlier_meetings import standing_rows
from infobank.tables import (
    LocalStorage,
    LoggedRun,
    RunIdentity,
    Staging,
    Tables,
    WarehouseError,
    code_version,
    logged_run,
)
from infobank.tables.storage import Record, sha256

DECISIONS = "out.decision"
FINAL = "out.programme_final"
DECIDED = (DECISIONS, FINAL)
"""The tables that only a meeting writes."""

__all__ = [
    "DECIDED",
    "DECISIONS",
    "FINAL",
    "Closed",
    "changed_since_meeting",
    "close",
    "standing_rows",
]


@dataclass(frozen=True)
class Closed:
    """How a meeting was closed.

    Attributes:
        quarter: the quarter.
        approved: whether the meeting approved the programme.
        decisions: how many decisions the record holds.
        visits: how many visits the final programme has.
        snapshot: the snapshot that is now current.
        sentence: the outcome in words.
    """

    quarter: str
    approved: bool
    decisions: int
    visits: int
    snapshot: str
    sentence: str


def close(meeting: Meeting, warehouse: Path) -> Closed:
    """Publish the decisions and the final programme, in one step; the proposal stays beside them.

    A meeting can be opened and closed again: further decisions add rows, earlier rows stay.

    Raises:
        MistakeError: nothing was decided, or record or proposal changed while the meeting sat.
        WarehouseBusyError: a run is writing to the warehouse; what was decided is kept.
        WarehouseError: a table in the warehouse has another form than the program expects.
    """
    if not meeting.entries:
        msg = f"Nothing has been decided on {meeting.quarter} yet, so there is nothing to publish."
        raise MistakeError(msg)
    storage = LocalStorage(warehouse)
    asked = {"quarter": meeting.quarter}
    with logged_run(storage, "meeting", asked) as logged:
        closed = _publish(meeting, warehouse, storage, logged)
        logged.outcome, logged.message = "promoted", closed.sentence
    return closed


def _publish(meeting: Meeting, warehouse: Path, storage: LocalStorage, logged: LoggedRun) -> Closed:
    contracts = load_tables()
    name = storage.current()
    before = storage.record(name) if name else {}
    with Staging(storage, _identity(meeting, before)) as staging:
        if storage.current() != name:
            msg = "A run has just published new tables. Open the meeting again, then close it."
            raise MistakeError(msg)
        _unchanged(meeting, warehouse)
        staging.write(contracts[DECISIONS], decision_table(meeting))
        staging.write(contracts[FINAL], final_table(meeting))
        _carry_all(staging, contracts, before)
        counts = {"decisions": len(meeting.entries), "visits": len(meeting.final.programme)}
        sealed = staging.seal("accepted", counts)
        staging.promote(sealed)
    logged.run_id, logged.snapshot = sealed.run_id, sealed.snapshot
    how = "approved" if meeting.approved else "without approval of the whole programme"
    sentence = (
        f"The meeting on {meeting.quarter} is closed, {how}: {len(meeting.entries)} decisions in "
        f"out/decision, {len(meeting.final.programme)} visits in out/programme_final."
    )
    return Closed(
        quarter=meeting.quarter,
        approved=meeting.approved,
        decisions=len(meeting.entries),
        visits=len(meeting.final.programme),
        snapshot=sealed.snapshot,
        sentence=sentence,
    )


def _identity(meeting: Meeting, before: Record) -> RunIdentity:
    """The run before, and the record of the meeting among what it was given."""
    minutes = f"{FOLDER}/{meeting.quarter}/{FILE}"
    content = minutes_bytes(meeting.entries)
    return RunIdentity(
        # The quarter last run stays the warehouse's quarter, whichever one the meeting was about.
        parameters={**before["parameters"], "meeting": meeting.quarter},
        inputs={**before["inputs"], minutes: sha256(content)},
        code=code_version(code_root(), schemas_root()),
        as_of=date.fromisoformat(before["as_of"]),
        synthetic=before["synthetic"],
    )


def _unchanged(meeting: Meeting, warehouse: Path) -> None:
    published = proposed_programme(warehouse, meeting.quarter)
    if proposal_digest(published) != meeting.proposed.digest:
        msg = (
            f"A run has changed the proposal for {meeting.quarter} during the meeting. What was "
            "decided is kept; open the meeting again and look at it before closing."
        )
        raise MistakeError(msg)
    if read_minutes(warehouse, meeting.quarter) != meeting.entries:
        msg = (
            f"Somebody else has recorded a decision on {meeting.quarter} meanwhile. Open the "
            "meeting again and look at it before closing."
        )
        raise MistakeError(msg)


def _carry_all(staging: Staging, contracts: dict[str, TableContract], before: Record) -> None:
    """Take every other part over as it is; a meeting must not lose a table."""
    if unknown := sorted(set(before["tables"]) - set(contracts)):
        raise WarehouseError(_outdated(unknown[0]))
    for table in before["tables"]:
        if staging.carry_forward(contracts[table]).outdated:
            raise WarehouseError(_outdated(table))


def _outdated(table: str) -> str:
    return (
        f"{table} was published in a form that the program no longer has. Run the quarter again, "
        "then close the meeting; what was decided is kept."
    )


def decision_table(meeting: Meeting) -> pd.DataFrame:
    """The rows of ``out/decision``: one per decision recorded, as it was recorded."""
    synthetic = meeting.proposed.synthetic
    rows = [_row(entry, meeting, synthetic) for entry in meeting.entries]
    frame = pd.DataFrame(rows, columns=[c.name for c in load_tables()[DECISIONS].columns])
    for column in ("week_commencing", "decided_on"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    for column in ("decision", "withdraws", "past_five_years_change"):
        frame[column] = frame[column].astype("Int64")
    for column in ("risk_change", "hours_change"):
        frame[column] = frame[column].astype("float64")
    return frame


def _row(entry: Entry, meeting: Meeting, synthetic: bool) -> dict[str, object]:
    recorded = {k: None if v == "" else v for k, v in asdict(entry).items()}
    names = {
        "yot_name": meeting.name(entry.yot_id) if entry.yot_id else None,
        "other_yot_name": meeting.name(entry.other_yot_id) if entry.other_yot_id else None,
    }
    return recorded | names | {"synthetic": synthetic}


def final_table(meeting: Meeting) -> pd.DataFrame:
    """The rows of ``out/programme_final``: one per visit, each with how it came about."""
    return meeting.final.programme.assign(
        approved=meeting.approved, synthetic=meeting.proposed.synthetic
    )[[column.name for column in load_tables()[FINAL].columns]]


def changed_since_meeting(storage: LocalStorage, quarter: str, programme: pd.DataFrame) -> str:
    """What to tell when a run proposes something else than a meeting had before it; else "".

    Args:
        storage: the warehouse, before the run is promoted.
        quarter: the quarter run.
        programme: the proposal of the run.
    """
    name = storage.current()
    held = storage.record(name)["tables"].get(DECISIONS, {}).get("parts", {}) if name else {}
    if quarter not in held:
        return ""
    decisions = Tables.of_snapshot(storage.root, name).of_quarter(quarter)[DECISIONS]
    decisions = decisions.sort_values("decision")
    if decisions["proposal"].iloc[-1] == proposal_digest(programme):
        return ""
    return (
        f"The meeting on {quarter} decided on another proposal than this run's. Its decisions and "
        "final programme stay as they are; open the meeting again to look at the change."
    )
