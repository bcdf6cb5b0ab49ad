"""A source to pull from, for tests: its contract, and where its files stand in the raw folder."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from infobank.contracts import Server, SourceContract
from infobank.pulling import Credentials, Patience, Pulled, pull

SOURCE = "yjb_custody"
MONDAY, TUESDAY, FRIDAY = date(2014, 4, 7), date(2014, 4, 8), date(2014, 4, 11)
NOBODY = Credentials()
AT_ONCE = Patience(attempts=4, sleep=lambda _: None, timeout_seconds=10)


def contract(*servers: Server) -> SourceContract:
    return SourceContract(
        id=SOURCE,
        version="1.0.0",
        title="Custody",
        description="Custodial sentences.",
        limitations="",
        severity="critical",
        severity_reason="It is ranked on.",
        owner="head-of-research",
        servers=servers,
        sla={},
        sla_notes={},
        objects={},
        file="yjb_custody.odcs.yaml",
    )


def pulled(location: str, raw: Path, day: date = MONDAY, **more: Any) -> list[Pulled]:
    """Pull from one server, without waiting between attempts."""
    kind = location.split("://")[0] if "://" in location else "local"
    kind = {"http": "api", "https": "api"}.get(kind, kind)
    server = Server("drop", kind, location, "xlsx", more.pop("pattern", ""), more.pop("s3", ""))
    more.setdefault("patience", AT_ONCE)
    return pull(contract(server), raw, day, more.pop("credentials", NOBODY), **more)


def outcomes(told: list[Pulled]) -> dict[str, str]:
    return {p.origin.rsplit("/", 1)[-1]: p.outcome for p in told}


def tree(raw: Path) -> dict[str, str]:
    """Every file of the source in the raw folder with the hash of its bytes, sidecars apart."""
    files = sorted(p for p in (raw / SOURCE).rglob("*") if p.is_file())
    return {
        p.relative_to(raw / SOURCE).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in files
        if not p.name.endswith(".meta.json")
    }


def sidecar(file: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(Path(f"{file}.meta.json").read_text(encoding="utf-8"))
    return told


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
