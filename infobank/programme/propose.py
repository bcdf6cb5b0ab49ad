"""Propose the programme of the inspection year that follows a ranking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from infobank.domain.programmes import by_programme
from infobank.programme.agreed import carry_forward
from infobank.programme.candidates import Candidate, gather_candidates
from infobank.programme.check import check_programme
from infobank.programme.choose import RelaxedRule, better, choose, choose_joint, room_bought
from infobank.programme.conflict_words import conflict_sentences
from infobank.programme.random_arm import draw_for
from infobank.programme.reasons import drivers_by_yot, reason_for
from infobank.programme.timetable import Visit, assign_teams, lay_out
from infobank.programme.weeks import InspectionYear, days_of_year, inspection_year, notice_date
from infobank.programme.year_rules import Rules, load_rules

COLUMNS = (
    "quarter",
    "yot_id",
    "yot_name",
    "programme",
    "week_commencing",
    "second_week",
    "team",
    "notice_date",
    "hours",
    "cases_to_sample",
    "arm",
    "inclusion_probability",
    "reason",
)


@dataclass(frozen=True)
class Basis:
    """What a proposal was made from: enough to judge a change to it.

    Attributes:
        candidates: every YOT as the programme saw it, by id.
        year: the inspection year.
        rules: the rules.
        ranking: the ranking.
        history: the visits done.
        constraints: the periods to avoid and re-inspections asked for.
        as_of: what was known on this day.
    """

    candidates: dict[str, Candidate]
    year: InspectionYear
    rules: Rules
    ranking: pd.DataFrame
    history: pd.DataFrame
    constraints: pd.DataFrame
    as_of: dt.date


@dataclass(frozen=True)
class Proposal:
    """A proposed programme with its proof; it is never edited, decisions stand beside it.

    Attributes:
        programme: one row per visit, columns as ``COLUMNS``; hours are inspection hours, dates are
            Mondays (weeks) or days, ``inclusion_probability`` stands for the random arm alone.
        gap: proven relative distance of the choice from the best possible, with joint inspections
            settled first where they were (``choose.choose_joint``).
        violations: rules broken, found by the independent checker; one sentence each.
        conflicts: when the rules cannot all hold, which, and the cheapest way out; sentences.
        objective: worth of the visits in points (100,000 = one expected member of the worst six).
        seed: seed of the random arm.
        draw: one row per YOT that could be drawn, with stratum, probability and whether drawn.
        basis: what the proposal was made from.
        notes: assumptions the programme rests on; one sentence each.
        bent: the rules given way, with amounts and prices.
        seconds: solver time; for people, never for the tables.
    """

    programme: pd.DataFrame
    gap: float
    violations: list[str]
    conflicts: list[str]
    objective: float
    seed: int
    draw: pd.DataFrame
    basis: Basis
    notes: list[str] = field(default_factory=list)
    bent: list[RelaxedRule] = field(default_factory=list)
    seconds: float = 0.0


def propose(
    ranking: pd.DataFrame,
    contributions: pd.DataFrame | None,
    history: pd.DataFrame,
    constraints: pd.DataFrame,
    *,
    quarter: str,
    as_of: dt.date,
    rules: Rules | None = None,
    agreed: pd.DataFrame | None = None,
) -> Proposal:
    """Propose whom to visit, when, by which team, and why.

    Args:
        ranking: one row per YOT: yot_id, yot_name, region, country, rank (1 = highest risk), score,
            rank_low_95, rank_high_95, p_worst_6; population_10_17 where known.
        contributions: one row per YOT and component: yot_id, component, contribution; or None.
        history: one row per visit done: yot_id, programme, fieldwork_end.
        constraints: one row per period: yot_id, kind, first_day, last_day, note.
        quarter: the ranking's quarter, ``2014-Q1``; the inspection year is the four that follow.
        as_of: what was known on this day.
        rules: the rules; by default those of ``schemas/programme.yaml``.
        agreed: what earlier meetings agreed (``earlier_meetings.earlier_visits``); their visits in
            this inspection year keep their week, and count towards the random arm if drawn.

    Raises:
        SolverStoppedError: if no programme was found in time.
    """
    rules = rules or load_rules()
    rules = rules.in_year(*days_of_year(quarter))
    year = inspection_year(quarter, as_of, rules)
    earlier = carry_forward(agreed, ranking, history, constraints, year, as_of, rules)
    settled = {visit.yot_id: visit for visit in (*earlier.fixed, *rules.fixed)}
    known = set(ranking["yot_id"])
    rules = rules.change(fixed=tuple(settled[y] for y in sorted(settled) if y in known))
    history = _before_what_is_agreed(history, rules, earlier.held)
    candidates = gather_candidates(ranking, history, constraints, year, as_of, rules)
    still = _still_to_draw(rules)
    joint = choose_joint(candidates, year, still)
    frame = drawable([c for c in candidates if c.yot_id not in joint], rules)
    draw, seed = draw_for(frame, quarter, still)
    drawn = frozenset(draw.loc[draw["drawn"], "yot_id"])
    choice = choose(candidates, drawn, year, rules, joint=joint)
    free = None
    if choice.bent:
        free = choose(candidates, drawn, year, rules)
        choice = better(choice, free)
    week_of, laid = lay_out(choice.visits, year, rules, room_bought(choice.bent))
    table = programme_table(
        choice.visits, week_of, draw, drivers_by_yot(contributions), year, rules, len(candidates)
    )
    table["reason"] = [
        f"{reason} {earlier.out[yot_id]}" if yot_id in earlier.out else reason
        for yot_id, reason in zip(table["yot_id"], table["reason"], strict=True)
    ]
    broken = check_programme(
        table, rules, constraints, history, ranking, quarter=quarter, as_of=as_of, draw=draw
    )
    return Proposal(
        programme=table,
        gap=choice.answer.gap,
        violations=[v.sentence for v in broken],
        conflicts=conflict_sentences(choice, candidates, rules, free),
        objective=float(choice.objective),
        seed=seed,
        draw=draw,
        basis=Basis(
            {c.yot_id: c for c in candidates}, year, rules, ranking, history, constraints, as_of
        ),
        notes=[*notes_on(candidates, year, as_of, rules), *earlier.notes],
        bent=choice.bent,
        seconds=choice.answer.seconds + laid.seconds,
    )


def _before_what_is_agreed(history: pd.DataFrame, rules: Rules, held: pd.DataFrame) -> pd.DataFrame:
    """The history without the agreed visits of this year, and with those held just before it.

    When the as-of date lies in the inspection year an agreed visit may be on record already; it is
    the visit of the programme, not an earlier one.
    """
    if history.empty and held.empty:
        return history
    starts = {v.yot_id: v.week_commencing for v in rules.fixed if v.week_commencing}
    days = pd.to_datetime(history["fieldwork_end"])
    own = [
        yot_id in starts and not pd.isna(day) and day.date() >= starts[yot_id]
        for yot_id, day in zip(history["yot_id"], days, strict=True)
    ]
    kept = history.assign(fieldwork_end=days)[~pd.Series(own, index=history.index, dtype=bool)]
    return pd.concat([kept, held], ignore_index=True) if len(held) else kept


def _still_to_draw(rules: Rules) -> Rules:
    """The rules with the random arm less what earlier draws already brought into the year."""
    programme = rules.random.programme
    carried = sum(v.arm == "random" and v.programme == programme for v in rules.fixed)
    return rules.change(random__count=max(0, rules.random.count - carried))


def drawable(candidates: list[Candidate], rules: Rules) -> pd.DataFrame:
    """The frame of the random arm: every YOT that can have its visit and has none settled yet.

    YOTs chosen for a joint inspection are left out by the caller: they are visited for certain.
    """
    rows = [
        {"yot_id": c.yot_id, "rank": c.rank}
        for c in candidates
        if c.weeks[rules.random.programme]
        and not c.recent
        and c.reinspection is None
        and c.fixed is None
    ]
    return pd.DataFrame(rows, columns=["yot_id", "rank"])


def programme_table(
    visits: list[Visit],
    week_of: dict[str, int],
    draw: pd.DataFrame,
    drivers: dict[str, list[str]],
    year: InspectionYear,
    rules: Rules,
    total: int,
) -> pd.DataFrame:
    """The programme as a table, in the order of programmes, then by week."""
    lines = {str(line["yot_id"]): line for line in draw.to_dict("records")}
    teams = assign_teams(visits, week_of, rules)
    records = []
    for visit in visits:
        c = visit.candidate
        monday = year.mondays[week_of[c.yot_id]]
        line = lines.get(c.yot_id) if visit.arm == "random" and c.fixed is None else None
        records.append(
            {
                "quarter": year.quarter,
                "yot_id": c.yot_id,
                "yot_name": c.name,
                "programme": visit.programme,
                "week_commencing": monday,
                "second_week": rules.visit(visit.programme).second_week(monday),
                "team": teams[c.yot_id],
                "notice_date": notice_date(visit.programme, monday, rules),
                "hours": c.hours[visit.programme],
                "cases_to_sample": c.cases[visit.programme],
                "arm": visit.arm,
                "inclusion_probability": _chance(visit, line),
                "reason": reason_for(visit, total, drivers.get(c.yot_id, []), line, rules),
            }
        )
    return typed_programme(pd.DataFrame.from_records(records, columns=list(COLUMNS)))


def _chance(visit: Visit, line: Mapping[Hashable, Any] | None) -> float | None:
    """The probability with which a YOT was drawn, in this draw or in the one it was agreed from."""
    if line is not None:
        return float(line["inclusion_probability"])
    fixed = visit.candidate.fixed
    return fixed.inclusion_probability if fixed is not None and visit.arm == "random" else None


def typed_programme(table: pd.DataFrame) -> pd.DataFrame:
    """The programme's columns in their types, in the published order."""
    table = table.copy()
    for column in ("week_commencing", "second_week", "notice_date"):
        table[column] = pd.to_datetime(table[column]).astype("datetime64[s]")
    for column in ("hours", "inclusion_probability"):
        table[column] = table[column].astype("float64")
    table["cases_to_sample"] = table["cases_to_sample"].astype("Int64")
    for column in ("quarter", "yot_id", "yot_name", "programme", "team", "arm", "reason"):
        table[column] = table[column].astype("str")
    if "decision" in table:
        table["decision"] = table["decision"].astype("str")
    return by_programme(table, ["week_commencing", "yot_id"])


def notes_on(
    candidates: list[Candidate], year: InspectionYear, as_of: dt.date, rules: Rules
) -> list[str]:
    """What the programme assumes, in sentences."""
    notes = []
    assumed = sum(c.assumed for c in candidates)
    if assumed:
        first, last = rules.coverage.assumed_start_first, rules.coverage.assumed_start_last
        notes.append(
            f"{assumed} of {len(candidates)} YOTs have no visit on record; their five years are "
            f"counted from a Core Case Inspection assumed between {first} and {last}."
        )
    if year.as_at != as_of:
        notes.append(
            "The as-of date is after the first quarter of the inspection year, so the programme "
            f"is drawn up as at {year.first_day}."
        )
    return notes
