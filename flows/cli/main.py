"""The command line: ``infobank run``, ``pull``, ``check``, ``status``, ``sample`` and others."""

from __future__ import annotations

import gc
import logging
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.cli.meeting import meeting_app
from flows.cli.pack import pack
from flows.cli.programme import programme_app
from flows.cli.verbose import Verbose, busy
from infobank.domain.errors import MistakeError, PlainError
from infobank.domain.in_words import listed
from infobank.domain.log_step import LOGGER
from infobank.domain.paths import project_root

if TYPE_CHECKING:
    import pandas as pd

app = typer.Typer(
    name="infobank",
    help=(
        "Rank Youth Offending Teams (YOTs) by risk each quarter, and propose which to inspect. "
        "Start with: infobank run"
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
_QUARTER = "Each quarter"
_RESULT = "The ranking, the meeting and the visits"
_SERVER = "In a browser"
_UPKEEP = "For developers"
meeting_app.command()(pack)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

# Prefect and Great Expectations read these when they are imported, so they are set before.
_QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
}


def _prepare_prefect(level: str = "CRITICAL", *, guarded: bool = True) -> None:
    """Set Prefect up; by default it is silent, since our own faults end in a traceback anyway.

    Args:
        level: of Prefect's log.
        guarded: whether to guard the server that Prefect starts for this command.
    """
    from flows.serve import command_settings

    os.environ.setdefault("PREFECT_LOGGING_LEVEL", level)
    os.environ.setdefault("PREFECT_HOME", str(project_root() / ".prefect"))
    for name, value in {**_QUIET, **(command_settings() if guarded else {})}.items():
        os.environ.setdefault(name, value)


def _look_for_garbage_seldom() -> None:
    """Spare a run a tenth of its time: by default Python goes through all modules again and again.

    What is loaded by now stays for good and is left out; the rest is gone through less often.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


Raw = Annotated[
    Path,
    typer.Option(
        metavar="FOLDER", help="The folder of deliveries, such as raw. The default is the sample."
    ),
]
PulledInto = Annotated[
    Path, typer.Option(metavar="FOLDER", help="The folder that new files are put in.")
]
Warehouse = Annotated[
    Path, typer.Option(metavar="FOLDER", help="The folder the tables are published in.")
]


@app.command(rich_help_panel=_QUARTER)
def run(
    quarter: Annotated[
        str | None,
        typer.Option(
            metavar="QUARTER",
            help="The quarter to run, such as 2014-Q1. Without it: the newest with deliveries.",
        ),
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help="Use only what was known by this day, such as 2014-01-31. Without it: everything.",
        ),
    ] = None,
    raw: Raw = Path("raw/sample"),
    warehouse: Warehouse = Path("warehouse"),
    fetch: Annotated[
        bool,
        typer.Option(
            "--fetch", metavar=" ", help="First fetch new files, as `infobank pull` does."
        ),
    ] = False,
    without: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIGURES",
            help=(
                "Rank without figures that never came or are too old, such as custody. You can "
                "give this option more than once."
            ),
        ),
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Run a quarter: read and check its deliveries, rank the YOTs, propose the visits, publish.

    Nothing is published if something critical is wrong; the exit code is then 1.

    For example: infobank run --quarter 2014-Q1 --raw raw
    """
    from infobank.checking.timeliness import left_out, ranked_figures
    from infobank.contracts import load_sources
    from infobank.domain.quarters import Quarter, refuse_days_to_come

    day = _day(as_of)
    chosen = Quarter.parse(quarter) if quarter else None
    refuse_days_to_come(chosen, day, date.today())
    if without:
        left_out(without, ranked_figures(load_sources()))
    if not raw.is_dir():
        raise MistakeError(f"There is no folder {raw}. Say where deliveries are with --raw.")
    _prepare_prefect()
    from flows.cli.console import tell
    from flows.quarterly import quarterly
    from infobank.steps.summary import NothingPublishedError

    _look_for_garbage_seldom()
    with busy(err, "Reading, checking, ranking and planning (under two minutes) ...", verbose):
        try:
            summary = quarterly(
                str(chosen) if chosen else None,
                day,
                raw.resolve(),
                warehouse.resolve(),
                fetch,
                without or [],
            )
        except NothingPublishedError as refused:
            summary = refused.summary
    tell(summary, out)
    if summary.outcome == "refused":
        raise typer.Exit(1)


def _day(text: str | None) -> date | None:
    from infobank.domain.quarters import day_of

    return None if text is None else day_of(text)


@app.command(rich_help_panel=_QUARTER)
def pull(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE",
            show_default=False,
            help="The sources to fetch, such as yjb_custody. Without any: all sources.",
        ),
    ] = None,
    raw: PulledInto = Path("raw"),
    received: Annotated[
        str | None,
        typer.Option(
            metavar="DAY",
            help="The day to file new files under, such as 2014-04-11. Without it: today.",
        ),
    ] = None,
    server: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Ask only the server of this name. Without it: all but the made-up sample.",
        ),
    ] = "",
    verbose: Verbose = False,
) -> None:
    """Fetch new and changed files from the senders' servers. docs/pulling.md says how.

    For example: infobank pull yjb_custody
    """
    from infobank.pulling import PullError

    day = _day(received)
    # A server that is down is told in a sentence below, not by the flow's own error log.
    _prepare_prefect()
    from flows.pulling import chosen, pull_deliveries, tell_pulled

    chosen(sources or [], server)  # a mistake is told before the server of Prefect is started
    try:
        with busy(err, "Asking the servers what is new ...", verbose):
            pulled = pull_deliveries(sources, raw.resolve(), day, server)
    except PullError as problem:
        tell_pulled(problem.pulled, out)
        raise
    tell_pulled(pulled, out)


