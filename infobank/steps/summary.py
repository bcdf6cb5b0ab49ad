"""What a run came to, in a few records a person can take in: for the screen and for artifacts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from infobank.checking.timeliness import NEVER_CAME, TOO_OLD, left_out, ranked_figures
from infobank.contracts import load_sources
from infobank.domain.errors import MistakeError
from infobank.domain.findings import Finding
from infobank.domain.in_words import day_in_words
from infobank.domain.programmes import by_programme
from infobank.domain.run_request import RunRequest
from infobank.steps.publish import PublishedRun, PublishOutcome
from infobank.steps.workspace import Workspace
from infobank.tables.local import BESIDE


@dataclass(frozen=True)
class Summary:
    """The outcome of a run.

    Attributes:
        quarter: the quarter ranked.
        as_of: the as-of date, ISO.
        synthetic: whether anything in it is made up.
        outcome: ``promoted`` (the tables are now the current ones), ``beside`` (they stand beside
            them under a name) or ``refused``.
        caveats: what to say of the ranking before anything else, in sentences.
        sentence: the outcome in one sentence.
        tables: the folder to read the tables from.
        ranking: every YOT in order of rank, one record each.
        programme: the proposed visits, one record each, in the order of programmes.
        unvisited: the YOTs without a visit, in order of rank, one record each with the reason.
        conflicts: what the programme's rules could not all hold, and whether a meeting decided on
            another proposal, in sentences.
        unfetched: what could not be brought from the servers, in sentences.
        files: how many files were read; records_read, records_accepted and records_quarantined
            count records.
        refused: the findings that refused records or files, most serious first.
        warnings: how many findings only warn.
        reports: the folder of error reports to send back; "" where there are none.
        pack: the page of the meeting pack; "" where nothing was published.
    """

    quarter: str
    as_of: str
    synthetic: bool
    outcome: PublishOutcome
    sentence: str
    tables: str
    files: int
    records_read: int
    records_accepted: int
    records_quarantined: int
    ranking: list[dict[str, Any]] = field(default_factory=list)
    programme: list[dict[str, Any]] = field(default_factory=list)
    unvisited: list[dict[str, Any]] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    unfetched: list[str] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    reports: str = ""
    pack: str = ""
    caveats: list[str] = field(default_factory=list)

    @property
    def promoted(self) -> bool:
        """Whether the tables are now the current ones."""
        return self.outcome == "promoted"


class NothingPublishedError(MistakeError):
    """A critical finding stopped the run; the message is the outcome in one sentence.

    Attributes:
        summary: what the run came to all the same.
    """

    def __init__(self, summary: Summary) -> None:
        super().__init__(summary.sentence)
        self.summary = summary


def summarise(request: RunRequest, published: PublishedRun) -> Summary:
    """Gather the outcome from the run's work folder."""
    work = Workspace.begin(request.work)
    tables = work.inside("tables").frames()
    deliveries = tables["core.delivery"]
    findings = work.findings()
    made = published.outcome != "refused"
    distinct = list({f.message: f for f in reversed(findings)}.values())[::-1]
    refused = [f for f in distinct if f.rows_refused or f.severity == "critical"]
    refused.sort(key=lambda f: (f.severity != "critical", -f.rows_refused, f.message))
    return Summary(
        quarter=str(request.quarter),
        as_of=request.as_of.isoformat(),
        synthetic=bool(deliveries["synthetic"].astype(bool).any()),
        outcome=published.outcome,
        sentence=_sentence(request, published),
        tables=str(_folder(request, published)),
        files=int(deliveries["source_file"].nunique()),
        records_read=int(deliveries["rows_read"].sum()),
        records_accepted=int(deliveries["rows_accepted"].sum()),
        records_quarantined=int(deliveries["rows_quarantined"].sum()),
        ranking=_ranking(tables) if made else [],
        programme=_visits(tables) if made else [],
        unvisited=_unvisited(tables) if made else [],
        conflicts=[*published.remarks, *_conflicts(work)] if made else [],
        caveats=list(work.inside("tables").noted("ranking")["caveats"]) if made else [],
        refused=refused,
        warnings=[f for f in distinct if f not in refused],
    )


def _folder(request: RunRequest, published: PublishedRun) -> Path:
    if published.promoted:
        return request.warehouse / "current"
    if published.label:
        return request.warehouse / BESIDE / published.label
    return request.warehouse / "snapshots" / published.snapshot


def _sentence(request: RunRequest, published: PublishedRun) -> str:
    if published.promoted:
        again = " (the same as before, to the byte)" if published.reused else ""
        return f"{request.quarter} is published as run {published.run_id}{again}."
    if published.outcome == "beside":
        return (
            f"What if: {request.quarter} as of {day_in_words(request.as_of)} is kept beside the "
            f"published tables as {published.label}. The published tables have not changed. To "
            f'publish it: infobank promote {published.label} --why "..."'
        )
    lacking = [f for f in published.stopping if f.code in (NEVER_CAME, TOO_OLD)]
    if len(lacking) > 1 and lacking == published.stopping:
        return _all_lacking(lacking)
    first = published.stopping[0]
    others = len(published.stopping) - 1
    more = f" {others} more critical findings are in core/quarantine." if others else ""
    return f"Nothing was published and the current tables stay: {first.message}{more}"


def _all_lacking(lacking: list[Finding]) -> str:
    """One sentence for several kinds of figure that never came or are too old."""
    titles = [f.message.partition(":")[0] for f in lacking]
    way_on = [f.message[f.message.rindex("--without") :].rstrip(".") for f in lacking]
    figures = ranked_figures(load_sources())
    try:
        left_out([way.removeprefix("--without ") for way in way_on], figures)
    except MistakeError:  # nothing would be left to rank on
        way_on = []
    on = f", or go on without these figures: {' '.join(way_on)}" if way_on else ""
    return (
        "Nothing was published and the current tables stay: the ranking needs figures that have "
        f"not come or are too old: {'; '.join(titles)}. Put the deliveries in the raw folder{on}."
    )


def _ranking(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    ranking = tables["out.risk_ranking"].sort_values(["rank", "yot_id"])
    columns = [
        "rank", "yot_id", "yot_name", "region", "score", "rank_low_95", "rank_high_95",
        "p_worst_6", "flags",
    ]  # fmt: skip
    return _records(ranking[columns])


def _visits(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    programme = tables["out.programme"]
    columns = ["programme", "yot_name", "arm", "reason"]
    dated = [c for c in ("week_commencing", "second_week") if c in programme.columns]
    ordered = by_programme(programme, [*dated, "yot_id"])
    return _records(ordered[columns + dated])


def _unvisited(tables: Mapping[str, pd.DataFrame]) -> list[dict[str, Any]]:
    left = tables["out.not_proposed"].sort_values(["rank", "yot_id"])
    return _records(left[["rank", "yot_id", "yot_name", "p_worst_6", "reason"]])


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _conflicts(work: Workspace) -> list[str]:
    return list(work.inside("tables").noted("programme")["conflicts"])
