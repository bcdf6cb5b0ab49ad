"""What the command line shows: the outcome of a run, of a check, and of the warehouse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table
from rich.text import Text

from infobank.checking.check_file import FileCheck, Tell
from infobank.domain.findings import Finding, by_kind
from infobank.domain.in_words import day_in_words, listed
from infobank.domain.programmes import in_order, title_of
from infobank.programme import load_rules
from infobank.ranking import component_title
from infobank.ranking.explain import STEP_WORDS
from infobank.reports.explanation import YotExplanation
from infobank.steps.summary import Summary
from infobank.tables import Status

_MOST_ALIKE = 2
_TOP = 10
_BAR = 20
_ENDED = {
    "promoted": "published",
    "beside": "kept beside the published tables",
    "refused": "not published",
}


def tell(summary: Summary, out: Console) -> None:
    """The outcome of a run."""
    if summary.synthetic:
        out.print("SYNTHETIC: real YOT names with made-up figures.", style="bold")
    out.print(f"Quarter {summary.quarter}, as of {day_in_words(date.fromisoformat(summary.as_of))}")
    if summary.outcome == "beside":
        out.print("What if: this is not the published ranking.", style="bold")
    for sentence in summary.caveats:
        out.print(Text(f"! {sentence}", style="bold"))
    if summary.ranking:
        out.print(_ranking(summary))
        _programme(summary, out)
        _unvisited(summary, out)
    for sentence in [*summary.unfetched, *summary.conflicts]:
        out.print(Text(f"! {sentence}"))
    out.print(
        f"Read {summary.files} files: {summary.records_read:,} records = "
        f"{summary.records_accepted:,} accepted + {summary.records_quarantined:,} refused."
    )
    _findings("Refused", summary.refused, out)
    _findings("Warnings", summary.warnings, out)
    out.print(Text(f"\n{summary.sentence}"))
    out.print(Text(f"Tables: {summary.tables}"))
    if summary.pack:
        out.print(Text(f"Meeting pack: {summary.pack}"), soft_wrap=True)
    if summary.reports:
        out.print(Text(f"Error reports to send back: {summary.reports}"))
    if summary.outcome != "refused":
        out.print(Text(f'  pandas.read_parquet("{summary.tables}/out/risk_ranking")'))


def _ranking(summary: Summary) -> Table:
    table = Table(title="10 highest risks", title_justify="left")
    table.add_column("rank", justify="right")
    table.add_column("YOT")
    table.add_column("region")
    table.add_column("score", justify="right")
    table.add_column("rank, 95% interval", justify="right")
    table.add_column("chance of being among the 6 highest risks", justify="right")
    for row in summary.ranking[:_TOP]:
        table.add_row(
            str(row["rank"]),
            row["yot_name"],
            row["region"],
            f"{row['score']:.2f}",
            f"{row['rank_low_95']} to {row['rank_high_95']}",
            f"{row['p_worst_6']:.2f}",
        )
    return table


def _programme(summary: Summary, out: Console) -> None:
    """Visits made for risk one by one, the others counted."""
    by_risk = load_rules().by_risk
    for kind in by_risk:
        out.print(_visits(summary, kind))
    others = Counter(v["programme"] for v in summary.programme)
    for kind in in_order(others):
        if kind not in by_risk:
            out.print(f"and {others[kind]} {title_of(kind)}s, in the table out/programme.\n")


def _visits(summary: Summary, kind: str) -> Table:
    table = Table(title=f"Proposed {title_of(kind)}s", title_justify="left")
    table.add_column("YOT")
    table.add_column("week", no_wrap=True)
    table.add_column("why")
    for visit in summary.programme:
        if visit["programme"] == kind:
            week = visit.get("week_commencing")
            shown = str(week or "")[:10]
            table.add_row(visit["yot_name"], shown, visit["reason"])
    return table


def _unvisited(summary: Summary, out: Console) -> None:
    high = {row["yot_id"] for row in summary.ranking[:_TOP]}
    left = [row for row in summary.unvisited if row["yot_id"] in high]
    if left:
        out.print(f"Of the 10 highest risks, {len(left)} get no visit:")
        for row in left:
            out.print(Text(f"  - {row['yot_name']} (rank {row['rank']}): {row['reason']}"))
        out.print("  The table out/not_proposed says why any other YOT gets no visit.\n")


def _findings(title: str, findings: list[Finding], out: Console) -> None:
    if not findings:
        return
    out.print(Text(f"\n{title} ({len(findings)}):"))
    for kind, alike in by_kind(findings):
        out.print(Text(f"  {kind} ({len(alike)}):"))
        for finding in alike[:_MOST_ALIKE]:
            mark = "CRITICAL " if finding.severity == "critical" else ""
            out.print(Text(f"  - {mark}{finding.message}"))
        if len(alike) > _MOST_ALIKE:
            out.print(f"  - and {len(alike) - _MOST_ALIKE} more, in core/quarantine.")


def tell_check(outcome: FileCheck, out: Console) -> None:
    """What a check of one file found."""
    if outcome.synthetic:
        out.print("SYNTHETIC: this file is declared to be made up.")
    if outcome.title:
        out.print(Text(f"{outcome.file}: {outcome.title}"))
    out.print(
        f"{outcome.records_read:,} records read = {outcome.records_accepted:,} accepted + "
        f"{outcome.records_refused:,} refused."
    )
    for kind, alike in by_kind(outcome.findings):
        out.print(Text(f"{kind} ({len(alike)}):"), soft_wrap=True)
        for finding in alike:
            out.print(Text(f"  - {finding.severity}: {finding.message}"), soft_wrap=True)
    if not outcome.findings:
        out.print("No findings.")


def tell_explanation(answer: YotExplanation, out: Console) -> None:
    """Why a YOT has its rank."""
    if answer.synthetic:
        out.print("SYNTHETIC: real YOT names with made-up figures.", style="bold")
    out.print(Text(f"{answer.yot_name}, {answer.quarter} as of {answer.as_of}", style="bold"))
    for sentence in answer.caveats:
        out.print(Text(f"! {sentence}", style="bold"))
    for sentence in answer.explanation.sentences:
        out.print(Text(sentence))
    rows = answer.explanation.contributions.sort_values("contribution", ascending=False)
    longest = max(float(rows["contribution"].abs().max()), 1e-9)
    table = Table()
    table.add_column("component")
    table.add_column("contribution", justify="right")
    table.add_column("", no_wrap=True)
    for row in rows.to_dict("records"):
        bar = "█" * round(_BAR * abs(row["contribution"]) / longest)
        side = "raises " if row["contribution"] > 0 else "lowers " if row["contribution"] else ""
        title = component_title(answer.ranking.method, str(row["component"]))
        table.add_row(title, f"{row['contribution']:+.3f}", side + bar)
    table.add_row("score", f"{rows['contribution'].sum():+.3f}", "")
    out.print(table)
    for step, move in answer.explanation.moves.items():
        out.print(f"  {STEP_WORDS[step]:<32} {move:+.3f}")
    if answer.explanation.moves:
        total = sum(answer.explanation.moves.values())
        out.print(f"  {'in all':<32} {total:+.3f} since {answer.against}")


@contextmanager
def steps(console: Console) -> Iterator[Tell]:
    """A progress bar over the steps of a check; it goes when they are done.

    A console that is no terminal, such as a file or a pipe, is told nothing.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    shown = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not shown) as progress:
        bar = progress.add_task("", total=None)

        def tell(done: int, of: int, what: str) -> None:
            progress.update(bar, completed=done, total=of or None, description=what)

        yield tell


