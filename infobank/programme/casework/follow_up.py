"""After the visit: recommendations, improvement plans, and what is overdue.

A recommendation gets an improvement plan from the YOT, which the YJB agrees and monitors, reporting
back to the inspectorate (Annual Report 2013-14, 4.4). A plan or a report that is late raises a flag
that the next ranking can take in beside the intelligence of other inspectorates.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd

from infobank.programme.year_rules import FollowUpRules, Rules

RECOMMENDATION_COLUMNS = (
    "recommendation_id",
    "inspection_id",
    "yot_id",
    "recommendation",
    "published",
    "plan_received",
    "plan_agreed",
    "last_report",
    "completed",
)

OVERDUE = "overdue follow-up"
"""The kind of evidence that overdue follow-up is, in ``schemas/evidence.yaml``."""


def follow_up_table(recommendations: pd.DataFrame, as_of: dt.date, rules: Rules) -> pd.DataFrame:
    """Where each recommendation stands.

    Args:
        recommendations: one row per recommendation, columns as ``RECOMMENDATION_COLUMNS``;
            published is when it was made, the other dates are empty until the step is done.
        as_of: dates after it are treated as not yet known.
        rules: with the days each step may take.

    Returns:
        One row per recommendation published by then: its columns, next_step (improvement plan,
        agreement, progress report, none), follow_up_date, days_overdue (0 if in time), overdue.
    """
    f = rules.follow_up
    frame = recommendations.copy()
    dates = RECOMMENDATION_COLUMNS[4:]
    for column in dates:
        days = pd.to_datetime(frame[column]).astype("datetime64[s]")
        frame[column] = days.where(days <= pd.Timestamp(as_of))
    frame = frame[frame["published"].notna()]
    steps = [
        _next_step({c: _day(record[c]) for c in dates}, f) for record in frame.to_dict("records")
    ]
    frame["next_step"] = pd.Series([s for s, _ in steps], index=frame.index, dtype="str")
    due = [day for _, day in steps]
    frame["follow_up_date"] = pd.Series(due, index=frame.index, dtype="datetime64[s]")
    late = [max(0, (as_of - day).days) if day else 0 for day in due]
    frame["days_overdue"] = pd.Series(late, index=frame.index, dtype="Int64")
    frame["overdue"] = frame["days_overdue"] > 0
    order = ["follow_up_date", "yot_id", "recommendation_id"]
    return frame.sort_values(order, kind="stable", na_position="last", ignore_index=True)


def _day(value: object) -> dt.date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload,arg-type]


def _next_step(days: dict[str, dt.date | None], f: FollowUpRules) -> tuple[str, dt.date | None]:
    published, plan, agreed = days["published"], days["plan_received"], days["plan_agreed"]
    if days["completed"] is not None or published is None:
        return "none", None
    if plan is None:
        return "improvement plan", published + dt.timedelta(days=f.plan_days)
    if agreed is None:
        return "agreement", plan + dt.timedelta(days=f.agreement_days)
    last = days["last_report"] or agreed
    return "progress report", last + dt.timedelta(days=f.report_days)


def overdue_flags(follow_up: pd.DataFrame, as_of: dt.date, rules: Rules) -> pd.DataFrame:
    """Overdue follow-up in the form of the intelligence table, for the next ranking.

    Returns:
        One row per YOT with something overdue: report_id, yot_id, body (HMI Probation), kind
        (overdue follow-up), severity (1, or 2 from ``severe_days`` on), event_date (the as-of
        date), summary.
    """
    late = follow_up[follow_up["overdue"]]
    rows = []
    for yot_id, these in late.groupby("yot_id", sort=True):
        worst = int(these["days_overdue"].max())
        steps = ", ".join(sorted(set(these["next_step"])))
        plural = "s" if len(these) > 1 else ""
        rows.append(
            {
                "report_id": f"follow-up-{yot_id}-{as_of.isoformat()}",
                "yot_id": yot_id,
                "body": "HMI Probation",
                "kind": OVERDUE,
                "severity": 2 if worst >= rules.follow_up.severe_days else 1,
                "event_date": as_of,
                "summary": f"{len(these)} recommendation{plural} with overdue follow-up ({steps}), "
                f"the longest by {worst} days.",
            }
        )
    columns = ["report_id", "yot_id", "body", "kind", "severity", "event_date", "summary"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["severity"] = frame["severity"].astype("Int64")
    frame["event_date"] = pd.to_datetime(frame["event_date"]).astype("datetime64[s]")
    return frame
