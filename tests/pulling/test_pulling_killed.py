"""Kill a pull half-way and pull again: complete, nothing twice, nothing half."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import loopback
import pytest
from loopback import BIG, HOST, PASSWORD, USER, Line, known_hosts, until
from pulling_source import FRIDAY, SOURCE, TUESDAY, outcomes, pulled, sha256, sidecar, tree

from infobank.domain.deliveries import list_deliveries
from infobank.pulling import Credentials

HERE = Path(__file__).parent
ACCOUNT = Credentials(user=USER, password=PASSWORD)


def run(script: str, *args: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603
        [sys.executable, HERE / script, *args],
        env={**os.environ, "PYTHONPATH": str(HERE.parents[1])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("protocol", ["http", "sftp", "s3"])
def test_killed_half_way_then_pulled_again(
    tmp_path: Path, drop: Path, s3: str, bucket: Callable[[str, bytes], None], protocol: str
) -> None:
    raw = tmp_path / "raw"
    part = raw / SOURCE / "2014-04-08" / "b.xlsx.part"
    whole = {f"2014-04-08/{p.name}": sha256(p.read_bytes()) for p in sorted(drop.iterdir())}
    with loopback.http_server(drop) as (web, _), loopback.sftp_server(drop) as (port, key):
        to = {"http": int(web.rsplit(":", 1)[-1]), "sftp": port, "s3": int(s3.rsplit(":", 1)[-1])}
        line = Line(to[protocol], after=BIG // 2)
        known_hosts(tmp_path / "known_hosts", line.port, key)
        at = f"{HOST}:{line.port}"
        location, endpoint = {
            "http": (f"http://{at}/*.xlsx", ""),
            "sftp": (f"sftp://{at}/*.xlsx", ""),
            "s3": ("s3://yjb/out/*.xlsx", f"http://{at}"),
        }[protocol]
        pulling = run("pulling_run.py", location, str(raw), endpoint, USER, PASSWORD)
        try:
            assert line.stalled.wait(60), pulling.communicate(timeout=10)
            until(lambda: part.is_file() and part.stat().st_size > 0)
        finally:
            pulling.send_signal(signal.SIGKILL)
        assert pulling.wait() == -signal.SIGKILL
        pulling.communicate()

        # What a run finds now is whole; what is half is no delivery.
        assert 0 < part.stat().st_size < BIG
        assert [d.file for d in list_deliveries(raw, {})] == [f"{SOURCE}/2014-04-08/a.xlsx"]

        line.release()
        again = pulled(location, raw, TUESDAY, s3=endpoint, credentials=ACCOUNT)
        assert outcomes(again) == {
            "a.xlsx": "unchanged",
            "b.xlsx": "fetched",
            "c.xlsx": "fetched",
        }
        assert tree(raw) == whole
        for name, told in whole.items():
            assert sidecar(raw / SOURCE / name)["sha256"] == told

        later = pulled(location, raw, FRIDAY, s3=endpoint, credentials=ACCOUNT)
        assert {p.outcome for p in later} == {"unchanged"}
        assert tree(raw) == whole
        line.close()


SCENARIOS = [
    "first pull",
    "changed files",
    pytest.param("touched files", marks=pytest.mark.slow),
]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_killed_before_every_change_on_the_disk_then_pulled_again(
    tmp_path: Path, scenario: str
) -> None:
    killing = run("killed_pull.py", str(tmp_path), scenario)
    printed, errors = killing.communicate(timeout=300)
    assert killing.returncode == 0, errors
    told: dict[str, Any] = json.loads(printed)
    good = told["undisturbed"]["mended"]
    assert told["undisturbed"]["ended"] == 0
    assert len(told["attempts"]) > 15
    for one in told["attempts"]:
        assert one["ended"] == -signal.SIGKILL
        # Whatever has its name is whole, and every sidecar there is tells the truth.
        assert one["killed"]["files"].items() <= good["files"].items()
        assert len(one["killed"]["told"]) == one["killed"]["sidecars"]
        # The next pull ends where an undisturbed one does, and the one after changes nothing.
        assert (one["next"], one["third"]) == (0, 0)
        assert one["mended"] == good
        assert one["still"] == good
    assert good["parts"] == []
    assert len(good["told"]) == len(good["files"]) == good["sidecars"]