def tell_status(status: Status, out: Console) -> None:
    """Which run is current and how the last ones ended."""
    if status.snapshot is None:
        out.print(Text(f"{status.warehouse} has no tables yet. `infobank run` makes them."))
    else:
        mark = "SYNTHETIC, " if status.synthetic in {"true", "partly"} else ""
        out.print(
            Text(
                f"{status.warehouse}/current: {mark}{status.quarter} as of {status.as_of}, run "
                f"{status.run_id}, code {status.code_version}; {status.snapshots} snapshots kept."
            )
        )
        if status.without:
            out.print(Text(f"! Made without: {listed(status.without)}.", style="bold"))
        table = Table()
        table.add_column("table")
        table.add_column("rows", justify="right")
        table.add_column("parts", justify="right")
        for item in status.tables:
            table.add_row(item.name, f"{item.rows:,}", str(len(item.parts)))
        out.print(table)
    for beside in status.what_if:
        out.print(
            Text(
                f"What if: {beside.name} ({beside.quarter} as of {beside.as_of}), not published: "
                f"{beside.place}"
            ),
            soft_wrap=True,
        )
    for run in status.runs:
        out.print(
            Text(
                f"{run.started[:16].replace('T', ' ')} {run.command} by {run.by}: "
                f"{_ENDED.get(run.outcome, run.outcome)}. {run.message}"
            )
        )
