"""Gate four: a delivery against the ones before it: revisions, magnitude, lateness."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from infobank.checking.checked_records import Records, as_floats
from infobank.checking.period_order import with_period
from infobank.checking.thresholds import CheckSettings
from infobank.contracts.model import SourceContract
from infobank.domain.findings import Finding, Place, finding
from infobank.domain.in_words import day_in_words


def check_against_earlier(records: Records, settings: CheckSettings) -> None:
    """Remark on figures revised, or moved, by more than such figures usually are.

    Each delivery is compared only with what had been received before it, so a later delivery
    never changes what was said of an earlier one.
    """
    measure, is_stock = _measure(records)
    frame = with_period(records.usable(), records.contract)
    if measure is None or frame.empty or not {"yot_id", "period_end"} <= set(frame.columns):
        return
    columns = ["yot_id", "period_start", "period_end", "known_from", measure]
    facts = frame[columns].dropna()
    facts = facts.sort_values(["yot_id", "period_end", "known_from"], kind="stable")
    _revisions(records, facts, measure, settings)
    _movements(records, facts, measure, settings, is_stock)


def _measure(records: Records) -> tuple[str | None, bool]:
    """The count compared with its past, and whether it is a stock such as a population."""
    columns = records.contract.columns
    counts = [c for c in columns if c.kind == "count"]
    for column in counts:
        if column.becomes == "numerator":
            return column.name, False
    if len(counts) == 1 and set(records.contract.key) == {"yot_id", "year"}:
        return counts[0].name, True
    return None, False


def _revisions(
    records: Records, facts: pd.DataFrame, measure: str, settings: CheckSettings
) -> None:
    keyed = facts.groupby(["yot_id", "period_start", "period_end"], sort=False)[measure]
    before = as_floats(keyed.shift(1))
    now = as_floats(facts[measure])
    change = np.abs(now - before)
    name = _name_column(records)
    large = (change > settings.revision.count) & (change > settings.revision.share * before)
    for row, was in zip(facts.index[large], before[large], strict=True):
        records.report(
            row,
            measure,
            "revision_large",
            yot=str(records.frame.at[row, name]),
            measure=measure,
            period=_period(facts, row),
            found=facts.at[row, measure],
            expected=was,
        )


def _movements(
    records: Records,
    facts: pd.DataFrame,
    measure: str,
    settings: CheckSettings,
    is_stock: bool,
) -> None:
    newest = facts.drop_duplicates(["yot_id", "period_end", "known_from"], keep="last")
    newest = newest.sort_values(["yot_id", "known_from", "period_end"], kind="stable")
    first_seen = ~newest.duplicated(["yot_id", "period_end"], keep="first")
    series = newest[first_seen]
    before = series.groupby("yot_id", sort=False)[measure].shift(1)
    was = as_floats(before)
    now = as_floats(series[measure])
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = np.abs(now - was) / np.sqrt(np.maximum(now + was, 1.0))
        times = np.maximum(now, 1.0) / np.maximum(was, 1.0)
    name = _name_column(records)
    limit = settings.magnitude.stock_times if is_stock else settings.magnitude.times
    unlikely = (chance > settings.magnitude.standard_errors) & (
        np.maximum(times, 1 / times) > limit
    )
    for row, earlier in zip(series.index[unlikely], was[unlikely], strict=True):
        records.report(
            row,
            measure,
            "value_out_of_range",
            says="moved",
            yot=str(records.frame.at[row, name]),
            measure=measure,
            period=_period(series, row),
            found=series.at[row, measure],
            expected=earlier,
        )


def _name_column(records: Records) -> str:
    return next((c.name for c in records.contract.columns if c.kind == "yot_name"), "yot_id")


def _period(frame: pd.DataFrame, row: object) -> str:
    first, last = (pd.Timestamp(str(frame.at[row, c])) for c in ("period_start", "period_end"))
    if first == last:
        return f"mid-{first:%Y}"
    return f"{first:%b %Y} to {last:%b %Y}"


def check_lateness(
    contract: SourceContract, received: list[date], as_of: date, settings: CheckSettings
) -> list[Finding]:
    """Whether a delivery is overdue on a day, by the contract's own frequency."""
    months = contract.sla.get("frequency_months")
    if not months:
        return []
    known = [day for day in received if day <= as_of]
    if not known and "age_limit_days" in contract.sla:
        return []  # what a run cannot go on without is told where the ranking stops for it
    if not known:
        return [_late(contract, says="never_came")]
    newest = max(known)
    due = newest + timedelta(days=round(int(months) * 365.25 / 12) + settings.late.grace_days)
    if due >= as_of:
        return []
    return [
        _late(
            contract,
            newest=day_in_words(newest),
            due=day_in_words(due),
            found=newest.isoformat(),
        )
    ]


def _late(contract: SourceContract, **facts: Any) -> Finding:
    return finding(
        "delivery_late",
        Place(),
        source=contract.id,
        title=contract.title,
        expected=f"every {contract.sla.get('frequency_months')} months",
        **facts,
    )
