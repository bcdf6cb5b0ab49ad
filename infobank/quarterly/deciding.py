"""The scoring, ranking and planning steps."""

from __future__ import annotations

import pandas as pd

from infobank.observations import observations
from infobank.programme import propose
from infobank.quarterly.work import Order, Work
from infobank.ranking import rank_detailed
from infobank.register import load_register
from infobank.scores import known_by, score_inspections, score_surveys


def score(order: Order) -> Work:
    """Headline scores of inspections and surveys, as known on the as-of date."""
    tables = Work.begin(order.work).inside("tables")
    inspections = score_inspections(
        tables.frame("core.inspection"),
        tables.frame("restricted.judgement"),
        tables.frame("core.inspection_result"),
        order.as_of,
    )
    tables.keep("out.inspection_score", inspections)
    surveys = score_surveys(tables.frame("restricted.survey_response"), order.as_of)
    tables.keep("out.survey_score", surveys)
    return tables


def rank_quarter(order: Order) -> Work:
    """Rank every YOT in force at the end of the quarter on what was known on the as-of date."""
    tables = Work.begin(order.work).inside("tables")
    register = load_register()
    known = observations(
        tables.frame("core.yjb_indicators"),
        tables.frame("core.population"),
        tables.frame("out.inspection_score"),
        tables.frame("out.survey_score"),
        tables.frame("core.intelligence"),
        register,
        order.as_of,
    )
    outcome = rank_detailed(
        known,
        as_of=order.as_of,
        register=register.in_force(order.quarter.last_day),
    )
    quarter = str(order.quarter)
    synthetic = any_synthetic(tables)
    ranking = outcome.ranking.assign(quarter=quarter, synthetic=synthetic)
    ranking["as_of"] = pd.Timestamp(order.as_of)
    tables.keep("out.risk_ranking", ranking)
    contributions = outcome.contributions.assign(
        quarter=quarter, as_of=pd.Timestamp(order.as_of), synthetic=synthetic
    )
    tables.keep("out.risk_contribution", contributions)
    return tables


def any_synthetic(tables: Work) -> bool:
    """Whether anything that enters the ranking is made up."""
    indicators = tables.frame("core.yjb_indicators")
    inspections = tables.frame("core.inspection")
    return bool(indicators["synthetic"].any() or inspections["synthetic"].any())


def plan_quarter(order: Order) -> Work:
    """Propose the programme of the year that follows the quarter."""
    tables = Work.begin(order.work).inside("tables")
    register = load_register()
    ranking = tables.frame("out.risk_ranking")
    size = register.yots.set_index("yot_id")["population_10_17"]
    ranking = ranking.assign(population_10_17=ranking["yot_id"].map(size.to_dict()))
    scores = tables.frame("out.inspection_score")
    history = scores.drop_duplicates(["yot_id", "programme", "fieldwork_end"])
    constraints = known_by(tables.frame("core.calendar_constraint"), order.as_of)
    proposal = propose(
        ranking,
        tables.frame("out.risk_contribution"),
        history[["yot_id", "programme", "fieldwork_end"]],
        constraints[["yot_id", "kind", "first_day", "last_day", "note"]],
        quarter=str(order.quarter),
        as_of=order.as_of,
    )
    programme = proposal.programme.assign(
        as_of=pd.Timestamp(order.as_of), synthetic=any_synthetic(tables)
    )
    tables.keep("out.programme", programme)
    tables.note("programme", {"conflicts": [str(c) for c in proposal.conflicts]})
    return tables
