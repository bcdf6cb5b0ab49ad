"""The sample's last three quarters, run into one warehouse: the plain steps, without Prefect."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from infobank.contracts import load_sources
from infobank.domain.deliveries import list_deliveries
from infobank.reports.error_reports import write_reports
from infobank.reports.pack import keep_pack
from infobank.steps import check as checking
from infobank.steps import decide as deciding
from infobank.steps import publish as publishing
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
        order = checking.settle(reads, quarter, None, raw, warehouse, work)
        for source in load_sources():
            checking.check(order, source, reads)
        checking.load(order, reads)
        if not checking.must_stop(order):
            deciding.score(order)
            deciding.rank_quarter(order)
            deciding.plan_quarter(order)
        published = publishing.publish(order)
        if not published.promoted:
            msg = f"{quarter} of the sample is not published: {published.stopping[0].message}"
            raise RuntimeError(msg)
        write_reports(order, warehouse / "reports" / published.run_id)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    keep_pack(warehouse, quarter)
