"""The run log: when a run happened, how long it took, who started it and how it ended.

One JSON file per run in ``runs/``. This is the only place in the warehouse with a clock; nothing
in a snapshot depends on it.
"""

from __future__ import annotations

import getpass
import json
import os
import platform
import secrets
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

from infobank.tables.identity import canonical_json
from infobank.tables.storage import Storage

RunOutcome = Literal["running", "promoted", "beside", "refused", "failed", "stopped", "interrupted"]


@dataclass
class LoggedRun:
    """One run in the log.

    Attributes:
        started: when it began, UTC, ISO text.
        by: the account that started it.
        host: the machine.
        process: its process id there.
        command: what was started (``run``, ``rerun``).
        parameters: what was asked for, folders among them.
        python: the interpreter's version, for explaining a difference between machines.
        run_id: the run's id; None until the deliveries are known.
        snapshot: the snapshot it sealed or found again, if it came so far.
        ended: when it ended, UTC, ISO text; None while it runs.
        outcome: ``promoted``; ``beside`` (a snapshot with a name, beside the current one);
            ``refused`` (a critical finding); ``failed`` (a fault of ours);
            ``stopped`` (by a person); ``interrupted`` (its process is gone and left no word).
        message: the outcome in a sentence.
    """

    started: str
    by: str
    host: str
    process: int
    command: str
    parameters: dict[str, Any] = field(default_factory=dict)
    python: str = field(default_factory=platform.python_version)
    run_id: str | None = None
    snapshot: str | None = None
    ended: str | None = None
    outcome: RunOutcome = "running"
    message: str = ""


@contextmanager
def logged_run(
    storage: Storage, command: str, parameters: Mapping[str, Any] | None = None
) -> Iterator[LoggedRun]:
    """Keep a run's entry from its first moment to its last; the caller fills in what it learns.

    A block that ends without an outcome, or with an exception, is logged as failed.
    """
    run = LoggedRun(
        started=_now(),
        by=_account(),
        host=socket.gethostname(),
        process=os.getpid(),
        command=command,
        parameters=json.loads(canonical_json(dict(parameters or {}))),
    )
    name = f"{run.started.replace(':', '').replace('+0000', 'Z')}-{secrets.token_hex(3)}"
    storage.note(name, canonical_json(asdict(run), indent=1))
    try:
        yield run
    except KeyboardInterrupt:
        run.outcome, run.message = "stopped", run.message or "Stopped by hand."
        raise
    except BaseException as error:
        if run.outcome == "running":
            run.outcome, run.message = "failed", run.message or str(error) or repr(error)
        raise
    finally:
        if run.outcome == "running":
            run.outcome, run.message = "failed", run.message or "Ended without an outcome."
        run.ended = _now()
        storage.note(name, canonical_json(asdict(run), indent=1))


def last_runs(storage: Storage, number: int = 5) -> list[LoggedRun]:
    """The newest entries of the run log, the newest first.

    A run of this machine that never ended, and whose process is gone, is shown as interrupted.
    """
    notes = sorted(storage.notes().items(), reverse=True)[:number]
    return [_as_it_stands(LoggedRun(**json.loads(content))) for _, content in notes]


def _as_it_stands(run: LoggedRun) -> LoggedRun:
    if run.outcome != "running" or run.host != socket.gethostname() or _alive(run.process):
        return run
    return replace(run, outcome="interrupted", message="Its process ended without a word.")


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _account() -> str:
    with suppress(KeyError, OSError, ImportError):
        return getpass.getuser()
    return str(os.getuid())


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
