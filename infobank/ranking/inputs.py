"""Everything known on a day, as the observations the ranking is made from."""

from __future__ import annotations

from datetime import date

import pandas as pd

from infobank.domain.errors import MistakeError
from infobank.domain.evidence_rules import load_evidence_rules
from infobank.domain.in_words import day_in_words
from infobank.domain.register import Register
from infobank.ranking.observations import COLUMNS
from infobank.tables import known_by, newest_vintage

_PER_HEAD = ("first_time_entrants", "custody")


def observations(
    indicators: pd.DataFrame,
    population: pd.DataFrame,
    inspection_scores: pd.DataFrame,
    survey_scores: pd.DataFrame,
    intelligence: pd.DataFrame,
    register: Register,
    as_of: date,
) -> pd.DataFrame:
    """One row per YOT, measure, period and vintage known on a day.

    Numerators and denominators are counts: entrants, sentences, reoffenders and reoffences over
    population or cohort; cases found sufficient over cases (the headline score times the cases);
    favourable forms over forms; severity over the highest severity.
    """
    parts = [
        _indicators(known_by(indicators, as_of), known_by(population, as_of), register),
        _inspections(known_by(inspection_scores, as_of)),
        _surveys(known_by(survey_scores, as_of)),
        _intelligence(known_by(intelligence, as_of)),
    ]
    filled = [part for part in parts if not part.empty]
    if not filled:
        raise MistakeError(
            f"Nothing that counts in the ranking was known on {day_in_words(as_of)}. Choose a "
            "later quarter or day."
        )
    known = pd.concat(filled, ignore_index=True)
    known["region"] = known["yot_id"].map(register.yots.set_index("yot_id")["region"].to_dict())
    known["numerator"] = known["numerator"].astype("float64")
    known["denominator"] = known["denominator"].astype("float64")
    order = ["measure", "yot_id", "period_end", "known_from", "numerator", "denominator"]
    return known[list(COLUMNS)].sort_values(order, kind="stable", ignore_index=True)


def _indicators(
    indicators: pd.DataFrame, population: pd.DataFrame, register: Register
) -> pd.DataFrame:
    rows = indicators.rename(columns={"indicator": "measure"}).copy()
    lacking = rows["denominator"].isna() & rows["measure"].isin(_PER_HEAD)
    if lacking.any():
        rows.loc[lacking, "denominator"] = _population_of(rows[lacking], population, register)
    return rows[["yot_id", "measure", "numerator", "denominator", "period_end", "known_from"]]


def _population_of(
    rows: pd.DataFrame, population: pd.DataFrame, register: Register
) -> pd.arrays.IntegerArray:
    """The population a count without one is held against: mid-year, else the register's own."""
    by_year = newest_vintage(population, ["yot_id", "year"]).set_index(["yot_id", "year"])
    own = register.yots.set_index("yot_id")["population_10_17"]
    found = []
    for yot_id, end in zip(rows["yot_id"], rows["period_end"], strict=True):
        key = (yot_id, end.year - 1 if end.month < 7 else end.year)
        known = by_year["population"].get(key) if not by_year.empty else None
        found.append(known if known is not None and pd.notna(known) else own.get(yot_id))
    return pd.array(found, dtype="Int64")


def _inspections(scores: pd.DataFrame) -> pd.DataFrame:
    rules = load_evidence_rules()
    scored = scores[scores["score_pct"].notna()].copy()
    if scored.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    scored["cases"] = (
        scored["cases"].astype("Float64").fillna(rules.inspections.cases_when_not_published)
    )
    grouped = scored.groupby(["yot_id", "inspection_id", "fieldwork_end"], sort=True)
    rows = grouped.agg(
        share=("score_pct", "mean"), denominator=("cases", "max"), known_from=("known_from", "max")
    ).reset_index()
    rows["numerator"] = rows["share"] / 100.0 * rows["denominator"]
    rows = rows.rename(columns={"fieldwork_end": "period_end"})
    return rows.assign(measure="inspection_score")


def _surveys(scores: pd.DataFrame) -> pd.DataFrame:
    ranked = scores[scores["survey"].isin(load_evidence_rules().surveys.ranked)].copy()
    share = ranked["favourable"].astype("float64") / ranked["answers"].astype("float64")
    ranked["denominator"] = ranked["responses"].astype("float64")
    ranked["numerator"] = share * ranked["denominator"]
    together = ranked.groupby(["yot_id", "period_end"], sort=True).agg(
        numerator=("numerator", "sum"),
        denominator=("denominator", "sum"),
        known_from=("known_from", "max"),
    )
    return together.reset_index().assign(measure="survey_score")


def _intelligence(reports: pd.DataFrame) -> pd.DataFrame:
    """The newest word of each report; reports on one YOT of one day are added up."""
    rules = load_evidence_rules()
    newest = newest_vintage(reports, ["report_id"])
    ranked = newest[newest["kind"].isin(rules.intelligence.ranked)]
    rows = pd.DataFrame(
        {
            "yot_id": ranked["yot_id"],
            "numerator": ranked["severity"].astype("float64"),
            "period_end": ranked["event_date"],
            "known_from": ranked["known_from"],
        }
    )
    one_day = rows.groupby(["yot_id", "period_end"], as_index=False)
    together = one_day.agg({"numerator": "sum", "known_from": "max"})
    return together.assign(
        measure="intelligence", denominator=float(rules.intelligence.highest_severity)
    )
