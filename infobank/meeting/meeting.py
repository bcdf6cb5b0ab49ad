"""A sitting of the meeting: open it, weigh a decision, record it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd

from infobank.domain.errors import MistakeError
from infobank.meeting.decision import Decision
from infobank.meeting.minutes import Entry, append_minutes, read_minutes, standing
from infobank.meeting.proposed import (
    Proposed,
    proposal_digest,
    proposed_programme,
    rebuild,
)
from infobank.programme import Proposal
from infobank.programme.decisions import (
    DECISION_COLUMNS,
    DecisionError,
    Final,
    apply_decisions,
    empty_decisions,
)


@dataclass(frozen=True)
class Meeting:
    """The meeting about one quarter's programme, as it stands.

    Attributes:
        proposed: the proposal and what it was made from.
        entries: every decision recorded, withdrawn ones and withdrawals among them.
        final: the programme as the decisions that stand make it.
        lapsed: decisions that can no longer be carried out, because a later run changed the
            proposal: their number and the reason.
    """

    proposed: Proposed
    entries: tuple[Entry, ...]
    final: Final
    lapsed: dict[int, str] = field(default_factory=dict)

    @property
    def quarter(self) -> str:
        """The quarter ranked."""
        return self.proposed.quarter

    @property
    def proposal(self) -> Proposal:
        """The proposal; it is never edited."""
        return self.proposed.proposal

    @property
    def standing(self) -> tuple[Entry, ...]:
        """The decisions that stand and can be carried out."""
        return tuple(e for e in standing(self.entries) if e.decision not in self.lapsed)

    @property
    def approved(self) -> bool:
        """Whether the whole programme was approved and nothing was changed after that."""
        stands = self.standing
        return bool(stands) and stands[-1].action == "approve" and not stands[-1].yot_id

    @property
    def earlier_proposal(self) -> bool:
        """Whether some decision was taken on a proposal that a later run has changed."""
        return any(entry.proposal != self.proposed.digest for entry in self.entries)

    def name(self, yot_id: str) -> str:
        """A YOT's name."""
        candidate = self.proposal.basis.candidates.get(yot_id)
        return candidate.name if candidate else yot_id


@dataclass(frozen=True)
class Weighed:
    """Decisions whose effect is known and that are not recorded yet.

    Attributes:
        before: the meeting as it was.
        after: the meeting with them.
        entries: the lines to be recorded.
    """

    before: Meeting
    after: Meeting
    entries: tuple[Entry, ...]

    @property
    def effect(self) -> str:
        """The effect in words, one sentence or more for each decision."""
        return " ".join(" ".join(filter(None, (e.effect, e.new_violations))) for e in self.entries)


def open_meeting(warehouse: Path, quarter: str | None = None) -> Meeting:
    """Open, or reopen, the meeting about a quarter's programme.

    Args:
        warehouse: the warehouse folder.
        quarter: such as 2014-Q1; the one last run by default.

    Raises:
        MistakeError: there is no proposal for it.
        WarehouseError: the tables or the record are not as they were left.
    """
    proposed = rebuild(warehouse, quarter)
    return convene(proposed, read_minutes(warehouse, proposed.quarter))


def refresh(meeting: Meeting, warehouse: Path) -> Meeting:
    """The meeting as the warehouse and the record now have it; quick where nothing changed."""
    published = proposed_programme(warehouse, meeting.quarter)
    if proposal_digest(published) != meeting.proposed.digest:
        return open_meeting(warehouse, meeting.quarter)
    entries = read_minutes(warehouse, meeting.quarter)
    return meeting if entries == meeting.entries else convene(meeting.proposed, entries)


def convene(proposed: Proposed, entries: Sequence[Entry]) -> Meeting:
    """The meeting with a proposal and a record before it."""
    stands, lapsed = standing(entries), dict[int, str]()
    if any(entry.proposal != proposed.digest for entry in stands):
        stands, lapsed = _still_possible(proposed, stands)
    final = apply_decisions(proposed.proposal, _rows(stands))
    return Meeting(proposed, tuple(entries), final, lapsed)


def decide(meeting: Meeting, decision: Decision) -> Weighed:
    """Say what a decision would do; nothing is recorded yet.

    Raises:
        MistakeError: it cannot be carried out; the sentence says why and what to do.
    """
    return decide_all(meeting, [decision])


