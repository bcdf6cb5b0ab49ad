"""The data dictionary and other pages written from ``schemas`` and nothing else.

One page for each object of a source and for each table, an index, ``docs/severity.md`` and
``docs/programmes.md``. The pages are kept in the repository; :func:`stale_pages` finds those that
no longer say what ``schemas`` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from infobank.contracts import expectations
from infobank.contracts.catalogue import load_sources, load_tables
from infobank.contracts.model import (
    Column,
    Expectation,
    RateRule,
    RecordContract,
    SourceContract,
    TableContract,
)
from infobank.domain.codes import load_findings
from infobank.domain.in_words import day_in_words
from infobank.domain.programmes import Programme, load_programmes

_GATES: Mapping[str, tuple[str, str]] = {
    "contract": ("Contract", "Is it the file, sheet, column, key and kind of value agreed?"),
    "expectation": ("Expectations", "Is each value within the limits of the contract?"),
    "arithmetic": ("Arithmetic", "Do totals and rates agree with their counts?"),
    "history": ("History", "Does it agree with the register and with earlier deliveries?"),
    "programme": ("Programme", "Does a programme edited by hand keep its rules?"),
}
_PLAIN_CHECKS: Mapping[str, str] = {
    expectations.NOT_NULL: "is not empty",
    expectations.IN_SET: "is one of the allowed words",
    expectations.BETWEEN: "is within its limits",
    expectations.UNIQUE: "is there only once",
    expectations.UNIQUE_ALONE: "is there only once",
    expectations.ROWS: "has rows",
}
_ROWS_OF_SOURCE = (
    "A record that fails a critical check is refused and listed in core.quarantine. A record that "
    "fails a warning is loaded and reported."
)
_ROWS_OF_TABLE = (
    "A table that fails one of these is not published; the fault is then in the program."
)


@dataclass(frozen=True)
class _Page:
    """What a template of one object's page is given."""

    title: str
    made_from: str
    row: str
    facts: list[tuple[str, str]]
    columns: list[dict[str, str]]
    checks: list[dict[str, str]]
    checks_note: str
    synthetic_note: str = ""


def write_dictionary(docs_root: Path, schemas: Path | None = None) -> list[Path]:
    """Write every generated page, delete those no contract stands behind, and list what changed.

    Args:
        docs_root: the ``docs`` folder.
        schemas: the ``schemas`` folder; the project's own by default.
    """
    changed = stale_pages(docs_root, schemas)
    pages = _pages(schemas)
    for path in changed:
        text = pages.get(path.relative_to(docs_root).as_posix())
        if text is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return changed


def stale_pages(docs_root: Path, schemas: Path | None = None) -> list[Path]:
    """The generated pages that are missing, left over, or differ by a single byte."""
    pages = _pages(schemas)
    stale = [
        docs_root / name
        for name, text in pages.items()
        if not (docs_root / name).is_file() or (docs_root / name).read_bytes() != text.encode()
    ]
    there = sorted((docs_root / "dictionary").glob("*.md"))
    stale += [path for path in there if path.relative_to(docs_root).as_posix() not in pages]
    return sorted(stale)


def _pages(schemas: Path | None) -> dict[str, str]:
    """Every generated page by its path under ``docs``."""
    sources, tables = load_sources(schemas), load_tables(schemas)
    templates = _templates()
    pages: dict[str, str] = {}
    template = templates.get_template("object.md.j2")
    for source in sources.values():
        for record in source.objects.values():
            name = f"dictionary/{source.id}.{record.name}.md"
            pages[name] = template.render(page=_source_page(source, record))
    for table in tables.values():
        pages[f"dictionary/{table.name}.md"] = template.render(page=_table_page(table, sources))
    pages["dictionary/index.md"] = templates.get_template("index.md.j2").render(
        tables=[_table_line(t) for t in _by_use(tables)],
        sources=[_source_line(s) for s in sources.values()],
    )
    pages["severity.md"] = templates.get_template("severity.md.j2").render(
        sources=[_source_line(s) for s in sources.values()], gates=_gates(schemas)
    )
    pages["programmes.md"] = templates.get_template("programmes.md.j2").render(
        programmes=[_programme(p) for p in load_programmes(schemas).values()]
    )
    return dict(sorted(pages.items()))


