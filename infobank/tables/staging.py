"""Publishing a run: all its tables or none."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Any, Literal, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from infobank.contracts.arrow import arrow_schema, to_table
from infobank.contracts.model import TableContract
from infobank.tables.errors import RefusedRunError, WarehouseError
from infobank.tables.identity import RunIdentity, canonical_json
from infobank.tables.parquet import encode, in_order
from infobank.tables.parts import PartOf, divide, file_metadata, made_by
from infobank.tables.storage import Record, Storage, sha256

RunOutcome = Literal["accepted", "refused"]


@dataclass(frozen=True)
class Sealed:
    """A snapshot as sealed.

    Attributes:
        snapshot: its name: the run id, or the run id with ``.2`` where the same run stands beside
            other carried parts than before.
        run_id: the run's id.
        status: ``accepted`` or ``refused``.
        reused: the same snapshot was there already, whole and to the byte.
        unlike: parts (``core.x/2014-Q1``) that the same run once wrote with other bytes. Always
            empty unless something outside parameters, deliveries and code had a say.
    """

    snapshot: str
    run_id: str
    status: RunOutcome
    reused: bool
    unlike: tuple[str, ...] = ()


@dataclass(frozen=True)
class Carried:
    """What ``carry_forward`` did with a table.

    Attributes:
        parts: the parts taken over from the current snapshot.
        outdated: the parts left behind, because the table's columns have changed since.
    """

    parts: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()


@dataclass
class Staging:
    """A run's tables on their way into the warehouse; use it in a ``with`` block.

    The warehouse is this run's alone from the block's beginning to its end. Whatever happens in
    between, ``current`` is the old snapshot until ``promote`` and the new one after it.

    Example:
        with Staging(LocalStorage(Path("warehouse")), identity) as staging:
            staging.write(tables["out.risk_ranking"], ranking)
            staging.carry_forward(tables["out.risk_ranking"])
            staging.promote(staging.seal("accepted", counts={"deliveries": 12}))

    Raises:
        WarehouseBusyError: on entering, when another run is writing.
    """

    storage: Storage
    identity: RunIdentity
    _tables: dict[str, Record] = field(default_factory=dict, init=False)
    _stage: str | None = field(default=None, init=False)
    _held: ExitStack = field(default_factory=ExitStack, init=False)
    _previous: Record | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        self._held.enter_context(self.storage.lock())
        try:
            name = self.storage.current()
            self._previous = self.storage.record(name) if name else None
            self._stage = self.storage.begin()
        except BaseException:
            self._held.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if self._stage is not None:
                self.storage.discard(self._stage)
        finally:
            self._stage = None
            self._held.close()

    def write(
        self, contract: TableContract, frame: pd.DataFrame, part_of: PartOf | None = None
    ) -> tuple[str, ...]:
        """Stage a table, one file per part; names the parts.

        A part that is the same, to the byte, as the current snapshot's is shared with it.

        Raises:
            ValueError: a key stands twice, a row belongs to no part, or a part is already there.
        """
        _one_row_per_key(contract, frame)
        names = []
        for part, rows in divide(contract, frame, part_of):
            if part in self._table(contract)["parts"]:
                msg = f"{contract.name}/{part} is staged already."
                raise ValueError(msg)
            identity = made_by(contract, part, rows, self.identity)
            table = in_order(to_table(rows, contract), contract.sort or contract.key)
            content = encode(table, file_metadata(contract, identity))
            file = self.storage.put(self._open, contract.name, part, content)
            self._enter(contract, part, file, content, table.num_rows, identity)
            names.append(part)
        return tuple(names)

    def carry_forward(
        self,
        contract: TableContract,
        parts: Iterable[str] | Callable[[str], bool] | None = None,
        known_by: date | None = None,
    ) -> Carried:
        """Take over parts of the current snapshot which this run did not make.

        Args:
            contract: the table.
            parts: the names wanted, or a test of a name; None for all that are not staged yet.
            known_by: parts that stand on the knowledge of a later day stay behind; None: none do.

        Raises:
            WarehouseError: a part asked for by name is not in the current snapshot.
        """
        entry: Record = (self._previous or {"tables": {}})["tables"].get(contract.name, {})
        held: Mapping[str, Record] = entry.get("parts", {})
        staged = self._tables.get(contract.name, {}).get("parts", {})
        carried, outdated = [], []
        for part in _wanted(contract.name, held, staged, parts):
            schema = self._schema_of(contract, part, held[part]["sha256"])
            if known_by is not None and _stands_on(schema) > known_by.isoformat():
                continue
            if not schema.equals(arrow_schema(contract), check_metadata=False):
                outdated.append(part)
                continue
            file = self.storage.carry(self._open, contract.name, part)
            self._table(contract)["parts"][part] = {**held[part], "file": file, "carried": True}
            carried.append(part)
        return Carried(tuple(carried), tuple(outdated))

    def _schema_of(self, contract: TableContract, part: str, digest: str) -> pa.Schema:
        name = self.storage.current()
        content = self.storage.read(name, contract.name, part) if name else None
        if content is None or sha256(content) != digest:
            msg = (
                f"{contract.name}/{part} is missing from the current snapshot {name}, or damaged. "
                "Promote an earlier snapshot, or run that quarter again."
            )
            raise WarehouseError(msg)
        return pq.read_schema(io.BytesIO(content))

    def seal(self, status: RunOutcome, counts: Mapping[str, Any] | None = None) -> Sealed:
        """Make what is staged a snapshot, with its ``run.json``.

        Args:
            status: ``refused`` after a critical finding: kept for looking at, never promoted.
            counts: what the run counted (rows read, accepted, quarantined).
        """
        run_id = self.identity.run_id
        record = self._record(status, dict(counts or {}))
        content = canonical_json(record, indent=1)
        unlike: set[str] = set()
        taken = set(self.storage.snapshots())
        number, name = 1, run_id
        while name in taken:
            earlier = self.storage.record(name)
            unlike |= _unlike(earlier, record)
            if canonical_json(earlier, indent=1) == content and not damaged(self.storage, name):
                self.storage.discard(self._open)
                self._stage = None
                return Sealed(name, run_id, status, reused=True)
            number += 1
            name = f"{run_id}.{number}"
        self.storage.seal(self._open, name, content)
        self._stage = None
        return Sealed(name, run_id, status, reused=False, unlike=tuple(sorted(unlike)))

    def promote(self, sealed: Sealed) -> None:
        """Make the snapshot the current one.

        Raises:
            RefusedRunError: the run was refused.
        """
        _promote(self.storage, sealed.snapshot)

    def set_beside(self, sealed: Sealed, label: str) -> None:
        """Give the snapshot a name beside the current one, which stays as it is."""
        self.storage.name(label, sealed.snapshot)

    @property
    def _open(self) -> str:
        if self._stage is None:
            msg = "Staging is used in a with block, and not after it is sealed."
            raise RuntimeError(msg)
        return self._stage

    def _table(self, contract: TableContract) -> Record:
        started: Record = {"contract_version": contract.version, "parts": {}}
        return self._tables.setdefault(contract.name, started)

    def _enter(
        self,
        contract: TableContract,
        part: str,
        file: str,
        content: bytes,
        rows: int,
        made_by_run: RunIdentity,
    ) -> None:
        held: Record = {
            "file": file,
            "rows": rows,
            "bytes": len(content),
            "sha256": sha256(content),
            "run_id": made_by_run.run_id,
            "carried": False,
        }
        if made_by_run.without:
            held["without"] = list(made_by_run.without)
        self._table(contract)["parts"][part] = held

    def _record(self, status: RunOutcome, counts: dict[str, Any]) -> Record:
        identity = self.identity
        return {
            "run_id": identity.run_id,
            "status": status,
            "parameters": dict(identity.parameters),
            "as_of": identity.as_of.isoformat(),
            "synthetic": identity.synthetic,
            "inputs": dict(identity.inputs),
            "code_version": identity.code,
            "counts": counts,
            "tables": self._tables,
        }


def promote(storage: Storage, snapshot: str) -> None:
    """Make a sealed snapshot the current one, for instance to go back to an earlier one.

    Raises:
        WarehouseBusyError: another run is writing.
        RefusedRunError: the snapshot is of a refused run.
        WarehouseError: there is no such snapshot, or a file of it is damaged.
    """
    with storage.lock():
        _promote(storage, snapshot)


def _promote(storage: Storage, snapshot: str) -> None:
    if storage.record(snapshot)["status"] == "refused":
        msg = (
            f"The run {snapshot} was refused, so its tables cannot become the current ones. "
            "See core/quarantine in its snapshot for what to correct."
        )
        raise RefusedRunError(msg)
    if broken := damaged(storage, snapshot):
        msg = f"The snapshot {snapshot} is damaged ({', '.join(broken)}). Run the quarter again."
        raise WarehouseError(msg)
    storage.promote(snapshot)


def damaged(storage: Storage, snapshot: str) -> tuple[str, ...]:
    """The parts of a snapshot whose bytes are missing or not those that were sealed."""
    broken = []
    for table, entry in storage.record(snapshot)["tables"].items():
        for part, held in entry["parts"].items():
            content = storage.read(snapshot, table, part)
            if content is None or sha256(content) != held["sha256"]:
                broken.append(f"{table}/{part}")
    return tuple(sorted(broken))


def sweep(storage: Storage, keep: int) -> tuple[str, ...]:
    """Remove old snapshots, only ever when asked; names those removed.

    The current snapshot stays, and so do those with a name and the ``keep`` sealed last.

    Raises:
        ValueError: ``keep`` is negative.
        WarehouseBusyError: another run is writing.
    """
    if keep < 0:
        msg = f"The number of snapshots to keep is {keep}; it must be 0 or more."
        raise ValueError(msg)
    with storage.lock():
        names = storage.snapshots()
        old = names[: max(0, len(names) - keep)]
        held = {storage.current(), *storage.named().values()}
        gone = tuple(name for name in old if name not in held)
        for name in gone:
            storage.remove(name)
    return gone


def _stands_on(schema: pa.Schema) -> str:
    as_of: bytes = (schema.metadata or {}).get(b"as_of", b"")
    return as_of.decode()


def _one_row_per_key(contract: TableContract, frame: pd.DataFrame) -> None:
    if not contract.key:
        return
    twice = frame.duplicated(list(contract.key), keep=False)
    if twice.any():
        first = frame.loc[twice, list(contract.key)].iloc[0].to_dict()
        msg = f"{contract.name}: {int(twice.sum())} rows share a key, the first {first}."
        raise ValueError(msg)


def _wanted(
    table: str,
    held: Mapping[str, Record],
    staged: Mapping[str, Record],
    parts: Iterable[str] | Callable[[str], bool] | None,
) -> list[str]:
    free = sorted(set(held) - set(staged))
    if parts is None:
        return free
    if callable(parts):
        return [part for part in free if parts(part)]
    asked = sorted(set(parts))
    if missing := sorted(set(asked) - set(held)):
        msg = f"The current snapshot has no {table}/{missing[0]} to carry forward."
        raise WarehouseError(msg)
    return [part for part in asked if part not in staged]


def _unlike(earlier: Record, record: Record) -> set[str]:
    names = set()
    for table, entry in record["tables"].items():
        before = earlier["tables"].get(table, {}).get("parts", {})
        for part, held in entry["parts"].items():
            old = before.get(part, held)
            made = not held["carried"] and not old["carried"]
            if made and old["sha256"] != held["sha256"]:
                names.add(f"{table}/{part}")
    return names
