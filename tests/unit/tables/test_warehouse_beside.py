"""Snapshots that stand beside the published one, and publishing one by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from small_warehouse import INDICATORS, RANKING, identity, indicators, ranking

from infobank.domain.quarters import Quarter
from infobank.domain.run_request import RunRequest
from infobank.steps import publish
from infobank.steps.publish import label_beside
from infobank.tables import (
    LocalStorage,
    ObjectStorage,
    RunIdentity,
    Sealed,
    Staging,
    Storage,
    WarehouseError,
    last_runs,
    promote_snapshot,
    snapshot_called,
    status,
    sweep,
)

KNOWN = indicators(("derby", 45, date(2013, 7, 12), "yjb_custody/a.xlsx"))
LABEL = "2013-Q4-as-of-2014-01-31"


@pytest.fixture(params=["local", "object store"])
def anywhere(request: pytest.FixtureRequest, warehouse: Path) -> Storage:
    return LocalStorage(warehouse) if request.param == "local" else ObjectStorage(str(warehouse))


def run(storage: Storage, quarter: str, as_of: date, label: str = "") -> Sealed:
    given = identity(quarter)
    made = RunIdentity(given.parameters, given.inputs, given.code, as_of, given.synthetic)
    with Staging(storage, made) as staging:
        staging.write(RANKING, ranking(quarter, 2.0, 1.0))
        staging.write(INDICATORS, KNOWN)
        if label:
            staging.carry_forward(RANKING, lambda part: part < quarter, known_by=as_of)
        else:
            staging.carry_forward(RANKING)
        sealed = staging.seal("accepted")
        if label:
            staging.set_beside(sealed, label)
        else:
            staging.promote(sealed)
    return sealed


def two_quarters(storage: Storage) -> tuple[Sealed, Sealed]:
    """Published 2013-Q3 and 2014-Q1, and beside them 2013-Q4 as it would have been."""
    run(storage, "2013-Q3", date(2013, 10, 11))
    published = run(storage, "2014-Q1", date(2014, 4, 11))
    return published, run(storage, "2013-Q4", date(2014, 1, 31), LABEL)


def test_a_snapshot_beside_leaves_the_published_one_as_it_is(anywhere: Storage) -> None:
    published, beside = two_quarters(anywhere)
    assert anywhere.current() == published.snapshot
    assert anywhere.named() == {LABEL: beside.snapshot}


def test_a_snapshot_beside_holds_nothing_that_came_later(anywhere: Storage) -> None:
    _, beside = two_quarters(anywhere)
    parts = anywhere.record(beside.snapshot)["tables"]["out.risk_ranking"]["parts"]
    assert set(parts) == {"2013-Q3", "2013-Q4"}
    early = run(anywhere, "2013-Q4", date(2013, 10, 1), "early")
    parts = anywhere.record(early.snapshot)["tables"]["out.risk_ranking"]["parts"]
    assert set(parts) == {"2013-Q4"}


def test_status_lists_it_and_it_is_read_by_path(storage: LocalStorage, warehouse: Path) -> None:
    _, beside = two_quarters(storage)
    (told,) = status(warehouse).what_if
    assert (told.name, told.quarter, told.as_of) == (LABEL, "2013-Q4", date(2014, 1, 31))
    assert told.snapshot == beside.snapshot
    frame = pd.read_parquet(f"{told.place}/out/risk_ranking")
    assert set(frame["quarter"]) == {"2013-Q3", "2013-Q4"}


def test_a_name_moves_to_the_newest_snapshot_it_is_given_to(anywhere: Storage) -> None:
    published, beside = two_quarters(anywhere)
    assert snapshot_called(anywhere, LABEL) == beside.snapshot
    assert snapshot_called(anywhere, published.snapshot) == published.snapshot
    anywhere.name(LABEL, published.snapshot)
    assert snapshot_called(anywhere, LABEL) == published.snapshot
    with pytest.raises(WarehouseError, match=LABEL):
        snapshot_called(anywhere, "2013-Q5")


def test_promoting_by_hand_is_recorded_and_says_what_is_gone_and_how_to_go_back(
    anywhere: Storage,
) -> None:
    published, beside = two_quarters(anywhere)
    promoted = promote_snapshot(anywhere, LABEL, "the sender put the figures right")
    assert anywhere.current() == beside.snapshot
    assert "no longer hold 2014-Q1" in promoted.sentence
    assert f"infobank promote {published.snapshot}" in promoted.sentence
    (entry,) = last_runs(anywhere, 1)
    assert (entry.command, entry.outcome, entry.snapshot) == (
        "promote", "promoted", beside.snapshot,
    )  # fmt: skip
    assert "the sender put the figures right" in entry.message
    promote_snapshot(anywhere, published.snapshot, "back")
    assert anywhere.current() == published.snapshot


def test_a_snapshot_with_a_name_is_not_swept_away(anywhere: Storage) -> None:
    published, beside = two_quarters(anywhere)
    sweep(anywhere, keep=0)
    assert set(anywhere.snapshots()) == {published.snapshot, beside.snapshot}


@pytest.mark.parametrize(
    ("quarter", "as_of", "label"),
    [
        ("2014-Q1", date(2014, 4, 11), ""),
        ("2014-Q2", date(2014, 7, 11), ""),
        ("2014-Q1", date(2014, 4, 20), ""),
        ("2014-Q1", date(2014, 4, 10), "2014-Q1-as-of-2014-04-10"),
        ("2013-Q4", date(2014, 4, 11), "2013-Q4-as-of-2014-04-11"),
        ("2013-Q3", date(2013, 10, 11), "2013-Q3-as-of-2013-10-11"),
    ],
)
def test_only_the_newest_quarter_as_last_known_is_published(
    storage: LocalStorage, warehouse: Path, quarter: str, as_of: date, label: str
) -> None:
    order = RunRequest(Quarter.parse(quarter), as_of, warehouse, warehouse, warehouse, {}, {})
    assert label_beside(storage, order) == ""  # nothing is published yet
    two_quarters(storage)
    assert label_beside(storage, order) == label


def test_what_a_meeting_recorded_and_the_tables_do_not_hold_is_said(
    storage: LocalStorage, warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = RunRequest(
        Quarter.parse("2014-Q1"), date(2014, 4, 11), warehouse, warehouse, warehouse, {}, {}
    )
    two_quarters(storage)
    assert publish._not_published(storage, request) == []
    monkeypatch.setattr(publish, "read_minutes", lambda *_: ("approved", "swapped"))
    (sentence,) = publish._not_published(storage, request)
    assert sentence.startswith("2 decisions of the meeting on 2014-Q1 are recorded and not in")