def _programme(programme: Programme) -> dict[str, Any]:
    """What the page of the programmes is given of one."""
    since, until = day_in_words(programme.starts), programme.ends
    to = f" to {day_in_words(until)}" if until else ", and still"
    return {**dict(programme), "in_force": f"in force from {since}{to}"}


def _templates() -> Environment:
    # The pages are Markdown for people, made from our own contracts: nothing to escape but bars.
    made = Environment(  # noqa: S701
        loader=PackageLoader("infobank.contracts", "pages"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["cell"] = lambda text: str(text).replace("|", "\\|")
    return made


def _source_page(source: SourceContract, record: RecordContract) -> _Page:
    facts = [
        ("source", f"{source.title} (`{source.id}`, contract version {source.version})"),
        ("what it is", source.description),
        ("loaded into", _link(record.loads_into) if record.loads_into else "nothing: read only"),
        ("key", _names(record.key)),
        ("comes from", "; ".join(f"{s.type} {s.location} ({s.format})" for s in source.servers)),
        ("how often", _how_often(source)),
        ("how late", _how_late(source)),
        *_age_limit(source),
        *[("sent by", "<br>".join(source.senders)) for _ in source.senders[:1]],
        ("owner", source.owner),
        ("a refused delivery is", f"**{source.severity}**: {source.severity_reason}"),
    ]
    if source.limitations:
        facts.insert(2, ("limitations", source.limitations))
    if record.constants:
        facts.append(
            ("the same in every row", _names(f"{k}: {v}" for k, v in record.constants.items()))
        )
    if record.feeds:
        facts.append(("used for", ", ".join(_link(name) for name in record.feeds)))
    checks = _checks(record.columns, record.expectations, record.key)
    return _Page(
        title=f"{source.title}: {record.name}" if len(source.objects) > 1 else source.title,
        made_from=f"schemas/sources/{source.file}",
        row=record.description,
        facts=facts,
        columns=[_column(c) for c in record.columns],
        checks=checks + [_rate_check(rule) for rule in record.rates],
        checks_note=_ROWS_OF_SOURCE,
    )


def _table_page(table: TableContract, sources: Mapping[str, SourceContract]) -> _Page:
    facts = [
        ("table", f"`{table.name}` (contract version {table.version})"),
        ("key", _names(table.key)),
        ("files", _files(table)),
        ("order of rows", _names(table.sort)),
    ]
    if table.holds:
        facts.append(("loaded from", ", ".join(_source_link(h, sources) for h in table.holds)))
    if table.made_from:
        facts.append(("computed from", ", ".join(_link(name) for name in table.made_from)))
    folder = "sources" if table.file in {s.file for s in sources.values()} else "tables"
    return _Page(
        title=table.title,
        made_from=f"schemas/{folder}/{table.file}",
        row=table.description,
        facts=facts,
        columns=[_column(c) for c in table.columns],
        checks=_checks(table.columns, table.expectations, table.key),
        checks_note=_ROWS_OF_TABLE,
    )


def _column(column: Column) -> dict[str, str]:
    allowed = ", ".join(column.enum)
    if column.minimum is not None or column.maximum is not None:
        allowed = _bounds(column.minimum, column.maximum)
    description = column.description
    if column.becomes and column.becomes != column.name:
        description += f" Loaded as `{column.becomes}`."
    return {
        "name": column.name,
        "type": column.logical_type,
        "unit": column.unit,
        "required": "yes" if column.required else "",
        "description": description,
        "allowed": allowed,
        "classification": column.classification,
    }


def _checks(
    columns: tuple[Column, ...], further: tuple[Expectation, ...], key: tuple[str, ...]
) -> list[dict[str, str]]:
    units = {column.name: column.unit for column in columns}
    lines = []
    for check in expectations.suite(columns, further, key):
        on = expectations.columns_of(check)
        lines.append(
            {
                "what": check.description or _PLAIN_CHECKS.get(check.type, check.type),
                "on": _names(on) if on else "the table",
                "expected": expectations.expected(check, units.get(on[0], "") if on else ""),
                "severity": check.severity,
            }
        )
    return lines


def _rate_check(rule: RateRule) -> dict[str, str]:
    per = "" if rule.per == 1 else f" x {rule.per:,.0f}"
    return {
        "what": "follows from its counts",
        "on": f"`{rule.rate}`",
        "expected": f"`{rule.numerator}` / `{rule.denominator}`{per}, to {rule.decimals} decimals",
        "severity": "warning",
    }


def _bounds(low: float | None, high: float | None) -> str:
    if high is None:
        return f"{low:,g} or more"
    if low is None:
        return f"{high:,g} or less"
    return f"{low:g} to {high:.12g}"


def _names(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _link(table: str) -> str:
    return f"[{table}]({table}.md)"


def _source_link(reference: str, sources: Mapping[str, SourceContract]) -> str:
    source, _, record = reference.partition("/")
    return f"[{sources[source].title}: {record}]({source}.{record}.md)"


def _files(table: TableContract) -> str:
    folder = f"`warehouse/current/{table.name.replace('.', '/')}`"
    if table.partition is None:
        return f"{folder}, not divided"
    return f"{folder}, divided by {table.partition.replace('_', ' ')}"


def _how_often(source: SourceContract) -> str:
    months = source.sla.get("frequency_months")
    if months is None:
        return "whenever there is something to send"
    usual = {1: "every month", 3: "every quarter", 12: "every year"}
    often = usual.get(months, f"every {months} months")
    return f"{often}. {source.sla_notes['frequency_months']}".rstrip()


def _how_late(source: SourceContract) -> str:
    days = source.sla.get("latency_days")
    if days is None:
        return "nothing agreed"
    return f"{days} days after the period ends. {source.sla_notes['latency_days']}".rstrip()


def _age_limit(source: SourceContract) -> list[tuple[str, str]]:
    days = source.sla.get("age_limit_days")
    if days is None:
        return []
    return [("age limit", f"{days} days. {source.sla_notes['age_limit_days']}".rstrip())]


def _by_use(tables: Mapping[str, TableContract]) -> list[TableContract]:
    """What people use first, then what it is made from, then what is closed."""
    order = {"out": 0, "core": 1, "restricted": 2}
    return sorted(tables.values(), key=lambda table: (order[table.zone], table.name))


def _table_line(table: TableContract) -> dict[str, str]:
    origin = table.holds or table.made_from
    return {"name": table.name, "row": table.description, "origin": _names(origin)}


def _source_line(source: SourceContract) -> dict[str, str]:
    records = source.objects.values()
    pages = [f"[{r.name}]({source.id}.{r.name}.md)" for r in records]
    loaded = dict.fromkeys(r.loads_into for r in records if r.loads_into)
    feeds = dict.fromkeys(name for r in records for name in r.feeds)
    return {
        "id": source.id,
        "title": source.title,
        "objects": ", ".join(pages),
        "tables": ", ".join(_link(name) for name in loaded),
        "severity": source.severity,
        "why": source.severity_reason,
        "feeds": _names(feeds),
    }


def _gates(schemas: Path | None) -> list[dict[str, Any]]:
    codes = load_findings(schemas).values()
    return [
        {"title": title, "what": what, "findings": [_finding(c) for c in codes if c.gate == gate]}
        for gate, (title, what) in _GATES.items()
    ]


def _finding(code: Any) -> dict[str, str]:
    severity = "as its source" if code.severity == "source" else f"**{code.severity}**"
    return {
        "code": code.code,
        "title": code.title,
        "severity": severity,
        "why": code.why,
        "do": code.do,
    }
