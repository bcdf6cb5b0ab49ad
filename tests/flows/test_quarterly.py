"""One small quarter end to end: published whole, the same twice, and never half-changed."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from infobank.domain.register import load_register
from infobank.steps.summary import NothingPublishedError
from infobank.tables import LocalStorage, last_runs

pytestmark = pytest.mark.xdist_group("flows")

QUARTER = "2014-Q1"


def digests(folder: Path) -> dict[str, str]:
    folder = folder.resolve()
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def published(
    prefect_for_tests: None, small_raw: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, object]:
    from flows.quarterly import quarterly

    warehouse = tmp_path_factory.mktemp("warehouse")
    return warehouse, quarterly(QUARTER, None, small_raw, warehouse)


def test_the_ranking_has_every_yot_in_force_once(published: tuple[Path, object]) -> None:
    ranking = pd.read_parquet(published[0] / "current/out/risk_ranking")
    expected = load_register().in_force(date(2014, 3, 31))["yot_id"]
    assert sorted(ranking["yot_id"]) == sorted(expected)
    assert sorted(ranking["rank"]) == list(range(1, len(expected) + 1))
    assert (ranking["rank_low_95"] <= ranking["rank"]).all()
    assert (ranking["rank"] <= ranking["rank_high_95"]).all()
    assert ranking["synthetic"].all()


def test_contributions_sum_to_the_score(published: tuple[Path, object]) -> None:
    current = published[0] / "current/out"
    ranking = pd.read_parquet(current / "risk_ranking").set_index("yot_id")["score"]
    parts = pd.read_parquet(current / "risk_contribution")
    sums = parts.groupby("yot_id")["contribution"].sum()
    assert (sums - ranking).abs().max() < 1e-9


def test_every_record_is_accounted_for(published: tuple[Path, object]) -> None:
    current = published[0] / "current/core"
    files = pd.read_parquet(current / "delivery")
    assert (files["rows_read"] == files["rows_accepted"] + files["rows_quarantined"]).all()
    refused = pd.read_parquet(current / "quarantine").groupby("source_file")["rows_refused"].sum()
    told = files.groupby("source_file")["rows_quarantined"].sum()
    assert refused.reindex(told.index).fillna(0).astype(int).to_dict() == told.to_dict()


def test_the_programme_keeps_its_counts_and_gives_reasons(published: tuple[Path, object]) -> None:
    programme = pd.read_parquet(published[0] / "current/out/programme")
    assert programme["programme"].value_counts().to_dict() == {"SQS": 25, "FJI": 6}
    assert programme["yot_id"].is_unique
    assert (programme["reason"].str.len() > 20).all()


def test_analysts_read_the_tables_without_us(published: tuple[Path, object]) -> None:
    files = published[0] / "current/core/yjb_indicators/*.parquet"
    rows = duckdb.read_parquet(str(files)).count("*").fetchall()
    assert rows[0][0] == len(pd.read_parquet(published[0] / "current/core/yjb_indicators"))


def test_a_second_run_gives_the_same_bytes(
    published: tuple[Path, object], small_raw: Path, tmp_path: Path
) -> None:
    from flows.quarterly import quarterly

    quarterly(QUARTER, None, small_raw, tmp_path)
    assert digests(tmp_path / "current") == digests(published[0] / "current")


def test_a_broken_delivery_stops_the_run_and_leaves_what_is_published(
    published: tuple[Path, object], small_raw: Path, tmp_path: Path
) -> None:
    from prefect.artifacts import Artifact

    from flows.quarterly import quarterly

    warehouse = published[0]
    raw = shutil.copytree(small_raw, tmp_path / "raw")
    workbook = sorted((raw / "yjb_custody").rglob("*.xlsx"))[-1]
    workbook.write_bytes(workbook.read_bytes()[:2000])
    before, link = digests(warehouse / "current"), (warehouse / "current").readlink()
    state = quarterly(QUARTER, None, raw, warehouse, return_state=True)
    assert state.is_failed()
    with pytest.raises(NothingPublishedError) as refused:
        state.result()
    summary = refused.value.summary
    assert not summary.promoted
    assert workbook.name in summary.sentence
    # Red in Prefect, and all else as ever: what it leaves to look at, and the run log.
    assert state.message == summary.sentence
    outcome, quarantine = Artifact.get("outcome"), Artifact.get("quarantine")
    assert outcome is not None
    assert quarantine is not None
    assert summary.sentence in str(outcome.data)
    assert workbook.name in str(quarantine.data)
    assert list(Path(summary.reports).rglob("*.xlsx"))
    logged = last_runs(LocalStorage(warehouse))[0]
    assert (logged.outcome, logged.message) == ("refused", summary.sentence)
    assert (warehouse / "current").readlink() == link
    assert digests(warehouse / "current") == before
    kept = Path(summary.tables)
    assert not (kept / "out/risk_ranking").exists()
    quarantine = pd.read_parquet(kept / "core/quarantine")
    assert "file_unreadable" in set(quarantine["code"])


def test_what_became_known_later_changes_no_byte_of_an_earlier_ranking(
    published: tuple[Path, object], small_raw: Path, tmp_path: Path
) -> None:
    from flows.quarterly import quarterly

    as_of = date(2014, 2, 28)
    raw = shutil.copytree(small_raw, tmp_path / "raw")
    quarterly("2013-Q4", as_of, raw, tmp_path / "before")
    for workbook in sorted((raw / "yjb_first_time_entrants").rglob("2014-04-*/*.xlsx")):
        workbook.unlink()
    quarterly("2013-Q4", as_of, raw, tmp_path / "after")
    one, two = (
        digests(tmp_path / when / "current/out/risk_ranking") for when in ("before", "after")
    )
    assert one == two
    assert one


def test_an_explanation_adds_up_and_names_the_place(published: tuple[Path, object]) -> None:
    from infobank.reports.explanation import explain_yot

    ranking = pd.read_parquet(published[0] / "current/out/risk_ranking").set_index("yot_id")
    answer = explain_yot(published[0], "Croydon", against="2013-Q4")
    parts = answer.explanation.contributions["contribution"].sum()
    assert parts == pytest.approx(ranking.loc["croydon", "score"], abs=1e-9)
    assert f"ranked {ranking.loc['croydon', 'rank']} of" in answer.explanation.sentences[0]
    assert set(answer.explanation.moves) == {"fading", "peers", "new_data", "method"}


def test_an_earlier_quarter_and_an_earlier_day_stand_beside_what_is_published(
    published: tuple[Path, object], small_raw: Path
) -> None:
    from flows.quarterly import quarterly

    warehouse = published[0]
    before, link = digests(warehouse / "current"), (warehouse / "current").readlink()
    summary = quarterly("2013-Q4", date(2014, 1, 31), small_raw, warehouse)
    assert (warehouse / "current").readlink() == link
    assert digests(warehouse / "current") == before
    assert summary.outcome == "beside"
    beside = warehouse / "what-if/2013-Q4-as-of-2014-01-31"
    assert summary.tables == str(beside)
    assert set(pd.read_parquet(beside / "out/risk_ranking")["quarter"]) == {"2013-Q4"}
    page = Path(summary.pack).read_text(encoding="utf-8")
    assert "this is not the published ranking" in page


def test_a_critical_source_that_never_came_stops_the_run_unless_it_is_left_out(
    prefect_for_tests: None, small_raw: Path, tmp_path: Path
) -> None:
    from flows.quarterly import quarterly
    from infobank.steps.summary import NothingPublishedError

    raw = shutil.copytree(small_raw, tmp_path / "raw")
    shutil.rmtree(raw / "yjb_custody")
    warehouse = tmp_path / "warehouse"
    with pytest.raises(NothingPublishedError, match="--without custody"):
        quarterly(QUARTER, None, raw, warehouse)
    assert not (warehouse / "current").exists()
    summary = quarterly(QUARTER, None, raw, warehouse, without=["custody"])
    ranking = pd.read_parquet(warehouse / "current/out/risk_ranking")
    assert ranking["flags"].str.contains("Use of custody: left out of this ranking").all()
    (sentence,) = [s for s in summary.caveats if "leaves out" in s]
    assert sentence in Path(summary.pack).read_text(encoding="utf-8")
    record = (warehouse / "current/run.json").read_text(encoding="utf-8")
    assert '"without": [\n   "custody"\n  ]' in record
