"""Kill a publishing run with SIGKILL at every call it makes to the file system; a script.

``python killed_run.py FOLDER SCENARIO`` prints, as JSON, what stood in the warehouse after each
kill and after the run that followed. Each attempt is a forked process of its own, so hundreds of
deaths cost one import.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from small_warehouse import CASES, INDICATORS, RANKING, cases, identity, indicators, ranking

from infobank.tables import LocalStorage, Staging, damaged, promote, sweep

CALLS = (
    "open", "fdopen", "fsync", "mkdir", "rmdir", "unlink", "link", "symlink", "rename", "replace"
)  # fmt: skip


def publish(warehouse: Path, quarter: str) -> None:
    from datetime import date

    known = indicators(
        ("derby", 45, date(2013, 7, 12), "yjb_custody/a.xlsx"),
        ("sefton", None, date(2013, 10, 11), "yjb_custody/b.xlsx"),
    )
    with Staging(LocalStorage(warehouse), identity(quarter)) as staging:
        staging.write(RANKING, ranking(quarter, 2.0, 1.0))
        staging.write(INDICATORS, known if quarter == "2014-Q1" else known.iloc[:1])
        staging.write(CASES, cases("x1", quarter))
        staging.carry_forward(RANKING)
        staging.promote(staging.seal("accepted"))


def old_run(warehouse: Path) -> None:
    publish(warehouse, "2013-Q4")


def new_run(warehouse: Path) -> None:
    publish(warehouse, "2014-Q1")


def both_runs(warehouse: Path) -> None:
    old_run(warehouse)
    new_run(warehouse)


def go_back(warehouse: Path) -> None:
    promote(LocalStorage(warehouse), identity("2013-Q4").run_id)


def sweep_all(warehouse: Path) -> None:
    sweep(LocalStorage(warehouse), keep=0)


Step = Callable[[Path], None]
SCENARIOS: dict[str, tuple[Step | None, Step]] = {
    "first run": (None, new_run),
    "next run": (old_run, new_run),
    "rerun": (both_runs, new_run),
    "going back": (both_runs, go_back),
    "sweep": (both_runs, sweep_all),
}


def arm(at: int, log: Path) -> None:
    """Die straight after the call of that number; count the calls into the log where it is 0."""
    made = 0

    def armed(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal made
            made += 1
            mine = made
            if at == 0:
                with log.open("a") as file:
                    file.write(f"{name}\n")
            try:
                return real(*args, **kwargs)
            finally:
                if mine == at:
                    os.kill(os.getpid(), signal.SIGKILL)

        return call

    for name in CALLS:
        setattr(os, name, armed(name, getattr(os, name)))


def in_child(step: Callable[[], None]) -> int:
    """Run a step in a forked process; minus the signal that killed it, or its exit code."""
    child = os.fork()
    if child == 0:
        try:
            step()
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def seen(warehouse: Path) -> str:
    """A digest of all that a reader sees through ``current``; "" before the first snapshot."""
    current = warehouse / "current"
    if not current.exists():
        return ""
    files = sorted(p for p in current.resolve().rglob("*") if p.is_file())
    told = [(str(p.relative_to(current.resolve())), p.read_bytes()) for p in files]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:12]


def whole(warehouse: Path) -> bool:
    storage = LocalStorage(warehouse)
    return all(damaged(storage, name) == () for name in storage.snapshots())


def attempt(base: Path, warehouse: Path, step: Step, at: int) -> dict[str, Any]:
    shutil.rmtree(warehouse, ignore_errors=True)
    if base.exists():
        shutil.copytree(base, warehouse, symlinks=True)

    def dying() -> None:
        arm(at, warehouse)
        step(warehouse)

    ended = in_child(dying)
    told: dict[str, Any] = {"at": at, "ended": ended, "seen": seen(warehouse)}

    def mending() -> None:
        if not whole(warehouse):
            os._exit(3)
        step(warehouse)

    told["next"] = in_child(mending)
    told["seen_next"] = seen(warehouse)
    told["left"] = sorted(p.name for p in (warehouse / "staging").glob("*"))
    told["snapshots"] = len(list((warehouse / "snapshots").glob("*")))
    return told


def main(folder: Path, scenario: str) -> None:
    before, step = SCENARIOS[scenario]
    # A killed process loses nothing the system has taken, so waiting for the disk tests nothing.
    os.fsync = lambda _: None
    base, warehouse, log = folder / "base", folder / "warehouse", folder / "calls"
    if before is not None and in_child(lambda: before(base)):
        sys.exit("The warehouse to begin with could not be made.")
    old = seen(base)
    if before is not None:
        shutil.copytree(base, warehouse, symlinks=True)

    def counting() -> None:
        arm(0, log)
        step(warehouse)

    if in_child(counting):
        sys.exit("The run fails even when nobody kills it.")
    new = seen(warehouse)
    calls = log.read_text().splitlines()
    attempts = [attempt(base, warehouse, step, at) for at in range(1, len(calls) + 1)]
    told = {
        "old": old,
        "new": new,
        "calls": calls,
        "snapshots": len(list((warehouse / "snapshots").glob("*"))),
        "attempts": attempts,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
