"""The sample's last three quarters, run into one warehouse: the plain steps, without Prefect."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from infobank.contracts import load_sources
from infobank.domain.deliveries import list_deliveries
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
from infobank.steps.read import read_file

QUARTERS = ("2013-Q3", "2013-Q4", "2014-Q1")


def run_quarter(quarter: str, raw: Path, warehouse: Path) -> None:
    """Take a quarter through the steps of ``flows/quarterly.py``, in their order.

    Raises:
        RuntimeError: something critical keeps it from being published.
    """
    work = Path(tempfile.mkdtemp(prefix="infobank-golden-"))
    try:
        deliveries = list_deliveries(raw, load_sources())
        reads = [read_file(raw, delivery, warehouse) for delivery in deliveries]
        request = resolve_step.resolve_run(reads, quarter, None, raw, warehouse, work)
        for source in load_sources():
            check_step.check(request, source, reads)
        load_step.load(request, reads)
        if not stopping.must_stop(request):
            score_step.score(request)
            rank_step.rank_quarter(request)
            plan_step.plan_quarter(request)
        published = publish_step.publish(request)
        if not published.promoted:
            msg = f"{quarter} of the sample is not published: {published.stopping[0].message}"
            raise RuntimeError(msg)
        report_step.report(request, warehouse / "reports" / published.run_id)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    keep_pack(warehouse, quarter)
