"""What a contract's server is understood to mean, and what is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from pulling_source import contract

from infobank.contracts import Server
from infobank.domain.errors import MistakeError
from infobank.pulling.address import Address, understand


def address(kind: str, location: str, pattern: str = "", endpoint: str = "") -> Address:
    server = Server("drop", kind, location, "xlsx", pattern, endpoint)
    return understand(contract(server), server, Path("/project"))


def test_sftp_is_host_port_and_path() -> None:
    told = address("sftp", "sftp://files.yjb.example:2222/out/custody/*.xlsx")
    assert (told.host, told.port, told.paths) == (
        "files.yjb.example",
        2222,
        ("/out/custody/*.xlsx",),
    )
    assert told.label == "the server drop (sftp://files.yjb.example:2222)"
    assert told.origin("/out/custody/a.xlsx") == (
        "sftp://files.yjb.example:2222/out/custody/a.xlsx"
    )


def test_s3_is_a_bucket_and_a_key_at_an_endpoint() -> None:
    told = address("s3", "s3://yjb/out/*.xlsx", endpoint="https://objects.example:9000")
    assert (told.host, told.paths) == ("yjb", ("yjb/out/*.xlsx",))
    assert told.label == "the server drop (s3://yjb at objects.example:9000)"
    assert told.origin("yjb/out/a.xlsx") == "s3://yjb/out/a.xlsx"


def test_a_local_path_starts_from_the_project_unless_it_is_whole() -> None:
    assert address("local", "drop/*.csv").paths == ("/project/drop/*.csv",)
    assert address("local", "/mnt/my drop").paths == ("/mnt/my drop",)
    assert address("custom", "file:///mnt/drop", "*.csv").paths == ("/mnt/drop/*.csv",)


def test_https_is_addresses_or_a_page_and_the_links_to_take() -> None:
    two = address("api", "https://a.example/1.xlsx\nhttps://a.example/2.xlsx")
    assert two.paths == ("https://a.example/1.xlsx", "https://a.example/2.xlsx")
    assert two.pattern == ""
    page = address("api", "https://a.example/statistics", "*custody*.ods")
    assert (page.paths, page.pattern) == (("https://a.example/statistics",), "*custody*.ods")
    short = address("https", "https://a.example/files/custody*.xlsx")
    assert short.paths == ("https://a.example/files/",)
    assert short.pattern == "https://a.example/files/custody*.xlsx"


def test_a_key_in_an_address_is_told_by_its_fingerprint_alone() -> None:
    told = address("api", "https://a.example/x")
    one = told.origin("https://a.example/1.xlsx?sig=SECRET&id=1")
    assert one.startswith("https://a.example/1.xlsx?")
    assert "SECRET" not in one
    assert one != told.origin("https://a.example/1.xlsx?sig=SECRET&id=2")


@pytest.mark.parametrize(
    ("kind", "location", "sentence"),
    [
        ("sftp", "sftp://me:hunter2@files.example/out", "a user name or password is in"),
        ("api", "https://me@files.example/out.xlsx", "a user name or password is in"),
        ("api", "http://files.example/out.xlsx", "is open to be read and changed on the way"),
        ("custom", "ftp://files.example/out", "from a path, or from https://"),
        ("sftp", "sftp:///out", "from a path, or from https://"),
        ("sftp", "https://files.example/out", "its type is 'sftp', but its address is one for"),
        ("postgres", "https://files.example/out", "Types that can be pulled from are local"),
        ("sftp", "sftp://files.example:port/out", "this is not an address"),
        ("api", "https://a.example/1.xlsx s3://b/2.xlsx", "only if all begin with https"),
        ("sftp", "sftp://a.example/1 sftp://a.example/2", "only if all begin with https"),
        ("api", "https://a.example/*.xlsx https://a.example/2.xlsx", "must be the only one"),
    ],
)
def test_what_cannot_be_used_is_one_plain_sentence(kind: str, location: str, sentence: str) -> None:
    with pytest.raises(MistakeError, match=r"^yjb_custody\.odcs\.yaml, server drop: ") as told:
        address(kind, location)
    assert sentence in str(told.value)
    assert "hunter2" not in str(told.value)


def test_an_endpoint_without_encryption_is_for_this_machine_alone() -> None:
    assert address("s3", "s3://b/k", endpoint="http://127.0.0.1:9000").endpoint
    with pytest.raises(MistakeError, match="Use https"):
        address("s3", "s3://b/k", endpoint="http://objects.example")
