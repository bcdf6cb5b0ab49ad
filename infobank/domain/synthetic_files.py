"""Which files are synthetic: those whose bytes a list of the sample names, and no others.

A file is known by its SHA-256 alone. No word in it, no name of a file, folder or sheet makes it
synthetic, so a real file among the sample's is real, and so is a sample's file changed by a byte.

Two lists are trusted: the one committed with the project, wherever a file lies, and the one that
``infobank sample`` writes into the root of what it makes, for the files below that root.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infobank.domain.errors import MistakeError
from infobank.domain.paths import schemas_root

LIST_NAME = "synthetic-files.json"
_MADE_BY = "infobank sample"
_DO = (
    "Write the sample again with infobank sample, or delete the list: the files below it then "
    "count as real."
)


@dataclass(frozen=True)
class SyntheticList:
    """The files of one sample, as the generator wrote them.

    Attributes:
        files: the SHA-256 of each synthetic file, by its path below the sample's root. The
            published facts that a sample carries over are not among them.
        scale: the scale the sample was made with.
        seed: the seed. With the scale and the same program anyone can make the sample again.
    """

    files: Mapping[str, str]
    scale: int
    seed: int

    def write(self, path: Path) -> None:
        """Write the list, the same bytes every time."""
        content = {
            "made_by": _MADE_BY,
            "scale": self.scale,
            "seed": self.seed,
            "files": dict(sorted(self.files.items())),
        }
        text = json.dumps({**content, "seal": _seal(content)}, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")


def committed_list() -> Path:
    """The list of the shipped sample, which is part of the project."""
    return schemas_root() / "sample" / LIST_NAME


def declared_below(raw: Path) -> frozenset[str]:
    """The hashes of the files that count as synthetic in a raw folder.

    Raises:
        MistakeError: a list is not as the generator wrote it.
    """
    return hashes_in(committed_list()) | hashes_in(raw / LIST_NAME)


def declared_around(path: Path) -> frozenset[str]:
    """The hashes that count as synthetic for one file: by the list in the nearest folder above.

    Raises:
        MistakeError: a list is not as the generator wrote it.
    """
    for folder in path.absolute().parents:
        if (folder / LIST_NAME).is_file():
            return declared_below(folder)
    return hashes_in(committed_list())


def hashes_in(path: Path) -> frozenset[str]:
    """The hashes that a list names; none where there is no list.

    Raises:
        MistakeError: the list is not as the generator wrote it.
    """
    if not path.is_file():
        return frozenset()
    try:
        content = json.loads(path.read_bytes())
        seal, files = content.pop("seal"), content["files"]
        hashes = frozenset(files.values())
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        msg = f"{path}: this list of synthetic files cannot be read. {_DO}"
        raise MistakeError(msg) from problem
    if seal != _seal(content):
        msg = f"{path}: this list of synthetic files was changed after it was written. {_DO}"
        raise MistakeError(msg)
    return hashes


def _seal(content: Mapping[str, Any]) -> str:
    """A digest over the list. It shows a slip, not a forgery: everybody can work it out."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
