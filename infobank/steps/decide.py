"""The scoring, ranking and planning steps.

The functions that take frames serve the run, which has them in its work folder, and everything
that asks again later (an explanation, the meeting), which reads them from the warehouse.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from infobank.checking.timeliness import Figures, old_figures, ranked_figures
from infobank.contracts import load_sources
from infobank.domain.quarters import Quarter
from infobank.domain.register import load_register
from infobank.programme import Proposal, propose
from infobank.programme.agreed import agreed_in_words, outcomes
from infobank.programme.earlier_meetings import earlier_visits
from infobank.programme.not_proposed import not_proposed
from infobank.programme.outlook import look_ahead
from infobank.ranking import Ranking, follow_lineage, funnel_table, rank_detailed, trends
from infobank.ranking.flags import caveats, left_out_in_words, old_in_words, with_flags
from infobank.ranking.inputs import observations
from infobank.ranking.recommendations import (
    FOLLOW_UP,
    RECOMMENDATIONS,
    follow_up_from,
    overdue_evidence,
    with_overdue_flags,
)
from infobank.ranking.scores import known_by, score_inspections, score_surveys
from infobank.steps.workspace import Order, Work
from infobank.tables import LocalStorage, read_table

Frames = Mapping[str, pd.DataFrame]

FACTS = (
    "core.yjb_indicators",
    "core.population",
    "core.inspection",
    "core.inspection_result",
    "core.intelligence",
    RECOMMENDATIONS,
    "restricted.judgement",
    "restricted.survey_response",
)
"""The tables a ranking is made from."""

AGREED = "out.agreed_visit"
_MEETINGS = ("out.decision", "out.programme_final", "out.programme")


def scores_from(tables: Frames, as_of: date) -> dict[str, pd.DataFrame]:
    """Headline scores of inspections and surveys, as known on a day."""
    return {
        "out.inspection_score": score_inspections(
            tables["core.inspection"],
            tables["restricted.judgement"],
            tables["core.inspection_result"],
            as_of,
        ),
        "out.survey_score": score_surveys(tables["restricted.survey_response"], as_of),
    }


def ranking_from(
    tables: Frames, quarter: Quarter, as_of: date, without: Sequence[str] = ()
) -> Ranking:
    """Rank every YOT in force at the end of a quarter on what was known on a day.

    Args:
        tables: the core tables and the scores as of that day.
        quarter: the quarter.
        as_of: the day.
        without: names of figures that are left out, though some may be there.
    """
    register = load_register()
    figures = ranked_figures(load_sources())
    tables = _without(tables, [one for one in figures if one.name in without])
    overdue = overdue_evidence(follow_up_from(tables, as_of), as_of)
    intelligence = tables["core.intelligence"]
    if not overdue.empty:
        intelligence = pd.concat([intelligence, overdue], ignore_index=True)
    known = observations(
        tables["core.yjb_indicators"],
        tables["core.population"],
        tables["out.inspection_score"],
        tables["out.survey_score"],
        intelligence,
        register,
        as_of,
    )
    lineage = register.lineage.rename(columns={"on": "date"})
    in_force = register.in_force(quarter.last_day)
    # Two teams inspected as one have always been two: the inspection speaks of both.
    joint = lineage["kind"] == "joint"
    lineage = lineage.assign(
        date=lineage["date"].mask(joint, pd.Timestamp.min.ceil("D")),
        kind=lineage["kind"].mask(joint, "split"),
    )
    carried = follow_lineage(known, lineage, quarter.last_day)
    carried = carried[carried["yot_id"].isin(in_force["yot_id"])]
    ranked = rank_detailed(carried, as_of=as_of, register=in_force)
    flagged = with_flags(ranked, _figures_in_words(ranked, figures, without, tables))
    return with_overdue_flags(flagged, overdue, lineage, quarter)


def _without(tables: Frames, figures: list[Figures]) -> Frames:
    """The tables without the rows of some kinds of figure."""
    kept = dict(tables)
    for one in figures:
        frame = kept[one.table]
        mine = pd.Series(True, index=frame.index)
        for column, value in one.constants.items():
            mine &= frame[column] == value
        kept[one.table] = frame[~mine]
    return kept


def _figures_in_words(
    ranked: Ranking, figures: Sequence[Figures], without: Sequence[str], tables: Frames
) -> dict[str, list[str]]:
    """The flags of each YOT about figures left out and figures that are old."""
    titles = {m.name: m.title for m in ranked.method.measures}
    names = {one.name: titles.get(one.name, one.title) for one in figures}
    yots = [str(yot_id) for yot_id in ranked.ranking["yot_id"]]
    words = {yot_id: [left_out_in_words(names[name]) for name in without] for yot_id in yots}
    as_of = ranked.known.as_of.date()
    used = [one for one in figures if one.name not in without]
    given = ranked.observations[ranked.observations["numerator"].notna()]
    newest = [
        given.rename(columns={"measure": "name"})[["yot_id", "name", "period_end"]],
        *(one.rows(tables, as_of).assign(name=one.name) for one in used if not one.measure),
    ]
    known = pd.concat(newest, ignore_index=True)
    known = known[known["name"].isin([one.name for one in used])]
    last = known.groupby(["yot_id", "name"], as_index=False).agg({"period_end": "max"})
    for yot_id, old in old_figures(used, last, as_of).items():
        if yot_id in words:
            words[yot_id] += [old_in_words(names[one.name], end) for one, end in old]
    return words


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


def score(order: Order) -> None:
    """The scoring step: leaves the score tables in the work folder."""
    tables = Work.begin(order.work).inside("tables")
    for name, frame in scores_from(tables.frames(), order.as_of).items():
        tables.keep(name, frame)


def rank_quarter(order: Order) -> None:
    """The ranking step: leaves ranking, contributions and follow-up in the work folder."""
    tables = Work.begin(order.work).inside("tables")
    frames = tables.frames()
    outcome = ranking_from(frames, order.quarter, order.as_of, order.without)
    follow_up = follow_up_from(frames, order.as_of)
    tables.keep(FOLLOW_UP, follow_up.assign(quarter=str(order.quarter)))
    said = {
        "remarks": list(outcome.remarks),
        "caveats": caveats(outcome.ranking["flags"]),
    }
    tables.note("ranking", said)
    synthetic = any_synthetic(tables)
    outcomes = {
        "out.risk_ranking": outcome.ranking,
        "out.risk_contribution": outcome.contributions,
        "out.risk_trend": trends(outcome),
        "out.risk_funnel": funnel_table(outcome),
    }
    for name, frame in outcomes.items():
        marked = frame.assign(quarter=str(order.quarter), synthetic=synthetic)
        tables.keep(name, marked.assign(as_of=pd.Timestamp(order.as_of)))


def any_synthetic(tables: Work) -> bool:
    """Whether anything that enters the ranking is made up."""
    facts = (tables.frame(name) for name in FACTS)
    return any(bool(frame["synthetic"].any()) for frame in facts)


def plan_quarter(order: Order) -> None:
    """The planning step: leaves the proposed programme and its outlook in the work folder."""
    tables = Work.begin(order.work).inside("tables")
    synthetic = any_synthetic(tables)
    agreed = agreed_for(order).assign(quarter=str(order.quarter), synthetic=synthetic)
    proposal = proposal_from({**tables.frames(), AGREED: agreed}, order.quarter, order.as_of)
    agreed["outcome"] = outcomes(agreed, proposal.programme, proposal.basis.year)
    tables.keep(AGREED, agreed)
    programme = proposal.programme.assign(as_of=pd.Timestamp(order.as_of), synthetic=synthetic)
    tables.keep("out.programme", programme)
    tables.keep("out.not_proposed", not_proposed(proposal).assign(synthetic=synthetic))
    outlook = look_ahead(proposal)
    for name, frame in outlook.tables.items():
        tables.keep(name, frame.assign(synthetic=synthetic))
    warning = [outlook.forecast.warning] if outlook.forecast.warning else []
    said = [*agreed_in_words(agreed), *proposal.conflicts, *warning]
    tables.note("programme", {"conflicts": said})


def agreed_for(order: Order) -> pd.DataFrame:
    """What meetings on earlier quarters agreed, from the tables published so far."""
    storage = LocalStorage(order.warehouse)
    name = storage.current()
    held = storage.record(name)["tables"] if name else {}
    decisions, finals, programmes = (
        read_table(order.warehouse, table, name) if table in held else None for table in _MEETINGS
    )
    return earlier_visits(str(order.quarter), decisions, finals, programmes, order.decided_by)
