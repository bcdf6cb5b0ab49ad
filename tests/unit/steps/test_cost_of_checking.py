"""What checking costs grows with the files, not with their square; counted, not timed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from infobank.checking import CheckedSource
from infobank.checking.apply_corrections import add_corrected
from infobank.contracts import load_sources
from infobank.domain.deliveries import Delivery
from infobank.domain.quarters import Quarter
from infobank.domain.register import load_register
from infobank.domain.run_request import RunRequest
from infobank.reading import Reading
from infobank.steps import check as check_step
from infobank.steps.read import ReadFile
from infobank.steps.workspace import Workspace

SOURCE = "yjb_custody"
DAY = date(2014, 4, 11)
NO_COUNTS = pd.DataFrame({"rows_read": [], "rows_accepted": [], "rows_quarantined": []})


class Untouchable(Mapping[str, pd.DataFrame]):
    """Frames that nobody may look at."""

    def __getitem__(self, name: str) -> pd.DataFrame:
        raise AssertionError(f"{name} was looked at")

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("the frames were gone through")

    def __len__(self) -> int:
        raise AssertionError("the frames were counted")


def test_a_file_without_corrections_has_no_frame_looked_at() -> None:
    frames: Any = Untouchable()
    checked = CheckedSource(SOURCE, frames, [], NO_COUNTS)
    contract = load_sources()[SOURCE]
    assert add_corrected(checked, contract, "a.csv", (), DAY, load_register()) is checked


def rows_gone_through(files: int, work: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many rows the checking step filters in a source of so many files, ten rows each."""
    names = [f"{number}.csv" for number in range(files)]
    frame = pd.DataFrame({"source_file": names * 10, "refused": False})
    checked = CheckedSource(SOURCE, {"custody": frame}, [], NO_COUNTS)
    reads = [ReadFile(Delivery(n, SOURCE, DAY, "", 0), SOURCE, work, DAY) for n in names]
    order = RunRequest(Quarter.parse("2014-Q1"), DAY, work, work, work, {}, {})
    rows = 0
    plain = pd.DataFrame.__getitem__

    def counted(self: pd.DataFrame, key: Any) -> Any:
        nonlocal rows
        rows += len(self)
        return plain(self, key)

    with monkeypatch.context() as patch:
        patch.setattr(check_step, "check_source", lambda *_: checked)
        patch.setattr(Reading, "load", classmethod(lambda cls, folder: None))
        patch.setattr(pd.DataFrame, "__getitem__", counted)
        check_step.check(order, SOURCE, reads)
    return rows


def test_four_times_the_files_cost_no_more_than_four_times_the_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = rows_gone_through(5, tmp_path, monkeypatch)
    many = rows_gone_through(20, tmp_path, monkeypatch)
    assert many <= 4 * few


def test_the_frames_of_a_step_are_read_only_when_asked_for(tmp_path: Path) -> None:
    work = Workspace.begin(tmp_path)
    work.keep("wanted", pd.DataFrame({"a": [1]}))
    (tmp_path / "unread.parquet").write_text("this is no Parquet", encoding="utf-8")
    frames = work.frames()
    assert list(frames) == ["unread", "wanted"]
    assert frames["wanted"]["a"].tolist() == [1]
    assert frames["wanted"] is frames["wanted"]
