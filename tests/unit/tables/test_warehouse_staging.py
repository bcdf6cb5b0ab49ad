from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from small_warehouse import CASES, INDICATORS, RANKING, cases, identity, indicators, ranking

from infobank.contracts.arrow import BrokenPromiseError
from infobank.contracts.model import Column
from infobank.tables import (
    LocalStorage,
    ObjectStorage,
    RefusedRunError,
    RunIdentity,
    Sealed,
    Staging,
    Storage,
    WarehouseBusyError,
    WarehouseError,
    damaged,
    promote,
    read_table,
    sweep,
)

A, B = "yjb_custody/a.xlsx", "yjb_custody/b.xlsx"
KNOWN = indicators(
    ("derby", 45, date(2013, 7, 12), A),
    ("sefton", None, date(2013, 7, 12), A),
    ("derby", 46, date(2013, 10, 11), B),
)


def publish(storage: Storage, run: RunIdentity, *scores: float, later: bool = True) -> Sealed:
    with Staging(storage, run) as staging:
        staging.write(RANKING, ranking(str(run.parameters["quarter"]), *scores))
        staging.write(INDICATORS, KNOWN if later else KNOWN.iloc[:2])
        staging.write(CASES, cases("x1", "x2"))
        staging.carry_forward(RANKING)
        sealed = staging.seal("accepted", {"deliveries": 2})
        staging.promote(sealed)
    return sealed


