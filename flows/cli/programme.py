"""``infobank programme``: calendar, letters, the five-year view, and the sample of cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from flows.cli.meeting import HERE, QuarterOption, WarehouseOption, err, out, rows, writable
from flows.cli.verbose import Verbose, busy
from infobank.domain.errors import MistakeError

if TYPE_CHECKING:
    import pandas as pd

    from infobank.programme.casework.drawn_cases import Occasion
    from infobank.programme.year_rules import Rules

programme_app = typer.Typer(
    help="Write the calendar and letters, look five years ahead, and draw samples of cases.",
    no_args_is_help=True,
)


@programme_app.command()
def ics(
    file: Annotated[Path, typer.Argument(metavar="FILE.ics", help="The calendar file to write.")],
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """Write a calendar file with the weeks of the visits and the days to tell each YOT.

    It takes the final programme if the meeting is closed, otherwise the proposal, and says which.
    """
    from infobank.programme import load_rules
    from infobank.programme.announcements import programme_calendar

    programme, synthetic, which = _published(warehouse, quarter)
    content = programme_calendar(programme, load_rules(), synthetic=synthetic)
    writable(file).write_bytes(content)
    out.print(Text(f"Wrote {file}: {len(programme)} visits of the {which} programme."))


@programme_app.command()
def letters(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="The table to write.")],
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """Write what each announcement letter has to say, one line per visit, for a mail merge.

    It takes the final programme if the meeting is closed, otherwise the proposal, and says which.
    """
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
        PROPOSED,
        RANKING,
        current_record,
        proposed_quarter,
    )
    from infobank.tables import Tables

    place = warehouse.resolve()
    name, record = current_record(place)
    chosen = proposed_quarter(record, quarter)
    tables = Tables.of_snapshot(place, name).of_quarter(chosen)
    synthetic = bool(tables[RANKING]["synthetic"].any())
    if chosen in record["tables"].get(FINAL, {}).get("parts", {}):
        return tables[FINAL], synthetic, "final"
    return tables[PROPOSED], synthetic, "proposed"


@programme_app.command("five-years")
def five_years(
    futures: Annotated[
        int | None,
        typer.Option(
            min=100,
            metavar="NUMBER",
            help="How many possible futures to draw. Without it: 10,000, as in the rules.",
        ),
    ] = None,
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
    verbose: Verbose = False,
) -> None:
    """Say how likely it is that each YOT is visited within five years, and what it would take.

    A run publishes the same in the tables out/coverage_forecast and out/five_year_plan.
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
    quarters: list[dict[str, object]] = [
        {
            "by the end of": line["quarter"],
            "YOTs past five years": f"{line['past_five_years']:.1f}",
            "95% interval": f"{line['low_95']:.0f} to {line['high_95']:.0f}",
            "promise broken": f"{line['p_broken']:.0%}",
            "visits planned": int((outlook.plan.table["quarter"] == line["quarter"]).sum()),
        }
        for line in expected.to_dict("records")
    ]
    rows(f"Five years from {proposed.quarter}, as of {proposed.as_of}", quarters)
    quiet = "A broken promise is not likely in any quarter."
    out.print(Text(outlook.forecast.warning or quiet))
    out.print(Text(f"If nothing changes: {outlook.plan.sentence}"))


@programme_app.command("sample")
def sample_of_cases(
    cases: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="The list of eligible cases the YOT sent, XLSX or CSV."
        ),
    ],
    yot: Annotated[
        str, typer.Option(metavar="YOT", help="The name of the YOT as you would write it.")
    ],
    inspection: Annotated[
        str,
        typer.Option(
            metavar="KIND",
            help=(
                "The short name of the kind of inspection. Without it: the kind of visit the YOT "
                "has in the programme."
            ),
        ),
    ] = "",
    size: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="NUMBER",
            help="How many cases to draw. Without it: the number agreed for a YOT of its size.",
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE.xlsx",
            help="The spreadsheet to write. Without it: in the folder of the list.",
        ),
    ] = None,
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = HERE,
) -> None:
    """Draw the cases that inspectors will read from a YOT's list, and record how.

    The same list always gives the same cases. The screen shows no case identifier.

    For example: infobank programme sample cases.xlsx --yot Salford
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
    groups: list[dict[str, object]] = [
        {
            "trait": str(line["trait"]).replace("_", " "),
            "group": line["group"],
            "eligible": line["eligible"],
            "drawn": line["drawn"],
        }
        for line in drawn.strata.to_dict("records")
    ]
    rows("Eligible and drawn", groups)
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
    from infobank.domain.in_words import listed
    from infobank.domain.quarters import Quarter
    from infobank.domain.register import load_register
    from infobank.programme.casework.drawn_cases import Occasion, agreed_size

    register = load_register()
    resolution = register.names.resolve(yot)
    if resolution.yot_id is None:
        near = f" Did you mean {resolution.suggestion}?" if resolution.suggestion else ""
        raise MistakeError(f"The register has no YOT called {yot!r}.{near}")
    yot_row = register.yots[register.yots["yot_id"] == resolution.yot_id].to_dict("records")[0]
    kinds = {p.casefold(): p for p in rules.planned} | {"": ""}
    kind = kinds.get(inspection.strip().casefold())
    if kind is None:
        say = listed(rules.planned, "or", most=None)
        raise MistakeError(f"{inspection!r} is not a kind of inspection; say {say}.")
    if kind and quarter:
        chosen = str(Quarter.parse(quarter))
    else:
        programme, _, which = _published(warehouse, quarter)
        chosen = str(programme["quarter"].iloc[0])
        visit = programme[programme["yot_id"] == resolution.yot_id]
        if not kind and visit.empty:
            raise MistakeError(
                f"{yot_row['yot_name']} has no visit in the {which} programme after {chosen}; say "
                f"--inspection {listed(rules.planned, 'or', most=None)}."
            )
        kind = kind or str(visit["programme"].iloc[0])
    agreed = size or agreed_size(float(yot_row["population_10_17"]), kind, rules)
    return Occasion(chosen, resolution.yot_id, str(yot_row["yot_name"]), kind, agreed)
