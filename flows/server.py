"""Prefect's server as ``infobank serve`` starts it: on this machine, for its own pages alone.

``prefect server start`` cannot be told to refuse the pages of other places, so this does the same
as that command (database, services, pages), with ``OwnPagesOnly`` around it.
"""

from __future__ import annotations

import sys

import uvicorn
from prefect.server.api.server import create_app
from prefect.settings import get_current_settings

from flows.own_pages import HOST, OwnPagesOnly, own_addresses


def run(port: int) -> None:
    """Serve until stopped."""
    server = get_current_settings().server
    uvicorn.run(
        OwnPagesOnly(create_app(final=True), own_addresses(port)),
        host=HOST,
        port=port,
        timeout_keep_alive=server.api.keepalive_timeout,
        ws_ping_interval=server.api.websocket_ping_interval,
        ws_ping_timeout=server.api.websocket_ping_timeout,
        log_level=server.logging_level.lower(),
    )


if __name__ == "__main__":
    run(int(sys.argv[1]))
