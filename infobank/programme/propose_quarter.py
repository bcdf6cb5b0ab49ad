"""The proposal of the year that follows a quarter, from the published tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from infobank.domain.quarters import Quarter
from infobank.domain.register import load_register
from infobank.programme.propose import Proposal, propose
from infobank.tables import known_by

Frames = Mapping[str, pd.DataFrame]

AGREED = "out.agreed_visit"


def proposal_from(tables: Frames, quarter: Quarter, as_of: date) -> Proposal:
    """Propose the programme of the year that follows a quarter.

    Args:
        tables: the quarter's ranking and contributions, the inspection scores, the calendar, and
            what earlier meetings agreed, where they did.
        quarter: the quarter.
        as_of: only calendar constraints known by then count.
    """
    register = load_register()
    name = str(quarter)
    ranking, contributions = (
        tables[t][tables[t]["quarter"] == name]
        for t in ("out.risk_ranking", "out.risk_contribution")
    )
    size = register.yots.set_index("yot_id")["population_10_17"]
    ranking = ranking.assign(population_10_17=ranking["yot_id"].map(size.to_dict()))
    scores = tables["out.inspection_score"]
    history = scores.drop_duplicates(["yot_id", "programme", "fieldwork_end"])
    constraints = known_by(tables["core.calendar_constraint"], as_of)
    agreed = tables.get(AGREED)
    return propose(
        ranking.reset_index(drop=True),
        contributions.reset_index(drop=True),
        history[["yot_id", "programme", "fieldwork_end"]],
        constraints[["yot_id", "kind", "first_day", "last_day", "note"]],
        quarter=name,
        as_of=as_of,
        agreed=None if agreed is None else agreed[agreed["quarter"] == name],
    )
