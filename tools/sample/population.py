"""Population aged 10-17 by youth offending team: one CSV per mid-year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from infobank.domain.quarters import Quarter
from tools.sample.parcel import Parcel
from tools.sample.sheets import Cell, csv_bytes
from tools.sample.world import World

_BOM_YEAR, _CP1252_YEAR, _COMMAS_YEAR = 2012, 2011, 2010
_TITLE = "SYNTHETIC - not real figures: population aged 10 to 17, mid-{year}{status}"


def deliveries(world: World) -> Iterator[Parcel]:
    """One file per mid-year, in the encodings such files come in."""
    days: dict[int, date] = world.settings["population"]["received"]
    for year, day in days.items():
        asked = min(day, Quarter.parse(world.settings["last_quarter"]).last_day)
        listed = world.register.in_force(asked).sort_values(["region", "yot_name"])
        status = " (provisional)" if year == max(days) else ""
        heading = "YOT" if year < _CP1252_YEAR else "Youth Offending Team"
        rows: list[list[Cell]] = [
            [_TITLE.format(year=year, status=status)],
            [heading, "Region", "Mid-year", "Population 10-17"],
        ]
        for row in listed.itertuples():
            persons = world.persons(str(row.yot_id), year)
            written: Cell = f"{persons:,}" if year == _COMMAS_YEAR else persons
            rows.append([_name(str(row.yot_name), year), str(row.region), year, written])
        rows += [[None], ["Source: synthetic generator; ages 10 to 17, both sexes"]]
        encoding = {_CP1252_YEAR: "cp1252", _BOM_YEAR: "utf-8-sig"}.get(year, "utf-8")
        content = csv_bytes(rows, encoding, ";" if year == _CP1252_YEAR else ",")
        yield Parcel("population_10_17", day, f"population_10_17_mid_{year}.csv", content)


def _name(name: str, year: int) -> str:
    """The Welsh spelling in the file that is not in UTF-8, which shows whether it was found out."""
    return "Gwynedd Môn" if name == "Gwynedd Mon" and year == _CP1252_YEAR else name
