"""What went wrong with a server, in one plain sentence, and whether it may pass by itself."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from typing import TYPE_CHECKING

from infobank.domain.errors import MistakeError
from infobank.pulling.address import Address
from infobank.pulling.credentials import block, variable

if TYPE_CHECKING:
    from infobank.pulling.pulled import Pulled

KNOWN_HOSTS = "INFOBANK_KNOWN_HOSTS"
# What a server answers when it is busy or broken rather than unwilling.
_PASSING_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_STAYS = "What was pulled before stays."


class PullError(MistakeError):
    """A source could not be pulled, or not all of it; the message is one plain sentence each.

    Attributes:
        pulled: what became of the files before the trouble.
    """

    def __init__(self, message: str, pulled: tuple[Pulled, ...] = ()) -> None:
        super().__init__(message)
        self.pulled = pulled


class TransferError(OSError):
    """What arrived is not what the server announced."""


class StillWrittenError(TransferError):
    """The file at the server changed while it was fetched."""


class UnknownHostKeyError(Exception):
    """An SFTP server showed a key that stands in no list of known hosts."""


class UnsafeRedirectError(Exception):
    """A server sent us on to an address without encryption."""


def may_pass(error: Exception) -> bool:
    """Whether trying again may help."""
    return _kind(error) in {"unreachable", "broken off", "still written"}


def explain(error: Exception, address: Address, path: str = "") -> str | None:
    """The sentence about a failure; None where it is a fault of ours.

    Nothing of what a library says is repeated: an address with a key in it may stand there.

    Args:
        error: what was raised.
        address: the server spoken to.
        path: the file or folder asked for, as its origin.
    """
    kind = _kind(error)
    if kind is None:
        return None
    what = path or "; ".join(address.origin(p) for p in address.paths)
    return f"{address.source}: {_sentence(kind, address, what)}"


def _sentence(kind: str, address: Address, what: str) -> str:
    label, contract = address.label, address.contract
    sentences = {
        "unreachable": (
            f"{label} could not be reached. Check the network and the address in {contract}, "
            f"then pull again. {_STAYS}"
        ),
        "broken off": (
            f"{label} broke off while sending {what}. Pull again later; if that does not help, "
            f"tell whoever runs it. {_STAYS}"
        ),
        "still written": (
            f"{what} at {label} kept changing while it was fetched. Pull again when its sender "
            f"has finished writing it. {_STAYS}"
        ),
        "credentials": f"{label} refused our credentials. {_where_credentials(address)}",
        "missing": (
            f"{label} has nothing at {what}. Check the path in {contract}, or ask the sender where "
            "the file is now."
        ),
        "forbidden": (
            f"{label} does not let us read {what}. {_where_credentials(address)} If they are "
            "right, ask whoever runs it for the right to read there."
        ),
        "host key unknown": (
            f"{label} is not in the list of known hosts, so it could be any machine. Ask whoever "
            "runs it for the fingerprint of its key, compare it with `ssh-keyscan`'s, and add the "
            f"line to ~/.ssh/known_hosts or to the file named by {KNOWN_HOSTS}."
        ),
        "host key changed": (
            f"{label} shows another key than the one in the list of known hosts: it may be "
            "somebody else's machine. Pull nothing until whoever runs it confirms the new key."
        ),
        "certificate": (
            f"{label} shows a certificate that cannot be verified: it may be somebody else's "
            "machine. Ask whoever runs it; name your own certificate authority in SSL_CERT_FILE."
        ),
        "redirect": (
            f"{label} sends us on to an address without encryption for {what}. Ask its sender for "
            "an https address."
        ),
        "disk": "the disk of the raw folder is full. Make room, then pull again.",
        "refused": (
            f"{label} would not answer the request for {what}. Check the address in {contract}."
        ),
    }
    return sentences[kind]


def _where_credentials(address: Address) -> str:
    user, password = (variable(address.source, n) for n in ("user", "password"))
    if address.protocol == "local":
        return "Check the rights of the folder."
    others = {"https": "_TOKEN", "sftp": "_KEY_FILE", "s3": "_TOKEN"}[address.protocol]
    return (
        f"Check {user} and {password} (or {variable(address.source, '')[:-1]}{others}), or the "
        f"Prefect secrets {block(address.source, 'user')} and {block(address.source, 'password')}."
    )


def _kind(error: BaseException) -> str | None:
    """The kind of the most telling exception of a chain: libraries wrap the cause."""
    chain = list(_chain(error))
    for one in chain:
        if kind := _kind_of_library(one):
            return kind
    return next((kind for one in chain if (kind := _kind_of_system(one))), None)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__


def _kind_of_library(error: BaseException) -> str | None:
    own = {
        StillWrittenError: "still written",
        TransferError: "broken off",
        UnknownHostKeyError: "host key unknown",
        UnsafeRedirectError: "redirect",
    }
    for kind_of_error, kind in own.items():
        if isinstance(error, kind_of_error):
            return kind
    # Only the library that raised can have been imported already: the others need not be.
    family = type(error).__module__.partition(".")[0]
    families = {"aiohttp": _of_https, "paramiko": _of_sftp, "botocore": _of_s3}
    return families[family](error) if family in families else None


def _of_https(error: BaseException) -> str | None:
    import aiohttp

    if isinstance(error, aiohttp.ClientResponseError):
        return _of_status(error.status)
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "certificate"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "unreachable"
    if isinstance(error, aiohttp.InvalidURL):
        return "refused"
    return "broken off" if isinstance(error, aiohttp.ClientError) else None


def _of_status(status: int) -> str:
    if status in _PASSING_STATUSES:
        return "broken off"
    return {401: "credentials", 403: "forbidden", 404: "missing", 410: "missing"}.get(
        status, "refused"
    )


def _of_sftp(error: BaseException) -> str | None:
    import paramiko

    if isinstance(error, paramiko.BadHostKeyException):
        return "host key changed"
    # Where we have nothing at all to show, paramiko says so in words alone.
    if isinstance(error, paramiko.AuthenticationException) or "authentication" in str(error):
        return "credentials"
    if isinstance(error, paramiko.ssh_exception.NoValidConnectionsError):
        return "unreachable"
    return "broken off" if isinstance(error, paramiko.SSHException) else None


def _of_s3(error: BaseException) -> str | None:
    from botocore import exceptions as s3

    if isinstance(error, s3.ClientError):
        return _of_s3_answer(error)
    if isinstance(error, s3.NoCredentialsError | s3.PartialCredentialsError):
        return "credentials"
    if isinstance(error, s3.SSLError):
        return "certificate"
    if isinstance(error, s3.EndpointConnectionError | s3.ConnectTimeoutError):
        return "unreachable"
    if isinstance(error, s3.HTTPClientError):
        return "broken off"
    return "refused" if isinstance(error, s3.BotoCoreError) else None


def _of_s3_answer(error: BaseException) -> str:
    answer = getattr(error, "response", {})
    code = str(answer.get("Error", {}).get("Code", ""))
    if code in {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken"}:
        return "credentials"
    if code in {"SlowDown", "RequestTimeout", "InternalError", "ServiceUnavailable"}:
        return "broken off"
    if code in {"NoSuchBucket", "NoSuchKey"}:
        return "missing"
    return _of_status(int(answer.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)))


def _kind_of_system(error: BaseException) -> str | None:
    import socket
    import ssl

    if isinstance(error, OSError) and error.errno in _DISK_FULL:
        return "disk"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, socket.gaierror | ConnectionRefusedError | TimeoutError):
        return "unreachable"
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return "missing"
    if isinstance(error, PermissionError):
        return "forbidden"
    return "broken off" if isinstance(error, OSError | EOFError) else None
