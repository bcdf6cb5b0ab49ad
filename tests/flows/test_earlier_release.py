"""A warehouse and a meeting's minutes of release 0.1.0 open with today's code."""

from __future__ import annotations

import shutil
import tarfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from infobank.contracts import load_tables
from infobank.domain.paths import project_root
from infobank.meeting.closing import close
from infobank.meeting.meeting import open_meeting
from infobank.meeting.spreadsheet import export_workbook, read_workbook
from infobank.meeting.words import decisions_in_words
from infobank.reports.explanation import explain_yot
from infobank.reports.pack import gather_pack, pack_page
from infobank.tables import LocalStorage, promote_snapshot, read_table, status
from tests.flows.conftest import QUARTER, newest_deliveries

pytestmark = pytest.mark.xdist_group("flows")

ARCHIVE = project_root() / "tests" / "data" / "warehouse-0.1.0.tar.xz"
OLD_QUARTER = "2013-Q4"
BEFORE_THE_MEETING = "29006cbc1a05cad3"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release-0.1.0")
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(folder, filter="data")
    return folder / "warehouse"


@pytest.fixture
def warehouse(kept: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(kept, tmp_path / "warehouse", symlinks=True))


def test_its_status_names_the_run_and_how_the_meeting_ended(kept: Path) -> None:
    found = status(kept)
    assert (found.quarter, found.as_of, found.snapshots) == (OLD_QUARTER, date(2014, 1, 10), 2)
    assert str(found.code_version).startswith("0.1.0+")
    assert [run.command for run in found.runs] == ["meeting", "run"]


def test_every_table_it_holds_still_has_every_column_that_a_contract_promises(kept: Path) -> None:
    for item in status(kept).tables:
        promised = [column.name for column in load_tables()[item.name].columns]
        assert set(promised) <= set(read_table(kept, item.name).columns), item.name


def test_its_ranking_is_explained_to_the_score_it_published(kept: Path) -> None:
    published = read_table(kept, "out.risk_ranking").set_index("yot_id")["score"]
    answer = explain_yot(kept, "Redbridge")
    parts = answer.explanation.contributions["contribution"].sum()
    assert parts == pytest.approx(published["redbridge"], abs=1e-9)


def test_its_meeting_opens_with_the_decisions_and_the_visits_it_had(
    kept: Path, tmp_path: Path
) -> None:
    meeting = open_meeting(kept)
    assert meeting.approved and not meeting.lapsed and not meeting.earlier_proposal
    told = [line["decision"] for line in decisions_in_words(meeting)]
    assert told[0].startswith("Croydon in place of Thurrock") and len(told) == 3
    final = read_table(kept, "out.programme_final").set_index("yot_id")["week_commencing"]
    now = meeting.final.programme.set_index("yot_id")["week_commencing"].dt.date
    assert now.to_dict() == pd.to_datetime(final).dt.date.to_dict()
    export_workbook(meeting, tmp_path / "programme.xlsx")
    edited = read_workbook(meeting, tmp_path / "programme.xlsx", decided_on=date(2014, 1, 22))
    assert edited.changes == [] and edited.slips == []


def test_its_pack_shows_the_meeting_as_closed(kept: Path) -> None:
    pack = gather_pack(kept)
    assert pack.sitting.closed and len(pack.sitting.decisions) == 3
    assert "Croydon in place of Thurrock" in pack_page(pack)


def test_its_earlier_snapshot_can_be_published_again(warehouse: Path) -> None:
    promoted = promote_snapshot(LocalStorage(warehouse), BEFORE_THE_MEETING, "to look back")
    assert promoted.quarter == OLD_QUARTER
    assert (warehouse / "current").readlink().name == BEFORE_THE_MEETING
    close(open_meeting(warehouse), warehouse)
    assert len(read_table(warehouse, "out.decision")) == 3


def test_the_next_quarter_runs_on_top_of_it_and_keeps_what_was_agreed(
    prefect_for_tests: None, warehouse: Path, tmp_path: Path
) -> None:
    from flows.quarterly import quarterly

    summary = quarterly(QUARTER, None, newest_deliveries(tmp_path / "raw", per_source=1), warehouse)
    assert summary.outcome == "promoted"
    assert set(read_table(warehouse, "out.risk_ranking")["quarter"]) == {OLD_QUARTER, QUARTER}
    assert set(read_table(warehouse, "out.decision")["quarter"]) == {OLD_QUARTER}
    agreed = read_table(warehouse, "out.agreed_visit").set_index("yot_id")["action"]
    assert agreed[["croydon", "thurrock"]].to_dict() == {"croydon": "swap", "thurrock": "swap out"}
