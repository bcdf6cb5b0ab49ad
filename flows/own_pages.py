"""Keeping the pages of other places out of Prefect's server.

A browser sends a request for any page that asks for it, and CORS only keeps the answer from that
page: a run would start all the same. So the server itself refuses, by what the browser says of the
page (``Origin``, ``Sec-Fetch-Site``) and by the name it was reached under (``Host``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from infobank.domain.errors import MistakeError
from infobank.domain.in_words import listed

HOST = "127.0.0.1"
ADDRESSES = "INFOBANK_SERVE_ADDRESSES"
"""Further addresses of the server, such as that of a reverse proxy; a comma between them."""

_USUAL_PORTS = {"http": ":80", "https": ":443"}
# Another page may link to a page of the server, but not hold it in a frame to have it clicked on.
_ANSWERS = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def own_addresses(port: int) -> list[str]:
    """The addresses of the server on this machine, and those of ``INFOBANK_SERVE_ADDRESSES``.

    Raises:
        MistakeError: one of them is not ``http(s)://name`` or ``http(s)://name:port``.
    """
    named = [part.strip() for part in os.environ.get(ADDRESSES, "").split(",") if part.strip()]
    return [_address(one) for one in [f"http://{HOST}:{port}", f"http://localhost:{port}", *named]]


def _address(address: str) -> str:
    parts = urlsplit(address.rstrip("/").lower())
    usual = _USUAL_PORTS.get(parts.scheme)
    if (
        usual is None
        or not parts.netloc
        or "@" in parts.netloc
        or parts.geturl() != f"{parts.scheme}://{parts.netloc}"
    ):
        msg = f"{address!r} in {ADDRESSES} is not an address. Write it as https://infobank.example."
        raise MistakeError(msg)
    return f"{parts.scheme}://{parts.netloc.removesuffix(usual)}"


class OwnPagesOnly:
    """Lets through what the server's own pages ask, and clients that are no browsers.

    Args:
        app: the server.
        addresses: its own addresses, as ``own_addresses`` gives them.
    """

    def __init__(self, app: ASGIApp, addresses: Iterable[str]) -> None:
        self.app = app
        self._addresses = frozenset(addresses)
        self._names = frozenset(urlsplit(address).netloc for address in self._addresses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it: 400 for the name, 403 for the page."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def send_unframed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_ANSWERS)
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self.app)(scope, receive, send_unframed)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        names = [name.lower() for name in headers.getlist("host")]
        if len(names) != 1 or names[0] not in self._names:
            known = listed(sorted(self._addresses), "or", most=None)
            sentence = f"This server does not go by that name. Open one of these: {known}."
            return PlainTextResponse(sentence, status_code=400)
        if self._from_elsewhere(names[0], headers) and not _is_link(scope, headers):
            sentence = "Only the pages of this server itself may ask it for anything."
            return PlainTextResponse(sentence, status_code=403)
        return None

    def _from_elsewhere(self, name: str, headers: Headers) -> bool:
        own = {address for address in self._addresses if urlsplit(address).netloc == name}
        if any(origin.lower() not in own for origin in headers.getlist("origin")):
            return True
        sites = headers.getlist("sec-fetch-site")
        return any(site.lower() not in ("same-origin", "none") for site in sites)


def _is_link(scope: Scope, headers: Headers) -> bool:
    """Whether somebody follows a link to a page: it opens on its own, and nothing reads it."""
    return (
        scope["type"] == "http"
        and scope["method"] == "GET"
        and "origin" not in headers
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
        and scope["path"] != "/api"
        and not scope["path"].startswith("/api/")
    )
