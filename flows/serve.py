"""Prefect's own server with the deployments, on this machine only."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, cast

from rich.console import Console

from flows.folders import FOLDERS, allowed_folders
from flows.own_pages import HOST, own_addresses
from infobank.domain.errors import MistakeError
from infobank.domain.paths import project_root

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

PASSWORD = "INFOBANK_SERVE_PASSWORD"  # noqa: S105 - the name of a setting
# 15 January, April, July and October at 06:00: the YJB's deliveries are in by the middle of the
# month that follows the quarter.
SCHEDULE = "0 6 15 1,4,7,10 *"
TIMEZONE = "Europe/London"
_PATIENCE_SECONDS = 180


def serve_deployments(port: int, raw: Path, warehouse: Path, out: Console) -> None:
    """Start the server, register the deployments, and stay until stopped.

    Raises:
        MistakeError: the port is taken, there is no such raw folder, or a setting is mistaken.
    """
    if not raw.is_dir():
        raise MistakeError(f"There is no folder {raw} to read deliveries from. Say which: --raw.")
    address = f"http://{HOST}:{port}"
    # Whatever answers there may be open to the pages of other places, so it is not made use of.
    if _answers(address):
        raise MistakeError(f"Something else is at {address}. Stop it, or choose another --port.")
    # Before Prefect is imported, which reads them then.
    os.environ.update(server_settings(port))
    folders = dict.fromkeys([*map(str, allowed_folders()), str(raw), str(warehouse)])
    os.environ[FOLDERS] = os.pathsep.join(folders)
    server = _start(port)
    try:
        _wait(address, server)
        out.print(f"Prefect is at {address} (this machine only). Stop it with Ctrl-C.")
        _serve({"raw": str(raw), "warehouse": str(warehouse)}, out)
    finally:
        server.send_signal(signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(timeout=20)
        if server.poll() is None:
            server.kill()


def served_password() -> str | None:
    """The password of the server, from ``INFOBANK_SERVE_PASSWORD``; None where there is none.

    Raises:
        MistakeError: it is empty, or has characters that Prefect's log-in page cannot send.
    """
    password = os.environ.get(PASSWORD)
    if password is not None and not (
        password.strip() and password.isascii() and password.isprintable()
    ):
        msg = f"{PASSWORD} is empty or has letters with accents. Use letters, digits and signs."
        raise MistakeError(msg)
    return password


def command_settings() -> dict[str, str]:
    """Prefect's settings for a command that runs a flow without ``infobank serve``.

    Prefect then starts a server of its own for as long as the flow runs, on a port that any page in
    a browser can find. It asks for a password that only this process knows, so that no page can
    read from it or start anything; where a server is named (``PREFECT_API_URL``), none is started.
    """
    served = served_password()
    if os.environ.get("PREFECT_API_URL"):
        return {"PREFECT_API_AUTH_STRING": served} if served else {}
    password = served or f"command:{secrets.token_hex(32)}"
    return {
        "PREFECT_SERVER_API_AUTH_STRING": password,
        "PREFECT_API_AUTH_STRING": password,
        # No page is this server's own, so none is let in.
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": f"http://{HOST}",
    }


def server_settings(port: int) -> dict[str, str]:
    """Prefect's settings, for the server and for the runs."""
    settings = {
        "PREFECT_API_URL": f"http://{HOST}:{port}/api",
        # The pages ask where they came from, whichever name that has.
        "PREFECT_UI_API_URL": "/api",
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": ",".join(own_addresses(port)),
    }
    if password := served_password():
        settings |= {
            "PREFECT_SERVER_API_AUTH_STRING": password,
            "PREFECT_API_AUTH_STRING": password,
        }
    return settings


def _start(port: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and fixed words
        [sys.executable, "-m", "flows.server", str(port)],
        stdout=subprocess.DEVNULL,
        cwd=project_root(),
    )


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/api/health", timeout=5) as answer:  # noqa: S310 - our own loopback server
            return bool(answer.read().strip() == b"true")
    except (urllib.error.URLError, OSError):
        return False


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while not _answers(address):
        if server.poll() is not None:
            msg = f"Prefect's server did not start; is something else at {address}?"
            raise MistakeError(msg)
        if time.monotonic() > until:
            msg = f"Prefect's server did not answer at {address} in {_PATIENCE_SECONDS} seconds."
            raise MistakeError(msg)
        time.sleep(0.5)


def _serve(folders: dict[str, str], out: Console) -> None:
    from prefect import serve
    from prefect.schedules import Cron

    from flows.check_file import check_one_file
    from flows.meeting import record_the_meeting
    from flows.pulling import pull_deliveries
    from flows.quarterly import quarterly

    os.chdir(project_root())
    out.print(f"Scheduled: 15 January, April, July and October, 06:00 {TIMEZONE}.")
    deployments = [
        quarterly.to_deployment(
            name="run-the-quarter",
            description=(
                "Run the newest quarter: read and check its deliveries, rank the YOTs, propose "
                "the visits. "
                "Runs by itself on 15 January, April, July and October at 06:00."
            ),
            schedule=Cron(SCHEDULE, timezone=TIMEZONE),
            parameters=folders,
            tags=["quarterly"],
        ),
        quarterly.to_deployment(
            name="rerun-as-of-a-date",
            description=(
                "Make a ranking as it was on a day: give the quarter and the as-of date with "
                "Custom run. Only what was known by that day is used."
            ),
            parameters=folders,
            tags=["ad hoc"],
        ),
        record_the_meeting.to_deployment(
            name="record-the-meeting",
            description=(
                "Show the proposed programme, wait for the meeting's decisions (Resume shows the "
                "form), and publish the decisions and the final programme."
            ),
            parameters={"warehouse": folders["warehouse"]},
            tags=["meeting"],
        ),
        pull_deliveries.to_deployment(
            name="pull-deliveries",
            description="Fetch new and changed files from the senders' servers.",
            parameters={"raw": folders["raw"]},
            tags=["ad hoc"],
        ),
        check_one_file.to_deployment(
            name="check-one-file",
            description="Check one file: what is wrong, in which cell, and what to do.",
            tags=["ad hoc"],
        ),
    ]
    # Called outside an event loop, to_deployment gives the deployment itself.
    # Schedules stay on when this stops: a quarter that fell due meanwhile runs at the next start.
    serve(*cast("list[RunnerDeployment]", deployments), pause_on_shutdown=False)
