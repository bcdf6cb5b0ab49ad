"""All contracts of the project, read once, refused in one sentence when they do not hang together.

``schemas/sources/<id>.odcs.yaml`` says what is expected of a delivery, and
``schemas/tables/<zone>.<name>.odcs.yaml`` what is promised of a table. A source whose records go
into a table without a file of its own gets that table derived from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from open_data_contract_standard.model import (
    OpenDataContractStandard,
    SchemaObject,
    Team,
)
from open_data_contract_standard.model import Server as StandardServer

from infobank.contracts import references
from infobank.contracts.columns import (
    Place,
    read_columns,
    read_expectations,
    read_key,
    read_severity,
)
from infobank.contracts.derive import (
    VINTAGE,
    SharedColumns,
    held_columns,
    held_key,
    resolved_key,
)
from infobank.contracts.model import (
    Column,
    ContractError,
    Partition,
    RateRule,
    RecordContract,
    Server,
    SourceContract,
    TableContract,
    Zone,
)
from infobank.contracts.standard import custom, read_contract
from infobank.domain.paths import schemas_root
from infobank.domain.settings import kept

_Contracts = tuple[dict[str, SourceContract], dict[str, TableContract]]
_ENDING = ".odcs.yaml"
_SHARED = "_provenance" + _ENDING
_SLA = {
    "frequency": ("frequency_months", "month"),
    "latency": ("latency_days", "day"),
    "ageLimit": ("age_limit_days", "day"),
}

__all__ = ["load_shared", "load_sources", "load_tables", "schemas_root"]


def load_sources(root: Path | None = None) -> dict[str, SourceContract]:
    """Every source contract by id, in alphabetical order.

    Args:
        root: the ``schemas`` folder; the project's own by default.

    Raises:
        ContractError: a contract is wrong, in one sentence naming file and key.
    """
    return dict(_contracts(root or schemas_root())[0])


def load_tables(root: Path | None = None) -> dict[str, TableContract]:
    """Every table contract by name (``core.yjb_indicators``), in alphabetical order.

    Args:
        root: the ``schemas`` folder; the project's own by default.

    Raises:
        ContractError: a contract is wrong, in one sentence naming file and key.
    """
    return dict(_contracts(root or schemas_root())[1])


def load_shared(root: Path | None = None) -> SharedColumns:
    """The columns that are described once for all tables."""
    path = (root or schemas_root()) / "tables" / _SHARED
    groups: dict[str, dict[str, Column]] = {}
    for schema in read_contract(path).schema_ or []:
        columns = read_columns(schema, path, "table column")
        groups[schema.name or ""] = {column.name: column for column in columns}
    if set(groups) != {"provenance", "shared", "delivered"}:
        msg = f"{path.name}: it needs exactly the objects provenance, shared and delivered."
        raise ContractError(msg)
    return SharedColumns(
        named=groups["shared"] | groups["provenance"],
        provenance=tuple(groups["provenance"]),
        delivered=groups["delivered"],
    )


def _contracts(root: Path) -> _Contracts:
    places = (root / "sources", root / "tables")
    return kept((_contracts, root), places, lambda: _read(root))


def _read(root: Path) -> _Contracts:
    shared = load_shared(root)
    read = [_source(path, shared.delivered) for path in _files(root / "sources")]
    sources = {source.id: source for source in read}
    written = [path for path in _files(root / "tables") if path.name != _SHARED]
    tables = {table.name: table for table in (_table(p, sources, shared) for p in written)}
    for source in sources.values():
        for record in source.objects.values():
            if record.loads_into and record.loads_into not in tables:
                tables[record.loads_into] = _derived(source, record, shared)
    tables = dict(sorted(tables.items()))
    references.check(sources, tables)
    return sources, tables


def _files(folder: Path) -> list[Path]:
    stray = [p for p in sorted(folder.glob("*")) if not p.name.endswith(_ENDING)]
    if stray:
        msg = f"{stray[0].name}: a contract's file name ends in {_ENDING}."
        raise ContractError(msg)
    return sorted(folder.glob(f"*{_ENDING}"))


def _identity(document: OpenDataContractStandard, path: Path) -> tuple[str, str]:
    name = path.name.removesuffix(_ENDING)
    if document.id != name:
        msg = f"{path.name}: id is {document.id!r}; it must be {name!r}, as the file is named."
        raise ContractError(msg)
    if not document.version:
        msg = f"{path.name}: version is missing."
        raise ContractError(msg)
    return name, document.version


def _source(path: Path, shared: Mapping[str, Column]) -> SourceContract:
    document = read_contract(path)
    name, version = _identity(document, path)
    extra = custom(document, "source contract", path)
    place = Place(path, name)
    for key in ("severity", "severityReason"):
        if not extra.get(key):
            raise place.refuse(f"needs the custom property {key}.")
    sla, notes = _sla(document, place)
    if (
        extra["severity"] == "critical"
        and "frequency_months" in sla
        and "age_limit_days" not in sla
    ):
        raise place.refuse(
            "is critical and comes regularly, so it needs the service level 'ageLimit' in unit "
            "day: the age past which its figures stop a run."
        )
    objects = {
        record.name: record for record in (_record(s, path, shared) for s in _schemas(document))
    }
    if not objects or len(objects) != len(_schemas(document)):
        raise place.refuse("needs at least one object, and each with its own name.")
    text = document.description
    return SourceContract(
        id=name,
        version=version,
        title=_title(document, place),
        description=_words(text.purpose if text else ""),
        limitations=_words(text.limitations if text else ""),
        severity=read_severity(extra["severity"], place),
        severity_reason=_words(str(extra["severityReason"])),
        owner=_owner(document, place),
        senders=_senders(document),
        servers=_servers(document, place),
        sla=sla,
        sla_notes=notes,
        objects=objects,
        file=path.name,
    )


def _record(schema: SchemaObject, path: Path, shared: Mapping[str, Column]) -> RecordContract:
    place = Place(path, schema.name or "")
    extra = custom(schema, "source object", path)
    columns = read_columns(schema, path, "source column", shared)
    if not schema.description:
        raise place.refuse("needs a description: what is one row?")
    if not columns or not read_key(schema):
        raise place.refuse("needs columns, and a primaryKey among them.")
    return RecordContract(
        name=schema.name or "",
        description=_words(schema.description),
        columns=columns,
        key=resolved_key(columns, read_key(schema)),
        loads_into=extra.get("loadsInto"),
        constants={str(k): str(v) for k, v in (extra.get("constants") or {}).items()},
        rates=tuple(_rate(item, place) for item in extra.get("rates") or []),
        expectations=read_expectations(schema.quality or [], place),
        feeds=tuple(extra.get("feeds") or ()),
    )


def _rate(item: Mapping[str, Any], place: Place) -> RateRule:
    wanted = {"rate", "numerator", "denominator", "per", "decimals"}
    if not isinstance(item, dict) or set(item) != wanted:
        raise place.refuse(f"has a rate rule that needs exactly {', '.join(sorted(wanted))}.")
    return RateRule(
        rate=str(item["rate"]),
        numerator=str(item["numerator"]),
        denominator=str(item["denominator"]),
        per=float(item["per"]),
        decimals=int(item["decimals"]),
    )


def _table(
    path: Path, sources: Mapping[str, SourceContract], shared: SharedColumns
) -> TableContract:
    document = read_contract(path)
    name, version = _identity(document, path)
    custom(document, "table contract", path)
    schemas = _schemas(document)
    place = Place(path, name)
    if len(schemas) != 1 or schemas[0].name != name or not schemas[0].description:
        raise place.refuse("needs exactly one object, of the same name and with a description.")
    schema = schemas[0]
    extra = custom(schema, "table", path)
    columns = read_columns(schema, path, "table column", shared.named)
    key = read_key(schema)
    holds: tuple[str, ...] = ()
    if "holds" in extra:
        record = _held(str(extra["holds"]), sources, place)
        holds = (str(extra["holds"]),)
        columns = (*held_columns(record, shared), *columns)
        key = key or held_key(record)
    if extra.get("provenance", bool(holds)):
        columns = (*columns, *shared.provenance_columns())
        key = (*key, VINTAGE)
    return TableContract(
        name=name,
        zone=_zone(name, place),
        version=version,
        title=_title(document, place),
        description=_words(schema.description or ""),
        columns=columns,
        key=key,
        sort=tuple(extra.get("sort") or key),
        expectations=read_expectations(schema.quality or [], place),
        partition=_partition(extra.get("partition"), place),
        holds=holds or _loaders(name, sources),
        made_from=tuple(extra.get("madeFrom") or ()),
        file=path.name,
    )


def _derived(
    source: SourceContract, record: RecordContract, shared: SharedColumns
) -> TableContract:
    """The table of a record whose table has no contract of its own."""
    name = record.loads_into or ""
    place = Place(Path(source.file), record.name)
    constants = tuple(shared.named[c] for c in record.constants if c in shared.named)
    if len(constants) != len(record.constants):
        raise place.refuse(f"has constants, so its table needs a contract: {name}{_ENDING}.")
    key = (*held_key(record), VINTAGE)
    return TableContract(
        name=name,
        zone=_zone(name, place),
        version=source.version,
        title=source.title,
        description=f"{record.description} Every delivery is kept: a row for each.",
        columns=(*held_columns(record, shared), *constants, *shared.provenance_columns()),
        key=key,
        sort=key,
        expectations=(),
        partition="received_quarter",
        holds=(f"{source.id}/{record.name}",),
        file=source.file,
    )


def _held(reference: str, sources: Mapping[str, SourceContract], place: Place) -> RecordContract:
    source, _, name = reference.partition("/")
    if source not in sources or name not in sources[source].objects:
        raise place.refuse(f"holds {reference!r}, which no source contract describes.")
    return sources[source].objects[name]


def _loaders(table: str, sources: Mapping[str, SourceContract]) -> tuple[str, ...]:
    return tuple(
        f"{source.id}/{record.name}"
        for source in sources.values()
        for record in source.objects.values()
        if record.loads_into == table
    )


def _zone(name: str, place: Place) -> Zone:
    zone, _, rest = name.partition(".")
    if zone in get_args(Zone) and rest:
        return zone  # type: ignore[return-value]
    raise place.refuse(f"names the table {name!r}; a table is core.x, out.x or restricted.x.")


def _partition(value: object, place: Place) -> Partition | None:
    if value is None or value in get_args(Partition):
        return value  # type: ignore[return-value]
    raise place.refuse(f"has the partition {value!r}; use quarter or received_quarter, or none.")


def _schemas(document: OpenDataContractStandard) -> list[SchemaObject]:
    return document.schema_ or []


def _title(document: OpenDataContractStandard, place: Place) -> str:
    if not document.name:
        raise place.refuse("needs a name: what do people call it?")
    return document.name


def _owner(document: OpenDataContractStandard, place: Place) -> str:
    if isinstance(document.team, Team):
        for member in document.team.members or []:
            if member.role == "owner" and member.username:
                return member.username
    raise place.refuse("needs a team with a member whose role is owner (a post, not a person).")


def _senders(document: OpenDataContractStandard) -> tuple[str, ...]:
    members = document.team.members or [] if isinstance(document.team, Team) else []
    sending = [member for member in members if member.role == "sender"]
    return tuple(_words(member.description) or member.username or "" for member in sending)


def _servers(document: OpenDataContractStandard, place: Place) -> tuple[Server, ...]:
    servers = tuple(
        Server(
            s.server or "",
            s.type or "",
            s.location or _host_and_path(s),
            s.format or "",
            (s.path or "") if s.location else "",
            s.endpointUrl or "",
        )
        for s in document.servers or []
    )
    if not servers or not all(s.name and s.type and s.location for s in servers):
        raise place.refuse("needs servers, each with server, type and path (or location).")
    return servers


def _host_and_path(server: StandardServer) -> str:
    """The location of a server that is told by host, port and path, or by a path alone."""
    path = server.path or ""
    if not server.host:
        return path
    port = f":{server.port}" if server.port else ""
    return f"{server.type}://{server.host}{port}/{path.lstrip('/')}"


def _sla(document: OpenDataContractStandard, place: Place) -> tuple[dict[str, int], dict[str, str]]:
    figures: dict[str, int] = {}
    notes: dict[str, str] = {}
    for item in document.slaProperties or []:
        if item.property not in _SLA or item.unit != _SLA[item.property][1]:
            wanted = " or ".join(f"{name} in unit {unit}" for name, (_, unit) in _SLA.items())
            raise place.refuse(f"has the service level {item.property!r}; it must be {wanted}.")
        if not isinstance(item.value, int) or isinstance(item.value, bool) or item.value < 0:
            raise place.refuse(f"needs a whole number for its service level {item.property!r}.")
        name = _SLA[item.property][0]
        figures[name] = item.value
        notes[name] = _words(item.description or "")
    return figures, notes


def _words(text: str | None) -> str:
    return " ".join((text or "").split())
