"""What the server lets through, on a tiny app instead of Prefect's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocket

from flows.own_pages import ADDRESSES, OwnPagesOnly, own_addresses
from infobank.domain.errors import MistakeError

NAME = "127.0.0.1:4200"
OWN = f"http://{NAME}"
ELSEWHERE = [
    "http://127.0.0.1:8000",
    "http://127.0.0.1",
    "https://127.0.0.1:4200",
    "http://localhost:4200",  # own, but not the name that this request goes to
    "http://127.0.0.1:4200.evil.example",
    "http://evil.example",
    "null",
    "",
]
LINK = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}


class Started(list[str]):
    """The paths that reached the app."""


@pytest.fixture
def started() -> Started:
    return Started()


@pytest.fixture
def client(started: Started, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    async def page(request: Request) -> PlainTextResponse:
        started.append(request.url.path)
        return PlainTextResponse("what only its own pages may read")

    async def events(websocket: WebSocket) -> None:
        started.append(websocket.url.path)
        await websocket.accept()
        await websocket.send_text("what only its own pages may read")
        await websocket.close()

    app = Starlette(
        routes=[
            WebSocketRoute("/api/events/out", events),
            Route("/{path:path}", page, methods=["GET", "POST", "OPTIONS"]),
        ]
    )
    monkeypatch.setenv(ADDRESSES, "https://bank.example")
    with TestClient(OwnPagesOnly(app, own_addresses(4200)), base_url=OWN) as client:
        yield client


@pytest.mark.parametrize("origin", ELSEWHERE)
def test_a_page_from_elsewhere_starts_nothing_and_reads_nothing(
    client: TestClient, started: Started, origin: str
) -> None:
    for method, body in (("GET", None), ("POST", b'{"parameters": {}}'), ("OPTIONS", None)):
        # No content type: a browser sends this without asking first, and Prefect reads it as JSON.
        answer = client.request(method, "/api/flows", content=body, headers={"origin": origin})
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers
        assert answer.text == "Only the pages of this server itself may ask it for anything."
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect(f"ws://{NAME}/api/events/out", headers={"origin": origin}),
    ):
        pass
    assert refused.value.status_code == 403
    assert not started


@pytest.mark.parametrize("site", ["cross-site", "same-site", "CROSS-SITE", "none, cross-site"])
def test_what_the_browser_says_of_the_page_is_enough(
    client: TestClient, started: Started, site: str
) -> None:
    assert client.get("/api/flows", headers={"sec-fetch-site": site}).status_code == 403
    assert not started


@pytest.mark.parametrize(
    "name", ["evil.example", "evil.example:4200", "127.0.0.1", "127.0.0.1:80", "", "bank.example:1"]
)
def test_a_name_that_is_not_the_servers_is_refused(
    client: TestClient, started: Started, name: str
) -> None:
    # A page whose name was turned to this machine's address is of the same origin as the server.
    headers = {"host": name, "origin": f"http://{name}", "sec-fetch-site": "same-origin"}
    answer = client.post("/api/flows", headers=headers)
    assert answer.status_code == 400
    assert "Open one of these" in answer.text
    assert not started


def test_two_names_are_refused(client: TestClient, started: Started) -> None:
    answer = client.get("/", headers=[("host", NAME), ("host", "evil.example")])
    assert answer.status_code == 400
    assert not started


@pytest.mark.parametrize(
    ("name", "origin"),
    [
        (NAME, OWN),
        ("LOCALHOST:4200", "http://localhost:4200"),
        ("bank.example", "https://bank.example"),
        (NAME, None),
    ],
)
def test_own_pages_and_clients_that_are_no_browsers_are_answered(
    client: TestClient, name: str, origin: str | None
) -> None:
    headers = {"host": name} | (
        {"origin": origin, "sec-fetch-site": "same-origin"} if origin else {}
    )
    assert client.post("/api/flows", headers=headers).status_code == 200
    with client.websocket_connect("/api/events/out", headers=headers) as websocket:
        assert websocket.receive_text()


def test_a_proxy_without_encryption_is_not_its_own_page(client: TestClient) -> None:
    headers = {"host": "bank.example", "origin": "http://bank.example"}
    assert client.post("/api/flows", headers=headers).status_code == 403


def test_a_link_opens_a_page_but_no_frame_and_no_answer_of_the_api(client: TestClient) -> None:
    answer = client.get("/runs", headers=LINK)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == "frame-ancestors 'none'"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert client.get("/runs", headers=LINK | {"sec-fetch-dest": "iframe"}).status_code == 403
    assert client.get("/api/flows", headers=LINK).status_code == 403
    assert client.get("/api", headers=LINK).status_code == 403
    assert client.post("/runs", headers=LINK).status_code == 403


@pytest.mark.parametrize(
    "told", ["bank.example", "ftp://bank.example", "https://", "https://a/b", "https://me@a", "*"]
)
def test_an_address_that_is_none_is_refused(told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESSES, told)
    with pytest.raises(MistakeError, match="is not an address"):
        own_addresses(4200)


def test_addresses_are_written_as_browsers_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ADDRESSES, " https://Bank.example:443/ ,")
    assert own_addresses(80) == ["http://127.0.0.1", "http://localhost", "https://bank.example"]
