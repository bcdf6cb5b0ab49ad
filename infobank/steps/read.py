"""The reading step: one delivered file, read once and kept for as long as nothing changes.

What was read is kept under ``warehouse/readings``, keyed by the file's bytes and by everything
that decides how it is read: reading code, layouts, contract, register, whether it is declared
synthetic, and which key hides its case identifiers. A file read before and unchanged is not read
again.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from infobank.contracts import SourceContract, load_sources
from infobank.domain.deliveries import Delivery
from infobank.domain.findings import Place, finding
from infobank.domain.in_words import day_in_words
from infobank.domain.log_step import Counts, log_step
from infobank.reading import Reading
from infobank.reading.case_key import key_fingerprint
from infobank.reading.corrections import (
    Correction,
    corrections_of,
    load_corrections,
)
from infobank.reading.pseudonyms import names_cases
from infobank.reading.read_file import read, read_corrected
from infobank.steps.read_version import reading_version
from infobank.tables import Readings, reading_key

_LOG = logging.getLogger(__name__)

NOTE = "read.json"
_CORRECTED = "corrected"
_DEFAULT_LATENCY_DAYS = 0


@dataclass(frozen=True)
class ReadFile:
    """Where one file's reading is kept, and when its contents became known.

    Attributes:
        delivery: the file.
        source: the contract it was read with; "" where no contract fits.
        folder: the folder of the kept reading.
        received: the day its contents became known; None where nothing in it says.
        corrected: the days after that on which corrections of it became known, and the folders
            of the readings with them made.
        case_key: fingerprint of the key that hides its case identifiers; "" where none does.
    """

    delivery: Delivery
    source: str
    folder: Path
    received: date | None
    corrected: tuple[tuple[date, Path], ...] = ()
    case_key: str = ""


def read_file(raw: Path, delivery: Delivery, warehouse: Path) -> ReadFile:
    """Read one delivered file, or find its kept reading.

    Args:
        raw: the raw folder.
        delivery: the file.
        warehouse: the warehouse whose ``readings/`` keep what was read, for its owner only.
    """
    with log_step(_LOG, f"read {delivery.file}") as counts:
        return _read_or_kept(raw, delivery, warehouse, counts)


def _read_or_kept(raw: Path, delivery: Delivery, warehouse: Path, counts: Counts) -> ReadFile:
    readings = Readings(warehouse)
    # The file's path is in the key, because findings name it.
    basis = {"file": delivery.file, "sha256": delivery.sha256, "by": reading_version()}
    corrections = load_corrections(load_sources())
    about_file = [c for c in corrections if c.is_about(delivery.file, delivery.sha256)]
    if about_file:
        basis["received"] = delivery.received.isoformat() if delivery.received else ""
        basis["corrections"] = " ".join(c.digest for c in about_file)
    own_key = _case_key(delivery, delivery.source)
    key = reading_key(
        {
            **basis,
            "dated": delivery.received is not None,
            "synthetic": delivery.synthetic,
            "case_key": own_key,
        }
    )
    if readings.find(key) is None:
        with readings.store(key) as draft:
            counts.add(_read_anew(raw, delivery, draft, about_file), "records")
    else:
        counts.note("kept from an earlier run")
    folder = readings.find(key)
    if folder is None:
        msg = f"the reading of {delivery.file} was kept and is not there"
        raise FileNotFoundError(msg)
    note = json.loads((folder / NOTE).read_text(encoding="utf-8"))
    assumed = date.fromisoformat(note["assumed"]) if note["assumed"] else None
    later = sorted((folder / _CORRECTED).glob("*"))
    corrected = tuple((date.fromisoformat(each.name), each) for each in later)
    used = own_key if note["source"] and _case_key(delivery, note["source"]) else ""
    received = delivery.received or assumed
    return ReadFile(delivery, note["source"], folder, received, corrected, used)


def _case_key(delivery: Delivery, source: str) -> str:
    """Fingerprint of the key that a file of a source needs; "" where it needs none.

    A file whose source is not known yet may hold cases.
    """
    if delivery.synthetic or (source and not names_cases(load_sources()[source])):
        return ""
    return key_fingerprint()


def _read_anew(raw: Path, delivery: Delivery, draft: Path, corrections: list[Correction]) -> int:
    """Read a file and keep the reading; the number of its records."""
    path = raw / delivery.file
    reading, source = read(path, delivery.file, delivery.source, synthetic=delivery.synthetic)
    assumed = None
    if delivery.received is None and source:
        assumed, reading = _assume_received(reading, load_sources()[source])
    received = delivery.received or assumed
    own = corrections_of(source, delivery.file, delivery.sha256, corrections)
    for day in sorted({c.known_from for c in own}):
        known = [c for c in own if c.known_from <= day]
        corrected = read_corrected(path, reading, known)
        if received is not None and day <= received:
            reading = corrected  # known when the file came: it never counted uncorrected
        else:
            corrected.write(draft / _CORRECTED / day.isoformat())
    reading.write(draft)
    note = {"source": source, "assumed": assumed.isoformat() if assumed else None}
    (draft / NOTE).write_text(json.dumps(note), encoding="utf-8")
    return int(reading.counts["rows_read"].sum())


def _assume_received(reading: Reading, contract: SourceContract) -> tuple[date | None, Reading]:
    """Take a file without a date to have come its contract's latency after its newest period."""
    ends = [
        frame[column].max()
        for frame in reading.objects.values()
        for column in ("period_end", "fieldwork_end", "date", "event_date")
        if column in frame.columns
    ]
    newest = max((end for end in ends if pd.notna(end)), default=None)
    if newest is None:
        return None, reading
    latency = int(contract.sla.get("latency_days", _DEFAULT_LATENCY_DAYS))
    assumed = newest.date() + timedelta(days=latency)
    assumption = finding(
        "received_date_assumed",
        Place(reading.source_file),
        source=reading.source,
        day=day_in_words(assumed),
        latency=latency,
        expected="a folder named YYYY-MM-DD",
    )
    return assumed, replace(reading, findings=[*reading.findings, assumption])
