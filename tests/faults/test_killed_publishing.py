"""Kill a run at any instant: readers see the old snapshot or the new, and the next run mends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from infobank.tables import LocalStorage, promote

HERE = Path(__file__).parent
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE.parent / "unit" / "tables")]),
    # The script forks: keep numerical libraries from starting threads first.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
SIGKILLED = -9


def kill_everywhere(folder: Path, scenario: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603
        [sys.executable, HERE / "killed_run.py", folder, scenario],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


SCENARIOS = [
    "next run",
    "going back",
    "sweep",
    pytest.param("first run", marks=pytest.mark.slow),
    pytest.param("rerun", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_kill_at_any_call_leaves_the_old_or_the_new(tmp_path: Path, scenario: str) -> None:
    told = kill_everywhere(tmp_path, scenario)
    attempts = told["attempts"]
    assert {a["ended"] for a in attempts} == {SIGKILLED}
    assert all(a["seen"] in {told["old"], told["new"]} for a in attempts)
    # The run after a killed one finds every snapshot whole, ends where an undisturbed one does,
    # and leaves nothing behind.
    assert {a["next"] for a in attempts} == {0}
    assert {a["seen_next"] for a in attempts} == {told["new"]}
    assert {a["snapshots"] for a in attempts} == {told["snapshots"]}
    if scenario.endswith(" run"):
        assert told["old"] != told["new"]
        assert all(a["left"] == [] for a in attempts)
        _one_step(told)


def _one_step(told: dict[str, Any]) -> None:
    """The new snapshot comes in sight with one call, a rename, and does not go again."""
    sight = [a["seen"] == told["new"] for a in told["attempts"]]
    switch = sight.index(True)
    assert sight == [False] * switch + [True] * (len(sight) - switch)
    assert told["calls"][switch] == "replace"


def _start(warehouse: Path, quarter: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, HERE / "holding_run.py", warehouse, quarter],
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_second_run_is_told_to_wait_and_a_dead_one_holds_nobody_up(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    first = _start(warehouse, "2013-Q4")
    assert first.stdout is not None
    assert first.stdout.readline() == "staged\n"

    said, _ = _start(warehouse, "2014-Q1").communicate("\n")
    assert said == (
        f"Another run (process {first.pid}) is writing to the warehouse {warehouse}. "
        "Wait until it ends, then run again.\n"
    )

    first.kill()
    first.communicate()
    assert len(list((warehouse / "staging").iterdir())) == 1
    said, _ = _start(warehouse, "2014-Q1").communicate("\n")
    assert said == "staged\npromoted\n"
    assert list((warehouse / "staging").iterdir()) == []
    assert len(LocalStorage(warehouse).snapshots()) == 1


def test_a_reader_meets_one_snapshot_while_runs_are_promoted(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse"
    for quarter in ("2013-Q4", "2014-Q1"):
        _start(warehouse, quarter).communicate("\n")
    storage = LocalStorage(warehouse)
    names = storage.snapshots()
    assert len(names) == 2
    stop = threading.Event()
    met: set[str] = set()
    faults: list[Exception] = []

    def read() -> None:
        try:
            while not stop.is_set():
                frame = pd.read_parquet(
                    warehouse.joinpath("current").resolve() / "out/risk_ranking"
                )
                met.add(",".join(frame["quarter"].unique()))
        except Exception as error:
            faults.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for turn in range(100):
        promote(storage, names[turn % 2])
    stop.set()
    reader.join()
    assert faults == []
    assert met <= {"2013-Q4", "2014-Q1"}
