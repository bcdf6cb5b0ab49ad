"""One decision as a person puts it: names as written, a week as a day, and who and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from infobank.domain.errors import MistakeError
from infobank.domain.in_words import listed
from infobank.domain.register import load_register
from infobank.programme import Proposal

Action = Literal["approve", "swap", "defer", "add", "remove", "withdraw"]
ACTIONS: tuple[str, ...] = get_args(Action)
NAMES_A_YOT = ("swap", "defer", "add", "remove")

_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y")
_CHANGES_PLACE = ("swap", "defer", "add")


@dataclass(frozen=True)
class Decision:
    """A decision understood.

    Attributes:
        action: what is decided. An approval without a YOT is of the whole programme; a withdrawal
            is of the last decision that stands.
        yot_id: the YOT it concerns; for a swap the one that goes out.
        other_yot_id: for a swap, the one that comes in.
        programme: for an addition, the short name of the programme.
        week: Monday of the first fieldwork week, where one is named.
        who: who decided.
        why: the reason.
        decided_on: the day of the decision.
    """

    action: str
    yot_id: str
    other_yot_id: str
    programme: str
    week: date | None
    who: str
    why: str
    decided_on: date


def understand(
    proposal: Proposal,
    action: str,
    *,
    yot: str = "",
    other_yot: str = "",
    programme: str = "",
    week: str = "",
    who: str = "",
    why: str = "",
    decided_on: date,
) -> Decision:
    """Understand a decision from the words it was put in.

    Args:
        proposal: says which YOTs the programme knows.
        action: one of ``ACTIONS``.
        yot: a YOT's name or id in any known spelling.
        other_yot: for a swap, the YOT that comes in.
        programme: for an addition, the short name of the programme.
        week: a Monday, such as 2014-07-07 or 7 July 2014; empty for the first free week.
        who: who decided.
        why: the reason.
        decided_on: the day of the decision.

    Raises:
        MistakeError: something is missing or not understood; the sentence says what to write.
    """
    action = action.strip().casefold()
    if action not in ACTIONS:
        known = listed(ACTIONS, "or", most=None)
        msg = f"{action!r} is not something a meeting decides; use {known}."
        raise MistakeError(msg)
    missing = [name for name, text in (("who", who), ("why", why)) if not text.strip()]
    if missing:
        what = {"who": "who decided this", "why": "why it was decided"}
        msg = f"Say {' and '.join(what[m] for m in missing)}; the record keeps it."
        raise MistakeError(msg)
    kind = programme.strip().upper()
    planned = {p.upper(): p for p in proposal.basis.rules.planned}
    if action == "add" and kind not in planned:
        msg = f"To add a visit say which programme: {listed(planned.values(), 'or', most=None)}."
        raise MistakeError(msg)
    names_one = action in NAMES_A_YOT
    if names_one and not yot.strip():
        msg = f"Say which YOT to {action}."
        raise MistakeError(msg)
    if action == "swap" and not other_yot.strip():
        msg = "To swap, say which YOT comes in as well as which goes out."
        raise MistakeError(msg)
    return Decision(
        action=action,
        yot_id=_known(yot, proposal) if names_one or (action == "approve" and yot.strip()) else "",
        other_yot_id=_known(other_yot, proposal) if action == "swap" else "",
        programme=planned[kind] if action == "add" else "",
        week=monday(week) if action in _CHANGES_PLACE else None,
        who=" ".join(who.split()),
        why=" ".join(why.split()),
        decided_on=decided_on,
    )


def monday(text: str) -> date | None:
    """The Monday a person named, or None for an empty text.

    Raises:
        MistakeError: it is not a day, or not a Monday.
    """
    text = text.strip()
    if not text:
        return None
    for form in _DAYS:
        try:
            day = datetime.strptime(text, form).date()
        except ValueError:
            continue
        if day.weekday():
            start = day - timedelta(days=day.weekday())
            msg = f"{text} is a {day:%A}; fieldwork weeks begin on a Monday, such as {start}."
            raise MistakeError(msg)
        return day
    msg = f"{text!r} is not a day. Write the Monday as year, month, day, such as 2014-07-07."
    raise MistakeError(msg)


def _known(name: str, proposal: Proposal) -> str:
    resolution = load_register().names.resolve(name)
    candidates = proposal.basis.candidates
    if resolution.yot_id in candidates:
        return str(resolution.yot_id)
    # A programme may be made for YOTs that the register does not have.
    if name.strip() in candidates:
        return name.strip()
    if resolution.yot_id is not None:
        msg = (
            f"{name.strip()} was not in force at the end of {proposal.basis.year.quarter}, so it "
            "cannot be visited; name the YOT that followed it."
        )
        raise MistakeError(msg)
    near = "Write its name as in the ranking."
    if resolution.suggestion:
        near = f"Did you mean {resolution.suggestion}?"
    msg = f"The register has no YOT called {name.strip()!r}. {near}"
    raise MistakeError(msg)
