"""The work folder of a run: what its steps leave for one another.

Steps pass this folder's path between them, never frames: a step may run in another thread, in
another process or on another machine that shares the disk. The folder is private, because case
level records pass through it, and it goes when the run ends.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from infobank.domain.findings import Finding, findings_from
from infobank.tables import Tables

_PRIVATE = 0o700


@dataclass(frozen=True)
class Workspace:
    """Named frames, findings and notes in one folder."""

    folder: Path

    @classmethod
    def begin(cls, folder: Path) -> Workspace:
        """Make the folder, for its owner only."""
        folder.mkdir(parents=True, exist_ok=True, mode=_PRIVATE)
        return cls(folder)

    def inside(self, name: str) -> Workspace:
        """A folder within this one."""
        return Workspace.begin(self.folder / name)

    def keep(self, name: str, frame: pd.DataFrame) -> None:
        """Keep a frame under a name."""
        frame.to_parquet(self.folder / f"{name}.parquet")

    def frame(self, name: str) -> pd.DataFrame:
        """The frame kept under a name.

        Raises:
            KeyError: no step has kept one.
        """
        kept = self.frames()
        if name not in kept:
            raise KeyError(name)
        return kept[name]

    def frames(self) -> Tables:
        """Every frame kept here, by name, in alphabetical order."""
        return Tables.in_folder(self.folder)

    def keep_findings(self, findings: list[Finding]) -> None:
        """Keep findings."""
        self.note("findings", [asdict(f) for f in findings])

    def findings(self) -> list[Finding]:
        """The findings kept here."""
        return findings_from(self.noted("findings"))

    def note(self, name: str, value: Any) -> None:
        """Keep JSON values under a name."""
        text = json.dumps(value, ensure_ascii=False, indent=1, default=str)
        (self.folder / f"{name}.json").write_text(text, encoding="utf-8")

    def noted(self, name: str) -> Any:
        """The JSON values kept under a name."""
        return json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
