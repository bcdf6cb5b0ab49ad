"""Where the project's own folders are."""

from __future__ import annotations

import os
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent


def project_root() -> Path:
    """The checkout this package stands in, or the folder named by ``INFOBANK_HOME``."""
    told = os.environ.get("INFOBANK_HOME")
    return Path(told).resolve() if told else _CHECKOUT


def schemas_root() -> Path:
    """The folder of contracts, layouts, register and settings."""
    return project_root() / "schemas"
