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
from infobank.domain.findings import MistakeError
from infobank.domain.quarters import day_of

if TYPE_CHECKING:
    from infobank.meeting.meeting import Meeting, Weighed

meeting_app = typer.Typer(
    help="Record what the meeting decides on a proposed programme.", no_args_is_help=True
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

QuarterOption = Annotated[
    str | None, typer.Option(help="Such as 2014-Q1; the one last run by default.")
]
WarehouseOption = Annotated[Path, typer.Option(help="The folder the tables are published in.")]
Who = Annotated[str, typer.Option(help="Who decided: the office or the body.")]
Why = Annotated[str, typer.Option(help="The reason, for the record.")]
On = Annotated[
    str, typer.Option("--on", help="Day of the decision, such as 2014-04-22; today by default.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Record without asking once more.")]
HERE = Path("warehouse")


@meeting_app.command()
def show(
    quarter: QuarterOption = None, warehouse: WarehouseOption = HERE, verbose: Verbose = False
) -> None:
    """Show the proposal, the decisions so far, and the programme as they make it."""
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
    action: Annotated[str, typer.Argument(help="approve, swap, defer, add, remove or withdraw.")],
    yot: Annotated[str, typer.Argument(help="The YOT; for a swap the one that goes out.")] = "",
    other: Annotated[str, typer.Argument(help="For a swap: the YOT that comes in.")] = "",
    programme: Annotated[str, typer.Option(help="For add: FJI or SQS.")] = "",
    week: Annotated[str, typer.Option(help="Monday of the week, such as 2014-07-07.")] = "",
    who: Who = "",
    why: Why = "",
    on: On = "",
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
    yes: Yes = False,
) -> None:
    """Show what a decision would do, then record it. Nothing is final until close."""
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
        bool, typer.Option("--without-approval", help="Publish without an approval.")
    ] = False,
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """Publish decisions and final programme, in one step, beside the proposal."""
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
    file: Annotated[Path, typer.Argument(help="The spreadsheet to write, FILE.xlsx.")],
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """Write the programme as it stands to a spreadsheet that can be edited and read back."""
    from infobank.meeting.spreadsheet import export_workbook

    export_workbook(_open(warehouse, quarter), writable(file))
    out.print(Text(f"Wrote {file}. Edit the sheet Programme and read it back."))


@meeting_app.command()
def read(
    file: Annotated[Path, typer.Argument(help="The spreadsheet, edited by hand.")],
    accept: Annotated[
        bool, typer.Option("--accept", help="Record its differences as decisions.")
    ] = False,
    who: Who = "",
    why: Why = "",
    on: On = "",
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """Name every rule an edited spreadsheet breaks; with --accept, decide what it changes.

    The exit code is 1 where a rule is broken or a cell cannot be read, unless it is accepted.
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
        cells = ", ".join(finding.cell or "a line" for finding in edited.slips)
        raise MistakeError(f"Nothing is recorded: put {cells} right first.")
    if not edited.decisions:
        raise MistakeError("The spreadsheet changes no visit, so there is nothing to record.")
    weighed = decide_all(meeting, edited.decisions)
    bulleted("Not taken over", not_taken_over(weighed.after.final.programme, edited.programme))
    _record(weighed, warehouse, yes=True)


def _decided_on(told: str) -> date:
    return day_of(told) if told.strip() else date.today()


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
    numbers = ", ".join(str(entry.decision) for entry in weighed.entries)
    out.print(
        f"Recorded as decision {numbers} on {meeting.quarter}. It is final once the meeting is "
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