def tree(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


@pytest.fixture(params=["local", "object store"])
def anywhere(request: pytest.FixtureRequest, warehouse: Path) -> Iterator[Storage]:
    if request.param == "local":
        yield LocalStorage(warehouse)
        return
    import fsspec

    store = ObjectStorage("memory://warehouse")
    yield store
    fsspec.filesystem("memory").rm("/warehouse", recursive=True)


def test_a_run_becomes_the_current_snapshot(anywhere: Storage) -> None:
    sealed = publish(anywhere, identity(), 2.0, 1.0)
    assert anywhere.current() == sealed.snapshot == identity().run_id
    assert anywhere.record(sealed.snapshot)["counts"] == {"deliveries": 2}
    assert anywhere.read(sealed.snapshot, "out.risk_ranking", "2014-Q1") is not None
    assert damaged(anywhere, sealed.snapshot) == ()


def test_a_rerun_finds_its_snapshot_again(anywhere: Storage) -> None:
    first = publish(anywhere, identity(), 2.0)
    second = publish(anywhere, identity(), 2.0)
    assert not first.reused
    assert second.reused
    assert anywhere.snapshots() == [first.snapshot]


def test_earlier_quarters_are_carried_forward(anywhere: Storage) -> None:
    publish(anywhere, identity("2013-Q4"), 2.0, 1.0)
    sealed = publish(anywhere, identity("2014-Q1"), 3.0)
    parts = anywhere.record(sealed.snapshot)["tables"]["out.risk_ranking"]["parts"]
    assert {p: (e["carried"], e["rows"]) for p, e in parts.items()} == {
        "2013-Q4": (True, 2),
        "2014-Q1": (False, 1),
    }


def test_the_same_run_beside_other_carried_parts_is_another_snapshot(anywhere: Storage) -> None:
    publish(anywhere, identity("2014-Q1"), 3.0)
    publish(anywhere, identity("2013-Q4"), 2.0)
    again = publish(anywhere, identity("2014-Q1"), 3.0)
    assert again.snapshot == f"{identity('2014-Q1').run_id}.2"
    assert again.unlike == ()
    assert publish(anywhere, identity("2014-Q1"), 3.0).reused


def test_a_run_that_gives_other_bytes_than_before_says_so(anywhere: Storage) -> None:
    publish(anywhere, identity(), 3.0)
    assert publish(anywhere, identity(), 4.0).unlike == ("out.risk_ranking/2014-Q1",)


def test_a_refused_run_is_kept_and_never_current(anywhere: Storage) -> None:
    before = publish(anywhere, identity("2013-Q4"), 2.0)
    with Staging(anywhere, identity("2014-Q1")) as staging:
        staging.write(RANKING, ranking("2014-Q1", 1.0))
        sealed = staging.seal("refused")
        with pytest.raises(RefusedRunError, match="was refused"):
            staging.promote(sealed)
    assert anywhere.current() == before.snapshot
    assert sealed.snapshot in anywhere.snapshots()
    with pytest.raises(RefusedRunError):
        promote(anywhere, sealed.snapshot)


def test_going_back_to_an_earlier_snapshot(anywhere: Storage) -> None:
    first = publish(anywhere, identity("2013-Q4"), 2.0)
    publish(anywhere, identity("2014-Q1"), 3.0)
    promote(anywhere, first.snapshot)
    assert anywhere.current() == first.snapshot
    with pytest.raises(WarehouseError, match="There is no snapshot elsewhere"):
        promote(anywhere, "elsewhere")


def test_sweeping_keeps_the_current_snapshot_and_what_it_shares(anywhere: Storage) -> None:
    publish(anywhere, identity("2013-Q3"), 2.0)
    publish(anywhere, identity("2013-Q4"), 2.0)
    last = publish(anywhere, identity("2014-Q1"), 2.0)
    assert len(sweep(anywhere, keep=0)) == 2
    assert anywhere.snapshots() == [last.snapshot]
    assert damaged(anywhere, last.snapshot) == ()
    with pytest.raises(ValueError, match="0 or more"):
        sweep(anywhere, keep=-1)


def test_a_damaged_snapshot_is_not_promoted(storage: LocalStorage, warehouse: Path) -> None:
    first = publish(storage, identity("2013-Q4"), 2.0)
    publish(storage, identity("2014-Q1"), 3.0)
    path = warehouse / "snapshots" / first.snapshot / "out/risk_ranking/2013-Q4.parquet"
    path.unlink()
    with pytest.raises(WarehouseError, match="2013-Q4"):
        promote(storage, first.snapshot)


def test_a_run_that_fails_half_way_changes_nothing(storage: LocalStorage, warehouse: Path) -> None:
    publish(storage, identity("2013-Q4"), 2.0)
    before = tree(warehouse / "current")
    with pytest.raises(ZeroDivisionError), Staging(storage, identity("2014-Q1")) as staging:
        staging.write(RANKING, ranking("2014-Q1", 3.0))
        raise ZeroDivisionError
    assert tree(warehouse / "current") == before
    assert list((warehouse / "staging").iterdir()) == []


def test_unchanged_parts_are_shared_and_stay_whole_when_quarters_pass(
    storage: LocalStorage, warehouse: Path
) -> None:
    first = publish(storage, identity("2013-Q4"), 2.0, later=False)
    second = publish(storage, identity("2014-Q1"), 3.0)

    def inode(sealed: Sealed, file: str) -> int:
        return (warehouse / "snapshots" / sealed.snapshot / file).stat().st_ino

    for shared in ("core/yjb_indicators/2013-Q3.parquet", "out/risk_ranking/2013-Q4.parquet"):
        assert inode(first, shared) == inode(second, shared)
    assert (warehouse / "current/core/yjb_indicators/2013-Q4.parquet").is_file()


def test_a_snapshot_does_not_depend_on_what_stood_before_it(tmp_path: Path) -> None:
    alone, after = LocalStorage(tmp_path / "alone"), LocalStorage(tmp_path / "after")
    with Staging(after, identity("2013-Q4")) as staging:
        staging.write(INDICATORS, KNOWN.iloc[:2])
        staging.promote(staging.seal("accepted"))
    for storage in (alone, after):
        with Staging(storage, identity()) as staging:
            staging.write(INDICATORS, KNOWN.sample(frac=1, random_state=1))
            staging.promote(staging.seal("accepted"))
    assert tree(tmp_path / "alone/current") == tree(tmp_path / "after/current")


def test_case_level_tables_are_private(storage: LocalStorage, warehouse: Path) -> None:
    publish(storage, identity(), 2.0)
    for folder in ("restricted", "restricted/case"):
        assert (warehouse / "current" / folder).stat().st_mode & 0o777 == 0o700
    file = warehouse / "current/restricted/case/part-0.parquet"
    assert file.stat().st_mode & 0o777 == 0o400
    shared = warehouse / "current/out/risk_ranking/2014-Q1.parquet"
    assert shared.stat().st_mode & 0o222 == 0


def test_a_file_system_without_hard_links_gets_copies(
    storage: LocalStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object, **__: object) -> None:
        raise PermissionError("no hard links here")

    publish(storage, identity("2013-Q4"), 2.0)
    monkeypatch.setattr(os, "link", no_links)
    sealed = publish(storage, identity("2014-Q1"), 3.0)
    assert damaged(storage, sealed.snapshot) == ()


def test_only_one_run_writes_at_a_time(storage: LocalStorage, warehouse: Path) -> None:
    with Staging(storage, identity("2013-Q4")) as staging:
        with (
            pytest.raises(WarehouseBusyError, match=f"process {os.getpid()}.*Wait until it ends"),
            Staging(LocalStorage(warehouse), identity("2014-Q1")),
        ):
            pass
        with pytest.raises(WarehouseBusyError):
            sweep(LocalStorage(warehouse), keep=0)
        staging.write(RANKING, ranking("2013-Q4", 3.0))
        staging.promote(staging.seal("accepted"))
    publish(storage, identity("2014-Q1"), 2.0)


def test_our_own_faults_are_loud(storage: LocalStorage) -> None:
    with Staging(storage, identity()) as staging:
        twice = pd.concat([KNOWN, KNOWN.iloc[:1]])
        with pytest.raises(ValueError, match="2 rows share a key"):
            staging.write(INDICATORS, twice)
        with pytest.raises(ValueError, match="1 rows have no received_quarter"):
            staging.write(INDICATORS, KNOWN.assign(known_from=KNOWN["known_from"].shift()))
        with pytest.raises(BrokenPromiseError, match="score"):
            staging.write(RANKING, ranking("2014-Q1", 1.0).drop(columns="score"))
        with pytest.raises(BrokenPromiseError, match=r"out\.risk_ranking: .*unexpected: doubt"):
            staging.write(RANKING, ranking("2014-Q1", 1.0).assign(doubt=0.5))
        with pytest.raises(ValueError, match="cannot name a part"):
            staging.write(RANKING, ranking("../2014-Q1", 1.0))
        staging.write(RANKING, ranking("2014-Q1", 1.0))
        with pytest.raises(ValueError, match="staged already"):
            staging.write(RANKING, ranking("2014-Q1", 1.0))
        with pytest.raises(WarehouseError, match=r"no out\.risk_ranking/2009-Q1 to carry"):
            staging.carry_forward(RANKING, ["2009-Q1"])


def test_a_table_whose_columns_have_changed_is_not_carried_forward(storage: LocalStorage) -> None:
    publish(storage, identity("2013-Q4"), 2.0)
    more = Column("region", "string", "string", "", "The region.", required=False)
    wider = replace(RANKING, columns=(*RANKING.columns, more))
    with Staging(storage, identity("2014-Q1")) as staging:
        carried = staging.carry_forward(wider)
    assert carried.parts == ()
    assert carried.outdated == ("2013-Q4",)


def test_a_table_without_rows_still_shows_its_columns(
    storage: LocalStorage, warehouse: Path
) -> None:
    with Staging(storage, identity()) as staging:
        assert staging.write(RANKING, ranking("2014-Q1")) == ("part-0",)
        staging.promote(staging.seal("accepted"))
    frame = read_table(warehouse, "out.risk_ranking")
    assert frame.empty
    assert "p" not in frame.columns
    assert "rank" in frame.columns


def test_current_that_is_no_link_or_leads_nowhere_is_said_plainly(
    storage: LocalStorage, warehouse: Path
) -> None:
    (warehouse / "current").mkdir(parents=True)
    with pytest.raises(WarehouseError, match="is a folder"):
        storage.current()
    (warehouse / "current").rmdir()
    (warehouse / "current").symlink_to("snapshots/gone")
    with pytest.raises(WarehouseError, match="points to the snapshot gone"):
        storage.current()
