"""The ranking: what was known on a date in, every YOT's place, reasons and certainty out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from infobank.domain.in_words import day_in_words
from infobank.ranking.components import MISSING, Component, draw_components, method_intervals
from infobank.ranking.composite import Composite, combine
from infobank.ranking.faded_reports import evidence_value, missing_report_penalty
from infobank.ranking.grouping import shrink_to_group_mean
from infobank.ranking.levels import Levels, fit_levels
from infobank.ranking.method import Measure, Method, load_method, seed_of_draws
from infobank.ranking.observations import (
    DAYS_PER_YEAR,
    Bools,
    Ints,
    KnownObservations,
    days,
    known_on,
)
from infobank.ranking.ranks import (
    rank_certainty,
    rank_of,
    simultaneous_intervals,
)
from infobank.tables import known_by


@dataclass(frozen=True)
class Ranking:
    """A ranking and everything behind it.

    Attributes:
        ranking: one row per YOT, in order of rank; the columns of ``out.risk_ranking``.
        contributions: one row per YOT and component: value x weight = contribution; a YOT's
            contributions sum to its score. A measure that nobody reported has no value, no weight
            and adds nothing.
        draws: posterior draws of the score, one row per YOT (index yot_id), in order of yot_id.
        method: the method used.
        known: the observations used.
        levels: the fitted model of each count measure.
        composite: the joint posterior of the count measures.
        observations: what was ranked, all vintages known on the date.
        remarks: what a reader should know of the ranking as a whole, in sentences.
    """

    ranking: pd.DataFrame
    contributions: pd.DataFrame
    draws: pd.DataFrame
    method: Method
    known: KnownObservations
    levels: Mapping[str, Levels]
    composite: Composite
    observations: pd.DataFrame
    remarks: tuple[str, ...] = ()

    def simultaneous(self) -> pd.DataFrame:
        """Rank intervals meant to hold for all YOTs at once: yot_id, rank_low_all, rank_high_all.

        Those of a YOT that holds figures back span the readings with and without its penalty.
        """
        held = self.contributions[self.contributions["component"] == MISSING]
        penalty = held.set_index("yot_id")["contribution"].reindex(self.draws.index).to_numpy()
        penalised = self.draws.to_numpy()
        share = self.method.interval + self.method.allowance
        low, high = simultaneous_intervals(penalised - penalty[:, None], share)
        if (penalty > 0).any():
            with_low, with_high = simultaneous_intervals(penalised, share)
            low = np.where(penalty > 0, np.minimum(low, with_low), low)
            high = np.where(penalty > 0, np.maximum(high, with_high), high)
        columns = {"yot_id": self.draws.index, "rank_low_all": low, "rank_high_all": high}
        return pd.DataFrame(columns)


def rank(
    observations: pd.DataFrame,
    method: Method | Mapping[str, Any] | str | Path | None = None,
    as_of: str | date | pd.Timestamp | None = None,
    seed: int = 0,
    register: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Rank every YOT by risk, from what was known on a date.

    Args:
        observations: one row per YOT, measure, period and vintage: yot_id, region, measure,
            numerator, denominator, period_end, known_from. A missing numerator says that the
            figure is known to be missing.
        method: the agreed method; default ``schemas/ranking.yaml``.
        as_of: only what was known by then is used; default the newest ``known_from``.
        seed: of the posterior draws behind intervals and probabilities; the score has none.
        register: yot_id, yot_name, region, country of the YOTs in force; all are ranked.

    Returns:
        One row per YOT in order of rank: quarter, as_of, yot_id, yot_name, region, country,
        rank (1 = highest risk), score (standard deviations; higher = more risk), rank_low_95,
        rank_high_95 (what the data leave open, given the method), p_worst_6, flags, synthetic,
        p_worst_10pct, and the interval of the method alone and of both together.

    Raises:
        ObservationsError: the observations cannot be used.
        MethodError: the method cannot be used.
    """
    return rank_detailed(observations, method, as_of, seed, register).ranking


