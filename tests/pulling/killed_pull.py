"""Kill a pull with SIGKILL before every change it makes on the disk; a script.

``python killed_pull.py FOLDER SCENARIO`` prints, as JSON, what lay in the raw folder after each
kill and after the pull that followed. Each attempt is a forked process of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "pulling"))

import fsspec.implementations.local  # noqa: F401 - once, before forking
from pulling_source import FRIDAY, MONDAY, SOURCE, TUESDAY, pulled, sidecar, tree

CHANGES = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "os.truncate"}
FILES = {"a.csv": b"a" * 5_000, "sub/b.csv": b"b" * 5_000}


def fill(drop: Path, version: int) -> None:
    for name, data in FILES.items():
        file = drop / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data + bytes(str(version), "ascii"))
        os.utime(file, (version, version))


def first(drop: Path, raw: Path) -> None:
    pulled(f"{drop}/*.csv", raw, MONDAY)
    pulled(f"{drop}/*/*.csv", raw, MONDAY)


def again(drop: Path, raw: Path) -> None:
    pulled(f"{drop}/*.csv", raw, TUESDAY)
    pulled(f"{drop}/*/*.csv", raw, TUESDAY)


def arm(at: int, raw: Path, log: Path) -> None:
    """Die before the change of that number; count the changes into the log where it is 0."""
    made = 0

    def heard(event: str, args: tuple[Any, ...]) -> None:
        nonlocal made
        writes = event == "open" and isinstance(args[1], str) and args[1][0] in "wxa"
        if (not writes and event not in CHANGES) or str(raw) not in str(args[0]):
            return
        made += 1
        if at == 0:
            os.write(handle, f"{event} {args[0]}\n".encode())
        elif made == at:
            os.kill(os.getpid(), signal.SIGKILL)

    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    sys.addaudithook(heard)


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


def seen(raw: Path) -> dict[str, Any]:
    """What a run would read, the sidecars that say the truth, and every other name."""
    files = tree(raw)
    whole = {name: told for name, told in files.items() if not name.endswith(".part")}
    return {
        "files": whole,
        "told": [
            name
            for name, told in whole.items()
            if (raw / SOURCE / f"{name}.meta.json").is_file()
            and sidecar(raw / SOURCE / name)["sha256"] == told
        ],
        "parts": sorted(set(files) - set(whole)),
        "sidecars": len(list((raw / SOURCE).rglob("*.meta.json"))),
    }


def attempt(folder: Path, step: Callable[[Path, Path], None], at: int) -> dict[str, Any]:
    drop, raw, base = folder / "drop", folder / "raw", folder / "base"
    shutil.rmtree(raw, ignore_errors=True)
    if base.exists():
        shutil.copytree(base, raw)

    def dying() -> None:
        arm(at, raw, folder / "log")
        step(drop, raw)

    ended = in_child(dying)
    killed = seen(raw)
    return {
        "at": at,
        "ended": ended,
        "killed": killed,
        "next": in_child(lambda: step(drop, raw)),
        "mended": seen(raw),
        "third": in_child(lambda: pulled(f"{drop}/*.csv", raw, FRIDAY) and None),
        "still": seen(raw),
    }


def main(folder: Path, scenario: str) -> None:
    # A killed process loses nothing the system has taken, so waiting for the disk tests nothing.
    os.fsync = lambda _: None
    drop, base = folder / "drop", folder / "base"
    step = first
    fill(drop, 1)
    if scenario == "changed files":
        if in_child(lambda: first(drop, base)):
            sys.exit("The first pull fails.")
        fill(drop, 2)
        step = again
    if scenario == "touched files":
        if in_child(lambda: first(drop, base)):
            sys.exit("The first pull fails.")
        for name in FILES:
            os.utime(drop / name, (9, 9))
        step = again
    counted = attempt(folder, step, 0)
    changes = (folder / "log").read_text().splitlines()
    attempts = [attempt(folder, step, at) for at in range(1, len(changes) + 1)]
    print(json.dumps({"undisturbed": counted, "changes": changes, "attempts": attempts}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
