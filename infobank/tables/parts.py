"""A published table divided into its parts, each with what it was made from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date

import pandas as pd

from infobank.contracts.model import TableContract
from infobank.domain.quarters import Quarter
from infobank.tables.identity import RunIdentity, Synthetic

ONLY_PART = "part-0"
PartOf = Callable[[pd.DataFrame], pd.Series]

_DAYS_OF_RECEIPT = ("known_from", "received")
_NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*$")


def divide(
    contract: TableContract, frame: pd.DataFrame, part_of: PartOf | None = None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """The frame's rows by part, in the order of the parts' names.

    A table without rows has one empty part, so that a reader finds its columns.

    Args:
        contract: says how the table is divided.
        frame: all rows of the table that the run made.
        part_of: gives each row's part, instead of the contract's partition column.

    Raises:
        ValueError: a row belongs to no part, or a part's name cannot name a file.
    """
    if frame.empty or (part_of is None and contract.partition is None):
        yield ONLY_PART, frame
        return
    labels = part_of(frame) if part_of else _partition(contract, frame)
    if labels.isna().any():
        msg = f"{contract.name}: {int(labels.isna().sum())} rows have no {contract.partition}."
        raise ValueError(msg)
    names = labels.astype(str)
    for label in sorted(names.unique()):
        if not _NAME.match(label):
            msg = f"{contract.name}: {label!r} cannot name a part's file."
            raise ValueError(msg)
        yield label, frame.loc[(names == label).to_numpy()]


def _partition(contract: TableContract, frame: pd.DataFrame) -> pd.Series:
    column = str(contract.partition)
    if column in frame.columns:
        return frame[column]
    if column == "received_quarter":
        for name in (c for c in _DAYS_OF_RECEIPT if c in frame.columns):
            days = pd.to_datetime(frame[name])
            return days.map({day: str(Quarter.of(day)) for day in days.dropna().unique()})
    msg = f"{contract.name} is divided by {column}, and its rows do not say which."
    raise ValueError(msg)


def made_by(
    contract: TableContract, part: str, rows: pd.DataFrame, run: RunIdentity
) -> RunIdentity:
    """What a part stands on: its own deliveries for a table of their records, else the whole run's.

    A part of such a table holds what certain deliveries said. It stays the same file, shared
    between snapshots, for as long as those deliveries and the code do, whatever quarter is run.
    Everything else (a ranking, the quarantine) may depend on any delivery of the run.
    """
    loaded = contract.holds and {"source_file", "known_from"} <= set(rows.columns)
    if rows.empty or not loaded:
        return run
    files, known = rows["source_file"], pd.to_datetime(rows["known_from"])
    if known.isna().any() or not set(files) <= set(run.inputs):
        return run
    return RunIdentity(
        parameters={"table": contract.name, "part": part},
        inputs={file: run.inputs[file] for file in files.unique()},
        code=run.code,
        as_of=known.max().date(),
        synthetic=_synthetic(rows, run.synthetic),
    )


def _synthetic(rows: pd.DataFrame, otherwise: Synthetic) -> Synthetic:
    if "synthetic" not in rows.columns or rows["synthetic"].isna().any():
        return otherwise
    marks = rows["synthetic"].astype(bool)
    if marks.all():
        return "true"
    return "partly" if marks.any() else "false"


def file_metadata(contract: TableContract, identity: RunIdentity) -> dict[str, str]:
    """The metadata that every Parquet file carries; ``without`` only where figures are left out."""
    as_of: date = identity.as_of
    without = {"without": ", ".join(identity.without)} if identity.without else {}
    return {
        "run_id": identity.run_id,
        "contract": contract.name,
        "contract_version": contract.version,
        "as_of": as_of.isoformat(),
        "code_version": identity.code,
        "synthetic": identity.synthetic,
        **without,
    }
