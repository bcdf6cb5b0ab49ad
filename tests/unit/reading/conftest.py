"""Small contracts, layouts and workbooks, written in the test that reads them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import xlsxwriter

from infobank.contracts.model import (
    ARROW_TYPES,
    Column,
    Kind,
    RateRule,
    RecordContract,
    SourceContract,
)
from infobank.domain.register import NameResolver, Register
from infobank.domain.settings import checked
from infobank.reading import Layout, Reading, read_delivery
from infobank.reading.layout import MarkerSet

MARKERS = MarkerSet(
    source="test",
    suppressed=("*", "[c]"),
    missing=("..", "-"),
    not_applicable=("n/a",),
    not_yet_available=("[x]",),
    zero=("nil",),
)


def column(
    name: str, kind: Kind, logical: str = "string", *, required: bool = False, **more: Any
) -> Column:
    return Column(name, logical, ARROW_TYPES[logical], "", "", required, kind=kind, **more)


CUSTODY = RecordContract(
    name="custody",
    description="",
    columns=(
        column("yot", "yot_name", required=True),
        column("region", "text"),
        column("period", "period", required=True),
        column("sentences", "count", "integer", required=True, minimum=0, becomes="numerator"),
        column("population", "count", "integer", minimum=1, becomes="denominator"),
        column("rate", "rate", "number", minimum=0, becomes="rate"),
    ),
    key=("yot_id", "period_start", "period_end"),
    loads_into="core.yjb_indicators",
    rates=(RateRule("rate", "sentences", "population", 1000, 2),),
)


def source(*objects: RecordContract) -> SourceContract:
    return SourceContract(
        id="yjb_custody",
        version="1.0.0",
        title="",
        description="",
        limitations="",
        severity="critical",
        severity_reason="",
        owner="",
        servers=(),
        sla={},
        sla_notes={},
        objects={o.name: o for o in objects},
        file="",
    )


def layout(**keys: Any) -> Layout:
    told = {"layout": "test", "contract": "yjb_custody", "formats": ["xlsx", "csv", "ods"], **keys}
    return checked(Layout, told, "test.yaml").model_copy(update={"marker_set": MARKERS})


TABLE = layout(
    recognise={"text": ["*custodial sentences*"]},
    parts=[
        {
            "object": "custody",
            "within": 10,
            "columns": {
                "yot": ["YOT", "YOT name"],
                "region": ["Region"],
                "period": ["Period"],
                "sentences": ["Sentences"],
                "population": ["Population"],
                "rate": ["Rate"],
            },
            "totals": {"column": "yot", "regions": True, "national": ["England and Wales"]},
            "ends": ["Source:*", "Note*"],
        }
    ],
)
HEADER = ["YOT", "Region", "Period", "Sentences", "Population", "Rate"]
TITLE = ["Custodial sentences, SYNTHETIC"]


@pytest.fixture(scope="session")
def names() -> NameResolver:
    yots = pd.DataFrame(
        [
            ("derby", "Derby", "East Midlands", None, None),
            ("sefton", "Sefton", "North West", None, None),
            ("newcastle-upon-tyne", "Newcastle-upon-Tyne", "North East", None, None),
            ("wessex", "Wessex", "South East", None, "2012-03-31"),
        ],
        columns=["yot_id", "yot_name", "region", "valid_from", "valid_to"],
    ).assign(country="England", kind="yot")
    for day in ("valid_from", "valid_to"):
        yots[day] = pd.to_datetime(yots[day])
    aliases = pd.DataFrame({"alias": ["Newcastle"], "yot_id": ["newcastle-upon-tyne"]})
    regions = pd.DataFrame({"region": ["East Midlands"], "alias": ["E Midlands"]})
    return NameResolver(Register(yots, aliases, pd.DataFrame(), regions))


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    """Write a workbook; None leaves a cell empty."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, lines in sheets.items():
            sheet = book.add_worksheet(name)
            for row, line in enumerate(lines):
                for col, cell in enumerate(line):
                    if cell is not None:
                        sheet.write(row, col, cell)
    return path


Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path, names: NameResolver) -> Read:
    """Read lines as a workbook's one sheet (or several), by a layout and a contract."""

    def read_it(lines: Any, by: Layout = TABLE, contract: SourceContract | None = None) -> Reading:
        sheets = lines if isinstance(lines, dict) else {"Custody": lines}
        path = workbook(tmp_path / "custody.xlsx", sheets)
        return read_delivery(path, "custody.xlsx", contract or source(CUSTODY), [by], names)

    return read_it
