"""Who made a table and from what: the run id and the code version.

Both are derived, never drawn: the same parameters, deliveries and code give the same id, so a
rerun is recognised and a file says by its id alone which inputs it stands on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

Synthetic = Literal["true", "false", "partly"]

_ID_LENGTH = 16
_CODE_LENGTH = 12
_CODE = ("infobank", "flows")
_DATA = "corrections"
_LOCK = "requirements.lock"
_PACKAGE = "information-bank"


@dataclass(frozen=True)
class RunIdentity:
    """What a run is, apart from when it happened and who started it.

    Attributes:
        parameters: everything that was asked for (quarter, as-of date, seeds). Never a folder's
            path: the same deliveries in another place are the same run.
        inputs: sha256 of each delivery, by its path relative to the raw folder.
        code: ``code_version`` of the program.
        as_of: the day whose knowledge the run stands on.
        synthetic: whether the deliveries are made up: ``true``, ``false`` or ``partly``.
    """

    parameters: Mapping[str, Any]
    inputs: Mapping[str, str]
    code: str
    as_of: date
    synthetic: Synthetic

    @property
    def run_id(self) -> str:
        """The derived id of the run."""
        asked = {**self.parameters, "as_of": self.as_of}
        return run_id(asked, self.inputs.items(), self.code)

    @property
    def without(self) -> tuple[str, ...]:
        """Names of figures that the run was asked to go on without."""
        return tuple(self.parameters.get("without", ()))


def run_id(parameters: Mapping[str, Any], inputs: Iterable[tuple[str, str]], code: str) -> str:
    """Sixteen hexadecimal digits derived from what a run was asked, was given, and is.

    Args:
        parameters: JSON values, dates among them; the order of the keys does not matter.
        inputs: pairs of source file and sha256, in any order.
        code: the code version.

    Raises:
        TypeError: a parameter is something that has no one spelling (a set, an object).
    """
    identity = {
        "parameters": dict(parameters),
        "inputs": sorted({(name, digest) for name, digest in inputs}),
        "code": code,
    }
    return hashlib.sha256(canonical_json(identity)).hexdigest()[:_ID_LENGTH]


def canonical_json(value: Any, indent: int | None = None) -> bytes:
    """JSON with one spelling: sorted keys, dates as ISO text, UTF-8, a line feed at the end."""
    separators = (",", ":") if indent is None else (",", ": ")
    text = json.dumps(
        value,
        sort_keys=True,
        ensure_ascii=False,
        allow_nan=False,
        indent=indent,
        separators=separators,
        default=_spelled,
    )
    return (text + "\n").encode()


def _spelled(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    msg = f"A run's parameters are text, numbers, dates and lists of them, not {type(value)}."
    raise TypeError(msg)


def code_version(root: Path, schemas: Path) -> str:
    """The package's version and a digest of all that decides a result: ``0.2.0+1f2e3d4c5b6a``.

    Counted in are the Python files of ``infobank/`` and ``flows/``, everything in ``schemas/``
    (weights and layouts decide a ranking as much as code does) and the lock file, since another
    release of a library may round a last digit otherwise. Corrections are left out: they are
    data, known from a day, and stand among a run's inputs.

    Args:
        root: the folder that holds ``infobank/``, ``flows/`` and the lock file.
        schemas: the folder of contracts, layouts and settings, which may lie elsewhere.
    """
    digest = hashlib.sha256()
    for name, path in sorted(_code_files(root, schemas)):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return f"{_package_version()}+{digest.hexdigest()[:_CODE_LENGTH]}"


def _code_files(root: Path, schemas: Path) -> Iterator[tuple[str, Path]]:
    """What decides a result: each file by its name, the same wherever it lies."""
    code = [(p.relative_to(root), p) for folder in _CODE for p in (root / folder).rglob("*.py")]
    data = [(p.relative_to(schemas), p) for p in schemas.rglob("*")]
    data = [(Path("schemas") / inner, p) for inner, p in data if inner.parts[0] != _DATA]
    for inner, path in [*code, *data]:
        hidden = any(p == "__pycache__" or p.startswith(".") for p in inner.parts)
        if path.is_file() and not hidden:
            yield inner.as_posix(), path
    if (root / _LOCK).is_file():
        yield _LOCK, root / _LOCK


def _package_version() -> str:
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return "0"
