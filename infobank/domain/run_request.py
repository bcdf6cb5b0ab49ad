"""What a run was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from infobank.domain.quarters import Quarter


@dataclass(frozen=True)
class RunRequest:
    """What a run was asked for, once the deliveries are known.

    Attributes:
        quarter: the quarter ranked.
        as_of: only what was known by then enters ranking and programme.
        raw: the raw folder.
        warehouse: the warehouse folder.
        work: the run's work folder.
        inputs: sha256 of each delivery known by the as-of date, by file.
        received: the day each delivery counts from, by file.
        decided_by: only what meetings on earlier quarters decided by this day is taken up; None:
            all of it. A run that was asked for an as-of date has it here.
        without: names of figures that the run was asked to go on without, sorted.
    """

    quarter: Quarter
    as_of: date
    raw: Path
    warehouse: Path
    work: Path
    inputs: Mapping[str, str]
    received: Mapping[str, date]
    decided_by: date | None = None
    without: tuple[str, ...] = ()
