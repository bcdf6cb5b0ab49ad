"""The sample's settings: national levels, sizes and shapes from ``schemas/sample.yaml``."""

from __future__ import annotations

import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from infobank.domain.paths import schemas_root
from infobank.domain.settings import read_yaml

Settings = dict[str, Any]


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Everything ``schemas/sample.yaml`` says, as read."""
    settings: Settings = read_yaml(schemas_root() / "sample.yaml")
    return settings


def facts_folder() -> Path:
    """The folder of published facts that the sample carries over unchanged."""
    return schemas_root() / "sample"


def stream(seed: int, *names: object) -> np.random.Generator:
    """A stream of random numbers of its own for a named part of the sample.

    Parts have separate streams so that a change in one leaves the figures of the others alone.
    """
    return np.random.default_rng([seed, *(zlib.crc32(str(name).encode()) for name in names)])
