"""The name cell of a YOT: the name, and sometimes words about its figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from infobank.domain.register import NameResolver, Resolution
from infobank.reading.headings import matches

MISSING_NOTES = ("*missing*", "*not available*", "*unavailable*", "*no data*", "*not supplied*",
                 "*not submitted*", "*no return*")  # fmt: skip
"""What the words beside a name look like when they say that its figures are not there."""

_SPLIT = re.compile(r"\s+[-–—]\s*|\s*[-–—]\s+|\s*[(\[:;*]|,\s")


class Named(NamedTuple):
    """What a name cell says.

    Attributes:
        name: the name without the words after it.
        note: the words, or "".
        says_missing: whether the words say that the figures are missing.
        resolution: what the register makes of the name.
    """

    name: str
    note: str
    says_missing: bool
    resolution: Resolution


@dataclass
class NameCells:
    """Reads name cells against the register, remembering what it has seen."""

    names: NameResolver
    missing_notes: Iterable[str] = MISSING_NOTES
    _seen: dict[tuple[str, date | None], Named] = field(default_factory=dict)

    def read(self, text: str, on: date | None = None) -> Named:
        """What a name cell says of a day.

        The whole text is tried as a name first; words after a dash, a comma or a bracket are
        taken for a note only if what stands before them is a name on its own.
        """
        key = (text, on)
        if key not in self._seen:
            self._seen[key] = self._read(text, on)
        return self._seen[key]

    def read_in(self, text: str, start: date | None, end: date | None) -> Named:
        """What a name cell says of a period: in force on its last day, or on its first."""
        named = self.read(text, end)
        if named.resolution.yot_id is None or named.resolution.in_force or start is None:
            return named
        return self.read(text, start)

    def _read(self, text: str, on: date | None) -> Named:
        whole = self.names.resolve(text, on)
        if whole.yot_id is not None:
            return Named(text, "", False, whole)
        for cut in _SPLIT.finditer(text):
            name, note = text[: cut.start()].strip(), text[cut.start() :].strip(" -–—([:;,*])")
            if not name or not note:
                continue
            resolution = self.names.resolve(name, on)
            if resolution.yot_id is not None:
                return Named(name, note, matches(note, self.missing_notes), resolution)
        return Named(text, "", matches(text, self.missing_notes), whole)
