"""Gate four, the periods: over when they came, and those that follow from the delivery before.

Only sources with one record per YOT and period (or year) are held to it.
"""

from __future__ import annotations

import pandas as pd

from infobank.checking.checked_records import Records
from infobank.contracts.model import RecordContract
from infobank.domain.findings import Place, finding

_PERIOD = {"yot_id", "period_start", "period_end"}
_YEAR = {"yot_id", "year"}
_MID_YEAR = "-06-30"


def is_for_every_yot(contract: RecordContract) -> bool:
    """Whether a kind of record is owed once for every YOT and period."""
    return set(contract.key) in (_PERIOD, _YEAR)


def with_period(frame: pd.DataFrame, contract: RecordContract) -> pd.DataFrame:
    """Records that bear a year and no period, with the middle of that year as their period."""
    if "period_end" in frame.columns or set(contract.key) != _YEAR:
        return frame
    day = mid_year(frame["year"])
    return frame.assign(period_start=day, period_end=day)


def mid_year(years: pd.Series) -> pd.Series:
    """The middle of each year, which a figure of a year without a period is about."""
    days = years.astype("str") + _MID_YEAR
    return pd.to_datetime(days, errors="coerce").astype("datetime64[s]")


def check_periods_over(records: Records) -> None:
    """Refuse each figure about a period that was not over when its delivery was received."""
    if set(records.contract.key) != _PERIOD:
        return
    frame = records.usable()
    column = next((c.name for c in records.contract.columns if c.kind == "period"), "")
    for row in frame.index[frame["period_end"] > frame["known_from"]]:
        end = _day(frame.at[row, "period_end"])
        received = _day(frame.at[row, "known_from"])
        records.report(
            row,
            column,
            "period_not_over",
            end=end,
            received=received,
            found=frame.at[row, column],
            expected=f"a period that ended by {received}",
            refuse=True,
        )


def check_periods_follow(records: Records, frequency_months: int | None) -> None:
    """Remark on a delivery whose periods do not follow from those of the one before.

    Publishers give the same set of periods each time (the newest, the year before it, the quarter
    before it), moved on by the time between two deliveries. A mislabelled column breaks the set
    although each of its figures may look right.

    Args:
        records: the records.
        frequency_months: how often the source delivers, by its contract; None where it is not
            said, and then only the set is looked at.
    """
    if not is_for_every_yot(records.contract):
        return
    frame = with_period(records.frame, records.contract).dropna(subset=["period_end"])
    before: dict[int, tuple[pd.Timestamp, tuple[int, ...], list[str]]] = {}
    for _, lines in frame.groupby(["known_from", "source_file"], sort=True):
        periods = lines.drop_duplicates(["period_start", "period_end"]).sort_values(
            ["period_end", "period_start"], ascending=False
        )
        newest = periods["period_end"].iloc[0]
        ends = tuple(_months(newest, end) for end in periods["period_end"])
        words = [_months_of(row) for _, row in periods.iterrows()]
        # A source may come in two forms, say one period a year and three a quarter.
        earlier = before.get(len(ends))
        before[len(ends)] = (newest, ends, words)
        if earlier is None:
            continue
        moved = _months(newest, earlier[0])
        if ends != earlier[1] or moved not in (0, frequency_months or moved):
            _report(records, lines, words, earlier[2])


def _report(records: Records, lines: pd.DataFrame, words: list[str], earlier: list[str]) -> None:
    file, sheet = str(lines["source_file"].iloc[0]), str(lines["source_sheet"].iloc[0] or "")
    before = "; ".join(earlier)
    records.findings.append(
        finding(
            "period_unexpected",
            Place(file, sheet),
            source=records.source,
            found="; ".join(words),
            earlier=before,
            expected=f"periods that follow {before}",
        )
    )


def _months(later: pd.Timestamp, earlier: pd.Timestamp) -> int:
    return 12 * (later.year - earlier.year) + later.month - earlier.month


def _months_of(row: pd.Series) -> str:
    if row["period_start"] == row["period_end"]:
        return f"mid-{row['period_end'].year}"
    return f"{row['period_start'].strftime('%b %Y')} to {row['period_end'].strftime('%b %Y')}"


def _day(value: object) -> str:
    day = pd.Timestamp(str(value))
    return f"{day.day} {day.strftime('%B %Y')}"
