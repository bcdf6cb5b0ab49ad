"""What comes, what does not, and what is never touched; from a folder, as from any server."""

from __future__ import annotations

import fcntl
import os
from datetime import date
from pathlib import Path

import pytest
from pulling_source import (
    FRIDAY,
    MONDAY,
    NOBODY,
    SOURCE,
    TUESDAY,
    contract,
    outcomes,
    pulled,
    sha256,
    sidecar,
    tree,
)

from infobank.contracts import Server
from infobank.domain.deliveries import list_deliveries
from infobank.domain.errors import MistakeError
from infobank.pulling import PullError, has_servers, pull


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    folder = tmp_path / "drop"
    folder.mkdir()
    put(folder, "custody.xlsx", b"first", 1)
    put(folder, "notes.txt", b"notes", 1)
    return folder


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def put(folder: Path, name: str, data: bytes, at: int) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    os.utime(file, (at, at))
    return file


def test_files_come_with_a_sidecar_that_says_what_and_from_where(drop: Path, raw: Path) -> None:
    told = pulled(f"{drop}/*.xlsx", raw)
    assert [(p.file, p.outcome) for p in told] == [(f"{SOURCE}/2014-04-07/custody.xlsx", "fetched")]
    assert tree(raw) == {"2014-04-07/custody.xlsx": sha256(b"first")}
    notes = sidecar(raw / told[0].file)
    assert notes["sha256"] == sha256(b"first")
    assert notes["size"] == 5
    assert notes["origin"] == (drop / "custody.xlsx").as_uri()
    assert notes["received"] == "2014-04-07"
    assert notes["mtime"].startswith("1970-01-01T00:00:01")
    assert notes["fetched_at"].endswith("+00:00")


def test_the_run_finds_what_was_pulled_and_nothing_else(drop: Path, raw: Path) -> None:
    pulled(str(drop), raw)
    found = list_deliveries(raw, {SOURCE: contract()})
    assert [(d.file, d.source, d.received) for d in found] == [
        (f"{SOURCE}/2014-04-07/custody.xlsx", SOURCE, MONDAY),
        (f"{SOURCE}/2014-04-07/notes.txt", SOURCE, MONDAY),
    ]


def test_what_has_not_changed_does_not_come_again(drop: Path, raw: Path) -> None:
    pulled(str(drop), raw)
    before = tree(raw)
    assert outcomes(pulled(str(drop), raw, TUESDAY)) == {
        "custody.xlsx": "unchanged",
        "notes.txt": "unchanged",
    }
    assert tree(raw) == before


def test_a_changed_file_comes_under_its_new_day_and_the_old_one_stays(
    drop: Path, raw: Path
) -> None:
    pulled(f"{drop}/*.xlsx", raw)
    put(drop, "custody.xlsx", b"revised", 2)
    assert outcomes(pulled(f"{drop}/*.xlsx", raw, TUESDAY)) == {"custody.xlsx": "fetched"}
    assert tree(raw) == {
        "2014-04-07/custody.xlsx": sha256(b"first"),
        "2014-04-08/custody.xlsx": sha256(b"revised"),
    }


def test_a_file_that_is_only_newer_by_its_date_is_not_kept_twice(drop: Path, raw: Path) -> None:
    pulled(f"{drop}/*.xlsx", raw)
    put(drop, "custody.xlsx", b"first", 2)
    for day in (TUESDAY, FRIDAY):
        assert outcomes(pulled(f"{drop}/*.xlsx", raw, day)) == {"custody.xlsx": "unchanged"}
    assert list(tree(raw)) == ["2014-04-07/custody.xlsx"]


def test_a_sender_who_goes_back_to_the_earlier_version_has_delivered_again(
    drop: Path, raw: Path
) -> None:
    for day, data, at in ((MONDAY, b"first", 1), (TUESDAY, b"wrong", 2), (FRIDAY, b"first", 3)):
        put(drop, "custody.xlsx", data, at)
        assert outcomes(pulled(f"{drop}/*.xlsx", raw, day)) == {"custody.xlsx": "fetched"}
    assert tree(raw)["2014-04-11/custody.xlsx"] == sha256(b"first")


def test_the_same_bytes_under_another_name_or_server_do_not_come(drop: Path, raw: Path) -> None:
    pulled(f"{drop}/*.xlsx", raw)
    put(drop, "copy/custody again.xlsx", b"first", 9)
    for day in (MONDAY, TUESDAY):
        told = pulled(f"{drop}/copy", raw, day)
        assert [p.outcome for p in told] == ["already delivered"]
        assert told[0].file == f"{SOURCE}/2014-04-07/custody.xlsx"
    assert list(tree(raw)) == ["2014-04-07/custody.xlsx"]


def test_a_second_change_on_one_day_waits_for_the_next(drop: Path, raw: Path) -> None:
    pulled(f"{drop}/*.xlsx", raw)
    put(drop, "custody.xlsx", b"revised", 2)
    told = pulled(f"{drop}/*.xlsx", raw)
    assert [(p.outcome, p.file) for p in told] == [
        ("postponed", f"{SOURCE}/2014-04-07/custody.xlsx")
    ]
    assert tree(raw) == {"2014-04-07/custody.xlsx": sha256(b"first")}
    assert outcomes(pulled(f"{drop}/*.xlsx", raw, TUESDAY)) == {"custody.xlsx": "fetched"}


