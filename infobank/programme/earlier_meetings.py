"""What meetings on earlier quarters settled, as their tables tell it and as of a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from infobank.programme.weeks import parse_quarter

AGREED_COLUMNS = (
    "yot_id",
    "yot_name",
    "meeting",
    "decision",
    "action",
    "programme",
    "week_commencing",
    "arm",
    "inclusion_probability",
    "decided_on",
    "who",
    "why",
)
OUT = ("remove", "swap out")
"""The actions that leave a YOT without a visit."""

Row = Mapping[Hashable, Any]
_OF_A_VISIT = ("yot_name", "programme", "week_commencing", "arm", "inclusion_probability")


@dataclass
class _Settled:
    """What stands: visits by YOT, and the YOTs taken out."""

    visits: dict[str, dict[str, Any]] = field(default_factory=dict)
    out: dict[str, dict[str, Any]] = field(default_factory=dict)


def standing_rows(decisions: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``out/decision`` that stand: neither withdrawn nor a withdrawal."""
    gone = set(zip(decisions["quarter"], decisions["withdraws"], strict=True))
    own = zip(decisions["quarter"], decisions["decision"], strict=True)
    stands = pd.Series([key not in gone for key in own], index=decisions.index, dtype=bool)
    return decisions[stands & (decisions["action"] != "withdraw")].reset_index(drop=True)


def earlier_visits(
    quarter: str,
    decisions: pd.DataFrame | None,
    finals: pd.DataFrame | None,
    programmes: pd.DataFrame | None,
    decided_by: dt.date | None = None,
) -> pd.DataFrame:
    """What the meetings on earlier quarters agreed, for the next proposal to keep.

    A programme approved as a whole counts in every visit; from a meeting that did not approve it
    only the visits it decided on one by one. What a later meeting says of the same weeks goes
    before what an earlier one said.

    Args:
        quarter: the quarter of the new proposal; meetings on it or on later ones do not count.
        decisions: ``out/decision``.
        finals: ``out/programme_final``.
        programmes: ``out/programme``; tells how a programme stood before later decisions.
        decided_by: only decisions taken by this day count; None: all.

    Returns:
        One row per visit agreed, and one per YOT taken out (action in ``OUT``), columns as
        ``AGREED_COLUMNS``, in the order of YOT and meeting.
    """
    settled = _Settled()
    if decisions is not None and finals is not None and programmes is not None:
        for meeting in sorted(set(decisions["quarter"])):
            if meeting < quarter:
                decided, final, proposed = (
                    table[table["quarter"] == meeting] for table in (decisions, finals, programmes)
                )
                _meeting(
                    settled, meeting, decided.sort_values("decision"), final, proposed, decided_by
                )
    rows = [*settled.visits.values(), *settled.out.values()]
    frame = pd.DataFrame.from_records(rows, columns=list(AGREED_COLUMNS))
    return typed_agreed(frame).sort_values(["yot_id", "meeting"], ignore_index=True)


def typed_agreed(frame: pd.DataFrame) -> pd.DataFrame:
    """The columns of agreed visits in their types."""
    frame = frame.copy()
    for column in ("week_commencing", "decided_on"):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    frame["decision"] = frame["decision"].astype("Int64")
    frame["inclusion_probability"] = frame["inclusion_probability"].astype("float64")
    for column in ("yot_id", "yot_name", "meeting", "action", "programme", "arm", "who", "why"):
        frame[column] = frame[column].astype("str")
    return frame


def _meeting(
    settled: _Settled,
    meeting: str,
    decisions: pd.DataFrame,
    final: pd.DataFrame,
    proposed: pd.DataFrame,
    decided_by: dt.date | None,
) -> None:
    """Bring in what one meeting settled, over what earlier ones did."""
    known = decisions
    if decided_by is not None:
        known = decisions[pd.to_datetime(decisions["decided_on"]) <= pd.Timestamp(decided_by)]
    stands = standing_rows(known)
    if stands.empty:
        return
    lines = _lines(final)
    last = stands.iloc[-1]
    approved = last["action"] == "approve" and not _text(last["yot_id"])
    if len(known) < len(decisions):
        replayed = _replay(_lines(proposed), stands)
        # A later run may have changed the proposal since; then only what was decided by then on
        # single visits is known, not the programme around them.
        same = _places(_replay(_lines(proposed), standing_rows(decisions))) == _places(lines)
        approved, lines = approved and same, replayed
    if approved:
        first = (parse_quarter(meeting) + 1).start_time
        earlier = settled.visits.items()
        settled.visits = {y: v for y, v in earlier if pd.Timestamp(v["week_commencing"]) < first}
        settled.out = {}
        for yot_id, line in lines.items():
            settled.visits[yot_id] = _agreed(meeting, last, yot_id, line, "approve")
    for row in stands.to_dict("records"):
        _decided(settled, meeting, row, lines)


def _decided(settled: _Settled, meeting: str, row: Row, lines: dict[str, Row]) -> None:
    """Bring in one decision on a single visit; the last one on a YOT is the one that tells."""
    action, yot_id = str(row["action"]), _text(row["yot_id"])
    leaves = {"swap": yot_id, "remove": yot_id}.get(action, "")
    comes = _text(row["other_yot_id"]) if action == "swap" else "" if leaves else yot_id
    if leaves and leaves not in lines:
        settled.visits.pop(leaves, None)
        no_visit: Row = {"yot_name": _text(row["yot_name"]), "programme": "", "arm": ""}
        how = "swap out" if action == "swap" else "remove"
        settled.out[leaves] = _agreed(meeting, row, leaves, no_visit, how)
    if comes and comes in lines:
        settled.out.pop(comes, None)
        settled.visits[comes] = _agreed(meeting, row, comes, lines[comes], action)


def _agreed(meeting: str, row: Any, yot_id: str, line: Row, action: str) -> dict[str, Any]:
    visit = {column: line.get(column) for column in _OF_A_VISIT}
    decision = {column: row[column] for column in ("decision", "decided_on", "who", "why")}
    return {"yot_id": yot_id, "meeting": meeting, "action": action, **visit, **decision}


def _lines(programme: pd.DataFrame) -> dict[str, Row]:
    return {str(row["yot_id"]): row for row in programme.to_dict("records")}


def _replay(lines: dict[str, Row], decisions: pd.DataFrame) -> dict[str, Row]:
    """A programme after decisions: where each visit landed stands in its row."""
    now = dict(lines)
    for row in decisions.to_dict("records"):
        action, yot_id = row["action"], _text(row["yot_id"])
        line = dict(now.get(yot_id, {}))
        place: dict[Hashable, Any] = {k: row[k] for k in ("programme", "week_commencing")}
        if action in ("swap", "remove"):
            now.pop(yot_id, None)
        if action == "swap":
            now[_text(row["other_yot_id"])] = place | {"yot_name": _text(row["other_yot_name"])}
        elif action == "add":
            now[yot_id] = place | {"yot_name": _text(row["yot_name"])}
        elif action == "defer":
            now[yot_id] = line | place
    return now


def _places(lines: dict[str, Row]) -> set[tuple[str, str, str]]:
    return {
        (yot_id, str(line["programme"]), str(pd.Timestamp(line["week_commencing"]).date()))
        for yot_id, line in lines.items()
    }


def _text(value: Any) -> str:
    return "" if pd.isna(value) else str(value).strip()
