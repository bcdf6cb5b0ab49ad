"""Why not them: the YOTs a proposed programme does not visit, each with the reason."""

from __future__ import annotations

import datetime as dt

import pandas as pd

from infobank.domain.in_words import day_in_words, listed
from infobank.programme.candidates import Candidate
from infobank.programme.propose import Proposal
from infobank.programme.year_rules import Rules

COLUMNS = (
    "quarter",
    "yot_id",
    "yot_name",
    "rank",
    "p_worst_6",
    "last_visit",
    "last_programme",
    "five_years_end",
    "reason",
)


def not_proposed(proposal: Proposal) -> pd.DataFrame:
    """The YOTs without a visit in the inspection year, in order of rank.

    Returns:
        One row per YOT that is not in the proposed programme, columns as ``COLUMNS``; rank 1 is the
        highest risk, p_worst_6 a probability, last_visit the last day of fieldwork on record
        (empty where there is none), five_years_end the day the five-year promise runs out.
    """
    basis = proposal.basis
    visited = set(proposal.programme["yot_id"])
    left = [c for c in basis.candidates.values() if c.yot_id not in visited]
    lowest = _lowest_by_risk(proposal)
    rows = [
        {
            "quarter": basis.year.quarter,
            "yot_id": c.yot_id,
            "yot_name": c.name,
            "rank": c.rank,
            "p_worst_6": c.p_worst,
            "last_visit": c.last_known,
            "last_programme": c.last_programme,
            "five_years_end": c.due,
            "reason": _why_not(c, lowest, basis.as_of, basis.rules),
        }
        for c in sorted(left, key=lambda c: (c.rank, c.yot_id))
    ]
    table = pd.DataFrame.from_records(rows, columns=list(COLUMNS))
    for column in ("last_visit", "five_years_end"):
        table[column] = pd.to_datetime(table[column]).astype("datetime64[s]")
    table["rank"] = table["rank"].astype("Int64")
    table["p_worst_6"] = table["p_worst_6"].astype("float64")
    for column in ("quarter", "yot_id", "yot_name", "last_programme", "reason"):
        table[column] = table[column].astype("str")
    return table


def _lowest_by_risk(proposal: Proposal) -> Candidate | None:
    """The lowest in rank of the YOTs visited for their risk, those promised to a country apart."""
    basis, table = proposal.basis, proposal.programme
    chosen = table[table["programme"].isin(basis.rules.by_risk) & (table["arm"] == "risk")]
    by_risk = [
        c
        for yot_id, kind in zip(chosen["yot_id"], chosen["programme"], strict=True)
        if (c := basis.candidates[yot_id]).fixed is None
        and not basis.rules.plan(kind).countries.get(c.country)
    ]
    return max(by_risk, key=lambda c: c.rank, default=None)


def _why_not(c: Candidate, lowest: Candidate | None, as_of: dt.date, rules: Rules) -> str:
    if c.recent and c.last_known is not None and c.last_known > as_of:
        return (
            f"A visit in {c.last_known:%B %Y} ({c.last_programme}) is agreed: no second visit "
            f"within {rules.gap_years} years."
        )
    if c.recent and c.last_known is not None:
        return (
            f"Visited in {c.last_known:%B %Y} ({c.last_programme}): no second visit within "
            f"{rules.gap_years} years."
        )
    if not any(c.weeks.values()):
        kinds = listed(sorted({kind for _, _, kind in c.away}))
        return f"No week of the inspection year is free of periods to avoid ({kinds})."
    if lowest is not None and c.rank < lowest.rank:
        return (
            f"Its risk is higher than that of {lowest.name}, which gets a {_titles(rules)}; "
            f"the {_many(rules)} are needed elsewhere to keep other rules."
        )
    if c.must_cover:
        return (
            f"Its five years run out on {day_in_words(c.due)}, within the inspection year, but "
            "there are not enough visits to keep the promise for every YOT."
        )
    return (
        f"Its risk is below that of the YOTs with a {_titles(rules)}, it was not drawn at "
        f"random, and its five years do not end before {day_in_words(c.due)}."
    )


def _titles(rules: Rules) -> str:
    return listed([rules.programme(p).title for p in rules.by_risk], "or")


def _many(rules: Rules) -> str:
    return listed([rules.programme(p).words.many for p in rules.by_risk])
