"""Laying a delivery into the raw folder, with its sidecar."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ORIGIN = "synthetic generator"
BY_HAND = "synthetic, written by hand"
PUBLISHED = "published facts, see the source column"


@dataclass(frozen=True)
class Parcel:
    """One file to deliver.

    Attributes:
        source: id of the source contract.
        received: the day it arrives.
        name: the file's name.
        content: its bytes.
        origin: where it comes from, for the sidecar.
    """

    source: str
    received: date
    name: str
    content: bytes
    origin: str = ORIGIN


def lay_down(parcel: Parcel, root: Path) -> Path:
    """Write a delivery to ``<root>/<source>/<received>/<name>`` and its sidecar beside it."""
    folder = root / parcel.source / parcel.received.isoformat()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / parcel.name
    path.write_bytes(parcel.content)
    sidecar = {
        "origin": parcel.origin,
        "received": parcel.received.isoformat(),
        "sha256": hashlib.sha256(parcel.content).hexdigest(),
        "size": len(parcel.content),
    }
    text = json.dumps(sidecar, indent=2, sort_keys=True) + "\n"
    path.with_name(path.name + ".meta.json").write_bytes(text.encode())
    return path
