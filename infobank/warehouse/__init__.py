"""The warehouse: snapshots of Parquet tables, promoted whole or not at all."""

from infobank.warehouse.errors import RefusedRunError, WarehouseBusyError, WarehouseError
from infobank.warehouse.identity import RunIdentity, code_version, run_id
from infobank.warehouse.local import LocalStorage
from infobank.warehouse.object_store import ObjectStorage
from infobank.warehouse.readings import Readings, reading_key
from infobank.warehouse.runlog import LoggedRun, last_runs, logged_run
from infobank.warehouse.staging import Carried, Sealed, Staging, damaged, promote, sweep
from infobank.warehouse.status import Status, TableStatus, open_warehouse, read_table, status
from infobank.warehouse.storage import Storage

__all__ = [
    "Carried",
    "LocalStorage",
    "LoggedRun",
    "ObjectStorage",
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
    "code_version",
    "damaged",
    "last_runs",
    "logged_run",
    "open_warehouse",
    "promote",
    "read_table",
    "reading_key",
    "run_id",
    "status",
    "sweep",
]
