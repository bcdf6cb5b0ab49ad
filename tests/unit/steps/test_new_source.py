"""A source nobody has seen is added by a contract, a layout and a file, and by nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from infobank.domain.paths import project_root

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: local_authority_indicators
name: Indicators of local authorities
version: 1.0.0
status: active
domain: youth justice inspection
description:
  purpose: Context of an area, such as children in need per 10,000.
  limitations: Local authorities are not YOT areas.
team:
  name: Research and Information Bank
  members:
    - {username: head-of-research, role: owner}
servers:
  - {server: folder, type: local, path: raw/local_authority_indicators, format: csv}
slaProperties:
  - {property: frequency, value: 12, unit: month, description: Yearly (assumption).}
  - {property: latency, value: 200, unit: day, description: In autumn (assumption).}
customProperties:
  - {property: severity, value: warning}
  - {property: severityReason, value: It is context.}
schema:
  - name: indicator
    description: One row per local authority, indicator and period.
    customProperties:
      - {property: loadsInto, value: core.local_authority_indicators}
    properties:
      - name: area
        description: The local authority's code.
        logicalType: string
        primaryKey: true
        primaryKeyPosition: 1
        customProperties:
          - {property: kind, value: code}
      - name: area_name
        description: The local authority, as printed.
        logicalType: string
        required: true
        customProperties:
          - {property: kind, value: text}
      - name: indicator
        description: The indicator's short name.
        logicalType: string
        primaryKey: true
        primaryKeyPosition: 2
        customProperties:
          - {property: kind, value: text}
      - name: period
        description: The year, as printed.
        logicalType: string
        primaryKey: true
        primaryKeyPosition: 3
        customProperties:
          - {property: kind, value: period}
      - name: value
        description: The indicator's value.
        logicalType: number
        logicalTypeOptions: {minimum: 0, maximum: 100000}
        customProperties:
          - {property: kind, value: rate}
          - {property: unit, value: as the indicator says}
"""

LAYOUT = """\
layout: local_authority_indicators_long
contract: local_authority_indicators
formats: [csv]
recognise:
  headings: [LA code, Indicator, Value]
markers: common
parts:
  - object: indicator
    columns:
      area: [LA code]
      area_name: [Local authority]
      indicator: [Indicator]
      period: [Period]
      value: [Value]
    ends: ["Source:*"]
"""

LONG = """\
LA code,Local authority,Indicator,Period,Value
E06000015,Derby,Children in need per 10k,2012/13,33.119999999999997
E06000015,Derby,Children in need per 10k,2011/12,-
E06000015,Derby,Persistent absence %,2012/13,"1,012.5"
E10000007,Derbyshire,Children in need per 10k,2012/13,29.300000000000001
E10000007,Derbyshire,Children in need per 10k,2011/12,28
E10000007,Derbyshire,Persistent absence %,2012/13,c
E07000032,Amber Valley,Persistent absence %,2012/13,n/k
"""

# The same source, whose areas are the YOTs' own: names are found in the register, and districts of
# counties, which have no YOT, are left out by the layout.
BY_YOT = (
    CONTRACT.replace("local_authority_indicators", "yot_area_indicators")
    .replace("      - name: area\n", "      - name: yot\n        primaryKeyPosition: 4\n"
             "        primaryKey: true\n        logicalType: string\n      - name: area\n")
)  # fmt: skip
BY_YOT_LAYOUT = """\
layout: yot_area_indicators_long
contract: yot_area_indicators
formats: [csv]
recognise:
  headings: [Area code, Measure, Figure]
markers: common
parts:
  - object: indicator
    columns:
      area: [Area code]
      area_name: [Area type]
      yot: [Area]
      indicator: [Measure]
      period: [Year]
      value: [Figure]
    totals: {column: yot, regions: true, national: [England]}
    leave_out: {area: ["E07*"]}
    ends: ["Source:*"]
"""
BY_YOT_LONG = """\
Area code,Area,Area type,Measure,Year,Figure
E92000001,England,Country,Children in need per 10k,2012/13,332.2
E12000001,North East,Region,Children in need per 10k,2012/13,400.1
E06000015,Derby,Unitary,Children in need per 10k,2012/13,33.119999999999997
E06000015,Derby,Unitary,Children aged 0 to 17,2012/13,"58,412"
E06000015,Derby,Unitary,Persistent absence,2012/13,4.6%
E06000023,"Bristol, City of",Unitary,Children in need per 10k,2012/13,-
E06000001,Hartlepool,Unitary,Children in need per 10k,2012/13,..
E08000013,St. Helens,District,Children in need per 10k,2012/13,c
E07000032,Amber Valley,County district,Persistent absence,2012/13,5.1%
E06000053,Isles of Scilly,Unitary,Persistent absence,2012/13,3.1%
Source: invented
"""

