"""One process at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infobank.domain.lock import HeldError, only_one


def test_who_holds_it_is_named_and_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "below" / "lock"
    with only_one(path):
        for _ in range(2):
            with pytest.raises(HeldError) as refused, only_one(path):
                pass
            assert refused.value.process == str(os.getpid())
            assert path.read_text() == f"{os.getpid()}\n"


def test_it_is_free_after_a_failure_and_the_file_stays_empty(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with pytest.raises(KeyError), only_one(path):
        raise KeyError
    assert path.read_text() == ""
    with only_one(path):
        pass


def test_what_a_killed_process_left_in_it_holds_nobody_up(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text("4711\n")
    with only_one(path):
        assert path.read_text() == f"{os.getpid()}\n"


def test_a_folder_taken_away_meanwhile_is_no_fault_of_the_lock(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with only_one(path):
        path.unlink()
    assert not path.exists()
