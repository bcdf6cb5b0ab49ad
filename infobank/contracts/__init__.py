"""Contracts: what is expected of every delivery and promised of every table, as data."""

from infobank.contracts.catalogue import load_sources, load_tables, schemas_root
from infobank.contracts.derive import loaded_names
from infobank.contracts.model import (
    Column,
    ContractError,
    Expectation,
    RateRule,
    RecordContract,
    Server,
    SourceContract,
    TableContract,
    pandas_dtypes,
)

__all__ = [
    "Column",
    "ContractError",
    "Expectation",
    "RateRule",
    "RecordContract",
    "Server",
    "SourceContract",
    "TableContract",
    "load_sources",
    "load_tables",
    "loaded_names",
    "pandas_dtypes",
    "schemas_root",
]
