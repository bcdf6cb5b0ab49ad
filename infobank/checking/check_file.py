"""Checking one file on its own, as a run would, before or after it is delivered."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from infobank.checking import ReceivedReading, check_source
from infobank.contracts import load_sources
from infobank.domain.deliveries import sha256_of
from infobank.domain.errors import MistakeError
from infobank.domain.findings import Finding
from infobank.domain.in_words import counted
from infobank.domain.log_step import log_step
from infobank.domain.register import load_register
from infobank.domain.synthetic_files import declared_around
from infobank.reading.corrections import corrections_of, load_corrections
from infobank.reading.read_file import read, read_corrected

_LOG = logging.getLogger(__name__)

Tell = Callable[[int, int, str], None]
"""Told how many steps are done, of how many (0 while nobody knows), and what is being done."""


@dataclass(frozen=True)
class FileCheck:
    """What the gates say of one file.

    Attributes:
        file: its name.
        source: id of the contract it was held against; "" where it looks like none.
        title: what people call that source.
        layout: the layout recognised; "" where none was.
        records_read: records in it; the next two add up to it.
        records_accepted: records a run would use.
        records_refused: records a run would put in quarantine.
        findings: everything found.
        synthetic: whether the file is declared synthetic.
    """

    file: str
    source: str
    title: str
    layout: str
    records_read: int
    records_accepted: int
    records_refused: int
    findings: list[Finding]
    synthetic: bool = False

    @property
    def unusable(self) -> bool:
        """Whether a run would take nothing from the file, or be stopped by it."""
        return self.records_accepted == 0 or any(f.severity == "critical" for f in self.findings)

    @property
    def sentence(self) -> str:
        """What a run would make of it."""
        counts = f"{self.records_accepted:,} of {self.records_read:,} records usable"
        if not self.unusable:
            return f"{self.file}: {counts}."
        critical = [f for f in self.findings if f.severity == "critical"]
        first = f" {[*critical, *self.findings][0].message}" if self.findings else ""
        return f"{self.file} cannot be used as it is ({counts}).{first}"


class UnusableFileError(MistakeError):
    """A run would take nothing from a file, or be stopped by it; the message says why."""

    def __init__(self, outcome: FileCheck) -> None:
        super().__init__(outcome.sentence)


def check_file(path: Path, source: str = "", tell: Tell = lambda done, of, what: None) -> FileCheck:
    """Pass one file through the gates.

    The last gate has no earlier deliveries to compare with here, so only coverage is told.

    Args:
        path: the file.
        source: id of the contract it is meant for; guessed from its looks where empty.
        tell: told of each step, for a progress bar.

    Raises:
        MistakeError: there is no such contract, or a list of synthetic files was changed.
    """
    sources = load_sources()
    if source and source not in sources:
        msg = (
            f"There is no source {source!r}. There are {counted(sources, 'sources')}; "
            "docs/dictionary/index.md lists them."
        )
        raise MistakeError(msg)
    digest = sha256_of(path)
    declared = digest in declared_around(path)
    with log_step(_LOG, f"read {path.name}") as counts:
        reading, meant = read(
            path, path.name, source, lambda what: tell(0, 0, what), synthetic=declared
        )
        counts.add(int(reading.counts["rows_read"].sum()), "records")
    if not meant:
        return FileCheck(path.name, "", "", "", 0, 0, 0, reading.findings)
    corrections = corrections_of(meant, path.name, digest, load_corrections(sources))
    if corrections:
        reading = read_corrected(path, reading, corrections)
    # A file that is checked counts as received on the day of the check; nothing of it is kept.
    each = list(sources[meant].objects)
    with log_step(_LOG, f"check {meant}") as counts:
        checked = check_source(
            sources[meant],
            [ReceivedReading(reading, date.today())],
            load_register(),
            starts=lambda name: tell(1 + each.index(name), 1 + len(each), f"Checking {name}"),
        )
        counts.add(len(checked.findings), "findings")
    return FileCheck(
        file=path.name,
        source=meant,
        title=sources[meant].title,
        layout=reading.layout,
        records_read=int(checked.counts["rows_read"].sum()),
        records_accepted=int(checked.counts["rows_accepted"].sum()),
        records_refused=int(checked.counts["rows_quarantined"].sum()),
        findings=checked.findings,
        synthetic=reading.synthetic,
    )
