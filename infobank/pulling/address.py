"""What a contract's server says, understood: which protocol, which machine, which files."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, unquote, urlsplit

from infobank.contracts import Server, SourceContract
from infobank.domain.errors import MistakeError

Protocol = Literal["local", "https", "sftp", "s3"]

WILDCARDS = frozenset("*?[")
_PROTOCOLS: dict[str, Protocol] = {
    "": "local",
    "file": "local",
    "http": "https",
    "https": "https",
    "sftp": "sftp",
    "s3": "s3",
}
# The standard has no type of its own for files over HTTPS: "api" is its word for an address
# that is asked over HTTP, and "custom" may be anything.
_TYPES: dict[str, frozenset[str]] = {
    "local": frozenset({"local"}),
    "https": frozenset({"https"}),
    "api": frozenset({"https"}),
    "sftp": frozenset({"sftp"}),
    "s3": frozenset({"s3"}),
    "custom": frozenset({"local", "https", "sftp", "s3"}),
}


@dataclass(frozen=True)
class Address:
    """Where the files of one server are.

    Attributes:
        source: id of the source contract.
        server: the server's name in the contract.
        protocol: how it is spoken to.
        host: machine (for S3 the bucket), for messages; "" for a local folder.
        port: port, where the contract names one.
        paths: for ``https`` whole addresses, for the others one path, possibly with wildcards
            (for S3 beginning with the bucket).
        pattern: for ``https``: the links of the page at ``paths`` that are files to pull; "" if
            ``paths`` are the files themselves.
        endpoint: address of an S3-compatible service; "" for Amazon's own.
        contract: the contract's file name, for messages.
    """

    source: str
    server: str
    protocol: Protocol
    host: str
    port: int | None
    paths: tuple[str, ...]
    pattern: str
    endpoint: str
    contract: str

    @property
    def label(self) -> str:
        """The server in words: ``the server drop (sftp://files.yjb.example)``."""
        if self.protocol == "local":
            return f"the server {self.server} (the folder {self.paths[0]})"
        place = f"{self.protocol}://{self.host}"
        if self.endpoint:
            place += f" at {urlsplit(self.endpoint).netloc}"
        elif self.port:
            place += f":{self.port}"
        return f"the server {self.server} ({place})"

    def origin(self, path: str) -> str:
        """Where a file of this server came from, for its sidecar: without anything secret.

        What follows a question mark may be a key that opens the file, so a fingerprint of it
        stands in its place.
        """
        if self.protocol == "local":
            return Path(path).as_uri()
        if self.protocol == "s3":
            return f"s3://{path}"
        if self.protocol == "sftp":
            return f"sftp://{self.host}{f':{self.port}' if self.port else ''}{path}"
        parts = urlsplit(path)
        bare = parts._replace(query="", fragment="").geturl()
        if not parts.query:
            return bare
        return f"{bare}?{hashlib.sha256(parts.query.encode()).hexdigest()[:12]}"


def understand(contract: SourceContract, server: Server, root: Path) -> Address:
    """Understand one server of a contract.

    Args:
        contract: the source contract, for its id and for messages.
        server: one of its servers.
        root: the folder that the paths of local servers start from.

    Raises:
        MistakeError: the address cannot be used, or holds a password; the sentence names the
            contract and the server.
    """
    where = f"{contract.file}, server {server.name}"
    paths = tuple(server.location.split()) if "://" in server.location else (server.location,)
    split = [_split(path, where) for path in paths]
    first = split[0]
    protocol = _protocol(first, server, where)
    if len({s.scheme for s in split}) > 1 or (len(paths) > 1 and protocol != "https"):
        msg = (
            f"{where}: several addresses can share a server only if all begin with https. "
            "Make each its own server."
        )
        raise MistakeError(msg)
    _refuse_secrets_and_plain_text(split, server, where)
    pattern = server.pattern
    if pattern and protocol != "https":
        paths = (f"{paths[0].rstrip('/')}/{pattern}",)
        pattern = ""
    elif protocol == "https" and not pattern and WILDCARDS & set(first.path):
        paths, pattern = _page_and_pattern(paths, where)
    return Address(
        source=contract.id,
        server=server.name,
        protocol=protocol,
        host=(first.netloc if protocol == "s3" else first.hostname) or "",
        port=None if protocol == "s3" else first.port,
        paths=tuple(_path(p, protocol, root) for p in paths),
        pattern=pattern,
        endpoint=server.endpoint,
        contract=contract.file,
    )


def is_loopback(host: str) -> bool:
    """Whether a host is this machine itself."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _split(path: str, where: str) -> SplitResult:
    if "://" not in path:
        return SplitResult("", "", path, "", "")
    try:
        parts = urlsplit(path)
        _ = parts.port
    except ValueError:
        msg = f"{where}: this is not an address. Write it like sftp://host/folder/*.xlsx."
        raise MistakeError(msg) from None
    return parts


def _protocol(parts: SplitResult, server: Server, where: str) -> Protocol:
    protocol = _PROTOCOLS.get(parts.scheme.lower())
    if protocol is None or (protocol != "local" and not parts.netloc):
        msg = f"{where}: pulling is from a path, or from https://, sftp:// or s3:// addresses."
        raise MistakeError(msg)
    if protocol not in _TYPES.get(server.type, frozenset()):
        msg = (
            f"{where}: its type is {server.type!r}, but its address is one for {protocol}. "
            f"Types that can be pulled from are {', '.join(_TYPES)}."
        )
        raise MistakeError(msg)
    return protocol


def _refuse_secrets_and_plain_text(split: list[SplitResult], server: Server, where: str) -> None:
    endpoint = _split(server.endpoint, where) if server.endpoint else None
    for parts in [*split, *([endpoint] if endpoint else [])]:
        if parts.password is not None or (parts.username and parts.scheme != "s3"):
            msg = (
                f"{where}: a user name or password is in the address. Take it out, change it, "
                "and give it by the environment or a Prefect secret (docs/pulling.md)."
            )
            raise MistakeError(msg)
        if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
            msg = f"{where}: http:// is open to be read and changed on the way. Use https://."
            raise MistakeError(msg)


def _page_and_pattern(paths: tuple[str, ...], where: str) -> tuple[tuple[str, ...], str]:
    """A web address with a wildcard: the page of its folder, and the links to take from it."""
    if len(paths) > 1:
        msg = f"{where}: an address with wildcards must be the only one; make each its own server."
        raise MistakeError(msg)
    fixed = min(paths[0].index(sign) for sign in WILDCARDS if sign in paths[0])
    return (paths[0][:fixed].rsplit("/", 1)[0] + "/",), paths[0]


def _path(path: str, protocol: Protocol, root: Path) -> str:
    if protocol == "https":
        return path
    if protocol == "local":
        return str(root / unquote(urlsplit(path).path) if "://" in path else root / path)
    rest = path.split("://", 1)[1]
    if protocol == "s3":
        return rest
    return "/" + rest.split("/", 1)[1] if "/" in rest else "/"
