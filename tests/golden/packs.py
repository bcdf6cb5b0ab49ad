"""The meeting pack: the figures of its page, and the data the page is made from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from html import unescape
from typing import Any

from infobank.reports.charts.chart import Chart
from infobank.reports.pack import Pack
from tests.golden.classes import FILE, UnclassedError, figures_of, of_headings, of_pack
from tests.golden.pages import Piece, pieces_of
from tests.golden.spelling import words_of
from tests.golden.tables import Table, numbered

_PLACE = ("section", "place")
_QUARTER = re.compile(r" \d{4}-Q[1-4]")
_LABEL = re.compile(r'aria-label="([^"]*)"')
_NAMED_BY = (
    "yot_id", "recommendation_id", "report_id", "inspection_id", "forecast_quarter", "decision",
    "theme", "title", "quarter",
)  # fmt: skip


def page_tables(name: str, page: str, run_id: str) -> tuple[Table, Table]:
    """Figures and wording of a pack's page.

    Args:
        name: what to call the tables.
        page: the page.
        run_id: the id that stands on it, which is left out.

    Raises:
        UnclassedError: a table has a heading that ``classes.yaml`` does not know.
    """
    facts, words = [], []
    for piece in pieces_of(page.replace(run_id, "")):
        at = {"section": piece.section, "place": piece.place}
        if _is_fact(piece):
            facts.append({**at, "figures": piece.text})
            continue
        words.append({**at, "words": words_of(piece.text)})
        found = figures_of(piece.text)
        if found:
            facts.append({**at, "figures": found})
    return (
        Table(name, (*_PLACE, "number"), (*_PLACE, "number", "figures"), numbered(facts, _PLACE)),
        Table(name, (*_PLACE, "number"), (*_PLACE, "number", "words"), numbered(words, _PLACE)),
    )


def _is_fact(piece: Piece) -> bool:
    """Whether a piece is one figure, name or code and not a sentence."""
    if not piece.heading or piece.place.endswith("chart"):
        return False
    classes, heading = of_headings(), _QUARTER.sub("", piece.heading)
    if heading not in classes.of:
        msg = (
            f"The pack's page has a table with the heading {heading!r}, which "
            f"tests/golden/{FILE.name} does not class. Put it there under figures or wording."
        )
        raise UnclassedError(msg)
    return classes.kind(heading) == "figures"


def data_tables(name: str, pack: Pack) -> tuple[Table, Table]:
    """Figures and wording of what a pack's page is made from, one value a row."""
    classes = of_pack()
    facts, words = [], []
    for path, column, value in _values("", pack):
        kind = classes.kind(column)
        if kind == "ids":
            continue
        told = {"name": f"{path}.{column}".lstrip(".")}
        if kind == "figures" or not isinstance(value, str):
            facts.append({**told, "value": value})
            continue
        said = _alternatives(value)
        words.append({**told, "words": words_of(said)})
        facts.append({**told, "value": figures_of(said, parts=kind == "lists")})
    key = ("name", "number")
    return (
        Table(name, key, (*key, "value"), numbered(facts, ("name",))),
        Table(name, key, (*key, "words"), numbered(words, ("name",))),
    )


def _values(path: str, held: Any) -> Iterable[tuple[str, str, Any]]:
    """Every single value: the path to it, its own name and the value."""
    for name, value in _parts_of(held):
        if isinstance(value, Chart):
            yield path, name, value.svg
        elif isinstance(value, list):
            yield path, f"how many {name}", len(value)
            for number, part in enumerate(value, start=1):
                yield from _values(f"{path}.{name}[{_named(part, number)}]".lstrip("."), part)
        elif isinstance(value, dict) or is_dataclass(value):
            yield from _values(f"{path}.{name}".lstrip("."), value)
        else:
            yield path, name, value


def _parts_of(held: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(held, dict):
        return held.items()
    return [(each.name, getattr(held, each.name)) for each in fields(held)]


def _named(part: Any, number: int) -> str:
    told = dict(_parts_of(part))
    name = next((told[name] for name in _NAMED_BY if told.get(name)), number)
    return str(name)


def _alternatives(value: str) -> str:
    """Of a chart what it says in words; any other text as it is."""
    return "; ".join(unescape(t) for t in _LABEL.findall(value)) if "<svg" in value else value
