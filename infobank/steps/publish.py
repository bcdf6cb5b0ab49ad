"""The publishing step: all tables of the run, or none."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from infobank.contracts import load_tables
from infobank.domain.findings import Finding
from infobank.domain.log_step import log_step
from infobank.domain.paths import code_root, schemas_root
from infobank.domain.quarters import Quarter
from infobank.domain.run_request import RunRequest
from infobank.meeting.closing import DECIDED, DECISIONS, changed_since_meeting
from infobank.meeting.minutes import read_minutes
from infobank.steps.stopping import criticals, stopped_tables
from infobank.steps.workspace import Workspace
from infobank.tables import Carried, LocalStorage, RunIdentity, Staging, code_version
from infobank.tables.identity import Synthetic
from infobank.tables.storage import Storage, sha256

_LOG = logging.getLogger(__name__)

PublishOutcome = Literal["promoted", "beside", "refused"]


@dataclass(frozen=True)
class PublishedRun:
    """How a run ended.

    Attributes:
        run_id: the run's id.
        snapshot: the snapshot's name under ``warehouse/snapshots``.
        outcome: ``promoted`` (``warehouse/current`` now is this snapshot), ``beside`` (it stands
            beside it under a name) or ``refused``.
        label: that name; "" where it has none.
        reused: whether the same snapshot was there already, to the byte.
        stopping: the critical findings that kept it from being promoted.
        stopped: the tables they kept from being made.
        remarks: what a person should know of the ranking and of what was published before, in
            sentences.
    """

    run_id: str
    snapshot: str
    outcome: PublishOutcome
    label: str
    reused: bool
    stopping: list[Finding]
    stopped: list[str]
    remarks: list[str] = field(default_factory=list)

    @property
    def promoted(self) -> bool:
        """Whether the tables are now the current ones."""
        return self.outcome == "promoted"


def identity_of(request: RunRequest) -> RunIdentity:
    """What the run is: what it was asked, what it was given, and the program that did it."""
    frames = Workspace.begin(request.work).inside("tables").frames()
    deliveries = frames["core.delivery"]
    return RunIdentity(
        parameters={
            "quarter": str(request.quarter),
            **({"without": list(request.without)} if request.without else {}),
        },
        inputs={**request.inputs, **_agreed(frames.get("out.agreed_visit"))},
        code=code_version(code_root(), schemas_root()),
        as_of=request.as_of,
        synthetic=_synthetic(deliveries),
    )


def _agreed(visits: pd.DataFrame | None) -> dict[str, str]:
    """What earlier meetings agreed, as an input like a delivery; none where they agreed nothing."""
    if visits is None or visits.empty:
        return {}
    text = visits.drop(columns=["outcome", "synthetic"]).to_csv(index=False, lineterminator="\n")
    return {"meetings/agreed": sha256(text.encode())}


def _synthetic(deliveries: pd.DataFrame) -> Synthetic:
    marks = deliveries["synthetic"].astype(bool)
    if marks.any():
        return "true" if marks.all() else "partly"
    return "false"


def publish(request: RunRequest) -> PublishedRun:
    """Seal the run's tables as a snapshot and make it current, unless something critical stops it.

    What is published is what was last known of the newest quarter. A run of an earlier quarter, or
    as of an earlier day, asks what would have been: its snapshot stands beside ``current`` under
    a name, holds no ranking that came later, and changes nothing that is published.

    After a critical finding the tables that depend on its source are left out, the rest and the
    quarantine are sealed for looking at, and ``current`` stays as it was.
    """
    with log_step(_LOG, f"publish {request.quarter}") as counts:
        published = _published(request)
        counts.note(f"{published.outcome} as snapshot {published.snapshot}")
        counts.add(len(published.stopping), "findings that stop it")
        counts.add(len(published.stopped), "tables left out")
    return published


def _published(request: RunRequest) -> PublishedRun:
    work = Workspace.begin(request.work)
    contracts, frames = load_tables(), dict(work.inside("tables").frames())
    stopping = criticals(request, work.findings())
    stopped = stopped_tables(stopping)
    storage = LocalStorage(request.warehouse)
    remarks: list[str] = [] if stopping else list(work.inside("tables").noted("ranking")["remarks"])
    with Staging(storage, identity_of(request)) as staging:
        label = "" if stopping else label_beside(storage, request)
        for name, contract in contracts.items():
            if name in frames and name not in stopped:
                staging.write(contract, frames[name])
            if stopping or contract.partition != "quarter":
                continue
            if label:
                staging.carry_forward(contract, _before(request.quarter), known_by=request.as_of)
            elif name in DECIDED:
                # A run never writes what a meeting decided, on this quarter or on another.
                remarks += _left_behind(staging.carry_forward(contract), name)
            else:
                staging.carry_forward(contract, lambda part: part != str(request.quarter))
        if not stopping and not label:
            changed = changed_since_meeting(storage, str(request.quarter), frames["out.programme"])
            remarks += [changed] if changed else []
            remarks += _not_published(storage, request)
        sealed = staging.seal("refused" if stopping else "accepted", counts(frames))
        if label:
            staging.set_beside(sealed, label)
        elif not stopping:
            staging.promote(sealed)
    return PublishedRun(
        run_id=sealed.run_id,
        snapshot=sealed.snapshot,
        outcome="refused" if stopping else "beside" if label else "promoted",
        label=label,
        reused=sealed.reused,
        stopping=stopping,
        stopped=sorted(stopped),
        remarks=remarks,
    )


def label_beside(storage: Storage, request: RunRequest) -> str:
    """The name of a run that stands beside what is published; "" for one that is published.

    It stands beside where its quarter is earlier than the newest published, or its as-of date
    earlier than the one that the published tables stand on.
    """
    name = storage.current()
    if name is None:
        return ""
    record = storage.record(name)
    quarters = record["tables"].get("out.risk_ranking", {}).get("parts", {})
    newest = max([*quarters, str(record["parameters"]["quarter"])])
    if str(request.quarter) >= newest and request.as_of.isoformat() >= record["as_of"]:
        return ""
    without = f"-without-{'-'.join(request.without)}" if request.without else ""
    return f"{request.quarter}-as-of-{request.as_of}{without}".replace("_", "-")


def _not_published(storage: LocalStorage, request: RunRequest) -> list[str]:
    """What a meeting recorded that the published tables do not hold, to be said and not lost."""
    quarter = str(request.quarter)
    name = storage.current()
    tables = storage.record(name)["tables"] if name else {}
    recorded = len(read_minutes(request.warehouse, quarter))
    if not recorded or quarter in tables.get(DECISIONS, {}).get("parts", {}):
        return []
    return [
        f"{recorded} decisions of the meeting on {quarter} are recorded and not in the published "
        f"tables. To publish them: infobank meeting close --quarter {quarter}"
    ]


def _before(quarter: Quarter) -> Callable[[str], bool]:
    return lambda part: part < str(quarter)


def _left_behind(carried: Carried, table: str) -> list[str]:
    return [
        f"{table} of {part} was published in an earlier form and is left out. Open the meeting on "
        f"{part} and close it again; its record is kept."
        for part in carried.outdated
    ]


def counts(frames: dict[str, pd.DataFrame]) -> dict[str, int]:
    """What the run counted, for the run's record."""
    deliveries = frames["core.delivery"]
    totals = {
        name: int(deliveries[name].sum())
        for name in ("rows_read", "rows_accepted", "rows_quarantined")
    }
    return {"files": int(deliveries["source_file"].nunique()), **totals}
