"""What an analyst meets: the files read with nothing of ours."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_warehouse import INDICATORS, RANKING, identity, indicators, ranking

from infobank.tables import (
    LocalStorage,
    Staging,
    WarehouseError,
    last_runs,
    logged_run,
    read_table,
    status,
)


@pytest.fixture
def current(storage: LocalStorage, warehouse: Path) -> Path:
    for quarter, scores in (("2013-Q4", (2.0, 1.0)), ("2014-Q1", (3.0, 2.0, 1.0))):
        with Staging(storage, identity(quarter)) as staging:
            staging.write(RANKING, ranking(quarter, *scores).sample(frac=1, random_state=3))
            known = indicators(
                ("derby", 45, date(2013, 7, 12), "yjb_custody/a.xlsx"),
                ("sefton", None, date(2013, 7, 12), "yjb_custody/a.xlsx"),
                ("derby", 46, date(2013, 10, 11), "register"),
            )
            staging.write(INDICATORS, known)
            staging.carry_forward(RANKING)
            staging.promote(staging.seal("accepted"))
    return warehouse / "current"


def test_pandas_reads_a_table_in_parts(current: Path) -> None:
    frame = pd.read_parquet(current / "out/risk_ranking")
    assert frame["quarter"].tolist() == ["2013-Q4"] * 2 + ["2014-Q1"] * 3
    assert frame["rank"].tolist() == [1, 2, 1, 2, 3]
    assert frame["cases"].tolist() == [10, pd.NA, 10, pd.NA, 12]
    assert {n: str(t) for n, t in frame.dtypes.items()} == {
        "quarter": "str",
        "as_of": "object",
        "yot_id": "str",
        "rank": "Int64",
        "score": "float64",
        "cases": "Int64",
    }
    assert frame["as_of"].unique().tolist() == [date(2014, 7, 1)]


def test_duckdb_reads_a_table_in_parts(current: Path) -> None:
    rows = (
        duckdb.read_parquet(f"{current}/out/risk_ranking/*.parquet")
        .aggregate("quarter, count(*), sum(cases), max(as_of)")
        .order("quarter")
        .fetchall()
    )
    assert rows == [
        ("2013-Q4", 2, 10, date(2014, 7, 1)),
        ("2014-Q1", 3, 22, date(2014, 7, 1)),
    ]


def test_every_file_says_what_it_is(current: Path) -> None:
    schema = pq.read_schema(current / "out/risk_ranking/2014-Q1.parquet")
    told = {k.decode(): v.decode() for k, v in schema.metadata.items() if k != b"pandas"}
    assert told == {
        "run_id": identity("2014-Q1").run_id,
        "table": "out.risk_ranking",
        "description": "A table.",
        "contract": "out.risk_ranking",
        "contract_version": "1.2.0",
        "as_of": "2014-07-01",
        "code_version": "0.1.0+abc",
        "synthetic": "true",
    }
    field = schema.field("cases")
    assert field.type == pa.int64()
    assert field.metadata[b"unit"] == b"persons"
    assert field.metadata[b"description"] == b"The cases."


def test_a_core_part_is_as_of_its_newest_fact_and_of_its_own_deliveries(current: Path) -> None:
    own = pq.read_schema(current / "core/yjb_indicators/2013-Q3.parquet").metadata
    whole = pq.read_schema(current / "core/yjb_indicators/2013-Q4.parquet").metadata
    assert own[b"as_of"] == b"2013-07-12"
    assert own[b"run_id"] != identity("2014-Q1").run_id.encode()
    assert whole[b"run_id"] == identity("2014-Q1").run_id.encode()


def test_a_file_is_zstd_and_sorted(current: Path) -> None:
    file = pq.ParquetFile(current / "out/risk_ranking/2014-Q1.parquet")
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"
    assert file.read()["rank"].to_pylist() == [1, 2, 3]


def test_read_table_gives_what_pandas_gives(current: Path, warehouse: Path) -> None:
    direct = pd.read_parquet(current / "out/risk_ranking")
    pd.testing.assert_frame_equal(read_table(warehouse, "out.risk_ranking"), direct)
    with pytest.raises(WarehouseError, match=r"no table out\.nothing"):
        read_table(warehouse, "out.nothing")


def test_an_empty_warehouse_is_said_plainly(warehouse: Path) -> None:
    assert status(warehouse).snapshot is None
    with pytest.raises(WarehouseError, match=r"is empty\. Run a quarter first"):
        read_table(warehouse, "out.risk_ranking")


def test_status_shows_the_current_run_its_tables_and_the_last_runs(
    current: Path, warehouse: Path
) -> None:
    with logged_run(LocalStorage(warehouse), "run", {"quarter": "2014-Q1"}) as run:
        run.outcome, run.run_id = "promoted", identity("2014-Q1").run_id
    shown = status(warehouse)
    assert (shown.quarter, shown.as_of, shown.synthetic) == ("2014-Q1", date(2014, 7, 1), "true")
    assert {t.name: (t.rows, len(t.parts)) for t in shown.tables} == {
        "core.yjb_indicators": (3, 2),
        "out.risk_ranking": (5, 2),
    }
    assert [r.outcome for r in shown.runs] == ["promoted"]
    assert current.is_symlink()


def test_the_run_log_tells_a_failure_a_stop_and_a_death(storage: LocalStorage) -> None:
    with pytest.raises(OSError, match="disk full"), logged_run(storage, "run"):
        raise OSError("disk full")
    with pytest.raises(KeyboardInterrupt), logged_run(storage, "run"):
        raise KeyboardInterrupt
    with logged_run(storage, "run") as run:
        dead = replace_process(storage)
        run.outcome = "refused"
    assert dead == "interrupted"
    assert sorted(r.outcome for r in last_runs(storage)) == ["failed", "refused", "stopped"]
    failed = next(r for r in last_runs(storage) if r.outcome == "failed")
    assert failed.message == "disk full"
    assert failed.ended is not None


def replace_process(storage: LocalStorage) -> str:
    """Show the running entry as if its process number were one that no process can have."""
    import json

    entries = {name: json.loads(content) for name, content in storage.notes().items()}
    name, entry = next((n, e) for n, e in entries.items() if e["outcome"] == "running")
    storage.note(name, json.dumps({**entry, "process": 2**22 + 1}).encode())
    return next(r for r in last_runs(storage) if r.command == "run").outcome
