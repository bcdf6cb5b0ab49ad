"""Headline scores of inspections and surveys.

A headline score is the share of the judgements under a theme that found the work sufficient, over
all cases of the inspection; judgements that do not apply leave the denominator (Annual Report
2013-14, 4.1 and 4.4).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from infobank.domain.evidence_rules import load_evidence_rules, published_fieldwork_end
from infobank.domain.ratings import Rating, rate_score, rating_of_stars
from infobank.tables import known_by, newest_delivery

_APRIL = 4


Frames = Mapping[str, pd.DataFrame]


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


def score_inspections(
    inspections: pd.DataFrame, judgements: pd.DataFrame, results: pd.DataFrame, as_of: date
) -> pd.DataFrame:
    """Headline scores, one row per inspection and theme, as known on a day.

    Args:
        inspections: ``core.inspection``, one row per inspection and delivery.
        judgements: ``restricted.judgement``, one row per case, question and delivery.
        results: ``core.inspection_result``, published headline scores.
        as_of: only what was known by then counts.

    Returns:
        The columns of ``out.inspection_score`` and ``known_from``. Scores counted from case
        spreadsheets come first; a published score of the same inspection only adds its stars.
        ``cases`` is the number of cases with a judgement that applies under the theme.
    """
    counted = _count(known_by(inspections, as_of), known_by(judgements, as_of))
    published = _published(known_by(results, as_of))
    counted, published = _join_published(counted, published)
    scores = pd.concat([counted, published], ignore_index=True)
    ends = scores["fieldwork_end"].dt.date
    rated = [
        _rate(score, stars, programme, end)
        for score, stars, programme, end in zip(
            scores["score_pct"], scores["stars_published"], scores["programme"], ends, strict=True
        )
    ]
    scores["rating"] = pd.array([r.rating if r else None for r in rated], dtype="str")
    return scores


def _rate(score: float, stars: int | None, programme: str, end: date) -> Rating | None:
    if pd.notna(score):
        return rate_score(float(score), programme, end)
    if stars is None or pd.isna(stars):
        return None
    return rating_of_stars(int(stars), programme, end)


def _count(inspections: pd.DataFrame, judgements: pd.DataFrame) -> pd.DataFrame:
    inspections = newest_delivery(inspections, ["inspection_id"])
    judgements = newest_delivery(judgements, ["inspection_id"])
    applicable = judgements[judgements["judgement"] != "not applicable"]
    applicable = applicable.assign(found=applicable["judgement"].eq("sufficient").astype("int64"))
    by_theme = applicable.groupby(["inspection_id", "theme"], sort=True)
    counts = by_theme.agg(
        cases=("case_id", "nunique"),
        judgements=("judgement", "size"),
        sufficient=("found", "sum"),
    ).reset_index()
    about = ["inspection_id", "yot_id", "programme", "fieldwork_end", "known_from", "synthetic"]
    scores = counts.merge(inspections[about], on="inspection_id", how="inner", validate="m:1")
    scores["score_pct"] = 100.0 * scores["sufficient"] / scores["judgements"]
    scores["evidence"] = "case spreadsheets"
    scores["stars_published"] = pd.array([None] * len(scores), dtype="Int64")
    for column in ("cases", "judgements", "sufficient"):
        scores[column] = scores[column].astype("Int64")
    return scores


def _published(results: pd.DataFrame) -> pd.DataFrame:
    rules = load_evidence_rules()
    key = ["yot_id", "programme", "year", "reinspection", "theme"]
    results = newest_delivery(results, [k for k in key if k in results.columns])
    kept = ["yot_id", "programme", "theme", "cases", "score_pct", "known_from", "synthetic"]
    scores = results[kept].copy()
    scores["stars_published"] = results["stars"].astype("Int64")
    scores["year"] = results["year"].astype("Int64")
    ends = [
        published_fieldwork_end(programme, year, rules)
        for programme, year in zip(results["programme"], results["year"], strict=True)
    ]
    scores["fieldwork_end"] = pd.Series(ends, index=scores.index, dtype="datetime64[s]")
    again = results["reinspection"].fillna("").str.strip().str.replace(r"\s+", "-", regex=True)
    year = scores["year"].astype("str").fillna("undated")
    scores["inspection_id"] = (
        scores["programme"]
        + "-"
        + year
        + "-"
        + scores["yot_id"]
        + ("-" + again).where(again != "", "")
    )
    scores["judgements"] = pd.array([None] * len(scores), dtype="Int64")
    scores["sufficient"] = pd.array([None] * len(scores), dtype="Int64")
    scores["evidence"] = "published"
    return scores


def _join_published(
    counted: pd.DataFrame, published: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give counted scores their published stars; keep published scores that were not counted."""
    key = ["yot_id", "programme", "year", "theme"]
    end = counted["fieldwork_end"].dt
    counted = counted.assign(year=(end.year - (end.month < _APRIL).astype("int64")).astype("Int64"))
    stars = published.set_index(key)["stars_published"]
    stars = stars[~stars.index.duplicated(keep="last")]
    counted["stars_published"] = pd.array(
        stars.reindex(pd.MultiIndex.from_frame(counted[key])).to_numpy(), dtype="Int64"
    )
    inspections = counted.drop_duplicates(["yot_id", "programme", "year"])
    ids = inspections.set_index(["yot_id", "programme", "year"])[["inspection_id", "fieldwork_end"]]
    same = published.join(ids, on=["yot_id", "programme", "year"], rsuffix="_counted")
    known = same["inspection_id_counted"].notna()
    published.loc[known, "inspection_id"] = same.loc[known, "inspection_id_counted"]
    published.loc[known, "fieldwork_end"] = same.loc[known, "fieldwork_end_counted"]
    already = pd.MultiIndex.from_frame(published[key]).isin(pd.MultiIndex.from_frame(counted[key]))
    return counted.drop(columns="year"), published[~already].drop(columns="year")


def score_surveys(responses: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Survey scores, one row per YOT, survey and inspection year, as known on a day.

    Args:
        responses: ``restricted.survey_response``, one row per form and question.
        as_of: only what was known by then counts.

    Returns:
        ``favourable`` and ``answers`` count answers, ``responses`` counts forms, ``score_pct`` is
        favourable over answers in per cent; ``period_end`` is the 31 March that ends the year.
    """
    rules = load_evidence_rules()
    known = newest_delivery(known_by(responses, as_of), ["survey", "response_id"])
    answered = known[~known["answer"].fillna("").isin(rules.surveys.not_an_answer)]
    answered = answered[answered["answer"].notna()]
    day = answered["date"].dt
    answered = answered.assign(
        favourable=[
            a in rules.surveys.favourable.get(s, ())
            for a, s in zip(answered["answer"], answered["survey"], strict=True)
        ],
        period_end=pd.to_datetime(
            (day.year + (day.month >= _APRIL).astype("int64")).astype("str") + "-03-31"
        ),
    )
    grouped = answered.groupby(["yot_id", "survey", "period_end"], sort=True)
    scores = grouped.agg(
        favourable=("favourable", "sum"),
        answers=("answer", "size"),
        responses=("response_id", "nunique"),
        known_from=("known_from", "max"),
        synthetic=("synthetic", "any"),
    ).reset_index()
    scores["score_pct"] = 100.0 * scores["favourable"] / scores["answers"]
    for column in ("favourable", "answers", "responses"):
        scores[column] = scores[column].astype("Int64")
    return scores