@app.command(rich_help_panel=_QUARTER)
def check(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The file to check. It can be in any folder."),
    ],
    source: Annotated[
        str,
        typer.Option(
            metavar="SOURCE",
            help=(
                "The source it comes from, such as yjb_custody. Without it: worked out from the "
                "file."
            ),
        ),
    ] = "",
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.xlsx",
            help="Also write the findings to this spreadsheet, to send back to the sender.",
        ),
    ] = None,
    verbose: Verbose = False,
) -> None:
    """Check one file: say what is wrong, in which cell, and what to do. Nothing changes.

    The exit code is 1 if a run could not use the file.

    For example: infobank check "Custody Q4 2013-14.xlsx" --report "to send back.xlsx"
    """
    from flows.cli.console import steps, tell_check
    from infobank.checking.check_file import check_file
    from infobank.domain.zip_files import zip_and_member

    if not file.is_file() and zip_and_member(file) is None:
        raise MistakeError(f"There is no file {file}.")
    if report is not None:
        _insist_on_report(report, file)
    with steps(err) as tell:
        outcome = check_file(file, source, tell)
    tell_check(outcome, out)
    if report is not None:
        from infobank.reports.error_reports import report_of, write_report

        beside = write_report(report_of(outcome), report)
        out.print(f"To send back: {report} (as a table: {beside})", soft_wrap=True, markup=False)
    if outcome.unusable:
        raise typer.Exit(1)


def _insist_on_report(report: Path, file: Path) -> None:
    if report.suffix.lower() != ".xlsx":
        raise MistakeError(f"A report is a spreadsheet: end {report.name} in .xlsx.")
    if not report.parent.is_dir():
        raise MistakeError(f"There is no folder {report.parent} to write the report in.")
    if file.resolve() in (report.resolve(), report.with_suffix(".parquet").resolve()):
        raise MistakeError("The report would overwrite the file. Give it another name.")


@app.command(rich_help_panel=_QUARTER)
def status(warehouse: Warehouse = Path("warehouse")) -> None:
    """Show which run is published, its tables, and how the last runs ended."""
    from flows.cli.console import tell_status
    from infobank.tables import status as status_of

    tell_status(status_of(warehouse.resolve()), out)


@app.command(rich_help_panel=_QUARTER)
def promote(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="The run to publish: a name that `infobank status` lists, or the run's number.",
        ),
    ],
    why: Annotated[str, typer.Option(metavar="REASON", help="The reason, for the run log.")],
    warehouse: Warehouse = Path("warehouse"),
) -> None:
    """Publish a run that was kept beside the published tables, or go back to an earlier run.

    For example: infobank promote 2013-Q4-as-of-2014-01-31 --why "Custody was put right"
    """
    from infobank.reports.pack import keep_pack
    from infobank.tables import LocalStorage, promote_snapshot

    if not why.strip():
        raise MistakeError('Say why, for the run log: --why "the sender put the figures right".')
    place = warehouse.resolve()
    promoted = promote_snapshot(LocalStorage(place), name, why.strip())
    out.print(Text(promoted.sentence))
    out.print(Text(f"Meeting pack: {keep_pack(place, promoted.quarter)}"), soft_wrap=True)


@app.command(rich_help_panel=_RESULT)
def explain(
    yot: Annotated[
        str,
        typer.Argument(metavar="YOT", help="The name of the YOT as you would write it."),
    ],
    quarter: Annotated[
        str | None,
        typer.Option(
            metavar="QUARTER",
            help="The quarter to explain, such as 2014-Q1. Without it: the published one.",
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="QUARTER",
            help=(
                "The quarter to compare with, such as 2013-Q4, or none. Without it: the quarter "
                "before."
            ),
        ),
    ] = None,
    chart: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=(
                "Also draw a chart in this file: FILE.svg for the score alone, FILE.html for how "
                "each measure changed and compares with other YOTs as well."
            ),
        ),
    ] = None,
    warehouse: Warehouse = Path("warehouse"),
    verbose: Verbose = False,
) -> None:
    """Say why a YOT has its rank, what changed since the quarter before, and what would change it.

    For example: infobank explain Croydon --chart croydon.html
    """
    from flows.cli.console import tell_explanation
    from infobank.reports.explanation import explain_yot
    from infobank.reports.explanation_page import insist_on_chart, write_chart

    if chart is not None:
        insist_on_chart(chart)
    answer = explain_yot(warehouse.resolve(), yot, quarter, against)
    tell_explanation(answer, out)
    if chart is not None:
        write_chart(answer, chart)
        out.print(f"Drawn in {chart}.", soft_wrap=True, markup=False)


