"""``infobank meeting pack``: the meeting pack as one page that works offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from flows.cli.meeting import QuarterOption, WarehouseOption
from infobank.domain.errors import MistakeError

out = Console(highlight=False)


def pack(
    to: Annotated[Path, typer.Option(metavar="FILE.html", help="The page to write.")],
    quarter: QuarterOption = None,
    warehouse: WarehouseOption = Path("warehouse"),
) -> None:
    """Write the meeting pack: one page to read on screen, print or mail.

    It has the ranking, the proposed visits, the decisions, and a profile of each YOT proposed.

    For example: infobank meeting pack --to pack-2014-Q1.html
    """
    from infobank.reports.pack import gather_pack, pack_page

    if to.suffix.lower() not in (".html", ".htm"):
        raise MistakeError(f"The pack is a page for a browser: end {to.name} in .html.")
    if not to.parent.is_dir():
        raise MistakeError(f"There is no folder {to.parent} to write {to.name} in.")
    gathered = gather_pack(warehouse.resolve(), quarter)
    to.write_text(pack_page(gathered), encoding="utf-8")
    mark = "SYNTHETIC: " if gathered.synthetic else ""
    out.print(
        Text(
            f"{mark}wrote {to}: the pack of {gathered.quarter} as of {gathered.as_of}, with a page "
            f"for each of {len(gathered.profiles)} YOTs."
        )
    )
