"""Prefect's own server with the deployments, on this machine only."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rich.console import Console

from infobank.findings import MistakeError
from infobank.places import project_root

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

HOST = "127.0.0.1"
# 15 January, April, July and October at 06:00: the YJB's deliveries are in by the middle of the
# month that follows the quarter.
SCHEDULE = "0 6 15 1,4,7,10 *"
TIMEZONE = "Europe/London"
_PATIENCE_SECONDS = 180


def serve_deployments(port: int, raw: Path, warehouse: Path, out: Console) -> None:
    """Start the server, register the deployments, and stay until stopped.

    Raises:
        MistakeError: the port is taken by something that is not a Prefect server.
    """
    address = f"http://{HOST}:{port}"
    os.environ["PREFECT_API_URL"] = f"{address}/api"
    os.environ["PREFECT_UI_API_URL"] = f"{address}/api"
    server = None if _answers(address) else _start(port)
    try:
        _wait(address, server)
        out.print(f"Prefect is at {address} (this machine only). Stop it with Ctrl-C.")
        _serve({"raw": str(raw), "warehouse": str(warehouse)}, out)
    finally:
        if server is not None:
            server.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(timeout=20)
            if server.poll() is None:
                server.kill()


def _start(port: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and fixed words
        [*command, "--port", str(port)], stdout=subprocess.DEVNULL, cwd=project_root()
    )


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/api/health", timeout=5) as answer:  # noqa: S310 - our own loopback server
            return bool(answer.read().strip() == b"true")
    except (urllib.error.URLError, OSError):
        return False


def _wait(address: str, server: subprocess.Popen[bytes] | None) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while not _answers(address):
        if server is not None and server.poll() is not None:
            msg = f"Prefect's server did not start; is something else at {address}?"
            raise MistakeError(msg)
        if time.monotonic() > until:
            msg = f"Prefect's server did not answer at {address} in {_PATIENCE_SECONDS} seconds."
            raise MistakeError(msg)
        time.sleep(0.5)


def _serve(folders: dict[str, str], out: Console) -> None:
    from prefect import serve
    from prefect.schedules import Cron

    from flows.meeting import record_the_meeting
    from flows.pulling import pull_deliveries
    from flows.quarterly import quarterly
    from flows.single import check_one_file

    os.chdir(project_root())
    out.print(f"Scheduled: 15 January, April, July and October, 06:00 {TIMEZONE}.")
    deployments = [
        quarterly.to_deployment(
            name="run-the-quarter",
            description=(
                "Take the newest quarter from its deliveries to tables, ranking and programme. "
                "Runs by itself on 15 January, April, July and October at 06:00."
            ),
            schedule=Cron(SCHEDULE, timezone=TIMEZONE),
            parameters=folders,
            tags=["quarterly"],
        ),
        quarterly.to_deployment(
            name="rerun-as-of-a-date",
            description=(
                "Rebuild a ranking as it stood on a day: give the quarter and the as-of date with "
                "Custom run. Only what was known by that day is used."
            ),
            parameters=folders,
            tags=["ad hoc"],
        ),
        record_the_meeting.to_deployment(
            name="record-the-meeting",
            description=(
                "Show the proposed programme, wait for the meeting's decisions (Resume shows the "
                "form), and publish decisions and final programme beside the proposal."
            ),
            parameters={"warehouse": folders["warehouse"]},
            tags=["meeting"],
        ),
        pull_deliveries.to_deployment(
            name="pull-deliveries",
            description="Bring what is new at the servers that the contracts name.",
            parameters={"raw": folders["raw"]},
            tags=["ad hoc"],
        ),
        check_one_file.to_deployment(
            name="check-one-file",
            description="Check one file against its contract without loading it.",
            tags=["ad hoc"],
        ),
    ]
    # Called outside an event loop, to_deployment gives the deployment itself.
    # Schedules stay on when this stops: a quarter that fell due meanwhile runs at the next start.
    serve(*cast("list[RunnerDeployment]", deployments), pause_on_shutdown=False)