@app.command(rich_help_panel=_SERVER)
def serve(
    port: Annotated[
        int, typer.Option(metavar="NUMBER", help="The port of the server on this machine.")
    ] = 4200,
    raw: Raw = Path("raw/sample"),
    warehouse: Warehouse = Path("warehouse"),
) -> None:
    """Start Prefect, to run and see everything in a browser, and each quarter on a schedule.

    Only this machine can reach it, at http://127.0.0.1:4200. Stop it with Ctrl-C.
    """
    _prepare_prefect("INFO", guarded=False)
    from flows.serve import serve_deployments

    serve_deployments(port, raw, warehouse, out)


@app.command(rich_help_panel=_UPKEEP)
def sample(
    root: Annotated[Path, typer.Option(metavar="FOLDER", help="The folder to write it in.")] = Path(
        "raw/sample"
    ),
    scale: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help="How many times the usual size.")
    ] = 1,
) -> None:
    """Write the made-up sample and the list of its files again, the same bytes every time."""
    from tools.sample import generate

    files = generate(root.resolve(), scale=scale)
    size = sum(f.stat().st_size for f in files) / 1e6
    out.print(f"SYNTHETIC: wrote {len(files)} files, {size:.1f} MB, in {root}.")


@app.command(rich_help_panel=_UPKEEP)
def docs(
    check_only: Annotated[
        bool,
        typer.Option(
            "--check", metavar=" ", help="Write nothing. Say which pages are out of date."
        ),
    ] = False,
) -> None:
    """Write the data dictionary and the table of severities in docs again."""
    from infobank.contracts.dictionary import stale_pages, write_dictionary

    folder = project_root() / "docs"
    if not check_only:
        write_dictionary(folder)
        return
    if stale := stale_pages(folder):
        names = listed(p.relative_to(project_root()).as_posix() for p in stale)
        err.print(f"Out of date: {names}. Run `make docs` and commit what it writes.")
        raise typer.Exit(1)
    out.print("The generated pages are up to date.")


@app.command(rich_help_panel=_UPKEEP)
def evaluate(
    worlds: Annotated[
        int,
        typer.Option(
            min=1,
            metavar="NUMBER",
            help="How many made-up worlds of each of 19 kinds to test the ranking on.",
        ),
    ] = 80,
    observations: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Real figures of past years to test it on, CSV or Parquet. Needs --outcomes.",
        ),
    ] = None,
    outcomes: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=(
                "What inspections found later, CSV or Parquet, with the columns yot_id, "
                "outcome_date and outcome. Needs --observations."
            ),
        ),
    ] = None,
) -> None:
    """Measure how good the ranking is and write docs/evaluation.md. It takes long."""
    from rich.progress import Progress

    from infobank.evaluation import evaluate as evaluate_ranking

    if (observations is None) != (outcomes is None):
        raise MistakeError("A backtest needs both --observations and --outcomes.")
    tables = [_table(path) if path else None for path in (observations, outcomes)]
    with Progress(console=err) as progress:
        bar = progress.add_task("Simulated worlds", total=None)
        page = evaluate_ranking(
            project_root() / "docs",
            worlds_each=worlds,
            observations=tables[0],
            outcomes=tables[1],
            progress=lambda done, total: progress.update(bar, completed=done, total=total),
        )
    out.print(f"Wrote {page.relative_to(project_root())}.")


def _table(path: Path) -> pd.DataFrame:
    import pandas as pd

    if not path.is_file():
        raise MistakeError(f"There is no file {path}.")
    try:
        return pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
    except (ValueError, OSError):
        kind = "CSV" if path.suffix == ".csv" else "Parquet"
        raise MistakeError(f"{path} is not readable as {kind}. Save it again.") from None


app.add_typer(meeting_app, name="meeting", rich_help_panel=_RESULT)
app.add_typer(programme_app, name="programme", rich_help_panel=_RESULT)


def main() -> None:
    """Run the command; a person's mistake ends in one plain sentence and exit code 1."""
    logging.getLogger(LOGGER).propagate = False  # not to Prefect's console: --verbose shows it
    try:
        app(standalone_mode=True)
    except PlainError as problem:
        if os.environ.get("INFOBANK_TRACEBACK"):
            raise
        err.print(str(problem), markup=False, soft_wrap=True)
        sys.exit(1)
