"""Gate three: a rate must follow from its own counts, and parts must add up to their total.

Annual Report 2013-14, 4.2 names the indicators; their arithmetic is the Youth Justice Board's:
a rate is its numerator over its denominator times a published base. A rate that its counts do
not give is reported and the record is not used, because nobody here can know which of the three
is wrong. It is never repaired.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from infobank.checking.records import Records, as_floats, as_text
from infobank.contracts.model import RateRule
from infobank.findings import Finding, where

_FLOAT_SLACK = 1e-9


def check_rates(records: Records) -> None:
    """Refuse each record whose published rate is not what its own counts give."""
    for rule in records.contract.rates:
        _check_rate(records, rule)


def _check_rate(records: Records, rule: RateRule) -> None:
    frame = records.usable()
    counts = frame[[rule.numerator, rule.denominator, rule.rate]]
    numbers = {name: as_floats(counts[name]) for name in counts}
    denominator = numbers[rule.denominator]
    with np.errstate(divide="ignore", invalid="ignore"):
        given = numbers[rule.numerator] / denominator * rule.per
    tolerance = 0.5 * 10.0**-rule.decimals + _FLOAT_SLACK * np.maximum(1.0, np.abs(given))
    told = numbers[rule.rate]
    wrong = np.abs(told - given) > tolerance
    wrong |= (denominator == 0) & ~np.isnan(told) & (told != 0)
    for row in frame.index[wrong & ~np.isnan(told)]:
        numerator, base = (as_text(frame.at[row, c]) for c in (rule.numerator, rule.denominator))
        published = as_text(frame.at[row, rule.rate])
        right = f"{given[frame.index.get_loc(row)]:.{rule.decimals}f}"
        per = f" per {rule.per:,.0f}" if rule.per != 1 else ""
        records.report(
            row,
            rule.rate,
            "rate_disagrees",
            f"the rate is given as {published}, but {numerator} {rule.numerator} among {base} "
            f"{rule.denominator} make {right}{per}. The record is not used; ask the sender which "
            "of the three figures is right.",
            found=published,
            expected=right,
            refuse=True,
        )


def check_totals(records: Records, totals: pd.DataFrame) -> None:
    """Compare published totals (a region's, the nation's) with the sum of the records they cover.

    Args:
        records: the records, refused ones too: a total covers what was delivered.
        totals: one row per published total, as the reader set it aside: the contract's columns,
            ``total_of`` (a region, or ``national``), ``source_file``, ``source_sheet`` and
            ``cell.<column>``. A total over records of which one is not given can only be checked
            from below: the known parts must not exceed it.
    """
    counts = [c.name for c in records.contract.columns if c.kind == "count" and c.name in totals]
    if totals.empty or not counts:
        return
    parts = _sums(records.frame, counts)
    for total in totals.to_dict("records"):
        for column in counts:
            known = parts.get((*_about(total), str(total["total_of"]), column))
            if known is not None:
                _check_total(records, total, column, *known)


_PERIOD = ("period_start", "period_end")


def _about(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    """What a total and its parts share: file, sheet and period."""
    return tuple(str(row.get(c)) for c in ("source_file", "source_sheet", *_PERIOD))


def _sums(frame: pd.DataFrame, counts: list[str]) -> dict[tuple[str, ...], tuple[float, bool]]:
    """The sum of the known parts of every total, and whether a part is not known."""
    shared = [c for c in ("source_file", "source_sheet", *_PERIOD) if c in frame.columns]
    found: dict[tuple[str, ...], tuple[float, bool]] = {}
    regions = [[*shared, "home_region"]] if "home_region" in frame.columns else []
    for by in (*regions, shared):
        for key, lines in frame.groupby(by, dropna=False, sort=False):
            row: dict[Hashable, Any] = dict(zip(by, key, strict=True))
            of = str(row.get("home_region", "national"))
            for column in counts:
                known = lines[column]
                found[*_about(row), of, column] = (float(known.sum()), bool(known.isna().any()))
    return found


def _check_total(
    records: Records, total: Mapping[Hashable, Any], column: str, added: float, incomplete: bool
) -> None:
    if pd.isna(total[column]):
        return
    published = float(total[column])
    if added == published or (incomplete and added <= published):
        return
    file, sheet = str(total["source_file"]), str(total["source_sheet"])
    cell = str(total.get(f"cell.{column}") or "")
    name = "England and Wales" if total["total_of"] == "national" else str(total["total_of"])
    records.findings.append(
        Finding(
            source=records.source,
            source_file=file,
            sheet=sheet,
            cell=cell,
            code="parts_do_not_add",
            message=(
                f"{where(file, sheet, cell)}: the {column} of {name} are given as "
                f"{as_text(published)}, but the teams' own figures add up to {as_text(added)}. "
                "Ask the sender which is right; the teams' figures are used."
            ),
            found=as_text(published),
            expected=as_text(added),
            severity="warning",
        )
    )
