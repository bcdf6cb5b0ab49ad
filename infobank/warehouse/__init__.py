"""The warehouse: snapshots of Parquet tables, promoted whole or not at all."""

from infobank.warehouse.errors import RefusedRunError, WarehouseBusyError, WarehouseError
from infobank.warehouse.identity import RunIdentity, code_version, run_id
from infobank.warehouse.local import LocalStorage
from infobank.warehouse.object_store import ObjectStorage
from infobank.warehouse.promoting import Promoted, promote_snapshot
from infobank.warehouse.readings import Readings, reading_key
from infobank.warehouse.runlog import LoggedRun, last_runs, logged_run
from infobank.warehouse.staging import Carried, Sealed, Staging, damaged, promote, sweep
from infobank.warehouse.status import (
    Status,
    TableStatus,
    WhatIf,
    open_warehouse,
    read_table,
    snapshot_called,
    status,
)
from infobank.warehouse.storage import Storage

__all__ = [
    "Carried",
    "LocalStorage",
    "LoggedRun",
    "ObjectStorage",
    "Promoted",
    "Readings",
    "RefusedRunError",
    "RunIdentity",
    "Sealed",
    "Staging",
    "Status",
    "Storage",
    "TableStatus",
    "WarehouseBusyError",
    "WarehouseError",
    "WhatIf",
    "code_version",
    "damaged",
    "last_runs",
    "logged_run",
    "open_warehouse",
    "promote",
    "promote_snapshot",
    "read_table",
    "reading_key",
    "run_id",
    "snapshot_called",
    "status",
    "sweep",
]
