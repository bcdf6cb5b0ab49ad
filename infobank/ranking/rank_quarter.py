"""The ranking of a quarter from published facts, scores and overdue follow-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pandas as pd

from infobank.checking.timeliness import Figures, old_figures, ranked_figures
from infobank.contracts import load_sources
from infobank.domain.quarters import Quarter
from infobank.domain.register import Register, load_register
from infobank.ranking.flags import left_out_in_words, old_in_words, with_flags
from infobank.ranking.inputs import observations
from infobank.ranking.rank import Ranking, rank_detailed
from infobank.tables import Tables

Frames = Mapping[str, pd.DataFrame]

FACTS = (
    "core.yjb_indicators",
    "core.population",
    "core.inspection",
    "core.inspection_result",
    "core.intelligence",
    "core.recommendation",
    "restricted.judgement",
    "restricted.survey_response",
)
"""The tables a ranking is made from."""


def ranking_from(
    tables: Frames,
    quarter: Quarter,
    as_of: date,
    overdue: pd.DataFrame,
    without: Sequence[str] = (),
) -> Ranking:
    """Rank every YOT in force at the end of a quarter on what was known on a day.

    Args:
        tables: the core tables and the scores as of that day.
        quarter: the quarter.
        as_of: the day.
        overdue: overdue follow-up in the form of the intelligence table.
        without: names of figures that are left out, though some may be there.
    """
    register = load_register()
    figures = ranked_figures(load_sources())
    tables = _without(tables, [one for one in figures if one.name in without])
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
    in_force = register.in_force(quarter.last_day)
    carried = register.carry(known, quarter.last_day)
    carried = carried[carried["yot_id"].isin(in_force["yot_id"])]
    ranked = rank_detailed(carried, as_of=as_of, register=in_force)
    flagged = with_flags(ranked, _figures_in_words(ranked, figures, without, tables))
    return with_overdue_flags(flagged, overdue, register, quarter)


def _without(tables: Frames, figures: list[Figures]) -> Frames:
    """The tables without the rows of some kinds of figure."""
    kept: dict[str, pd.DataFrame] = {}
    for one in figures:
        frame = kept[one.table] if one.table in kept else tables[one.table]
        kept[one.table] = frame[~one.among(frame)]
    return Tables.of(tables).given(kept)


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


def with_overdue_flags(
    ranking: Ranking, overdue: pd.DataFrame, register: Register, quarter: Quarter
) -> Ranking:
    """The ranking with a flag in words at each YOT that has overdue follow-up.

    Args:
        ranking: the ranking.
        overdue: the evidence it was made with.
        register: what a YOT of the past left undone is its heirs' to do.
        quarter: only changes of the register up to its last day count.
    """
    words: dict[str, list[str]] = {}
    for row in overdue.itertuples():
        summary = str(row.summary).rstrip(".")
        for yot_id in register.heirs(str(row.yot_id), quarter.last_day):
            words.setdefault(yot_id, []).append(summary)
    return with_flags(ranking, words)
