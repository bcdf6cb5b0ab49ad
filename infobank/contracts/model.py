"""What a contract promises, as plain frozen records: columns, keys, rates, expectations.

The contracts themselves are YAML in the Open Data Contract Standard (``schemas/``);
:mod:`infobank.contracts.catalogue` turns them into these records and refuses what it does not
understand, so code further on never meets a half-read contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from infobank.domain.errors import MistakeError
from infobank.domain.findings import Severity

Zone = Literal["core", "out", "restricted"]
Partition = Literal["quarter", "received_quarter"]
Classification = Literal["public", "personal", "sensitive"]
Kind = Literal[
    "yot_name",
    "period",
    "count",
    "rate",
    "percentage",
    "number",
    "date",
    "code",
    "text",
    "free_text",
    "case_identifier",
    "stars",
    "missing_reason",
    "flag",
]

ARROW_TYPES: Mapping[str, str] = {
    "string": "string",
    "integer": "int64",
    "number": "double",
    "date": "date32[day]",
    "boolean": "bool",
}
"""Logical type of the standard -> the one arrow type the Information Bank stores it in."""

PANDAS_DTYPES: Mapping[str, str] = {
    "string": "str",
    "integer": "Int64",
    "number": "float64",
    "date": "datetime64[s]",
    "boolean": "boolean",
}
"""Logical type -> pandas dtype of a frame between two steps of the run."""


class ContractError(MistakeError):
    """A contract is wrong; the sentence names the file and the key."""


@dataclass(frozen=True)
class Expectation:
    """One check of a column or of a whole table.

    Attributes:
        type: the expectation's name in Great Expectations (``expect_column_values_to_be_between``).
        kwargs: its arguments, the column's name among them.
        severity: what a failure means; ``critical`` stops what depends on the data.
        description: the reason for the check, in words; "" for checks made from the columns.
    """

    type: str
    kwargs: Mapping[str, Any]
    severity: Severity
    description: str = ""


@dataclass(frozen=True)
class Column:
    """One column of a source record or of a published table.

    Attributes:
        name: the column's name.
        logical_type: string, integer, number, date or boolean.
        arrow_type: the arrow type it is stored in, as arrow writes it (``date32[day]``).
        unit: what one unit of the figure is ("per 100,000 aged 10-17"); "" for words.
        description: what the column says, in a sentence or two.
        required: no record may lack it.
        enum: the values allowed, in the order people would list them; empty for any.
        minimum: the lowest figure allowed, if any.
        maximum: the highest figure allowed, if any.
        classification: ``public``, ``personal`` or ``sensitive``.
        kind: how the reader understands the cell (``yot_name``, ``period``, ``count``, ...).
        becomes: the name this column takes in the table it is loaded into, if another.
        expectations: further checks of the column written in the contract.
    """

    name: str
    logical_type: str
    arrow_type: str
    unit: str
    description: str
    required: bool
    enum: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    classification: Classification = "public"
    kind: Kind = "text"
    becomes: str | None = None
    expectations: tuple[Expectation, ...] = ()


@dataclass(frozen=True)
class RateRule:
    """A published rate must follow from its own counts, up to the rounding it was published with.

    ``|rate - numerator / denominator * per|`` may be at most half a unit of the last published
    decimal. A rate that breaks this is reported and never repaired.

    Attributes:
        rate: the source column holding the published rate.
        numerator: the source column counted.
        denominator: the source column it is divided by.
        per: the multiplier (100,000 for first time entrants, 100 for a percentage, 1 for a mean).
        decimals: how many decimals the publisher prints.
    """

    rate: str
    numerator: str
    denominator: str
    per: float
    decimals: int


@dataclass(frozen=True)
class RecordContract:
    """One kind of record in a delivery.

    Attributes:
        name: the object's name in its contract.
        description: what one row is.
        columns: the columns as delivered.
        key: the columns that identify a record, as the reader resolves them: a YOT name is
            replaced by ``yot_id``, a period by ``period_start`` and ``period_end``.
        loads_into: the table the accepted records go to; None for a record read but not loaded.
        constants: columns of that table with one fixed value for every record of this kind.
        rates: the rates to hold against their counts.
        expectations: checks of the whole object, beside those of its columns.
        feeds: the published tables that must not appear when this record is critically wrong.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    loads_into: str | None
    constants: Mapping[str, str] = field(default_factory=dict)
    rates: tuple[RateRule, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    feeds: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: there is none.
        """
        return _named(self.columns, name)


@dataclass(frozen=True)
class Server:
    """Where a delivery is pulled from.

    Attributes:
        name: the server's name in the contract.
        type: ``local``, or what fsspec is to use.
        location: a path or an address.
        format: the format announced.
        pattern: which files below the location, where the contract gives both a location and a
            path; or "".
        endpoint: address of an S3-compatible service that is not Amazon's, or "".
    """

    name: str
    type: str
    location: str
    format: str
    pattern: str = ""
    endpoint: str = ""


@dataclass(frozen=True)
class SourceContract:
    """What the Information Bank expects of one source.

    Attributes:
        id: the contract's id, also the folder of its deliveries under ``raw/``.
        version: the contract's own version.
        title: what people call the source.
        description: what it is, who sends it and what it is used for.
        limitations: what it must not be used for, or "".
        severity: what it means when a file, sheet or key of this source is refused.
        severity_reason: why that, in a sentence.
        owner: the role that answers for the source.
        servers: where deliveries are pulled from.
        senders: who sends it, each in words.
        sla: ``frequency_months``, ``latency_days`` and, for a critical source,
            ``age_limit_days``; a source that comes when there is something to say has no frequency.
        sla_notes: the same, with the contract's explanation of each.
        objects: the kinds of record it holds, by name.
        file: the contract's file name, for messages.
    """

    id: str
    version: str
    title: str
    description: str
    limitations: str
    severity: Severity
    severity_reason: str
    owner: str
    servers: tuple[Server, ...]
    sla: Mapping[str, int]
    sla_notes: Mapping[str, str]
    objects: Mapping[str, RecordContract]
    file: str
    senders: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableContract:
    """One table of the warehouse.

    Attributes:
        name: zone and name, ``core.yjb_indicators``.
        zone: ``core`` (tidy, all vintages), ``out`` (what people use) or ``restricted``.
        version: the contract's own version.
        title: what people call the table.
        description: what one row is, and what the table is for.
        columns: every column, in the order stored.
        key: the columns that identify a row.
        sort: the order of rows in the files, which makes the bytes repeatable.
        expectations: checks of the whole table, beside those of its columns.
        partition: how the files are divided; None for a table in one file.
        holds: ``source/object`` of every record loaded into it.
        made_from: the tables it is computed from.
        file: the contract's file name, or the source contract it is derived from.
    """

    name: str
    zone: Zone
    version: str
    title: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    sort: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    partition: Partition | None
    holds: tuple[str, ...] = ()
    made_from: tuple[str, ...] = ()
    file: str = ""

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: there is none.
        """
        return _named(self.columns, name)


def pandas_dtypes(columns: tuple[Column, ...]) -> dict[str, str]:
    """The pandas dtype of each column: nullable counts, whole-second dates, ``str`` strings."""
    return {column.name: PANDAS_DTYPES[column.logical_type] for column in columns}


def _named(columns: tuple[Column, ...], name: str) -> Column:
    for column in columns:
        if column.name == name:
            return column
    raise KeyError(name)
