"""``infobank meeting``: the same meeting as in Prefect, at the command line and by spreadsheet."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.cli.verbose import Verbose, busy
from infobank.domain.errors import MistakeError
from infobank.domain.in_words import listed
from infobank.domain.quarters import day_of

if TYPE_CHECKING:
    from infobank.meeting.meeting import Meeting, Weighed

meeting_app = typer.Typer(
    help="Show, change and approve the proposed visits, and write the meeting's papers.",
    no_args_is_help=True,
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

QuarterOption = Annotated[
    str | None,
    typer.Option(
        metavar="QUARTER",
        help="The quarter of the proposal, such as 2014-Q1. Without it: the last one run.",
    ),
]
WarehouseOption = Annotated[
    Path, typer.Option(metavar="FOLDER", help="The folder the tables are published in.")
]
Who = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="Who decided: an office or a body, such as Assistant Chief Inspector."
    ),
]
Why = Annotated[str, typer.Option(metavar="REASON", help="The reason, for the record.")]
On = Annotated[
    str,
    typer.Option(
        "--on",
        metavar="DAY",
        help="The day of the decision, such as 2014-04-22. Without it: today.",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", metavar=" ", help="Record without asking first.")]
HERE = Path("warehouse")


@meeting_app.command()
def show(
    quarter: QuarterOption = None, warehouse: WarehouseOption = HERE, verbose: Verbose = False
) -> None:
    """Show the proposed visits, the decisions so far, and the programme with them."""
    from infobank.meeting.words import decisions_in_words, measures, visits

    meeting = _open(warehouse, quarter, verbose)
    _tell(meeting)
    rows("Proposal and current programme", measures(meeting))
    rows("Decisions", decisions_in_words(meeting))
    lines = [
        {k: v for k, v in row.items() if k != "why"} for row in visits(meeting.final.programme)
    ]
    rows("The current programme", lines)


@meeting_app.command("decide")
def decide_one(
    action: Annotated[
        str,
        typer.Argument(
            metavar="ACTION",
            help=(
                "approve the programme; swap a YOT for another; defer a visit to another week; "
                "add a visit; remove one; or withdraw the last decision."
            ),
        ),
    ],
    yot: Annotated[
        str,
        typer.Argument(
            metavar="YOT",
            show_default=False,
            help="The YOT decided on. For a swap: the YOT that is taken out.",
        ),
    ] = "",
    other: Annotated[
        str,
        typer.Argument(
            metavar="OTHER", show_default=False, help="For a swap: the YOT that comes in."
        ),
    ] = "",
    programme: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help="For add: the short name of the kind of inspection, as in the programme.",
        ),
    ] = "",
    week: Annotated[
        str,
        typer.Option(
            metavar="DAY",
            help=(
                "For swap, defer and add: the Monday of the week, such as 2014-07-07. Without it: "
                "the week given up if it is free, otherwise the next free week."
            ),
        ),
    ] = "",
    who: Who = "",
    why: Why = "",
    on: On = "",
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
    yes: Yes = False,
) -> None:
    """Show what a decision would do, ask, and record it. `close` makes it final.

    For example: infobank meeting decide remove Barnsley --who "Chief Inspector" --why "A merger"
    """
    from infobank.meeting.decision import understand
    from infobank.meeting.meeting import decide

    meeting = _open(warehouse, quarter)
    decision = understand(
        meeting.proposal,
        action,
        yot=yot,
        other_yot=other,
        programme=programme,
        week=week,
        who=who,
        why=why,
        decided_on=_decided_on(on),
    )
    _record(decide(meeting, decision), warehouse, yes)


@meeting_app.command()
def close(
    without_approval: Annotated[
        bool,
        typer.Option("--without-approval", metavar=" ", help="Publish even if nobody approved."),
    ] = False,
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """End the meeting: publish its decisions and the final programme. The proposal stays."""
    from infobank.meeting.closing import close as publish
    from infobank.reports.pack import keep_pack

    meeting = _open(warehouse, quarter)
    if not meeting.approved and not without_approval:
        msg = (
            f"The programme after {meeting.quarter} is not approved as it is now. Record an "
            "approval first (infobank meeting decide approve), or close it --without-approval."
        )
        raise MistakeError(msg)
    closed = publish(meeting, warehouse.resolve())
    out.print(Text(closed.sentence))
    out.print(Text(f"Meeting pack: {keep_pack(warehouse.resolve(), closed.quarter)}"))


@meeting_app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="The spreadsheet to write.")],
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """Write the current programme to a spreadsheet, to edit and then `read` back."""
    from infobank.meeting.spreadsheet import export_workbook

    export_workbook(_open(warehouse, quarter), writable(file))
    out.print(Text(f"Wrote {file}. Edit the sheet Programme and read it back."))


@meeting_app.command()
def read(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The edited spreadsheet.")],
    accept: Annotated[
        bool,
        typer.Option(
            "--accept", metavar=" ", help="Record the changes as decisions, if all can be."
        ),
    ] = False,
    who: Who = "",
    why: Why = "",
    on: On = "",
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """Check an edited spreadsheet: list its changes and every rule they break, with the cell.

    With --accept the changes are recorded as decisions. Without it nothing is recorded.

    Without --accept the exit code is 1 if a rule is broken or a cell cannot be read.
    """
    from infobank.meeting.meeting import decide_all
    from infobank.meeting.spreadsheet import not_taken_over, read_workbook

    if not file.is_file():
        raise MistakeError(f"There is no file {file}.")
    if accept and not (who.strip() and why.strip()):
        raise MistakeError("To accept a spreadsheet say --who decided and --why.")
    meeting = _open(warehouse, quarter)
    edited = read_workbook(meeting, file, who=who, why=why, decided_on=_decided_on(on))
    bulleted(f"Broken by the edit ({len(edited.findings)})", [f.message for f in edited.findings])
    bulleted(f"Changes ({len(edited.changes)})", edited.changes)
    if not edited.findings:
        out.print("The edit breaks no rule.")
    bulleted(f"Broken before the edit already ({len(edited.already)})", edited.already)
    if not accept:
        raise typer.Exit(1 if edited.findings else 0)
    if edited.slips:
        cells = listed(finding.cell or "a line" for finding in edited.slips)
        raise MistakeError(f"Nothing is recorded: put {cells} right first.")
    if not edited.decisions:
        raise MistakeError("The spreadsheet changes no visit, so there is nothing to record.")
    weighed = decide_all(meeting, edited.decisions)
    bulleted("Not taken over", not_taken_over(weighed.after.final.programme, edited.programme))
    _record(weighed, warehouse, yes=True)


def _decided_on(text: str) -> date:
    return day_of(text) if text.strip() else date.today()


def _open(warehouse: Path, quarter: str | None, verbose: bool = False) -> Meeting:
    from infobank.meeting.meeting import open_meeting

    with busy(err, "Making the proposal again from the tables (about 20 seconds) ...", verbose):
        return open_meeting(warehouse.resolve(), quarter)


def _record(weighed: Weighed, warehouse: Path, yes: bool) -> None:
    from infobank.meeting.meeting import record
    from infobank.meeting.words import entry_in_words, measures

    for entry in weighed.entries:
        out.print(Text(f"{entry_in_words(entry, weighed.after)} {entry.effect}"))
        if entry.new_violations:
            out.print(Text(f"  Newly broken: {entry.new_violations}"))
    rows("Proposal and programme with this", measures(weighed.after))
    if not yes and not typer.confirm("Record this?"):
        out.print("Nothing is recorded.")
        raise typer.Exit(1)
    meeting = record(weighed, warehouse.resolve())
    numbers = listed(entry.decision for entry in weighed.entries)
    several = "decisions" if len(weighed.entries) > 1 else "decision"
    out.print(
        f"Recorded as {several} {numbers} on {meeting.quarter}. It is final once the meeting is "
        "closed (infobank meeting close); until then `infobank meeting decide withdraw` undoes it."
    )


def _tell(meeting: Meeting) -> None:
    from infobank.meeting.words import newly_broken, standing_in_words

    for sentence in standing_in_words(meeting):
        out.print(Text(sentence))
    bulleted("Broken by decision", newly_broken(meeting))


def writable(file: Path) -> Path:
    """The file, where its folder is there."""
    if not file.parent.is_dir():
        raise MistakeError(f"There is no folder {file.parent} to write {file.name} in.")
    if file.is_dir():
        raise MistakeError(f"{file} is a folder. Name the file to write in it.")
    return file


def bulleted(title: str, sentences: list[str]) -> None:
    """Sentences under a title; nothing where there are none."""
    if not sentences:
        return
    out.print(f"{title}:")
    for sentence in sentences:
        out.print(Text(f"  - {sentence}"))


def rows(title: str, lines: list[dict[str, object]] | list[dict[str, str]]) -> None:
    """Lines as a table on the screen; nothing where there are none."""
    if not lines:
        return
    table = Table(title=title, title_justify="left")
    for heading in lines[0]:
        table.add_column(str(heading))
    for row in lines:
        table.add_row(*(Text(str(value)) for value in row.values()))
    out.print(table)
