"""Trying again, and saying what went wrong."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import aiohttp
import paramiko
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
from hypothesis import given
from hypothesis import strategies as st
from pulling_source import contract
from yarl import URL

from infobank.contracts import Server
from infobank.pulling import Credentials, Patience, from_environment
from infobank.pulling.address import Address, understand
from infobank.pulling.credentials import block, variable
from infobank.pulling.errors import explain, may_pass
from infobank.pulling.retrying import persist


@given(st.integers(1, 9), st.floats(0.1, 5), st.floats(1, 60))
def test_waits_double_up_to_the_longest_and_are_spread(
    attempts: int, first: float, longest: float
) -> None:
    waits: list[float] = []
    patience = Patience(attempts, first, longest, sleep=waits.append)

    def fails() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        persist(fails, may_pass, patience)
    assert len(waits) == attempts - 1
    for n, wait in enumerate(waits):
        most = min(longest, first * 2**n)
        assert most / 2 <= wait <= most


def test_what_does_not_pass_by_itself_is_tried_once() -> None:
    tried: list[int] = []

    def refused() -> None:
        tried.append(1)
        raise paramiko.AuthenticationException

    with pytest.raises(paramiko.AuthenticationException):
        persist(refused, may_pass, Patience(sleep=lambda _: None))
    assert tried == [1]


def test_a_person_who_breaks_off_is_obeyed_at_once() -> None:
    tried: list[int] = []

    def broken_off() -> None:
        tried.append(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        persist(broken_off, lambda _: True, Patience(sleep=lambda _: None))
    assert tried == [1]


def test_what_passes_is_tried_until_it_succeeds_and_no_longer() -> None:
    waits: list[float] = []
    answers = iter([TimeoutError(), TimeoutError(), "here"])

    def fetch() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    assert persist(fetch, may_pass, Patience(sleep=waits.append)) == "here"
    assert len(waits) == 2


def an_address(kind: str = "sftp", location: str = "sftp://files.yjb.example/out") -> Address:
    server = Server("drop", kind, location, "xlsx")
    return understand(contract(server), server, Path("/project"))


def answer(status: int) -> aiohttp.ClientResponseError:
    url = URL("https://a.example/f?sig=SECRET")
    request = aiohttp.RequestInfo(url, "GET", None, url)  # type: ignore[arg-type]
    return aiohttp.ClientResponseError(request, (), status=status, message="SECRET")


def s3_answer(code: str, status: int) -> ClientError:
    told = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(told, "GetObject")  # type: ignore[arg-type]


def wrapped(cause: Exception) -> FileNotFoundError:
    """As fsspec wraps whatever a web server answers."""
    error = FileNotFoundError("https://a.example/f?sig=SECRET")
    error.__cause__ = cause
    return error


KEY = paramiko.ECDSAKey.generate()


@pytest.mark.parametrize(
    ("error", "passes", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), True, "could not be reached"),
        (ConnectionRefusedError(), True, "could not be reached"),
        (TimeoutError(), True, "could not be reached"),
        (paramiko.SSHException("SECRET"), True, "broke off while sending"),
        (paramiko.AuthenticationException("SECRET"), False, "refused our credentials"),
        (paramiko.BadHostKeyException("h", KEY, KEY), False, "another key"),
        (FileNotFoundError("x"), False, "has nothing at"),
        (PermissionError(errno.EACCES, "x"), False, "does not let us read"),
        (OSError(errno.ENOSPC, "full"), False, "disk of the raw folder is full"),
        (wrapped(answer(401)), False, "refused our credentials"),
        (wrapped(answer(404)), False, "has nothing at"),
        (answer(403), False, "does not let us read"),
        (answer(503), True, "broke off while sending"),
        (answer(400), False, "would not answer"),
        (wrapped(aiohttp.ClientPayloadError("SECRET")), True, "broke off while sending"),
        (NoCredentialsError(), False, "refused our credentials"),
        (s3_answer("InvalidAccessKeyId", 403), False, "refused our credentials"),
        (s3_answer("AccessDenied", 403), False, "does not let us read"),
        (s3_answer("SlowDown", 503), True, "broke off while sending"),
        (s3_answer("NoSuchBucket", 404), False, "has nothing at"),
        (EndpointConnectionError(endpoint_url="SECRET"), True, "could not be reached"),
    ],
)
def test_every_trouble_has_its_sentence(error: Exception, passes: bool, words: str) -> None:
    sentence = explain(error, an_address())
    assert sentence is not None
    assert words in sentence
    assert sentence.startswith("yjb_custody: ")
    assert "SECRET" not in sentence
    assert "\n" not in sentence
    assert may_pass(error) is passes


def test_a_fault_of_our_own_has_none() -> None:
    assert explain(KeyError("x"), an_address()) is None
    assert not may_pass(KeyError("x"))


def test_credentials_come_from_the_environment_and_show_nothing() -> None:
    told = from_environment(
        "yjb_custody",
        {"INFOBANK_YJB_CUSTODY_USER": "hmip", "INFOBANK_YJB_CUSTODY_PASSWORD": "hunter2"},
    )
    assert told == Credentials(user="hmip", password="hunter2")  # noqa: S106
    assert repr(told) == "Credentials()"
    assert variable("yjb_custody", "key_file") == "INFOBANK_YJB_CUSTODY_KEY_FILE"
    assert block("yjb_custody", "key_file") == "infobank-yjb-custody-key-file"


def test_wrong_credentials_say_where_they_are_kept() -> None:
    sentence = explain(paramiko.AuthenticationException(), an_address()) or ""
    assert "INFOBANK_YJB_CUSTODY_USER" in sentence
    assert "INFOBANK_YJB_CUSTODY_KEY_FILE" in sentence
    assert "infobank-yjb-custody-password" in sentence
