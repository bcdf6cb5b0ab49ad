"""Headline scores, ratings, and the published table of the Annual Report 2013-14, 4.4."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.domain.ratings import rate_score
from infobank.ranking.scores import score_inspections, score_surveys

RE = "reducing the likelihood of reoffending"
PUBLIC = "protecting the public"
CHILD = "protecting the child or young person"
SENTENCE = "ensuring the sentence is served"

# Annual Report 2013-14, 4.4: headline scores for FJIs in 2013-14, with the stars printed.
FJI_2013_14 = {
    "croydon": {RE: (55, 2), PUBLIC: (49, 1), CHILD: (55, 3), SENTENCE: (73, 3)},
    "rochdale": {RE: (65, 3), PUBLIC: (65, 3), CHILD: (66, 3), SENTENCE: (69, 3)},
    "wrexham": {RE: (73, 3), PUBLIC: (71, 3), CHILD: (78, 3), SENTENCE: (83, 4)},
    "portsmouth": {RE: (38, 1), PUBLIC: (43, 1), CHILD: (55, 2), SENTENCE: (67, 3)},
    "peterborough": {RE: (72, 3), PUBLIC: (78, 3), CHILD: (82, 4), SENTENCE: (89, 4)},
    "islington": {RE: (35, 1), PUBLIC: (34, 1), CHILD: (44, 1), SENTENCE: (70, 3)},
}
AS_OF = date(2014, 4, 11)


def test_the_cuts_give_the_published_stars_for_all_but_croydons_child() -> None:
    differ = [
        (yot, theme)
        for yot, themes in FJI_2013_14.items()
        for theme, (score, stars) in themes.items()
        if rate_score(score, "FJI", date(2014, 3, 31)).stars != stars  # type: ignore[union-attr]
    ]
    assert differ == [("croydon", CHILD)]


def test_stars_of_different_schemes_are_never_pooled() -> None:
    assert rate_score(70, "SQS", date(2012, 6, 1)) is None
    assert rate_score(70, "CCI", date(2014, 6, 1)) is None


@given(st.floats(0, 100))
def test_the_whole_number_decides_the_rating(score: float) -> None:
    whole = int(score + 0.5)
    end = date(2014, 1, 1)
    assert rate_score(score, "FJI", end) == rate_score(float(whole), "FJI", end)


def inspections(**row: object) -> pd.DataFrame:
    usual = {
        "inspection_id": "FJI-1",
        "programme": "FJI",
        "yot_id": "croydon",
        "fieldwork_end": pd.Timestamp("2013-06-14"),
        "known_from": pd.Timestamp("2013-07-05"),
        "synthetic": True,
    }
    return pd.DataFrame([{**usual, **row}])


def judgements(told: dict[str, list[str]], known_from: str = "2013-07-05") -> pd.DataFrame:
    rows = [
        {
            "inspection_id": "FJI-1",
            "case_id": case,
            "theme": CHILD,
            "question": f"C{n}",
            "judgement": judgement,
            "known_from": pd.Timestamp(known_from),
        }
        for case, answers in told.items()
        for n, judgement in enumerate(answers)
    ]
    return pd.DataFrame(rows)


def results(*rows: dict[str, object]) -> pd.DataFrame:
    usual = {
        "yot_id": "croydon",
        "programme": "FJI",
        "year": 2013,
        "reinspection": None,
        "theme": CHILD,
        "score_pct": 55.0,
        "stars": 3,
        "cases": None,
        "known_from": pd.Timestamp("2014-03-01"),
        "synthetic": False,
    }
    columns = list(usual)
    frame = pd.DataFrame([{**usual, **row} for row in rows], columns=columns)
    for column in ("year", "stars", "cases"):
        frame[column] = frame[column].astype("Int64")
    frame["score_pct"] = frame["score_pct"].astype("float64")
    frame["reinspection"] = frame["reinspection"].astype("str")
    frame["known_from"] = pd.to_datetime(frame["known_from"])
    return frame


YES, NO, NA = "sufficient", "insufficient", "not applicable"


def test_judgements_that_do_not_apply_leave_the_denominator() -> None:
    told = judgements({"a": [YES, NO, NA], "b": [YES, NA, NA], "c": [NA, NA, NA]})
    (row,) = score_inspections(inspections(), told, results(), AS_OF).to_dict("records")
    assert (row["cases"], row["judgements"], row["sufficient"]) == (2, 3, 2)
    assert row["score_pct"] == pytest.approx(200 / 3)
    assert row["rating"] == "satisfactory"


def test_a_published_score_of_a_counted_inspection_only_adds_its_stars() -> None:
    told = judgements({"a": [YES, NO]})
    (row,) = score_inspections(inspections(), told, results({}), AS_OF).to_dict("records")
    assert row["evidence"] == "case spreadsheets"
    assert (row["stars_published"], row["rating"]) == (3, "unsatisfactory")


def test_a_published_score_alone_stands_and_governance_has_a_rating_without_a_score() -> None:
    published = results({}, {"theme": "governance", "score_pct": None, "stars": 2})
    scores = score_inspections(
        inspections().iloc[:0], judgements({"a": [YES]}).iloc[:0], published, AS_OF
    )
    assert scores["evidence"].tolist() == ["published", "published"]
    assert scores.set_index("theme")["rating"].to_dict() == {
        CHILD: "unsatisfactory",
        "governance": "unsatisfactory",
    }


def test_what_became_known_later_does_not_count() -> None:
    told = judgements({"a": [YES]})
    assert score_inspections(inspections(), told, results(), date(2013, 7, 4)).empty


def test_a_workbook_sent_again_replaces_the_first() -> None:
    both = pd.concat([judgements({"a": [NO]}), judgements({"a": [YES]}, "2013-08-01")])
    again = pd.concat([inspections(), inspections(known_from=pd.Timestamp("2013-08-01"))])
    (row,) = score_inspections(again, both, results(), AS_OF).to_dict("records")
    assert row["score_pct"] == 100.0


def test_survey_scores_count_favourable_answers_by_inspection_year() -> None:
    rows = [("r1", "always"), ("r1", "never"), ("r2", "most of the time"), ("r2", "not applicable")]
    frame = pd.DataFrame(
        [
            {
                "survey": "children",
                "response_id": form,
                "yot_id": "derby",
                "question": f"q{n}",
                "answer": answer,
                "date": pd.Timestamp("2013-11-05"),
                "known_from": pd.Timestamp("2014-01-15"),
                "synthetic": True,
            }
            for n, (form, answer) in enumerate(rows)
        ]
    )
    (row,) = score_surveys(frame, AS_OF).to_dict("records")
    assert (row["favourable"], row["answers"], row["responses"]) == (2, 3, 2)
    assert row["period_end"] == pd.Timestamp("2014-03-31")
