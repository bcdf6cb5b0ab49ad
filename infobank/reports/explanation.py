"""Why a YOT stands where it does, asked of the tables that are published."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from infobank.domain.errors import MistakeError
from infobank.domain.log_step import log_step
from infobank.domain.quarters import Quarter, default_as_of
from infobank.domain.register import load_register
from infobank.programme.casework.recommendations import follow_up_from, overdue_evidence
from infobank.ranking import Explanation, Ranking, explain
from infobank.ranking.flags import caveats
from infobank.ranking.rank_quarter import FACTS, ranking_from
from infobank.ranking.scores import scores_from
from infobank.tables import LocalStorage, Tables, status

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class YotExplanation:
    """An explanation and what it is about.

    Attributes:
        yot_name: the YOT.
        quarter: the quarter explained, and its as-of date.
        as_of: the day whose knowledge it stands on.
        against: the earlier quarter it is compared with, or "".
        synthetic: whether anything in it is made up.
        explanation: the explanation.
        ranking: the ranking it is of.
        caveats: what to say of that ranking before anything else, in sentences.
    """

    yot_name: str
    quarter: str
    as_of: date
    against: str
    synthetic: bool
    explanation: Explanation
    ranking: Ranking
    caveats: list[str] = field(default_factory=list)


def explain_yot(
    warehouse: Path, yot: str, quarter: str | None = None, against: str | None = None
) -> YotExplanation:
    """Explain a YOT's place, and what moved it since an earlier quarter.

    Both rankings are made anew from the published facts, each from what was known on its own
    as-of date, so that the explanation is of the ranking and not of a memory of it.

    Args:
        warehouse: the warehouse folder.
        yot: the YOT's name or id, in any known spelling.
        quarter: the quarter to explain; the current one by default.
        against: the earlier quarter; the one before by default. "none" compares with nothing.

    Raises:
        MistakeError: nothing is published yet, or the YOT or quarter is not known.
    """
    current = status(warehouse)
    if current.quarter is None or current.as_of is None:
        msg = f"{warehouse} has no tables yet. `infobank run` makes them."
        raise MistakeError(msg)
    yot_id, name = _known(yot)
    facts = Tables.of_snapshot(warehouse)
    chosen = Quarter.parse(quarter or current.quarter)
    days = _days(facts)
    as_of = current.as_of if str(chosen) == current.quarter else default_as_of(chosen, days)
    left_out = _left_out(warehouse)
    now = _ranking(facts, chosen, as_of, left_out)
    if yot_id not in set(now.ranking["yot_id"]):
        msg = (
            f"{name} was not in force at the end of {chosen}, so it is not in the ranking. "
            "Choose another quarter."
        )
        raise MistakeError(msg)
    before, earlier = None, ""
    if against != "none":
        compared = Quarter.parse(against) if against else chosen.previous()
        earlier = str(compared)
        then = min(default_as_of(compared, days), as_of)
        try:
            before = _ranking(facts, compared, then, left_out)
        except MistakeError:
            if against:
                raise
            earlier = ""  # nothing was known of the quarter before
    synthetic = any(bool(facts[name]["synthetic"].any()) for name in FACTS)
    explanation = explain(now, before, yot_id)
    return YotExplanation(
        name,
        str(chosen),
        as_of,
        earlier,
        synthetic,
        explanation,
        now,
        caveats(now.ranking["flags"]),
    )


def _left_out(warehouse: Path) -> dict[str, tuple[str, ...]]:
    """By published quarter, the names of the figures that its ranking leaves out."""
    storage = LocalStorage(warehouse)
    name = storage.current()
    tables = storage.record(name)["tables"] if name else {}
    parts = tables.get("out.risk_ranking", {}).get("parts", {})
    found = {part: tuple(entry.get("without", ())) for part, entry in parts.items()}
    # A quarter that is not published is explained as the run behind the tables would rank it.
    found[""] = tuple(storage.record(name)["parameters"].get("without", ())) if name else ()
    return found


def _known(yot: str) -> tuple[str, str]:
    register = load_register()
    resolution = register.names.resolve(yot)
    if resolution.yot_id is None:
        near = f" Did you mean {resolution.suggestion}?" if resolution.suggestion else ""
        msg = f"The register has no YOT called {yot!r}.{near}"
        raise MistakeError(msg)
    names = register.yots.set_index("yot_id")["yot_name"]
    return resolution.yot_id, str(names[resolution.yot_id])


def _days(facts: Tables) -> list[date]:
    known = pd.concat([facts[name]["known_from"] for name in FACTS])
    return sorted({day.date() for day in known.dropna()})


def _ranking(
    facts: Tables,
    quarter: Quarter,
    as_of: date,
    left_out: Mapping[str, tuple[str, ...]],
) -> Ranking:
    without = left_out.get(str(quarter), left_out[""])
    with log_step(_LOG, f"rank {quarter} as of {as_of} again") as counts:
        tables = facts.given(scores_from(facts, as_of))
        overdue = overdue_evidence(follow_up_from(tables, as_of), as_of)
        ranking = ranking_from(tables, quarter, as_of, overdue, without)
        counts.add(len(ranking.ranking), "YOTs ranked")
    return ranking
