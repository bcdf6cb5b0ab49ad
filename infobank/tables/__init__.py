"""The warehouse: snapshots of Parquet tables, promoted whole or not at all."""

from infobank.tables.errors import RefusedRunError, WarehouseBusyError, WarehouseError
from infobank.tables.identity import RunIdentity, code_version, run_id
from infobank.tables.local import LocalStorage
from infobank.tables.object_store import ObjectStorage
from infobank.tables.promoting import Promoted, promote_snapshot
from infobank.tables.readings import Readings, reading_key
from infobank.tables.runlog import LoggedRun, last_runs, logged_run
from infobank.tables.staging import Carried, Sealed, Staging, damaged, promote, sweep
from infobank.tables.status import (
    Status,
    TableStatus,
    WhatIf,
    open_warehouse,
    read_table,
    snapshot_called,
    status,
)
from infobank.tables.storage import Storage
from infobank.tables.tables import Tables
from infobank.tables.vintages import known_by, newest_delivery, newest_vintage

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
    "Tables",
    "WarehouseBusyError",
    "WarehouseError",
    "WhatIf",
    "code_version",
    "damaged",
    "known_by",
    "last_runs",
    "logged_run",
    "newest_delivery",
    "newest_vintage",
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
