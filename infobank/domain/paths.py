"""Where the project's own folders are."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from infobank.domain.errors import MistakeError
from infobank.domain.in_words import listed

_CHECKOUT = Path(__file__).resolve().parent.parent.parent


def project_root() -> Path:
    """The checkout this package stands in, or the folder named by ``INFOBANK_HOME``."""
    home = os.environ.get("INFOBANK_HOME")
    return Path(home).resolve() if home else _CHECKOUT


def code_root() -> Path:
    """The checkout this package stands in, wherever ``INFOBANK_HOME`` is: code and lock file."""
    return _CHECKOUT


def schemas_root() -> Path:
    """The folder of contracts, layouts, register and settings."""
    return project_root() / "schemas"


def inside(named: str | Path, folders: Iterable[Path], setting: str) -> Path:
    """What somebody named, from the project's folder, if it lies in one of some folders.

    Links and ``..`` are followed first, for it and for the folders.

    Args:
        named: the file or folder named.
        folders: where it has to lie.
        setting: where those folders are set, for the sentence.

    Returns:
        Where it really is.

    Raises:
        MistakeError: it lies elsewhere.
    """
    roots = [folder.resolve() for folder in folders]
    try:
        place = (project_root() / named).resolve()
    except (OSError, RuntimeError, ValueError):  # a link to itself, a name no disk takes
        place = None
    if place is not None and any(place.is_relative_to(root) for root in roots):
        return place
    names = listed((_shown(root) for root in roots), "or")
    msg = (
        f"A run started from Prefect may not name {str(named)!r}: name something in {names}, or "
        f"add its folder to {setting} and start the server again."
    )
    raise MistakeError(msg)


def _shown(folder: Path) -> str:
    root = project_root().resolve()
    return folder.relative_to(root).as_posix() if folder.is_relative_to(root) else str(folder)
