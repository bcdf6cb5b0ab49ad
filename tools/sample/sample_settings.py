"""The sample's settings: national levels, sizes and shapes from ``schemas/sample.yaml``."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import RootModel

from infobank.domain.paths import schemas_root
from infobank.domain.settings import load

Settings = dict[str, Any]


class _Sample(RootModel[Settings]):
    """The sections of ``schemas/sample.yaml``, as read."""


def load_settings() -> Settings:
    """Everything ``schemas/sample.yaml`` says, as read.

    Raises:
        SettingsError: the file is not there or not readable.
    """
    return load(_Sample, "sample.yaml").root


def facts_folder() -> Path:
    """The folder of published facts that the sample carries over unchanged."""
    return schemas_root() / "sample"


def stream(seed: int, *names: object) -> np.random.Generator:
    """A stream of random numbers of its own for a named part of the sample.

    Parts have separate streams so that a change in one leaves the figures of the others alone.
    """
    return np.random.default_rng([seed, *(zlib.crc32(str(name).encode()) for name in names)])
