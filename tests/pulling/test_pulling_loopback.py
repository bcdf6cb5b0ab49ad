"""The same from HTTP, SFTP and S3: what comes, what does not, what is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import loopback
import pytest
from loopback import HOST, PASSWORD, USER, Line, basic, known_hosts, write
from pulling_source import (
    AT_ONCE,
    FRIDAY,
    NOBODY,
    SOURCE,
    TUESDAY,
    outcomes,
    pulled,
    sha256,
    sidecar,
    tree,
)

from infobank.pulling import Credentials, PullError

ACCOUNT = Credentials(user=USER, password=PASSWORD)
QUICK = replace(AT_ONCE, attempts=2, timeout_seconds=5)


def expected(drop: Path, day: str = "2014-04-07") -> dict[str, str]:
    return {f"{day}/{p.name}": sha256(p.read_bytes()) for p in sorted(drop.iterdir())}


def all_came_and_only_changes_come_later(
    location: str, raw: Path, drop: Path, change: Callable[[bytes], None], **more: Any
) -> None:
    assert set(outcomes(pulled(location, raw, **more)).values()) == {"fetched"}
    first = expected(drop)
    assert tree(raw) == first
    again = pulled(location, raw, TUESDAY, **more)
    assert [p.outcome for p in again] == ["unchanged"] * 3
    assert tree(raw) == first
    change(b"revised")
    assert outcomes(pulled(location, raw, FRIDAY, **more)) == {
        "a.xlsx": "unchanged",
        "b.xlsx": "fetched",
        "c.xlsx": "unchanged",
    }
    assert tree(raw) == first | {"2014-04-11/b.xlsx": sha256(b"revised")}
    secrets = [p for p in raw.rglob("*") if p.is_file() and PASSWORD.encode() in p.read_bytes()]
    assert secrets == []


def test_https_index_page(tmp_path: Path, drop: Path) -> None:
    raw = tmp_path / "raw"
    with loopback.http_server(drop) as (address, handler):
        handler.secret = basic(USER, PASSWORD)
        all_came_and_only_changes_come_later(
            f"{address}/*.xlsx",
            raw,
            drop,
            lambda data: write(drop / "b.xlsx", data, 1_500_000_000),
            credentials=ACCOUNT,
        )
        # Each version's bytes crossed the line once.
        assert sorted(p for p in handler.asked if p.endswith("xlsx")) == [
            "/a.xlsx",
            "/b.xlsx",
            "/b.xlsx",
            "/c.xlsx",
        ]
    assert sidecar(raw / SOURCE / "2014-04-07" / "a.xlsx")["mtime"].startswith("Tue, 13 May 2014")


def test_https_named_files_and_a_page_with_a_pattern(tmp_path: Path, drop: Path) -> None:
    (drop / "page.html").write_text(
        '<a href="b.xlsx?download=1">B</a> <a href="/a.xlsx#top">A</a> <a href="mailto:x">x</a>'
        '<a href="b.xlsx?download=1">again</a><a href="c.xlsx">C</a>'
    )
    with loopback.http_server(drop) as (address, _):
        named = pulled(f"{address}/a.xlsx {address}/c.xlsx", tmp_path / "named")
        assert outcomes(named) == {"a.xlsx": "fetched", "c.xlsx": "fetched"}
        linked = pulled(f"{address}/page.html", tmp_path / "linked", pattern="[ab].xlsx")
    assert [p.file.rsplit("/", 1)[-1] for p in linked] == ["a.xlsx", "b.xlsx"]


def test_our_account_is_not_told_to_a_server_that_a_page_links_to(
    tmp_path: Path, drop: Path
) -> None:
    told: list[str | None] = []

    def overhear(request: loopback.FilesOverHttp) -> bool:
        told.append(request.headers.get("Authorization"))
        return False

    page = tmp_path / "page"
    page.mkdir()
    with loopback.http_server(drop) as (other, theirs), loopback.http_server(page) as (ours, mine):
        theirs.fault = overhear
        mine.secret = basic(USER, PASSWORD)
        (page / "index.html").write_text(f'<a href="{other}/a.xlsx">A</a>')
        pulled(f"{ours}/", tmp_path / "raw", pattern="*.xlsx", credentials=ACCOUNT)
    assert told == [None]


def test_a_truncated_answer_is_asked_for_again_and_never_kept(tmp_path: Path, drop: Path) -> None:
    raw = tmp_path / "raw"
    broken: list[str] = []

    def cut(request: loopback.FilesOverHttp) -> bool:
        if len(broken) >= limit or not request.path.endswith("b.xlsx"):
            return False
        broken.append(request.path)
        data = (drop / "b.xlsx").read_bytes()
        request.send_response(200)
        request.send_header("Content-Length", str(len(data)))
        request.end_headers()
        request.wfile.write(data[: len(data) // 2])
        request.close_connection = True
        return True

    with loopback.http_server(drop) as (address, handler):
        handler.fault = cut
        limit = 1_000
        with pytest.raises(PullError, match=r"broke off while sending http://.*/b\.xlsx") as told:
            pulled(f"{address}/*.xlsx", raw)
        assert len(broken) == AT_ONCE.attempts
        assert [p.outcome for p in told.value.pulled] == ["fetched"]
        assert list(tree(raw)) == ["2014-04-07/a.xlsx"]
        limit = len(broken) + 2
        pulled(f"{address}/*.xlsx", raw)
    assert tree(raw) == expected(drop)


def test_an_answer_without_a_length_is_believed_when_it_comes_twice_the_same(
    tmp_path: Path, drop: Path
) -> None:
    raw = tmp_path / "raw"
    data = (drop / "b.xlsx").read_bytes()
    lengths = iter([1_000_000, 2_000_000, len(data), len(data), len(data), len(data)])

    def no_length(request: loopback.FilesOverHttp) -> bool:
        request.send_response(200)
        request.end_headers()
        if request.headers.get("Accept-Encoding") == "identity" and request.command == "GET":
            request.wfile.write(data[: next(lengths, len(data))])
        request.close_connection = True
        return True

    with loopback.http_server(drop) as (address, handler):
        handler.fault = no_length
        handler.do_HEAD = lambda self: no_length(self)  # type: ignore[assignment,method-assign]
        pulled(f"{address}/b.xlsx", raw)
    assert tree(raw) == {"2014-04-07/b.xlsx": sha256(data)}


def test_a_busy_server_is_asked_again(tmp_path: Path, drop: Path) -> None:
    busy = iter([True, True, False])

    def turn_away(request: loopback.FilesOverHttp) -> bool:
        if request.path == "/a.xlsx" and next(busy, False):
            request.send_error(503)
            return True
        return False

    with loopback.http_server(drop) as (address, handler):
        handler.fault = turn_away
        assert outcomes(pulled(f"{address}/a.xlsx", tmp_path / "raw")) == {"a.xlsx": "fetched"}


def test_a_file_that_is_still_being_written_waits(tmp_path: Path, drop: Path) -> None:
    def grow(request: loopback.FilesOverHttp) -> bool:
        if request.path == "/a.xlsx":
            write(drop / "a.xlsx", b"x" * len(handler.asked), 1_500_000_000 + len(handler.asked))
        return False

    with loopback.http_server(drop) as (address, handler):
        handler.fault = grow
        with pytest.raises(PullError, match="kept changing while it was fetched"):
            pulled(f"{address}/a.xlsx", tmp_path / "raw")
    assert tree(tmp_path / "raw") == {}


def test_https_troubles_are_one_plain_sentence(tmp_path: Path, drop: Path) -> None:
    raw = tmp_path / "raw"
    with loopback.http_server(drop) as (address, handler):
        with pytest.raises(PullError, match=r"has nothing at http://.*/gone\.xlsx"):
            pulled(f"{address}/gone.xlsx", raw)
        handler.secret = basic(USER, PASSWORD)
        for credentials in (NOBODY, replace(ACCOUNT, password="wrong")):  # noqa: S106
            with pytest.raises(PullError, match="refused our credentials"):
                pulled(f"{address}/a.xlsx", raw, credentials=credentials)
    with pytest.raises(PullError, match="could not be reached"):
        pulled(f"{address}/a.xlsx", raw, patience=QUICK)
    assert tree(raw) == {}


def test_a_certificate_that_nobody_signed_is_refused(tmp_path: Path, drop: Path) -> None:
    certificate = loopback.certificate(tmp_path / "certificate.pem")
    with loopback.http_server(drop, certificate) as (address, handler):
        assert address.startswith("https://")
        with pytest.raises(PullError, match="a certificate that cannot be verified"):
            pulled(f"{address}/a.xlsx", tmp_path / "raw", credentials=ACCOUNT, patience=QUICK)
        assert handler.asked == []


def test_sftp(tmp_path: Path, drop: Path) -> None:
    with loopback.sftp_server(drop) as (port, key):
        known_hosts(tmp_path / "known_hosts", port, key)
        (drop / "c.xlsx").rename(tmp_path / "elsewhere.xlsx")
        (drop / "c.xlsx").symlink_to(tmp_path / "elsewhere.xlsx")
        all_came_and_only_changes_come_later(
            f"sftp://{HOST}:{port}/*.xlsx",
            tmp_path / "raw",
            drop,
            lambda data: write(drop / "b.xlsx", data, 1_500_000_000),
            credentials=ACCOUNT,
        )
    told = sidecar(tmp_path / "raw" / SOURCE / "2014-04-07" / "a.xlsx")
    assert told["origin"] == f"sftp://{HOST}:{port}/a.xlsx"


def test_sftp_troubles_are_one_plain_sentence(
    tmp_path: Path, drop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))  # no keys of whoever runs the tests
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    raw = tmp_path / "raw"
    with loopback.sftp_server(drop) as (port, key), loopback.sftp_server(drop) as (other, _):
        at = f"sftp://{HOST}:{port}"
        with pytest.raises(PullError, match="is not in the list of known hosts"):
            pulled(at, raw, credentials=ACCOUNT)
        known_hosts(tmp_path / "known_hosts", port, key)
        known_hosts(tmp_path / "known_hosts", other, key)
        with pytest.raises(PullError, match="shows another key"):
            pulled(f"sftp://{HOST}:{other}", raw, credentials=ACCOUNT)
        for credentials in (NOBODY, replace(ACCOUNT, password="wrong")):  # noqa: S106
            with pytest.raises(PullError, match="refused our credentials") as told:
                pulled(at, raw, credentials=credentials)
            assert "wrong" not in str(told.value)
        with pytest.raises(PullError, match=rf"has nothing at {at}/gone/\*"):
            pulled(f"{at}/gone/*.xlsx", raw, credentials=ACCOUNT)
    with pytest.raises(PullError, match="could not be reached"):
        pulled(at, raw, credentials=ACCOUNT, patience=QUICK)
    assert tree(raw) == {}


def test_s3(tmp_path: Path, drop: Path, s3: str, bucket: Callable[[str, bytes], None]) -> None:
    raw = tmp_path / "raw"
    all_came_and_only_changes_come_later(
        "s3://yjb/out/*.xlsx",
        raw,
        drop,
        lambda data: bucket("out/b.xlsx", data),
        s3=s3,
        credentials=ACCOUNT,
    )
    told = sidecar(raw / SOURCE / "2014-04-07" / "a.xlsx")
    assert told["origin"] == "s3://yjb/out/a.xlsx"
    assert len(told["etag"]) == 32


def test_s3_troubles_are_one_plain_sentence(
    tmp_path: Path, s3: str, bucket: Callable[[str, bytes], None]
) -> None:
    import urllib.request

    raw = tmp_path / "raw"
    with pytest.raises(PullError, match="has nothing at s3://nobody/out"):
        pulled("s3://nobody/out", raw, s3=s3, credentials=ACCOUNT)
    with pytest.raises(PullError, match=r"has nothing at s3://yjb/in/\*"):
        pulled("s3://yjb/in/*", raw, s3=s3, credentials=ACCOUNT)

    def accounts_matter(from_request: str) -> None:
        request = urllib.request.Request(  # noqa: S310
            f"{s3}/moto-api/reset-auth", from_request.encode(), {"Content-Type": "text/plain"}
        )
        urllib.request.urlopen(request).close()  # noqa: S310

    accounts_matter("0")
    try:
        # S3 does not say to a stranger whether the key or the right is wrong: we name both.
        with pytest.raises(
            PullError, match=r"does not let us read.*Check INFOBANK_YJB_CUSTODY_USER"
        ):
            pulled("s3://yjb/out", raw, s3=s3, credentials=ACCOUNT)
    finally:
        accounts_matter("inf")
    with pytest.raises(PullError, match="could not be reached"):
        pulled("s3://yjb/out", raw, s3="http://127.0.0.1:9", credentials=ACCOUNT, patience=QUICK)
    assert tree(raw) == {}


@pytest.mark.parametrize("protocol", ["http", "sftp", "s3"])
def test_a_line_that_breaks_in_the_middle_is_taken_up_again(
    tmp_path: Path, drop: Path, s3: str, bucket: Callable[[str, bytes], None], protocol: str
) -> None:
    raw = tmp_path / "raw"
    with loopback.http_server(drop) as (web, _), loopback.sftp_server(drop) as (port, key):
        to = {"http": int(web.rsplit(":", 1)[-1]), "sftp": port, "s3": int(s3.rsplit(":", 1)[-1])}
        line = Line(to[protocol], after=1_500_000, breaks=True)
        known_hosts(tmp_path / "known_hosts", line.port, key)
        at = f"{HOST}:{line.port}"
        location = {
            "http": f"http://{at}/*.xlsx",
            "sftp": f"sftp://{at}/*.xlsx",
            "s3": "s3://yjb/out/*.xlsx",
        }[protocol]
        endpoint = f"http://{at}" if protocol == "s3" else ""
        pulled(location, raw, s3=endpoint, credentials=ACCOUNT)
        assert line.stalled.is_set()
        line.close()
    assert tree(raw) == expected(drop)