@pytest.mark.parametrize(
    ("by_hand", "outcome"), [(b"first", "already delivered"), (b"x", "postponed")]
)
def test_a_file_put_in_by_hand_is_never_touched(
    drop: Path, raw: Path, by_hand: bytes, outcome: str
) -> None:
    mine = put(raw / SOURCE / "2014-04-07", "custody.xlsx", by_hand, 5)
    before = mine.stat()
    assert outcomes(pulled(f"{drop}/*.xlsx", raw)) == {"custody.xlsx": outcome}
    after = mine.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert [p.name for p in mine.parent.iterdir()] == ["custody.xlsx"]


def test_a_pulled_file_that_somebody_changed_is_told_and_left(drop: Path, raw: Path) -> None:
    (told,) = pulled(f"{drop}/*.xlsx", raw)
    (raw / told.file).write_bytes(b"edited in place")
    with pytest.raises(PullError, match=r"2014-04-07/custody\.xlsx has been changed since it"):
        pulled(f"{drop}/*.xlsx", raw, TUESDAY)
    assert (raw / told.file).read_bytes() == b"edited in place"


def test_folders_of_a_pattern_stay_apart(drop: Path, raw: Path) -> None:
    put(drop, "Q1/custody.xlsx", b"q1", 1)
    put(drop, "Q2/custody.xlsx", b"q2", 1)
    pulled(f"{drop}/Q*/*.xlsx", raw)
    assert list(tree(raw)) == ["2014-04-07/Q1/custody.xlsx", "2014-04-07/Q2/custody.xlsx"]


def test_unfinished_and_hidden_files_are_passed_over(drop: Path, raw: Path) -> None:
    for name in ("custody.xlsx.filepart", ".custody.xlsx", "~$custody.xlsx", "later.xlsx.tmp"):
        put(drop, name, b"?", 1)
    assert outcomes(pulled(f"{drop}/*", raw)) == {"custody.xlsx": "fetched", "notes.txt": "fetched"}


def test_files_whose_names_differ_in_capitals_alone_are_refused(drop: Path, raw: Path) -> None:
    put(drop, "Custody.xlsx", b"other", 1)
    if len(list(drop.iterdir())) < 3:
        pytest.skip("this disk does not tell capitals apart")
    with pytest.raises(PullError, match="two files called"):
        pulled(str(drop), raw)


def test_a_folder_that_is_not_there_is_one_plain_sentence(tmp_path: Path, raw: Path) -> None:
    with pytest.raises(PullError) as told:
        pulled(str(tmp_path / "nowhere"), raw)
    assert str(told.value) == (
        f"yjb_custody: the server drop (the folder {tmp_path}/nowhere) has nothing at "
        f"{(tmp_path / 'nowhere').as_uri()}. Check the path in yjb_custody.odcs.yaml, or ask the "
        "sender where the file is now."
    )


def test_one_server_down_does_not_keep_the_other_from_being_pulled(drop: Path, raw: Path) -> None:
    down = Server("down", "local", str(drop / "gone"), "xlsx")
    good = Server("good", "local", str(drop), "xlsx")
    with pytest.raises(PullError) as told:
        pull(contract(down, good), raw, MONDAY, NOBODY)
    assert [p.outcome for p in told.value.pulled] == ["fetched", "fetched"]
    assert str(told.value).count("\n") == 0


def test_the_made_up_sample_comes_only_by_name(drop: Path, raw: Path) -> None:
    sample = contract(Server("sample", "local", str(drop), "xlsx"))
    assert not has_servers(sample)
    assert pull(sample, raw, MONDAY, NOBODY) == []
    assert len(pull(sample, raw, MONDAY, NOBODY, server="sample")) == 2
    with pytest.raises(MistakeError, match=r"has no server other\. It has sample"):
        pull(sample, raw, MONDAY, NOBODY, server="other")


def test_files_that_lie_in_their_place_are_not_pulled_onto_themselves(raw: Path) -> None:
    put(raw / SOURCE / "2014-04-07", "custody.xlsx", b"first", 5)
    assert pulled(f"{raw}/{SOURCE}/2014-04-07", raw, TUESDAY) == []


def test_a_relative_path_starts_from_the_project(drop: Path, raw: Path) -> None:
    assert len(pulled("drop", raw, root=drop.parent)) == 2


def test_two_pulls_of_a_source_do_not_run_at_once(drop: Path, raw: Path) -> None:
    pulled(str(drop), raw)
    lock = raw / ".pulling" / f"{SOURCE}.lock"
    with lock.open("a+") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        held.write("4711\n")
        held.flush()
        with pytest.raises(PullError, match=r"another pull \(process 4711\) is under way"):
            pulled(str(drop), raw)


def test_a_raw_folder_that_cannot_be_written_is_one_plain_sentence(drop: Path, raw: Path) -> None:
    raw.write_text("a file where the folder should be")
    with pytest.raises(PullError, match=f"the raw folder {raw} cannot be written"):
        pulled(str(drop), raw)


def test_notes_that_are_lost_or_broken_cost_a_transfer_and_nothing_else(
    drop: Path, raw: Path
) -> None:
    pulled(f"{drop}/*.xlsx", raw)
    put(drop, "custody.xlsx", b"first", 2)
    pulled(f"{drop}/*.xlsx", raw)
    (raw / ".pulling" / f"{SOURCE}.json").write_text("{ not json")
    assert outcomes(pulled(f"{drop}/*.xlsx", raw, date(2014, 5, 1))) == {
        "custody.xlsx": "unchanged"
    }
    assert list(tree(raw)) == ["2014-04-07/custody.xlsx"]