RUN = """
import sys
from pathlib import Path
from infobank.contracts import load_sources
from infobank.domain.deliveries import list_deliveries
from infobank.steps.check import check
from infobank.steps.load import load
from infobank.steps.resolve_run import resolve_run
from infobank.steps.read import read_file
raw, warehouse, work = map(Path, sys.argv[1:4])
sources = load_sources()
reads = [read_file(raw, each, warehouse) for each in list_deliveries(raw, sources)]
order = resolve_run(reads, "2014-Q1", None, raw, warehouse, work)
for source in sources:
    check(order, source, reads)
tables = load(order, reads).inside("tables")
for name, path in zip(
    ("core.local_authority_indicators", "core.quarantine", "core.yot_area_indicators"),
    sys.argv[4:],
):
    tables.frame(name).to_parquet(path)
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, ...]:
    """The first table, the quarantine and the second table of a home with two more sources."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(project_root() / "schemas", home / "schemas")
    for source, contract, layout, file in (
        ("local_authority_indicators", CONTRACT, LAYOUT, LONG),
        ("yot_area_indicators", BY_YOT, BY_YOT_LAYOUT, BY_YOT_LONG),
    ):
        (home / f"schemas/sources/{source}.odcs.yaml").write_text(contract)
        (home / "schemas/layouts" / source).mkdir()
        (home / "schemas/layouts" / source / "long.yaml").write_text(layout)
        arrived = home / "raw" / source / "2014-01-10"
        arrived.mkdir(parents=True)
        (arrived / "la.csv").write_text(file)
    out = [home / f"{name}.parquet" for name in ("table", "quarantine", "by_yot")]
    subprocess.run(  # noqa: S603 - our own interpreter and files
        [sys.executable, "-c", RUN, home / "raw", home / "warehouse", home / "work", *out],
        env={**os.environ, "INFOBANK_HOME": str(home), "INFOBANK_CASE_KEY": ""},
        check=True,
    )
    return tuple(pd.read_parquet(path) for path in out)


def test_its_rows_arrive_in_its_table(told: tuple[pd.DataFrame, ...]) -> None:
    table = told[0]
    assert len(table) == 6
    derby = table[(table["area"] == "E06000015") & (table["period_start"] == "2012-04-01")]
    values = derby.set_index("indicator")["value"].to_dict()
    assert values == {"Children in need per 10k": 33.12, "Persistent absence %": 1012.5}
    assert set(table["known_from"].astype("str")) == {"2014-01-10"}
    assert set(table["source_cell"]) == {"E2", "E3", "E4", "E5", "E6", "E7"}


def test_its_signs_are_kept_apart(told: tuple[pd.DataFrame, ...]) -> None:
    table = told[0]
    absent = table[table["value"].isna()].set_index("area")["missing_reason"].to_dict()
    assert absent == {"E06000015": "missing", "E10000007": "suppressed"}


def test_what_is_no_figure_is_in_quarantine_with_its_cell(
    told: tuple[pd.DataFrame, ...],
) -> None:
    quarantine = told[1]
    own = quarantine[quarantine["source"] == "local_authority_indicators"]
    (finding,) = own.to_dict("records")
    assert (finding["code"], finding["cell"]) == ("value_not_a_number", "E8")
    assert finding["rows_refused"] == 1
    assert "line 8, column E" in finding["message"]


def test_areas_find_their_yots_and_totals_are_no_records(told: tuple[pd.DataFrame, ...]) -> None:
    table = told[2]
    assert list(table["yot_id"].value_counts().sort_index().items()) == [
        ("bristol", 1),
        ("derby", 3),
        ("hartlepool", 1),
        ("st-helens", 1),
    ]
    derby = table[table["yot_id"] == "derby"].set_index("indicator")["value"].to_dict()
    assert derby == {
        "Children in need per 10k": 33.12,
        "Children aged 0 to 17": 58412,
        "Persistent absence": 4.6,
    }


def test_each_sign_keeps_its_meaning(told: tuple[pd.DataFrame, ...]) -> None:
    table = told[2]
    absent = table[table["value"].isna()].set_index("yot_id")["missing_reason"].to_dict()
    assert absent == {"bristol": "missing", "hartlepool": "missing", "st-helens": "suppressed"}


def test_an_area_without_a_yot_is_told_and_one_left_out_by_the_layout_is_not(
    told: tuple[pd.DataFrame, ...],
) -> None:
    quarantine = told[1]
    own = quarantine[quarantine["source"] == "yot_area_indicators"]
    (finding,) = own.to_dict("records")
    assert (finding["code"], finding["cell"], finding["rows_refused"]) == ("yot_unknown", "B11", 1)
    assert finding["severity"] == "warning"
    assert "Isles of Scilly" in finding["message"]
