"""What the steps log: a line for each, with counts, and nothing that stands in a delivery."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from infobank.domain.deliveries import Delivery, sha256_of
from infobank.domain.log_step import LOGGER, log_step
from infobank.domain.paths import project_root
from infobank.domain.quarters import Quarter
from infobank.domain.run_request import RunRequest
from infobank.reading import Reading
from infobank.steps.check import check
from infobank.steps.read import read_file

RAW = project_root() / "raw" / "sample"
CASES = "case_spreadsheets/2014-04-04/FJI-2013-14-06_Islington.xlsx"
DAY = date(2014, 4, 4)


@pytest.fixture(autouse=True)
def at_info(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    caplog.set_level(logging.INFO, LOGGER)
    yield


def test_a_step_is_one_line_with_its_counts(caplog: pytest.LogCaptureFixture) -> None:
    with log_step(logging.getLogger("infobank.test"), "check custody") as counts:
        counts.add(1234, "records read")
        counts.note("kept")
    (line,) = caplog.messages
    assert line.startswith("check custody: 1,234 records read, kept (") and line.endswith(" s)")


def test_a_step_that_ends_in_an_error_is_no_line(caplog: pytest.LogCaptureFixture) -> None:
    with (
        pytest.raises(ValueError, match="broken"),
        log_step(logging.getLogger("infobank.test"), "check custody"),
    ):
        raise ValueError("broken")
    assert caplog.messages == []


def test_reading_and_checking_say_what_of_and_how_much_and_no_value_of_a_case(
    caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    path = RAW / CASES
    told = Delivery(CASES, "case_spreadsheets", DAY, sha256_of(path), path.stat().st_size, True)
    warehouse = tmp_path / "warehouse"
    read = read_file(RAW, told, warehouse)
    read_file(RAW, told, warehouse)
    asked = (Quarter(2014, 1), DAY, RAW, warehouse, tmp_path / "work")
    check(RunRequest(*asked, inputs={}, received={CASES: DAY}), "case_spreadsheets", [read])
    lines = [re.sub(r" \([\d.]+ s\)$", "", line) for line in caplog.messages]
    assert lines[1] == f"read {CASES}: kept from an earlier run"
    assert re.fullmatch(rf"read {CASES}: [\d,]+ records", lines[0])
    checked = r"check case_spreadsheets: 1 file, ([\d,]+) records, ([\d,]+) accepted, .*"
    (found,) = (re.fullmatch(checked, line) for line in lines[2:])
    assert found is not None and found[1] == found[2] != "0"
    values = {
        str(value)
        for frame in Reading.load(read.folder).objects.values()
        for column in frame.columns
        if "case" in column
        for value in frame[column].dropna().unique()
        if len(str(value)) > 3
    }
    assert values and not [value for value in values if value in "\n".join(lines)]
