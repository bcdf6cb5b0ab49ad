"""``infobank programme``: calendar, letters, the five-year view, and the sample of cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from flows.cli.meeting import HERE, QuarterOption, WarehouseOption, err, out, rows, writable
from flows.cli.verbose import Verbose, busy
from infobank.domain.findings import MistakeError

if TYPE_CHECKING:
    import pandas as pd

    from infobank.programme.casework.drawn_cases import Occasion
    from infobank.programme.rules import Rules

programme_app = typer.Typer(
    help="The programme handed on, five years ahead, and the cases of one inspection.",
    no_args_is_help=True,
)


@programme_app.command()
def ics(
    file: Annotated[Path, typer.Argument(help="The calendar file to write, FILE.ics.")],
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """Write fieldwork weeks and notice dates as a calendar file: the final programme if decided."""
    from infobank.programme import load_rules
    from infobank.programme.announcements import programme_calendar

    programme, synthetic, which = _published(warehouse, quarter)
    content = programme_calendar(programme, load_rules(), synthetic=synthetic)
    writable(file).write_bytes(content)
    out.print(Text(f"Wrote {file}: {len(programme)} visits of the {which} programme."))


@programme_app.command()
def letters(
    file: Annotated[Path, typer.Argument(help="The table to write, FILE.csv.")],
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """Write the facts of each announcement letter, one line per visit, for a mail merge."""
    from infobank.programme import load_rules
    from infobank.programme.announcements import announcement_letters

    programme, synthetic, which = _published(warehouse, quarter)
    table = announcement_letters(programme, load_rules()).assign(synthetic=synthetic)
    table.to_csv(writable(file), index=False, date_format="%Y-%m-%d", encoding="utf-8-sig")
    out.print(Text(f"Wrote {file}: {len(table)} letters of the {which} programme."))


def _published(warehouse: Path, quarter: str | None) -> tuple[pd.DataFrame, bool, str]:
    """The final programme of a quarter, or the proposed one, and which of the two it is."""
    from infobank.meeting.closing import FINAL
    from infobank.meeting.proposed import (
        RANKING,
        current_record,
        proposed_programme,
        proposed_quarter,
        read_days,
    )

    place = warehouse.resolve()
    name, record = current_record(place)
    chosen = proposed_quarter(record, quarter)
    ranking = read_days(place, RANKING, name)
    synthetic = bool(ranking.loc[ranking["quarter"] == chosen, "synthetic"].any())
    if chosen in record["tables"].get(FINAL, {}).get("parts", {}):
        final = read_days(place, FINAL, name)
        return final[final["quarter"] == chosen].reset_index(drop=True), synthetic, "final"
    return proposed_programme(place, chosen, name), synthetic, "proposed"


@programme_app.command("five-years")
def five_years(
    futures: Annotated[
        int | None, typer.Option(min=100, help="Futures to draw; as many as in the rules.")
    ] = None,
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
    verbose: Verbose = False,
) -> None:
    """Say whether every YOT will be visited within five years, and what it would take.

    The run publishes the same as out/coverage_forecast and out/five_year_plan.
    """
    from infobank.meeting.proposed import rebuild
    from infobank.programme.outlook import look_ahead

    with busy(err, "Making the proposal again and looking five years ahead ...", verbose):
        proposed = rebuild(warehouse.resolve(), quarter)
        outlook = look_ahead(proposed.proposal, futures=futures)
    if proposed.synthetic:
        out.print("SYNTHETIC: real YOT names with made-up figures.")
    for sentence in proposed.caveats:
        out.print(f"! {sentence}", markup=False)
    expected = outlook.forecast.table
    told: list[dict[str, object]] = [
        {
            "by the end of": line["quarter"],
            "YOTs past five years": f"{line['past_five_years']:.1f}",
            "95% interval": f"{line['low_95']:.0f} to {line['high_95']:.0f}",
            "promise broken": f"{line['p_broken']:.0%}",
            "visits planned": int((outlook.plan.table["quarter"] == line["quarter"]).sum()),
        }
        for line in expected.to_dict("records")
    ]
    rows(f"Five years from {proposed.quarter}, as of {proposed.as_of}", told)
    quiet = "A broken promise is not likely in any quarter."
    out.print(Text(outlook.forecast.warning or quiet))
    out.print(Text(f"If nothing changes: {outlook.plan.sentence}"))


@programme_app.command("sample")
def sample_of_cases(
    cases: Annotated[Path, typer.Argument(help="The YOT's list of eligible cases: XLSX or CSV.")],
    yot: Annotated[str, typer.Option(help="The YOT, in any spelling the register knows.")],
    inspection: Annotated[
        str, typer.Option(help="FJI or SQS; the YOT's visit in the programme by default.")
    ] = "",
    size: Annotated[
        int | None, typer.Option(min=1, help="Cases to draw; by the YOT's size by default.")
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option("--to", help="The spreadsheet to write; beside the list by default."),
    ] = None,
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """Draw a representative sample from a YOT's list of eligible cases, and record it.

    The seed is made from quarter, YOT and kind of inspection, so that the same list always gives
    the same sample. No identifier of a case is shown on the screen.
    """
    from infobank.domain.synthetic_files import declared_around
    from infobank.programme import load_rules
    from infobank.programme.casework.case_list import read_case_list
    from infobank.programme.casework.drawn_cases import about, draw_cases, record_drawn

    if not cases.is_file():
        raise MistakeError(f"There is no file {cases}.")
    target = writable(file or cases.with_name(f"{cases.stem}_sample.xlsx"))
    if target.suffix.lower() != ".xlsx" or target.resolve() == cases.resolve():
        raise MistakeError(f"A sample is its own spreadsheet: end {target.name} in .xlsx.")
    rules = load_rules()
    occasion = _occasion(yot, inspection, size, quarter, warehouse, rules)
    listed = read_case_list(cases, rules, declared_around(cases))
    drawn = draw_cases(listed, occasion, rules)
    beside = record_drawn(drawn, target)
    if drawn.listed.synthetic:
        out.print("SYNTHETIC: the list is declared to be of made-up cases.")
    for what, value in about(drawn):
        if what != "Method":
            out.print(Text(f"{what}: {value}"))
    told: list[dict[str, object]] = [
        {
            "trait": str(line["trait"]).replace("_", " "),
            "group": line["group"],
            "eligible": line["eligible"],
            "drawn": line["drawn"],
        }
        for line in drawn.strata.to_dict("records")
    ]
    rows("Eligible and drawn", told)
    out.print(Text(f"Wrote {target} for the inspectors, and its record {beside}."))


def _occasion(
    yot: str,
    inspection: str,
    size: int | None,
    quarter: str | None,
    warehouse: Path,
    rules: Rules,
) -> Occasion:
    """The inspection that a sample is for, from what was said and from the programme."""
    from infobank.domain.quarters import Quarter
    from infobank.domain.register import load_register
    from infobank.programme.casework.drawn_cases import Occasion, agreed_size

    register = load_register()
    resolution = register.names.resolve(yot)
    if resolution.yot_id is None:
        near = f" Did you mean {resolution.suggestion}?" if resolution.suggestion else ""
        raise MistakeError(f"The register has no YOT called {yot!r}.{near}")
    mine = register.yots[register.yots["yot_id"] == resolution.yot_id].to_dict("records")[0]
    kind = inspection.strip().upper()
    if kind not in ("", "FJI", "SQS"):
        raise MistakeError(f"{inspection!r} is not a kind of inspection; say FJI or SQS.")
    if kind and quarter:
        chosen = str(Quarter.parse(quarter))
    else:
        programme, _, which = _published(warehouse, quarter)
        chosen = str(programme["quarter"].iloc[0])
        visit = programme[programme["yot_id"] == resolution.yot_id]
        if not kind and visit.empty:
            raise MistakeError(
                f"{mine['yot_name']} has no visit in the {which} programme after {chosen}; say "
                "--inspection FJI or SQS."
            )
        kind = kind or str(visit["programme"].iloc[0])
    agreed = size or agreed_size(float(mine["population_10_17"]), kind, rules)
    return Occasion(chosen, resolution.yot_id, str(mine["yot_name"]), kind, agreed)
