"""All that is compared with the golden files, gathered from a warehouse that is run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from infobank.reports.pack import gather_pack
from infobank.tables import LocalStorage
from tests.golden import packs, published, reports
from tests.golden.classes import of_reports, of_table
from tests.golden.quarters import QUARTERS
from tests.golden.tables import Table

Tables = dict[str, Table]


@dataclass(frozen=True)
class Collected:
    """Tables by the names of their golden files.

    Attributes:
        figures: figures, days, codes and names.
        wording: sentences.
    """

    figures: Tables
    wording: Tables


def collect(warehouse: Path) -> Collected:
    """Gather everything from a warehouse with the golden quarters in it."""
    storage = LocalStorage(warehouse)
    records = [storage.record(name) for name in storage.snapshots()]
    run_ids = {record["parameters"]["quarter"]: str(record["run_id"]) for record in records}
    folders = [(quarter, warehouse / "reports" / run_ids[quarter]) for quarter in QUARTERS]
    pairs: list[tuple[Table, Table | None]] = [
        (published.runs(r for r in records if r["parameters"]["quarter"] in QUARTERS), None),
        published.digests(warehouse),
        of_reports().apart(reports.findings(folders)),
        reports.spreadsheets(folders),
    ]
    for table in published.out_tables(warehouse):
        classes = of_table(table.name.replace("/", ".", 1))
        classes.check(table.name, table.columns)
        pairs.append(classes.apart(table))
    for quarter in QUARTERS:
        page = (warehouse / "packs" / f"{quarter}.html").read_text(encoding="utf-8")
        pairs.append(packs.page_tables(f"pack/{quarter}.page", page, run_ids[quarter]))
        pairs.append(packs.data_tables(f"pack/{quarter}.data", gather_pack(warehouse, quarter)))
    return Collected(
        _by_file(figures for figures, _ in pairs),
        _by_file(wording for _, wording in pairs if wording),
    )


def _by_file(tables: Iterable[Table]) -> Tables:
    return {table.file: table for table in tables}
