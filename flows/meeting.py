"""The meeting in Prefect: the proposal is published, and the run waits for what is decided."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import pandas as pd
from prefect import flow, get_run_logger, pause_flow_run
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.exceptions import FlowPauseTimeout
from prefect.input import RunInput
from pydantic import Field, create_model

from flows.artifacts import kind_in_words
from flows.ending import ends_plainly
from flows.folders import place_of
from infobank.domain.errors import MistakeError
from infobank.domain.in_words import listed
from infobank.domain.programmes import in_order
from infobank.meeting.closing import Closed, close
from infobank.meeting.decision import Decision, understand
from infobank.meeting.meeting import Meeting, Weighed, decide, open_meeting, record, refresh
from infobank.meeting.words import (
    decisions_in_words,
    entry_in_words,
    measures,
    newly_broken,
    standing_in_words,
    visits,
)
from infobank.programme import load_rules
from infobank.reports.pack import keep_pack
from infobank.tables import WarehouseBusyError

PATIENCE_DAYS = 21
_PATIENCE_SECONDS = PATIENCE_DAYS * 24 * 60 * 60
_LOOK_EVERY_SECONDS = 3

_ACTIONS = {
    "approve programme": "approve",
    "swap": "swap",
    "defer": "defer",
    "add": "add",
    "remove": "remove",
    "withdraw last": "withdraw",
}


NOT_NEEDED = "not needed"


def _kinds_of_visit(schema: dict[str, Any]) -> None:
    """The programmes that a visit can be of, as a list to choose from."""
    schema["enum"] = [NOT_NEEDED, *load_rules().planned]


class DecisionForm(RunInput):
    """What the meeting decides next."""

    action: Literal[
        "swap",
        "defer",
        "add",
        "remove",
        "withdraw last",
        "approve programme",
        "close without approval",
    ] = Field(
        default="swap",
        title="Decision",
        description=(
            # Prefect 3.8.8: a click on the words of a list opens and closes it at once.
            "Open the list with the arrows at its right. "
            "swap: one YOT out, another in. defer: another week. add, remove: a visit. "
            "withdraw last: the last decision no longer counts. approve programme: approve it as "
            "it is now and close. close without approval: publish it as it is now, not "
            "approved. Closing asks once more before it is final."
        ),
    )
    yot: str = Field(
        default="",
        title="YOT",
        description="The YOT decided on; for a swap the one that goes out. As you would write it.",
    )
    other_yot: str = Field(
        default="", title="YOT coming in", description="For a swap: the YOT that comes in."
    )
    programme: str = Field(
        default=NOT_NEEDED,
        title="Programme",
        description="For add: which kind of visit.",
        json_schema_extra=_kinds_of_visit,
    )
    week: str = Field(
        default="",
        title="Week",
        description=(
            "For swap, defer and add: the Monday, such as 2014-07-07. Empty: for a swap the week "
            "given up where it can be had, otherwise the first free week."
        ),
    )
    who: str = Field(
        default="",
        title="Who",
        description="Needed for every decision: the office or the body that decides.",
    )
    why: str = Field(
        default="",
        title="Why",
        description="Needed for every decision: the reason, for the record.",
    )


class FinalForm(RunInput):
    """The last question before the final programme is published."""

    publish: bool = Field(
        default=False,
        title="Publish the final programme",
        description=(
            "On: out/decision and out/programme_final are written. Off: back "
            "to the meeting; nothing is published."
        ),
    )


Form = TypeVar("Form", bound=RunInput)


@flow(name="record the meeting", validate_parameters=True)
@ends_plainly
def record_the_meeting(
    quarter: Annotated[str, Field(pattern=r"^\d{4}-Q[1-4]$")] | None = None,
    warehouse: Path = Path("warehouse"),
) -> str:
    """Record what the meeting decides on a proposed programme, and publish the final programme.

    The run shows the proposal under Artifacts, then pauses: press Resume, fill in one decision and
    submit. Its effect is shown before the next one. Approve the programme, or close without
    approval, to end the meeting.

    Args:
        quarter: The quarter whose programme is decided on, such as 2014-Q1. Empty: the one last
            run.
        warehouse: The folder the tables are published in, from the project's folder.
    """
    place = place_of(warehouse)
    meeting = open_meeting(place, quarter)
    _show_proposal(meeting)
    outcome, filled = "", dict[str, Any]()
    while True:
        _show(meeting, outcome)
        answer = _ask(DecisionForm, _question(meeting, outcome), filled)
        filled = answer.model_dump()
        try:
            if answer.action in ("approve programme", "close without approval"):
                closed = _close(meeting, answer, place)
                if closed is not None:
                    _show_closed(refresh(meeting, place), closed)
                    keep_pack(place, closed.quarter)
                    return closed.sentence
                outcome = "The meeting goes on; nothing is published yet."
            else:
                weighed = decide(meeting, _understood(meeting, answer))
                meeting = record(weighed, place)
                outcome = _recorded(weighed)
            filled = {"who": answer.who}
        except (MistakeError, WarehouseBusyError) as mistake:
            outcome = f"**Not recorded.** {mistake}"
            get_run_logger().warning("Not recorded. %s", mistake)
            meeting = refresh(meeting, place)


def _understood(meeting: Meeting, answer: DecisionForm) -> Decision:
    return understand(
        meeting.proposal,
        _ACTIONS[answer.action],
        # Approving in the form is always of the whole programme.
        yot="" if answer.action == "approve programme" else answer.yot,
        other_yot=answer.other_yot,
        programme="" if answer.programme == NOT_NEEDED else answer.programme,
        week=answer.week,
        who=answer.who,
        why=answer.why,
        decided_on=date.today(),
    )


def _close(meeting: Meeting, answer: DecisionForm, warehouse: Path) -> Closed | None:
    """Ask once more, then publish; None when the meeting goes on."""
    weighed = None
    if answer.action == "approve programme":
        weighed = decide(meeting, _understood(meeting, answer))
    elif not meeting.entries:
        msg = "Nothing has been decided, so there is nothing to publish. Approve the programme, or "
        msg += "cancel this run."
        raise MistakeError(msg)
    how = "Approve and publish" if weighed else "Publish, without approval,"
    question = f"**{how} this programme?**\n\n{_in_short(meeting)}"
    if not _ask(FinalForm, question, {}).publish:
        return None
    return close(record(weighed, warehouse) if weighed else meeting, warehouse)


def _ask(form: type[Form], description: str, filled: dict[str, Any]) -> Form:
    """Pause until the form is filled in.

    The run keeps its process while it waits, so that the meeting goes on where it was.
    """
    prefilled = _prefilled(form, description, filled)
    try:
        return pause_flow_run(
            wait_for_input=prefilled, timeout=_PATIENCE_SECONDS, poll_interval=_LOOK_EVERY_SECONDS
        )
    except FlowPauseTimeout:
        msg = (
            f"Nobody answered for {PATIENCE_DAYS} days, so nothing is published. What was decided "
            "is recorded: start the meeting again to go on with it."
        )
        raise MistakeError(msg) from None


def _prefilled(form: type[Form], description: str, filled: dict[str, Any]) -> type[Form]:
    """The form with what was filled in before, each field with its own explanation."""
    fields: dict[str, Any] = {
        name: (
            info.annotation,
            Field(
                default=filled.get(name, info.default),
                title=info.title,
                description=info.description,
            ),
        )
        for name, info in form.model_fields.items()
    }
    model: type[Form] = create_model(form.__name__, __base__=form, __doc__=form.__doc__, **fields)
    model._description = description
    return model


def _recorded(weighed: Weighed) -> str:
    entry, meeting = weighed.entries[-1], weighed.after
    decision = f"Decision {entry.decision}: {entry_in_words(entry, meeting)} {entry.effect}"
    get_run_logger().info(decision)
    broken = f"\n\nNewly broken: {entry.new_violations}" if entry.new_violations else ""
    undo = "" if entry.action == "withdraw" else " To undo it choose *withdraw last*."
    return f"**Recorded, not yet final.** {decision}{undo}{broken}"


def _question(meeting: Meeting, outcome: str) -> str:
    """What is shown above the form; there is little room, so lists and no tables."""
    return "\n\n".join(filter(None, [outcome, _in_short(meeting), _in_the_programme(meeting)]))


def _in_the_programme(meeting: Meeting) -> str:
    programme = meeting.final.programme
    lines = []
    for kind in in_order(programme["programme"]):
        names = list(programme.loc[programme["programme"] == kind, "yot_name"])
        number = "1 YOT" if len(names) == 1 else f"{len(names)} YOTs"
        lines.append(f"- **{kind_in_words(kind)}**, {number}: {listed(names)}")
    return "\n".join(["In the programme; every visit is under Artifacts:", "", *lines])


def _in_short(meeting: Meeting) -> str:
    changes = [
        f"- {row['']}: {row['now']}"
        + ("" if row["change"] == "none" else f" (proposal {row['proposal']})")
        for row in measures(meeting)
    ]
    return "\n\n".join([*standing_in_words(meeting), "\n".join(changes), *_broken(meeting)])


def _standing(meeting: Meeting) -> str:
    return "\n\n".join([*standing_in_words(meeting), _table(measures(meeting)), *_broken(meeting)])


def _broken(meeting: Meeting) -> list[str]:
    return [f"Broken by decision: {sentence}" for sentence in newly_broken(meeting)]


def _show_proposal(meeting: Meeting) -> None:
    create_table_artifact(
        key="meeting-proposal",
        description=f"{_mark(meeting)}The proposal for {meeting.quarter}; it is never edited",
        table=_visits(meeting.proposal.programme),
    )


def _visits(programme: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {"kind of inspection": kind_in_words(row["programme"])}
        | {heading: value for heading, value in row.items() if heading != "programme"}
        for row in visits(programme)
    ]


def _show(meeting: Meeting, outcome: str) -> None:
    create_markdown_artifact(
        key="meeting",
        description=f"{_mark(meeting)}The programme after {_so_many(meeting)}",
        markdown="\n\n".join(
            filter(
                None,
                [f"# Meeting on {meeting.quarter}", outcome, _standing(meeting), _minutes(meeting)],
            )
        ),
    )
    create_table_artifact(
        key="meeting-programme",
        description=f"{_mark(meeting)}The programme after {_so_many(meeting)}",
        table=_visits(meeting.final.programme),
    )


def _show_closed(meeting: Meeting, closed: Closed) -> None:
    _show(meeting, f"**{closed.sentence}**")


def _minutes(meeting: Meeting) -> str:
    rows = decisions_in_words(meeting)
    return f"## Decisions\n\n{_table(rows)}" if rows else ""


def _so_many(meeting: Meeting) -> str:
    number = len(meeting.entries)
    return "1 decision" if number == 1 else f"{number} decisions"


def _mark(meeting: Meeting) -> str:
    return "SYNTHETIC: not real figures. " if meeting.proposed.synthetic else ""


def _table(rows: list[dict[str, Any]]) -> str:
    def line(cells: list[str]) -> str:
        return "| " + " | ".join(c.replace("|", "/").replace("\n", " ") for c in cells) + " |"

    heads = list(rows[0])
    body = [line([str(v) for v in row.values()]) for row in rows]
    return "\n".join([line(heads), line(["---"] * len(heads)), *body])
