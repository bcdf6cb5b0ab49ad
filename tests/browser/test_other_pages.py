"""Pages of other places, in a real browser: they start nothing and read nothing."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

# What a page can try without asking first: each way to write a body, reading, and listening.
TRIES = """
async ({address, deployment}) => {
  const said = {};
  const attempt = async (name, path, how) => {
    try {
      const answer = await fetch(address + path, how);
      said[name] = answer.type === "opaque" ? "unread" : await answer.text();
    } catch { said[name] = "unread"; }
  };
  const start = `/api/deployments/${deployment}/create_flow_run`;
  const body = JSON.stringify({parameters: {file: "README.md"}});
  const post = {method: "POST", mode: "no-cors"};
  await attempt("get", "/api/version", {});
  const headers = {"content-type": "application/json"};
  await attempt("json", start, {method: "POST", body, headers});
  await attempt("text", start, {...post, body, headers: {"content-type": "text/plain"}});
  await attempt("no type", start, {...post, body: new Blob([body])});
  said.listen = await new Promise(done => {
    const socket = new WebSocket(address.replace("http", "ws") + "/api/events/out");
    socket.onopen = () => done("open");
    socket.onerror = () => done("unread");
  });
  return said;
}
"""


class Elsewhere(BaseHTTPRequestHandler):
    """An empty page at another port."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def runs(served: Served) -> list[Any]:
    flow = {"flows": {"name": {"any_": ["check one file"]}}}
    return list(served.ask("/flow_runs/filter", flow))


def test_a_page_from_elsewhere_starts_nothing_and_reads_nothing(
    served: Served, page: Page, elsewhere: str
) -> None:
    deployment = served.deployment("check-one-file")
    told = {"address": served.address, "deployment": deployment["id"]}
    named_otherwise = served.address.replace("127.0.0.1", "localhost")
    # The last one is on the server itself, under its other name: a page of another origin too.
    for place in (elsewhere, "about:blank", f"{named_otherwise}/api/version"):
        page.goto(place)
        said = page.evaluate(TRIES, told)
        assert said == dict.fromkeys(["get", "json", "text", "no type", "listen"], "unread"), place
    assert runs(served) == []
    # The same attempts by a page of its own: they do read, listen and start.
    page.goto(f"{served.address}/api/version")
    said = page.evaluate(TRIES, told)
    assert said["get"] == f'"{served.ask("/version")}"'
    assert said["listen"] == "open"
    assert [run["parameters"]["file"] for run in runs(served)] == ["README.md"] * 2

    # And what they started may not read what lies elsewhere on the disk.
    def ended() -> Any:
        told = [run for run in runs(served) if run["state"]["type"] not in ("SCHEDULED", "PENDING")]
        return [run for run in told if run["state"]["type"] != "RUNNING"][1:]

    for run in served.wait_for("end of both checks", ended) and runs(served):
        assert run["state"]["type"] == "FAILED"
        assert run["state"]["message"].startswith(
            "A run started from Prefect may not name 'README.md': name something in raw, warehouse"
        )


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_pages_work_under_both_names(served: Served, page: Page, name: str) -> None:
    served.deployment("check-one-file")
    page.goto(f"{served.address.replace('127.0.0.1', name)}/deployments")
    page.get_by_text("check-one-file").first.wait_for()
