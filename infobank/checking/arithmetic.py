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
from numpy.typing import NDArray

from infobank.checking.checked_records import Records, as_floats, as_text
from infobank.contracts.model import RateRule
from infobank.domain.findings import Place, finding

_FLOAT_SLACK = 1e-9


def check_rates(records: Records) -> None:
    """Refuse each record whose published rate is not what its own counts give."""
    for rule in records.contract.rates:
        _check_rate(records, rule)


def _disagreeing(
    frame: pd.DataFrame, rule: RateRule
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which rows' rate is not what their counts give, and what they give."""
    numbers = {c: as_floats(frame[c]) for c in (rule.numerator, rule.denominator, rule.rate)}
    denominator, rate = numbers[rule.denominator], numbers[rule.rate]
    with np.errstate(divide="ignore", invalid="ignore"):
        given = numbers[rule.numerator] / denominator * rule.per
    tolerance = 0.5 * 10.0**-rule.decimals + _FLOAT_SLACK * np.maximum(1.0, np.abs(given))
    wrong = np.abs(rate - given) > tolerance
    wrong |= (denominator == 0) & ~np.isnan(rate) & (rate != 0)
    return wrong & ~np.isnan(rate), given


def _disagreement(frame: pd.DataFrame, row: Hashable, rule: RateRule) -> dict[str, str]:
    """The facts of the sentence on a rate and its counts."""
    numerator, denominator = (as_text(frame.at[row, c]) for c in (rule.numerator, rule.denominator))
    return {
        "numerator": numerator,
        "counted": rule.numerator,
        "denominator": denominator,
        "base": rule.denominator,
        "per": f"{rule.per:,.0f}" if rule.per != 1 else "",
    }


def _check_rate(records: Records, rule: RateRule) -> None:
    frame = records.usable()
    wrong, given = _disagreeing(frame, rule)
    for row, right in zip(frame.index[wrong], given[wrong], strict=True):
        expected = f"{right:.{rule.decimals}f}"
        records.report(
            row,
            rule.rate,
            "rate_disagrees",
            found=frame.at[row, rule.rate],
            expected=expected,
            refuse=True,
            **_disagreement(frame, row, rule),
        )


def _check_rates_of_totals(records: Records, totals: pd.DataFrame) -> None:
    """Remark on each published total whose rate its own counts do not give."""
    for rule in records.contract.rates:
        if not {rule.rate, rule.numerator, rule.denominator} <= set(totals.columns):
            continue
        wrong, given = _disagreeing(totals, rule)
        for row, right in zip(totals.index[wrong], given[wrong], strict=True):
            expected = f"{right:.{rule.decimals}f}"
            found = as_text(totals.at[row, rule.rate])
            facts = {"says": "total", "found": found, "expected": expected}
            facts |= _disagreement(totals, row, rule)
            _remark(records, dict(totals.loc[row]), rule.rate, "rate_disagrees", **facts)


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
    if totals.empty:
        return
    _check_rates_of_totals(records, totals)
    if not counts:
        return
    files = set(totals["source_file"])
    frame = records.frame[records.frame["source_file"].isin(files)]
    parts = _sums(frame, counts)
    regions = _sums_of_regions(frame, totals, counts)
    for total in totals.to_dict("records"):
        for column in counts:
            if pd.isna(total[column]):
                continue
            about = (*_about(total), str(total["total_of"]), column)
            agrees = _check_total(records, total, column, *parts.get(about, (0.0, True)))
            if agrees and about in regions:
                _check_against_regions(records, total, column, regions[about])


_PERIOD = ("period_start", "period_end")
_NATIONAL = "national"


def _about(row: Mapping[Hashable, Any]) -> tuple[str, ...]:
    """What a total and its parts share: file, sheet and period."""
    return tuple(str(row.get(c)) for c in ("source_file", "source_sheet", *_PERIOD))


def _sums(frame: pd.DataFrame, counts: list[str]) -> dict[tuple[str, ...], tuple[float, bool]]:
    """The sum of the known parts of every total, and whether a part is not known."""
    shared = [c for c in ("source_file", "source_sheet", *_PERIOD) if c in frame.columns]
    found: dict[tuple[str, ...], tuple[float, bool]] = {}
    regions = [[*shared, "home_region"]] if "home_region" in frame.columns else []
    given = frame[counts].astype("Float64")
    for by in (*regions, shared):
        keys = [frame[c] for c in by]
        sums = given.groupby(keys, dropna=False, sort=False).sum()
        unknown = given.isna().groupby(keys, dropna=False, sort=False).any()
        for key, added, lacks in zip(
            sums.index, sums.to_dict("records"), unknown.to_dict("records"), strict=True
        ):
            values = key if isinstance(key, tuple) else (key,)
            row: dict[Hashable, Any] = dict(zip(by, values, strict=True))
            of = str(row.get("home_region", _NATIONAL))
            for column in counts:
                found[*_about(row), of, column] = (float(added[column]), bool(lacks[column]))
    return found


def _sums_of_regions(
    frame: pd.DataFrame, totals: pd.DataFrame, counts: list[str]
) -> dict[tuple[str, ...], float]:
    """What the published totals of the regions add up to, where every region has one."""
    if "home_region" not in frame.columns:
        return {}
    every = set(frame["home_region"].dropna())
    regional = totals[totals["total_of"] != _NATIONAL]
    shared = [c for c in ("source_file", "source_sheet", *_PERIOD) if c in totals.columns]
    found: dict[tuple[str, ...], float] = {}
    for key, lines in regional.groupby(shared, dropna=False, sort=False):
        row: dict[Hashable, Any] = dict(zip(shared, key, strict=True))
        whole = set(lines["total_of"]) == every and len(lines) == len(every)
        for column in counts if whole else []:
            if lines[column].notna().all():
                found[*_about(row), _NATIONAL, column] = float(lines[column].sum())
    return found


def _name_of(total: Mapping[Hashable, Any]) -> str:
    return "England and Wales" if total["total_of"] == _NATIONAL else str(total["total_of"])


def _check_total(
    records: Records, total: Mapping[Hashable, Any], column: str, added: float, incomplete: bool
) -> bool:
    """Whether a total agrees with its parts, as far as they are given; a finding if not."""
    published = float(total[column])
    if added == published or (incomplete and added <= published):
        return True
    _do_not_add(records, total, column, added, "teams")
    return False


def _check_against_regions(
    records: Records, total: Mapping[Hashable, Any], column: str, added: float
) -> None:
    """Compare the country's total with those of its regions; they include withheld figures."""
    published = float(total[column])
    if added == published:
        return
    _do_not_add(records, total, column, added, "regions")


def _do_not_add(
    records: Records, total: Mapping[Hashable, Any], column: str, added: float, says: str
) -> None:
    _remark(
        records,
        total,
        column,
        "parts_do_not_add",
        says=says,
        column=column,
        area=_name_of(total),
        found=as_text(float(total[column])),
        expected=as_text(added),
    )


def _remark(
    records: Records, total: Mapping[Hashable, Any], figure: str, code: str, **facts: Any
) -> None:
    cell = str(total.get(f"cell.{figure}") or "")
    place = Place(str(total["source_file"]), str(total["source_sheet"]), cell)
    records.findings.append(finding(code, place, source=records.source, **facts))
