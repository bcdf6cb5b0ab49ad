"""A source nobody has seen is added by a contract, a layout and a file, and by nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from infobank.places import project_root

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

RUN = """
import sys
from pathlib import Path
from infobank.contracts import load_sources
from infobank.deliveries import list_deliveries
from infobank.quarterly.checking import check, load, settle
from infobank.quarterly.reading import read_file
raw, warehouse, work = map(Path, sys.argv[1:4])
sources = load_sources()
reads = [read_file(raw, each, warehouse) for each in list_deliveries(raw, sources)]
order = settle(reads, "2014-Q1", None, raw, warehouse, work)
for source in sources:
    check(order, source, reads)
tables = load(order, reads).inside("tables")
tables.frame("core.local_authority_indicators").to_parquet(sys.argv[4])
tables.frame("core.quarantine").to_parquet(sys.argv[5])
"""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table and the quarantine after a run over a home that has one more source."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(project_root() / "schemas", home / "schemas")
    (home / "schemas/sources/local_authority_indicators.odcs.yaml").write_text(CONTRACT)
    folder = home / "schemas/layouts/local_authority_indicators"
    folder.mkdir()
    (folder / "long.yaml").write_text(LAYOUT)
    arrived = home / "raw/local_authority_indicators/2014-01-10"
    arrived.mkdir(parents=True)
    (arrived / "la.csv").write_text(LONG)
    out = [home / "table.parquet", home / "quarantine.parquet"]
    subprocess.run(  # noqa: S603 - our own interpreter and files
        [sys.executable, "-c", RUN, home / "raw", home / "warehouse", home / "work", *out],
        env={**os.environ, "INFOBANK_HOME": str(home), "INFOBANK_CASE_KEY": "test"},
        check=True,
    )
    return pd.read_parquet(out[0]), pd.read_parquet(out[1])


def test_its_rows_arrive_in_its_table(told: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    table, _ = told
    assert len(table) == 6
    derby = table[(table["area"] == "E06000015") & (table["period_start"] == "2012-04-01")]
    values = derby.set_index("indicator")["value"].to_dict()
    assert values == {"Children in need per 10k": 33.12, "Persistent absence %": 1012.5}
    assert set(table["known_from"].astype("str")) == {"2014-01-10"}
    assert set(table["source_cell"]) == {"E2", "E3", "E4", "E5", "E6", "E7"}


def test_its_signs_are_kept_apart(told: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    table, _ = told
    absent = table[table["value"].isna()].set_index("area")["missing_reason"].to_dict()
    assert absent == {"E06000015": "missing", "E10000007": "suppressed"}


def test_what_is_no_figure_is_in_quarantine_with_its_cell(
    told: tuple[pd.DataFrame, pd.DataFrame],
) -> None:
    _, quarantine = told
    own = quarantine[quarantine["source"] == "local_authority_indicators"]
    (finding,) = own.to_dict("records")
    assert (finding["code"], finding["cell"]) == ("value_not_a_number", "E8")
    assert finding["rows_refused"] == 1
    assert "line 8, column E" in finding["message"]
