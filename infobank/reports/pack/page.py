"""The pack as one HTML page: styles and charts inside, nothing fetched, no scripts."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from infobank.domain.in_words import day_in_words, listed
from infobank.domain.programmes import in_order, load_programmes, title_of
from infobank.programme import load_rules
from infobank.reports.charts.fieldwork_weeks import fieldwork_weeks
from infobank.reports.charts.forecast import forecast_chart
from infobank.reports.charts.rank_interval import rank_interval
from infobank.reports.charts.style import css_colours
from infobank.reports.pack.gather import Pack, gather_pack

PACKS = "packs"


def pack_page(pack: Pack) -> str:
    """The page; the same pack always gives the same bytes."""
    made = Environment(
        loader=PackageLoader("infobank.reports.pack", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "day": _day,
        "short": _short,
        "share": _share,
        "kind": lambda code: title_of(str(code)),
        "number": lambda value: f"{value:,.0f}",
        "moved": _moved,
        "listed": listed,
    }
    kinds = _kinds(pack)
    return made.get_template("pack.html.j2").render(
        pack=pack,
        kinds=kinds,
        abbreviations=[(p.id, p.title) for p in load_programmes().values() if p.work == "youth"],
        colours=css_colours(),
        rank_interval=rank_interval,
        calendar=fieldwork_weeks(
            [
                (v["programme"], v["team"] or "", v["yot_name"], _weeks(v))
                for v in pack.programme
                if v["week_commencing"] is not None
            ],
            [kind["id"] for kind in kinds],
            {kind["id"] for kind in kinds if kind["named"]},
        ),
        forecast=forecast_chart(
            [
                (f["forecast_quarter"], f["past_five_years"], f["low_95"], f["high_95"])
                for f in pack.forecast
            ]
        ),
        with_profile={profile.yot_id for profile in pack.profiles},
    )


def _kinds(pack: Pack) -> list[dict[str, Any]]:
    """The programmes of the page in their order: those planned, and any other with a visit."""
    rules = load_rules()
    known = load_programmes()
    there = [str(visit["programme"]) for visit in pack.programme]
    kinds = []
    for kind in in_order([*rules.planned, *there]):
        programme = known.get(kind)
        visit = programme.visit if programme else None
        kinds.append(
            {
                "id": kind,
                "title": title_of(kind),
                "many": programme.words.many if programme else f"{kind}s",
                "visits": there.count(kind),
                "weeks": len(visit.fieldwork_weeks) if visit else 1,
                "named": kind in rules.by_risk,
            }
        )
    return kinds


def keep_pack(warehouse: Path, quarter: str, label: str = "") -> Path:
    """Write a quarter's pack to ``packs/<quarter>.html`` in the warehouse, whole or not at all.

    With the label of a snapshot beside what is published, the pack is of that one and is called
    by the label. It is kept beside the snapshots and not in them, since it also shows what is
    decided later.
    """
    path = warehouse / PACKS / f"{label or quarter}.html"
    path.parent.mkdir(exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(pack_page(gather_pack(warehouse, quarter, label)), encoding="utf-8")
    return draft.replace(path)


def _weeks(visit: dict[str, Any]) -> list[date]:
    weeks = (visit["week_commencing"], visit["second_week"])
    return [week.date() for week in weeks if week is not None]


def _day(value: Any) -> str:
    """``7 July 2014``; nothing where there is no day."""
    return "" if value is None else day_in_words(value)


def _short(value: Any) -> str:
    """``7 Jul 2014``, unbroken, for tables."""
    return "" if value is None else f"{value.day} {value:%b %Y}".replace(" ", "\u00a0")


def _share(value: float) -> str:
    """A probability as a percentage."""
    if 0 < value < 0.005:
        return "under 1%"
    return f"{value:.0%}"


def _moved(row: dict[str, Any]) -> str:
    """How many ranks a YOT has moved, in words."""
    before = row["earlier_rank"]
    if before is None:
        return "new"
    change = int(before) - int(row["rank"])
    if change == 0:
        return "same"
    return f"{abs(change)} {'higher' if change > 0 else 'lower'}"
