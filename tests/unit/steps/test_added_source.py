"""The source that was added by the page arrives in its table."""

from __future__ import annotations

from datetime import date

from infobank.checking import ReceivedReading, check_source
from infobank.checking.loading import load_tables_from
from infobank.contracts import load_sources, load_tables
from infobank.domain.deliveries import sha256_of
from infobank.domain.paths import project_root
from infobank.domain.register import load_register
from infobank.domain.synthetic_files import declared_around
from infobank.steps.read import read

FILE = "youth_justice_spend/2014-04-11/youth_justice_spend_2012-13.csv"


def test_annual_spend_has_a_row_for_every_yot_in_its_table() -> None:
    sources = load_sources()
    path = project_root() / "raw/sample" / FILE
    declared = sha256_of(path) in declared_around(path)
    reading, source = read(path, FILE, synthetic=declared)
    received = [ReceivedReading(reading, date(2014, 4, 11))]
    checked = check_source(sources[source], received, load_register())
    assert source == "youth_justice_spend"
    assert checked.findings == []
    table = load_tables_from([checked], sources, load_tables())["core.youth_justice_spend"]
    assert len(table) == table["yot_id"].nunique() == 157
    assert table["spend"].gt(0).all()
    assert table["synthetic"].all()