def decide_all(meeting: Meeting, decisions: Sequence[Decision]) -> Weighed:
    """Say what several decisions would do, one after the other; all of them or none.

    Raises:
        MistakeError: one of them cannot be carried out.
    """
    after, new = meeting, []
    for decision in decisions:
        after = (
            _withdraw(after, decision) if decision.action == "withdraw" else _add(after, decision)
        )
        new.append(after.entries[-1])
    return Weighed(meeting, after, tuple(new))


def record(weighed: Weighed, warehouse: Path) -> Meeting:
    """Keep weighed decisions in the meeting's record, on the disk.

    Raises:
        MistakeError: somebody else has recorded a decision meanwhile.
    """
    noted = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [replace(entry, noted=noted) for entry in weighed.entries]
    before = weighed.before
    append_minutes(warehouse, before.quarter, before.entries, lines)
    return replace(weighed.after, entries=(*before.entries, *lines))


def _add(meeting: Meeting, decision: Decision) -> Meeting:
    asked = _entry(meeting, decision)
    try:
        final = apply_decisions(meeting.proposal, _rows([*meeting.standing, asked]))
    except DecisionError as error:
        raise MistakeError(str(error)) from error
    row = final.decisions.iloc[-1]
    week = row["week_commencing"]
    done = replace(
        asked,
        programme=str(row["programme"]),
        week_commencing="" if pd.isna(week) else pd.Timestamp(week).date().isoformat(),
        risk_change=_rounded(row["risk_change"]),
        hours_change=_rounded(row["hours_change"]),
        past_five_years_change=int(row["past_five_years_change"]),
        new_violations=str(row["new_violations"]),
        effect=str(row["effect"]),
    )
    return replace(meeting, entries=(*meeting.entries, done), final=final)


def _withdraw(meeting: Meeting, decision: Decision) -> Meeting:
    stands = standing(meeting.entries)
    if not stands:
        msg = "There is no decision to withdraw. Record one first."
        raise MistakeError(msg)
    last = stands[-1]
    before, after = meeting.final, meeting.final
    if last.decision not in meeting.lapsed:
        after = apply_decisions(meeting.proposal, _rows(meeting.standing[:-1]))
    old = {v.sentence for v in before.violations}
    broken = [v.sentence for v in after.violations if v.sentence not in old]
    entry = replace(
        _entry(meeting, decision),
        withdraws=last.decision,
        risk_change=_rounded(after.final.risk - before.final.risk),
        hours_change=_rounded(after.final.hours - before.final.hours),
        past_five_years_change=after.final.past_five_years - before.final.past_five_years,
        new_violations=" ".join(broken),
        effect=f"Decision {last.decision} is withdrawn. It was: {last.effect}",
    )
    lapsed = {k: v for k, v in meeting.lapsed.items() if k != last.decision}
    return Meeting(meeting.proposed, (*meeting.entries, entry), after, lapsed)


def _rounded(change: float) -> float:
    # Risk is counted in hundred-thousandths of a member; what lies below is the machine's.
    return round(float(change), 6) + 0.0


def _entry(meeting: Meeting, decision: Decision) -> Entry:
    return Entry(
        decision=len(meeting.entries) + 1,
        quarter=meeting.quarter,
        action=decision.action,
        yot_id=decision.yot_id,
        other_yot_id=decision.other_yot_id,
        programme=decision.programme,
        week_commencing=decision.week.isoformat() if decision.week else "",
        withdraws=None,
        who=decision.who,
        why=decision.why,
        decided_on=decision.decided_on.isoformat(),
        proposal=meeting.proposed.digest,
        risk_change=0.0,
        hours_change=0.0,
        past_five_years_change=0,
        new_violations="",
        effect="",
    )


def _rows(entries: Sequence[Entry]) -> pd.DataFrame:
    if not entries:
        return empty_decisions()
    return pd.DataFrame([{c: getattr(e, c) for c in DECISION_COLUMNS} for e in entries])


def _still_possible(
    proposed: Proposed, stands: Sequence[Entry]
) -> tuple[tuple[Entry, ...], dict[int, str]]:
    """Decisions that a changed proposal still allows, and why it does not the others."""
    kept: list[Entry] = []
    lapsed = {}
    for entry in stands:
        try:
            apply_decisions(proposed.proposal, _rows([*kept, entry]))
            kept.append(entry)
        except DecisionError as error:
            lapsed[entry.decision] = str(error)
    return tuple(kept), lapsed
