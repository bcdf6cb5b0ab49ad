"""What became of a file at a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PullOutcome = Literal["fetched", "unchanged", "already delivered", "postponed"]


@dataclass(frozen=True)
class Pulled:
    """What became of one file at a server.

    Attributes:
        source: id of its contract.
        server: the server's name in the contract.
        origin: where the file is, without anything secret.
        file: the file of the raw folder that has its bytes, relative to that folder; where it
            is postponed, the one that stands in its way.
        outcome: ``fetched``; ``unchanged`` since the last pull; ``already delivered``, its bytes
            lie here from elsewhere; ``postponed``, another file of that name and day lies here.
        size: bytes.
        sha256: hash of its bytes.
    """

    source: str
    server: str
    origin: str
    file: str
    outcome: PullOutcome
    size: int
    sha256: str
