"""A served Information Bank with one small quarter in its warehouse, and a browser."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from infobank.domain.paths import project_root
from tests.flows.conftest import QUARTER, newest_deliveries

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
_PATIENCE_SECONDS = 300


@dataclass(frozen=True)
class Served:
    """A running ``infobank serve``."""

    address: str
    warehouse: Path
    log: Path

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Ask Prefect's API; a body makes it a POST."""
        request = urllib.request.Request(  # noqa: S310 - our own loopback server
            f"{self.address}/api{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - as above
            return json.load(answer)

    def deployment(self, name: str) -> Any:
        """A deployment, once it is served."""

        def look() -> Any:
            found = self.ask("/deployments/filter", {})
            return next((d for d in found if d["name"] == name), None)

        return self.wait_for(f"deployment {name}", look)

    def wait_for(self, what: str, look: Any) -> Any:
        """Look again and again until there is an answer."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            try:
                if found := look():
                    return found
            except OSError:
                pass
            time.sleep(0.5)
        runs = [
            f"{run['name']}: {run['state_name']}, {(run['state'] or {}).get('message')}"
            for run in self.ask("/flow_runs/filter", {"limit": 20})
        ]
        said = "\n".join(self.log.read_text().splitlines()[-60:])
        pytest.fail(
            f"No {what} within {_PATIENCE_SECONDS} seconds. Its runs: {runs}\nIt said:\n{said}"
        )


def plain_run(raw: Path, warehouse: Path) -> None:
    """Run the quarter in this process, without Prefect."""
    from infobank.contracts import load_sources
    from infobank.domain.deliveries import list_deliveries
    from infobank.steps import check as check_step
    from infobank.steps import load as load_step
    from infobank.steps import plan as plan_step
    from infobank.steps import publish as publish_step
    from infobank.steps import rank as rank_step
    from infobank.steps import resolve_run as resolve_step
    from infobank.steps import score as score_step
    from infobank.steps.read import read_file

    reads = [
        read_file(raw, delivery, warehouse) for delivery in list_deliveries(raw, load_sources())
    ]
    with tempfile.TemporaryDirectory() as work:
        order = resolve_step.resolve_run(reads, QUARTER, None, raw, warehouse, Path(work))
        for source in load_sources():
            check_step.check(order, source, reads)
        load_step.load(order, reads)
        score_step.score(order)
        rank_step.rank_quarter(order)
        plan_step.plan_quarter(order)
        assert publish_step.publish(order).promoted


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a small quarter on a free port, with a Prefect of its own."""
    if not CHROMIUM.is_file():
        pytest.skip("there is no Chromium on this machine")
    pytest.importorskip("playwright.sync_api")
    home = tmp_path_factory.mktemp("served")
    raw, warehouse = newest_deliveries(home / "raw", per_source=1), home / "warehouse"
    port = _free_port()
    settings = {
        "PREFECT_HOME": str(home / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "INFOBANK_HOME": str(project_root()),
    }
    # A profile or a test harness elsewhere in this session must not send it to another server.
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")}
    command = [sys.executable, "-c", "from flows.cli.main import main; main()", "serve"]
    command += ["--port", str(port), "--raw", str(raw), "--warehouse", str(warehouse)]
    with (home / "serve.log").open("w") as log:
        server = subprocess.Popen(  # noqa: S603 - our own interpreter and fixed words
            command,
            cwd=project_root(),
            env=kept | settings,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            # The server starts while the quarter is run.
            plain_run(raw, warehouse)
            yield Served(f"http://127.0.0.1:{port}", warehouse, home / "serve.log")
        finally:
            # Asked first, so that it ends Prefect's server too; then whatever is left of it.
            server.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(timeout=30)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)
            server.wait()


@pytest.fixture
def page() -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        try:
            opened = browser.new_page(viewport={"width": 1300, "height": 1300})
            opened.set_default_timeout(30_000)
            yield opened
        finally:
            browser.close()
