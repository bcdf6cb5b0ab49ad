"""The quarterly run: pull, read, check, load, score, rank, plan, publish, report."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

from prefect import flow, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.futures import wait
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from flows.artifacts import show_outcome
from flows.ending import ends_plainly
from flows.folders import place_of
from flows.pulling import fetch_new
from flows.run_log import show_in_run_log
from infobank.contracts import load_sources
from infobank.domain.deliveries import Delivery, list_deliveries
from infobank.domain.quarters import Quarter, refuse_days_to_come
from infobank.domain.run_request import RunRequest
from infobank.reports.pack import keep_pack
from infobank.steps import check as check_step
from infobank.steps import load as load_step
from infobank.steps import plan as plan_step
from infobank.steps import publish as publish_step
from infobank.steps import rank as rank_step
from infobank.steps import report as report_step
from infobank.steps import resolve_run as resolve_step
from infobank.steps import score as score_step
from infobank.steps import stopping
from infobank.steps.read import ReadFile, read_file
from infobank.steps.summary import NothingPublishedError, Summary, summarise
from infobank.tables import LocalStorage, logged_run

# Four threads took turns at the interpreter: a tenth more processor time, and no sooner done.
_READERS = 1

pull = task(name="pull", cache_policy=NO_CACHE)(list_deliveries)
resolve = task(name="resolve", cache_policy=NO_CACHE)(resolve_step.resolve_run)
load = task(name="load", cache_policy=NO_CACHE)(load_step.load)
score = task(name="score", cache_policy=NO_CACHE)(score_step.score)
rank = task(name="rank", cache_policy=NO_CACHE)(rank_step.rank_quarter)
plan = task(name="plan", cache_policy=NO_CACHE)(plan_step.plan_quarter)
publish = task(name="publish", cache_policy=NO_CACHE)(publish_step.publish)
report = task(name="report", cache_policy=NO_CACHE)(report_step.report)
pack = task(name="pack", cache_policy=NO_CACHE)(keep_pack)


@task(name="read", task_run_name="read {delivery.file}", cache_policy=NO_CACHE)
def read(raw: Path, delivery: Delivery, warehouse: Path) -> ReadFile:
    """Read one delivered file; one already read and unchanged is not read again."""
    return read_file(raw, delivery, warehouse)


@task(name="check", task_run_name="check {source}", cache_policy=NO_CACHE)
def check(request: RunRequest, source: str, reads: list[ReadFile]) -> None:
    """Pass the deliveries of one source through the four gates."""
    check_step.check(request, source, reads)


@flow(
    name="quarterly",
    task_runner=ThreadPoolTaskRunner(max_workers=_READERS),  # type: ignore[arg-type]
    log_prints=False,
    validate_parameters=True,
)
@ends_plainly
def quarterly(
    quarter: Annotated[str, Field(pattern=r"^\d{4}-Q[1-4]$")] | None = None,
    as_of: date | None = None,
    raw: Path = Path("raw/sample"),
    warehouse: Path = Path("warehouse"),
    fetch: bool = False,
    without: list[str] | None = None,
) -> Summary:
    """Run a quarter: read and check its deliveries, rank the YOTs, propose the visits.

    Args:
        quarter: The quarter to rank, such as 2014-Q1. Empty: the last one that had ended when
            the newest delivery came.
        as_of: Use only what was known by this day. Empty: the newest delivery's date. Give an
            earlier day to make the ranking as it was then.
        raw: The folder of deliveries, from the project's folder.
        warehouse: The folder the tables are published in, from the project's folder.
        fetch: First fetch new files from the senders' servers. A server that cannot be reached
            does not stop the run; the outcome says so.
        without: Figures to rank without, such as custody, where a run stopped because they never
            came or are too old. Every page then says that they are left out.

    Raises:
        NothingPublishedError: a critical finding stopped it; the run is Failed.
    """
    show_in_run_log()
    refuse_days_to_come(Quarter.parse(quarter) if quarter else None, as_of, date.today())
    raw, warehouse = place_of(raw), place_of(warehouse)
    asked = {"quarter": quarter, "as_of": as_of, "raw": str(raw), "without": without or []}
    unfetched = fetch_new(raw) if fetch else []
    with logged_run(LocalStorage(warehouse), "run", asked) as logged:
        work = Path(tempfile.mkdtemp(prefix="infobank-"))
        try:
            deliveries = pull(raw, load_sources())
            reads = read.map(unmapped(raw), deliveries, unmapped(warehouse)).result()
            request = resolve(reads, quarter, as_of, raw, warehouse, work, without or [])
            checks = check.map(unmapped(request), list(load_sources()), unmapped(reads))
            wait(checks)
            for done in checks:
                done.result()
            load(request, reads)
            if not stopping.must_stop(request):
                score(request)
                rank(request)
                plan(request)
            published = publish(request)
            folder = warehouse / "reports" / published.run_id
            reports = str(folder) if report(request, folder) else ""
            summary = summarise(request, published)
            summary = replace(summary, reports=reports, unfetched=unfetched)
            logged.run_id, logged.snapshot = published.run_id, published.snapshot
            logged.outcome = published.outcome
            logged.message = summary.sentence
        finally:
            shutil.rmtree(work, ignore_errors=True)
    if published.outcome != "refused":
        kept = pack(warehouse, summary.quarter, published.label)
        summary = replace(summary, pack=str(kept))
    show_outcome(summary)
    if published.outcome == "refused":
        raise NothingPublishedError(summary)
    return summary
