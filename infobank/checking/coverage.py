"""Gate four, coverage: every YOT in force has a line, and the line has its figures.

Only sources with one record per YOT and period (or year) are held to it: of anything else nobody
can say who ought to be there.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from infobank.checking.checked_records import Records
from infobank.checking.period_order import is_for_every_yot, with_period
from infobank.checking.thresholds import CheckSettings
from infobank.contracts.model import Column
from infobank.domain.findings import Place, Severity, finding
from infobank.domain.in_words import day_in_words, listed
from infobank.domain.register import Register


def check_coverage(
    records: Records, register: Register, settings: CheckSettings, severity: Severity
) -> None:
    """Every YOT in force at the end of a delivery's newest period has a line with figures in it.

    A few missing YOTs are a warning that names them; a delivery that lacks more than the agreed
    share is as serious as the source itself.
    """
    if not is_for_every_yot(records.contract):
        return
    frame = with_period(records.frame, records.contract)
    frame = frame[~(frame["period_end"] > frame["known_from"])]
    for file, lines in frame.groupby("source_file", sort=True):
        newest = lines["period_end"].max()
        for _, same in lines.groupby("period_end", sort=True):
            severe: Severity = severity if same["period_end"].iloc[0] == newest else "warning"
            _lines_missing(records, register, settings, severe, str(file), same)
        _figures_missing(records, register, str(file), lines)


def _lines_missing(
    records: Records,
    register: Register,
    settings: CheckSettings,
    severity: Severity,
    file: str,
    lines: pd.DataFrame,
) -> None:
    """YOTs without a line; those that earlier periods lack are a warning, however many."""
    end = lines["period_end"].iloc[0]
    expected = _expected(register, end.date(), lines["known_from"].iloc[0].date())
    absent = expected[~expected.index.isin(lines["yot_id"].dropna())]
    if absent.empty:
        return
    share = 1 - len(absent) / len(expected)
    too_few = share < settings.coverage.critical_below
    sheets = lines["source_sheet"].fillna("").unique()
    sheet = str(sheets[0]) if len(sheets) == 1 else ""  # of several, nobody knows which lacks them
    records.findings.append(
        finding(
            "coverage_low",
            Place(file, sheet),
            says="lines",
            source=records.source,
            absent=len(absent),
            due=len(expected),
            day=day_in_words(end.date()),
            yots=listed(absent),
            found=str(len(expected) - len(absent)),
            expected=str(len(expected)),
            severity=severity if too_few else "warning",
        )
    )


def _figures_missing(records: Records, register: Register, file: str, lines: pd.DataFrame) -> None:
    """YOTs that have a line without its figures, and not because they are withheld.

    A rate that is not given is only told where its counts are; without them it cannot be.
    """
    names = register.yots.set_index("yot_id")["yot_name"].to_dict()
    why = lines["missing_reason"] if "missing_reason" in lines else pd.Series(index=lines.index)
    usable = (why.isna() | (why == "missing")) & ~lines["refused"]
    columns = records.contract.columns
    counts = [c.name for c in columns if c.kind == "count"]
    counted = lines[counts].notna().all(axis=1)
    for column in (c for c in columns if c.kind in ("count", "rate", "percentage")):
        blank = lines[column.name].isna()
        if blank.all() and not _was_asked(lines, column):
            continue  # the file does not give it at all, which its layout allows
        lacking = lines[blank & usable & (counted | (column.kind == "count"))]
        if lacking.empty:
            continue
        among = lacking["source_sheet"].fillna("").unique()
        yots = [str(names.get(yot_id, yot_id)) for yot_id in lacking["yot_id"].dropna().unique()]
        records.findings.append(
            finding(
                "coverage_low",
                Place(file, str(among[0]) if len(among) == 1 else ""),
                says="figures",
                source=records.source,
                column=column.name,
                records=len(lacking),
                yots=listed(yots),
                found=f"{len(lacking)} not given",
                expected=f"{column.name} for every YOT",
            )
        )


def _was_asked(lines: pd.DataFrame, column: Column) -> bool:
    """Whether a delivery without one figure of a count still has the cells it should stand in."""
    cells = lines.get(f"cell.{column.name}")
    return column.becomes == "numerator" and cells is not None and bool((cells != "").any())


def _expected(register: Register, period_end: date, received: date) -> pd.Series[str]:
    """Names of the YOTs a delivery must hold: in force at its end, and not ended since."""
    names = register.in_force(period_end).set_index("yot_id")["yot_name"]
    return names[[not register.had_ended(str(yot_id), received) for yot_id in names.index]]
