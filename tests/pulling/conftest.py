"""Servers for one test each, and a folder of deliveries to serve."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "pulling"))

import loopback
from loopback import BIG, write


@pytest.fixture(autouse=True)
def only_our_own_account(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [n for n in os.environ if n.startswith("AWS_") or n.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("INFOBANK_KNOWN_HOSTS", str(tmp_path / "known_hosts"))
    (tmp_path / "known_hosts").touch()


@pytest.fixture
def drop(tmp_path: Path) -> Path:
    """Three deliveries: a small one, a big one in the middle, a small one."""
    chance = random.Random(1)  # noqa: S311
    folder = tmp_path / "drop"
    folder.mkdir()
    for name, size in (("a.xlsx", 100_000), ("b.xlsx", BIG), ("c.xlsx", 100_000)):
        write(folder / name, chance.randbytes(size), 1_400_000_000)
    return folder


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    with loopback.s3_server() as address:
        yield address


@pytest.fixture
def bucket(s3: str, drop: Path) -> Callable[[str, bytes], None]:
    """A bucket ``yjb`` that holds the drop; call it to put another object."""
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=s3,
        region_name="us-east-1",
        aws_access_key_id=loopback.USER,
        aws_secret_access_key=loopback.PASSWORD,
    )
    client.create_bucket(Bucket="yjb")
    for listed in client.list_objects_v2(Bucket="yjb").get("Contents", []):
        client.delete_object(Bucket="yjb", Key=listed["Key"])

    def put(key: str, data: bytes) -> None:
        client.put_object(Bucket="yjb", Key=key, Body=data)

    for file in sorted(drop.iterdir()):
        put(f"out/{file.name}", file.read_bytes())
    return put
