"""Observations as known on a date, laid out per measure for the models."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from infobank.domain.errors import MistakeError
from infobank.domain.in_words import day_in_words
from infobank.ranking.method import Measure, Method
from infobank.tables import known_by, newest_vintage

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]

COLUMNS = (
    "yot_id",
    "region",
    "measure",
    "numerator",
    "denominator",
    "period_end",
    "known_from",
)
DAYS_PER_YEAR = 365.25
# Outside these years a day is a slip of the pen; no figure of the youth justice system is older.
YEARS = (1950, 2100)
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}.*)?")


class ObservationsError(MistakeError):
    """The observations cannot be ranked; the message says which rows and what to do."""


@dataclass(frozen=True)
class Series:
    """One measure of all YOTs, one line per YOT and one column per period (oldest first).

    Attributes:
        measure: the measure.
        events: what counts as risk (shortfalls, where a high figure is a low risk).
        exposure: population, cohort, cases or answers.
        seen: where there is a figure; elsewhere ``events`` is 0 and ``exposure`` 1.
        age: years between the period's end and the as-of date.
        period: index of the period's mean; all 0 where YOTs have their own dates.
        target_age: age of the moment the level is wanted for (the newest period due, or 0).
        withheld: YOTs that were to report the newest figure and did not.
        stale_years: years between what was due and the newest figure held; nan where none.
    """

    measure: Measure
    events: Floats
    exposure: Floats
    seen: Bools
    age: Floats
    period: Ints
    target_age: float
    withheld: Bools
    stale_years: Floats


@dataclass(frozen=True)
class KnownObservations:
    """What was known on the as-of date.

    Attributes:
        as_of: the date.
        yots: one row per YOT (index yot_id, column region), in an order that names do not decide.
        series: one entry per weighted measure that has at least one figure.
        unreported: weighted measures of which no YOT has a figure; their weight goes to the others.
    """

    as_of: pd.Timestamp
    yots: pd.DataFrame
    series: tuple[Series, ...]
    unreported: tuple[Measure, ...] = ()


def known_on(
    observations: pd.DataFrame,
    method: Method,
    as_of: str | date | pd.Timestamp | None = None,
    yot_ids: list[str] | None = None,
) -> KnownObservations:
    """The newest vintage of each figure known on the as-of date, per measure.

    Args:
        observations: one row per YOT, measure, period and vintage (columns ``COLUMNS``).
        method: the agreed method.
        as_of: nothing that became known later is used; default the newest ``known_from``.
        yot_ids: YOTs that are ranked even where nothing about them is known.

    Raises:
        ObservationsError: columns are missing, or a figure is impossible.
    """
    rows = dated(observations)
    moment = _moment(as_of, rows)
    rows = known_by(rows, moment)
    if rows.empty:
        raise ObservationsError(
            f"Nothing was known on {day_in_words(moment)}. Choose a later as-of date."
        )
    # What became known later is not looked at, so a slip in it cannot stop an earlier ranking.
    rows = _checked(rows, method)
    region = rows.sort_values(["yot_id", "known_from", "region"]).groupby("yot_id")["region"].last()
    rows = newest_vintage(
        rows, ["yot_id", "measure", "period_end"], ties=["numerator", "denominator", "region"]
    )
    ids = _in_order_of_content(rows, yot_ids or [])
    yots = pd.DataFrame({"region": region.reindex(ids).fillna("").astype("str")}, index=ids)
    yots.index.name = "yot_id"
    series, unreported = [], []
    for measure in method.measures:
        if measure.weight <= 0:
            continue
        part = rows[rows["measure"] == measure.name]
        if part["numerator"].notna().any():
            series.append(_lay_out(part, measure, ids, moment, method))
        else:
            unreported.append(measure)
    if not series:
        raise ObservationsError(
            f"No figure of any weighted measure was known on {day_in_words(moment)}."
        )
    return KnownObservations(moment, yots, tuple(series), tuple(unreported))


def _in_order_of_content(rows: pd.DataFrame, more: list[str]) -> list[str]:
    """YOTs in an order made by their figures alone, so that renaming changes no last digit."""
    content = rows[["measure", "period_end", "numerator", "denominator"]]
    marks = pd.Series(pd.util.hash_pandas_object(content, index=False).to_numpy(), rows["yot_id"])
    total = marks.groupby(level=0).sum()
    return sorted(set(rows["yot_id"]) | set(more), key=lambda y: (int(total.get(y, 0)), y))


def dated(observations: pd.DataFrame) -> pd.DataFrame:
    """The columns used, with the days on which figures became known understood.

    Raises:
        ObservationsError: it is no table, columns are missing, or a day cannot be read.
    """
    if not isinstance(observations, pd.DataFrame):
        raise ObservationsError(
            f"Observations are a table (a pandas DataFrame), not {type(observations).__name__}."
        )
    lacking = [c for c in COLUMNS if c not in observations.columns]
    if lacking:
        raise ObservationsError(f"The observations lack the columns {', '.join(lacking)}.")
    twice = [c for c in COLUMNS if list(observations.columns).count(c) > 1]
    if twice:
        raise ObservationsError(f"The observations hold the column {twice[0]} more than once.")
    rows = observations.loc[:, list(COLUMNS)].copy()
    rows["known_from"] = days(rows["known_from"])
    if rows["known_from"].isna().any():
        raise ObservationsError("Some observations lack period_end or known_from. Fill both.")
    return rows


def _moment(as_of: str | date | pd.Timestamp | None, rows: pd.DataFrame) -> pd.Timestamp:
    if as_of is None:
        if rows.empty:
            raise ObservationsError("There are no observations, so there is nothing to rank.")
        return pd.Timestamp(rows["known_from"].max())
    try:
        moment = pd.Timestamp(as_of) if _is_day(as_of) else pd.NaT
    except (ValueError, TypeError):
        moment = pd.NaT
    if pd.isna(moment):
        raise ObservationsError(f"{as_of!r} is not a day. Write it as YYYY-MM-DD.")
    return moment.tz_localize(None)


def days(column: pd.Series[Any]) -> pd.Series[Any]:
    """The days of a column, without time zone; missing ones stay missing.

    Days may be dates or text YYYY-MM-DD. Numbers and other text are refused, as 20130930 would be
    taken for 1970 and 05/04/2013 has two meanings.

    Raises:
        ObservationsError: something is not a day, or lies outside 1950 to 2100.
    """
    if pd.api.types.is_datetime64_any_dtype(column):
        found = pd.to_datetime(column)
    else:
        for value in column.dropna().unique():
            if not _is_day(value):
                raise _no_day(column, str(value))
        try:
            found = pd.to_datetime(column, format="ISO8601")
        except (ValueError, TypeError):
            raise _no_day(column, "something") from None
    if found.dt.tz is not None:
        found = found.dt.tz_localize(None)
    beyond = found[(found.dt.year < YEARS[0]) | (found.dt.year > YEARS[1])]
    if not beyond.empty:
        raise ObservationsError(
            f"The column {column.name} holds a day in the year {beyond.iloc[0].year}. Correct it."
        )
    return found


def _no_day(column: pd.Series[Any], held: str) -> ObservationsError:
    return ObservationsError(
        f"The column {column.name} holds {held}, which is not a day. Write days as YYYY-MM-DD."
    )


def _is_day(value: object) -> bool:
    if isinstance(value, str):
        return _ISO_DAY.fullmatch(value.strip()) is not None
    return isinstance(value, date | datetime | np.datetime64)


def _numbers(column: pd.Series[Any]) -> pd.Series[Any]:
    try:
        numbers = pd.to_numeric(column)
        if np.iscomplexobj(numbers):
            raise TypeError
        numbers = numbers.astype("float64")
    except (ValueError, TypeError):
        raise ObservationsError(
            f"The column {column.name} holds something that is not a number. Correct or remove it."
        ) from None
    if np.isinf(numbers).any():
        raise ObservationsError(f"The column {column.name} holds an infinite number. Correct it.")
    return numbers


def _checked(rows: pd.DataFrame, method: Method) -> pd.DataFrame:
    rows = rows.copy()
    for name in ("numerator", "denominator"):
        rows[name] = _numbers(rows[name])
    rows["period_end"] = days(rows["period_end"])
    for name in ("yot_id", "measure"):
        if (rows[name].isna() | (rows[name].astype("str").str.strip() == "")).any():
            raise ObservationsError(f"Some observations lack {name}. Fill it in or remove them.")
    for name in ("yot_id", "region", "measure"):
        rows[name] = rows[name].astype("str")
    if rows["period_end"].isna().any():
        raise ObservationsError("Some observations lack period_end or known_from. Fill both.")
    # A visit may be entered before its day, as one still to come; a figure of a period may not.
    periodic = [m.name for m in method.measures if m.common_periods]
    early = rows[
        rows["measure"].isin(periodic)
        & (rows["period_end"].dt.normalize() > rows["known_from"].dt.normalize())
    ]
    if not early.empty:
        first = early.iloc[0]
        raise ObservationsError(
            f"{first['measure']} of {first['yot_id']} to {day_in_words(first['period_end'])} is "
            f"said to have been known on {day_in_words(first['known_from'])}, before its period "
            "ended. Correct one of the two days."
        )
    for name in sorted(rows["measure"].unique()):
        method.measure(name)
    _refuse_contradictions(rows)
    if (rows["denominator"] < 0).any():
        first = rows[rows["denominator"] < 0].iloc[0]
        raise ObservationsError(
            f"The denominator of {first['measure']} of {first['yot_id']} is below zero. Correct it."
        )
    unusable = rows["numerator"].isna() | ~(rows["denominator"] > 0)
    rows.loc[unusable, ["numerator", "denominator"]] = np.nan
    # Reports of one day add up, to more than the highest severity if need be.
    some_of_all = [m.name for m in method.measures if m.model == "binomial"]
    too_many = rows["measure"].isin(some_of_all) & (
        rows["numerator"] > rows["denominator"] * (1 + 1e-9)
    )
    impossible = rows[(rows["numerator"] < 0) | too_many]
    if not impossible.empty:
        first = impossible.iloc[0]
        raise ObservationsError(
            f"{len(impossible)} observations are impossible, first {first['measure']} of "
            f"{first['yot_id']} to {day_in_words(first['period_end'])}: {first['numerator']:g} of "
            f"{first['denominator']:g}. Correct or remove them."
        )
    return rows


def _refuse_contradictions(rows: pd.DataFrame) -> None:
    """One vintage cannot say two things of one figure; a repeat to the letter is harmless.

    Reports and inspections may well be several on one day, so only rates are held to this.
    """
    key = ["yot_id", "measure", "period_end", "known_from"]
    counted = rows[~rows["measure"].isin(("inspection_score", "survey_score", "intelligence"))]
    counted = counted.drop_duplicates([*key, "numerator", "denominator"])
    twice = counted[counted.duplicated(key, keep=False)]
    if not twice.empty:
        first = twice.iloc[0]
        raise ObservationsError(
            f"{first['measure']} of {first['yot_id']} to {day_in_words(first['period_end'])} is "
            "there twice with different figures, both known from "
            f"{day_in_words(first['known_from'])}. Keep one."
        )


def _lay_out(
    part: pd.DataFrame, measure: Measure, ids: list[str], as_of: pd.Timestamp, method: Method
) -> Series:
    part = part.sort_values(["period_end", "yot_id"], kind="stable")
    age = (as_of - part["period_end"]).dt.days.to_numpy() / DAYS_PER_YEAR
    line = pd.Index(ids).get_indexer(pd.Index(part["yot_id"]))
    has = part["numerator"].notna().to_numpy()
    newest_due = _newest_due(part[has], len(ids), method.missing_expected_share)
    if measure.common_periods:
        ends = np.sort(part.loc[has, "period_end"].unique())[-method.history_periods :]
        column = pd.Index(ends).get_indexer(part["period_end"])
        width = len(ends)
        column_age = (as_of - pd.DatetimeIndex(ends)).days.to_numpy() / DAYS_PER_YEAR
        ages = np.tile(column_age, (len(ids), 1))
        # The level is wanted for the newest period that most have reported.
        due = newest_due if newest_due is not None else ends[-1]
        target = float((as_of - pd.Timestamp(due)).days / DAYS_PER_YEAR)
        period = np.tile(np.arange(width), (len(ids), 1))
    else:
        # The newest figures of each YOT, the last column being its newest.
        place = part[has].groupby("yot_id").cumcount(ascending=False).to_numpy()
        width = min(method.history_periods, int(place.max()) + 1)
        column = np.full(len(part), -1)
        column[has] = width - 1 - place
        ages = np.zeros((len(ids), width))
        target = 0.0
        period = np.zeros((len(ids), width), dtype=np.int64)
    events, exposure = np.zeros((len(ids), width)), np.ones((len(ids), width))
    seen = np.zeros((len(ids), width), dtype=np.bool_)
    use = has & (column >= 0)
    numerator, denominator = part["numerator"].to_numpy(), part["denominator"].to_numpy()
    at = (line[use], column[use])
    events[at] = (numerator if measure.risk_is_high else denominator - numerator)[use].clip(0.0)
    exposure[at] = denominator[use]
    seen[at] = True
    ages[at] = age[use]
    withheld, stale = _withheld(part, has, ids, newest_due, measure)
    return Series(measure, events, exposure, seen, ages, period, target, withheld, stale)


def _newest_due(reported: pd.DataFrame, yots: int, share: float) -> pd.Timestamp | None:
    """The newest period that at least this share of all YOTs has reported."""
    counts = reported.groupby("period_end")["yot_id"].nunique()
    due = counts[counts >= share * yots]
    return None if due.empty else pd.Timestamp(due.index.max())


def _withheld(
    part: pd.DataFrame,
    has: Bools,
    ids: list[str],
    newest_due: pd.Timestamp | None,
    measure: Measure,
) -> tuple[Bools, Floats]:
    """Who was to report the newest figure and did not, and how old what is held is.

    A YOT counts as withholding where its own newest row says the figure is missing, or where
    a period that most have reported has no figure from it.
    """
    newest_row = part.groupby("yot_id")["period_end"].max().reindex(ids)
    newest_figure = part[has].groupby("yot_id")["period_end"].max().reindex(ids)
    if newest_due is not None and measure.model != "evidence":
        due = newest_row.fillna(newest_due)
        due = due.where(due >= newest_due, newest_due)
    else:
        due = newest_row
    # A later blank row of a period that hardly anyone has reported is nobody's fault.
    if measure.common_periods and newest_due is not None:
        due = due.where(due <= newest_due, newest_due)
    withheld = due.notna() & ~(newest_figure >= due)
    stale = (due - newest_figure).dt.days / DAYS_PER_YEAR
    return np.asarray(withheld, dtype=np.bool_), np.asarray(stale, dtype=np.float64)