def rank_detailed(
    observations: pd.DataFrame,
    method: Method | Mapping[str, Any] | str | Path | None = None,
    as_of: str | date | pd.Timestamp | None = None,
    seed: int = 0,
    register: pd.DataFrame | None = None,
) -> Ranking:
    """As ``rank``, with contributions, draws and the fitted models."""
    agreed = load_method(method)
    seed = seed_of_draws(seed)
    ids = None if register is None else [str(y) for y in register["yot_id"]]
    known = known_on(observations, agreed, as_of, ids)
    counts = [s for s in known.series if s.measure.model != "evidence"]
    reports = [s for s in known.series if s.measure.model == "evidence"]
    total = sum(s.measure.weight for s in known.series)
    weights = np.array([s.measure.weight for s in counts]) / total
    levels = {s.measure.name: fit_levels(s, agreed) for s in counts}
    if agreed.grouping == "region":
        group = _groups(known)
        levels = {name: shrink_to_group_mean(held, group) for name, held in levels.items()}
    together = np.array([s.measure.common_periods for s in counts])
    withheld = [s.withheld for s in counts]
    composite = combine(list(levels.values()), withheld, agreed, weights, together)
    parts = [
        Component(s.measure.name, composite.value[:, k], float(weights[k]))
        for k, s in enumerate(counts)
    ]
    penalty = composite.missing_data_penalty.copy()
    for s in reports:
        value, doubt = evidence_value(s, agreed)
        weight = s.measure.weight / total
        parts.append(Component(s.measure.name, value, weight, np.sqrt(doubt)))
        penalty += s.withheld * weight * missing_report_penalty(value, agreed)
    parts.append(Component(MISSING, penalty, 1.0))
    score = np.asarray(sum(p.value * p.weight for p in parts))
    yots = list(known.yots.index)
    # Draws go by place, not by name or row: renaming or reordering changes nothing.
    turn = np.lexsort((yots, -composite.variance, -score))
    drawn = draw_components(composite, parts, agreed, np.random.default_rng(seed), turn)
    plain = np.einsum("imd,m->id", drawn, np.array([p.weight for p in parts[:-1]]))
    penalised = plain + penalty[:, None]
    found = rank_certainty(plain, penalised, penalty > 0, agreed.interval + agreed.allowance)
    by_method, by_both = method_intervals(parts, drawn, agreed, seed)
    held_back = np.column_stack([s.withheld for s in known.series])
    frame = pd.DataFrame(
        {
            "quarter": f"{known.as_of.year}-Q{known.as_of.quarter}",
            "as_of": known.as_of.normalize().as_unit("s"),
            "yot_id": pd.array(yots, dtype="str"),
            "rank": rank_of(score),
            "score": score,
            "rank_low_95": found.low,
            "rank_high_95": found.high,
            "p_worst_6": found.worst_6,
            "p_worst_10pct": found.worst_tenth,
            "rank_low_method": by_method[0],
            "rank_high_method": by_method[1],
            "rank_low_both": by_both[0],
            "rank_high_both": by_both[1],
            "flags": pd.array(_flags(known, held_back), dtype="str"),
        }
    )
    for kind in ("95", "method", "both"):
        low, high = f"rank_low_{kind}", f"rank_high_{kind}"
        frame[low] = frame[[low, "rank"]].min(axis=1)
        frame[high] = frame[[high, "rank"]].max(axis=1)
    used = observations.assign(known_from=days(observations["known_from"]))
    used = known_by(used, known.as_of).reset_index(drop=True)
    frame = _named(frame, known, register, used)
    contributions = _contributions(parts, yots, known)
    draws = pd.DataFrame(penalised, index=pd.Index(yots, name="yot_id")).sort_index()
    remarks = tuple(_unreported(m, known) for m in known.unreported)
    return Ranking(frame, contributions, draws, agreed, known, levels, composite, used, remarks)


def _groups(known: KnownObservations) -> Ints:
    """Number of each YOT's region; a YOT without one is a group of its own."""
    names = [region or f"\0{line}" for line, region in enumerate(known.yots["region"])]
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def _unreported(measure: Measure, known: KnownObservations) -> str:
    what = "report" if measure.model == "evidence" else "figure"
    return (
        f"{measure.title}: no {what} of any YOT was known on {day_in_words(known.as_of)}, so it "
        "has no part in the ranking and its weight went to the other measures."
    )


def _contributions(
    components: list[Component], yots: list[str], known: KnownObservations
) -> pd.DataFrame:
    parts = [
        pd.DataFrame({"yot_id": yots, "component": p.name, "value": p.value, "weight": p.weight})
        for p in components
    ]
    parts += [
        pd.DataFrame({"yot_id": yots, "component": m.name, "value": np.nan, "weight": 0.0})
        for m in known.unreported
    ]
    rows = pd.concat(parts, ignore_index=True)
    rows["contribution"] = (rows["value"] * rows["weight"]).where(rows["weight"] > 0, 0.0)
    return rows.sort_values("yot_id", kind="stable", ignore_index=True)


def _flags(known: KnownObservations, held_back: Bools) -> list[str]:
    flags = []
    for i in range(len(known.yots)):
        words = []
        for k, s in enumerate(known.series):
            if not held_back[i, k]:
                continue
            title = s.measure.title
            if not s.seen[i].any():
                words.append(f"{title}: never reported")
            else:
                age = round(float(s.age[i][s.seen[i]].min()) * DAYS_PER_YEAR)
                newest = known.as_of - pd.Timedelta(days=age)
                words.append(
                    f"{title}: newest figure missing, last known to {day_in_words(newest)}"
                )
        flags.append("; ".join(words))
    return flags


def _named(
    frame: pd.DataFrame, known: KnownObservations, register: pd.DataFrame | None, used: pd.DataFrame
) -> pd.DataFrame:
    names = frame["yot_id"]
    regions = known.yots["region"].reindex(frame["yot_id"]).reset_index(drop=True)
    countries = regions.map(lambda region: "Wales" if region == "Wales" else "England")
    if register is not None:
        held = register.drop_duplicates("yot_id", keep="last").set_index("yot_id")
        for column in ("yot_name", "region", "country"):
            if column not in held:
                continue
            given = held[column].reindex(frame["yot_id"]).reset_index(drop=True)
            if column == "yot_name":
                names = given.fillna(names)
            elif column == "region":
                regions = given.fillna(regions)
                countries = regions.map(lambda r: "Wales" if r == "Wales" else "England")
            else:
                countries = given.fillna(countries)
    frame["yot_name"], frame["region"] = names.astype("str"), regions.astype("str")
    frame["country"] = countries.astype("str")
    synthetic = False
    if "synthetic" in used.columns:
        synthetic = bool(used["synthetic"].fillna(False).any())
    frame["synthetic"] = synthetic
    first = ["quarter", "as_of", "yot_id", "yot_name", "region", "country", "rank", "score"]
    first += ["rank_low_95", "rank_high_95", "p_worst_6", "flags", "synthetic"]
    frame = frame[first + [c for c in frame.columns if c not in first]]
    return frame.sort_values(["rank", "yot_id"], kind="stable", ignore_index=True)
