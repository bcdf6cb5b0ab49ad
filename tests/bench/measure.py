"""``make bench``: what the program costs in CPU seconds, beside a plain script in the same minutes.

Every figure is user and system time of a whole child process and all it started, Prefect's server
among them. The kinds of run take turns, so that a busy machine slows all of them alike, and the
first turn is not counted: it compiles modules and makes Prefect's database.

    python -m tests.bench.measure --runs 3
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "raw" / "sample"
RESULTS = ROOT / "bench-results"
INFOBANK = Path(sys.executable).with_name("infobank")
PLAIN = "plain script, no checks"


def cpu_seconds(command: list[str], environment: Mapping[str, str]) -> float:
    """The CPU seconds of a command and everything it started.

    Raises:
        RuntimeError: the command failed; its last words are told.
    """
    with tempfile.TemporaryFile("w+") as said:
        child = subprocess.Popen(  # noqa: S603 (our own commands)
            command, cwd=ROOT, env=dict(environment), stdout=said, stderr=said
        )
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            said.seek(0)
            raise RuntimeError(f"{' '.join(command)} failed: {said.read()[-500:]}")
    return used.ru_utime + used.ru_stime


def commands(turn: Path) -> dict[str, list[str]]:
    """What is measured, in order; the unchanged rerun needs the full run before it."""
    run = [str(INFOBANK), "run", "--quarter", "2014-Q1", "--raw", str(RAW), "--warehouse"]
    return {
        PLAIN: [sys.executable, "-m", "tests.bench.plain", str(RAW), str(turn / "plain")],
        "full run, new warehouse": [*run, str(turn / "warehouse")],
        "the same run again": [*run, str(turn / "warehouse")],
        "infobank --help": [str(INFOBANK), "--help"],
    }


def measured(runs: int) -> dict[str, list[float]]:
    """CPU seconds of every kind of run, one figure a turn."""
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="infobank-bench-") as folder:
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment = {**kept, "PREFECT_HOME": str(Path(folder) / "prefect")}
        for number in range(runs + 1):
            for name, command in commands(Path(folder) / str(number)).items():
                seconds = cpu_seconds(command, environment)
                print(f"turn {number}: {name}: {seconds:.2f} s", file=sys.stderr, flush=True)
                if number:
                    found.setdefault(name, []).append(seconds)
    return found


def table(found: Mapping[str, list[float]]) -> str:
    """The medians with their spread, and each as a multiple of the plain script's."""
    plain = statistics.median(found[PLAIN])
    lines = [f"{'what':28}{'CPU s, median (range)':>28}{'x plain':>10}"]
    for name, seconds in found.items():
        median = statistics.median(seconds)
        told = f"{median:.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
        lines.append(f"{name:28}{told:>28}{median / plain:>10.2f}")
    return "\n".join(lines)


def write(found: Mapping[str, list[float]]) -> Path:
    """Keep the figures as JSON in ``bench-results/``."""
    RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    about = {
        "measured": now.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "cpu_seconds": found,
    }
    path = RESULTS / f"{now:%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return path


def main() -> None:
    """Measure, print the table and keep the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--runs", type=int, default=3, help="counted turns, 1 or more")
    found = measured(max(1, options.parse_args().runs))
    print(table(found))
    print(f"Kept in {write(found).relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
