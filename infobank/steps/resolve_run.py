"""What a run is about, once the deliveries are known: its quarter and its as-of date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from infobank.checking.timeliness import (
    left_out,
    ranked_figures,
)
from infobank.contracts import load_sources
from infobank.domain.errors import MistakeError
from infobank.domain.in_words import day_in_words
from infobank.domain.quarters import (
    Quarter,
    default_as_of,
    quarter_to_run,
    refuse_days_to_come,
)
from infobank.domain.run_request import RunRequest
from infobank.reading.corrections import corrections_of, load_corrections
from infobank.steps.read import ReadFile

_DIGITS = 12


def resolve_run(
    reads: list[ReadFile],
    quarter: str | None,
    as_of: date | None,
    raw: Path,
    warehouse: Path,
    work: Path,
    without: Sequence[str] = (),
) -> RunRequest:
    """Decide quarter and as-of date from what was asked and what has arrived.

    Raises:
        MistakeError: the quarter is not one or has not ended, a day is still to come, nothing has
            arrived, or the run cannot go on without what it is asked to (one plain sentence).
    """
    today = date.today()
    received = {r.delivery.file: r.received for r in reads if r.received is not None}
    days = sorted(received.values())
    if days and days[-1] > today:
        raise MistakeError(_received_in_future(received, today))
    chosen = Quarter.parse(quarter) if quarter else quarter_to_run(days)
    refuse_days_to_come(chosen, as_of, today)
    known_by = as_of or default_as_of(chosen, days)
    inputs = {
        r.delivery.file: _as_given(r, known_by)
        for r in reads
        if received.get(r.delivery.file, known_by) <= known_by
    }
    return RunRequest(
        chosen,
        known_by,
        raw,
        warehouse,
        work,
        inputs,
        received,
        decided_by=as_of,
        without=left_out(without, ranked_figures(load_sources())),
    )


def _received_in_future(received: Mapping[str, date], today: date) -> str:
    file = max(received, key=lambda name: (received[name], name))
    return (
        f"{file}: its folder or sidecar says that it came on {day_in_words(received[file])}, which "
        f"is still to come. Today is {day_in_words(today)}. Put the day on which it came."
    )


def _as_given(read: ReadFile, known_by: date) -> str:
    """A delivery's hash, that of the corrections known by then, and which case key it needed.

    With another key the pseudonyms are others, and so is the run.
    """
    corrections = load_corrections(load_sources())
    own = corrections_of(read.source, read.delivery.file, read.delivery.sha256, corrections)
    known = [c.digest[:_DIGITS] for c in own if c.known_from <= known_by]
    key = [f"key-{read.case_key}"] if read.case_key else []
    return "+".join([read.delivery.sha256, *known, *key])
