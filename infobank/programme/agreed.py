"""Visits agreed at earlier meetings, which the next proposal must keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from infobank.programme.rules import FixedVisit
from infobank.programme.weeks import InspectionYear

_BRINGS = {"add": "yot_id", "defer": "yot_id", "swap": "other_yot_id"}


def agreed_visits(
    earlier: pd.DataFrame | None, year: InspectionYear, as_of: dt.date
) -> tuple[FixedVisit, ...]:
    """The visits of an inspection year that earlier meetings have settled.

    Args:
        earlier: either decisions (``out/decision``): those that name a YOT, a programme and a week
            of the year are kept; or a final programme (``out/programme_final``): visits already
            announced on the as-of date are kept. None: nothing is settled.
        year: the inspection year of the new proposal.
        as_of: what was known on this day.

    Returns:
        One visit per YOT (the later line wins), in the order of their ids.
    """
    if earlier is None or earlier.empty:
        return ()
    weeks = set(year.mondays)
    found: dict[str, FixedVisit] = {}
    for record in earlier.to_dict("records"):
        yot_id = _whom(record, as_of)
        week, programme = record.get("week_commencing"), _text(record.get("programme"))
        if not yot_id or pd.isna(week) or programme not in ("FJI", "SQS"):
            continue
        monday = pd.Timestamp(str(week)).date()
        if monday in weeks:
            found[yot_id] = FixedVisit(yot_id, programme, monday)
    return tuple(found[yot_id] for yot_id in sorted(found))


def _whom(record: Mapping[Hashable, Any], as_of: dt.date) -> str:
    if "action" in record:
        column = _BRINGS.get(_text(record["action"]))
        return _text(record.get(column)) if column else ""
    announced = record.get("notice_date")
    if pd.isna(announced) or pd.Timestamp(str(announced)).date() > as_of:
        return ""
    return _text(record.get("yot_id"))


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value).strip()
