"""Which files a server has for us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from infobank.domain.errors import MistakeError
from infobank.pulling.address import WILDCARDS, Address, is_loopback
from infobank.pulling.errors import UnsafeRedirectError

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

# Somebody else's unfinished or secondary files, and what the raw folder itself passes over.
_PASSED_OVER = (".part", ".filepart", ".partial", ".tmp", ".crdownload", ".meta.json", ".md")


@dataclass(frozen=True)
class Remote:
    """One file at a server.

    Attributes:
        path: what its file system calls it.
        origin: where it is, without anything secret; what it is known by from pull to pull.
        name: its path below the folder that the contract names, with forward slashes.
        size: bytes, where the server says.
        etag: the server's fingerprint of it, or "".
        mtime: when it was changed, as the server says, or "".
    """

    path: str
    origin: str
    name: str
    size: int | None
    etag: str
    mtime: str

    @property
    def mark(self) -> str:
        """What changes when the file does; "" where the server gives nothing to go by."""
        return f"{self.etag}|{self.mtime}|{self.size}" if self.etag or self.mtime else ""


def list_remote(files: AbstractFileSystem, address: Address) -> list[Remote]:
    """Every file that the contract means at a server, by name.

    Raises:
        MistakeError: two files would have the same name, or one has no usable name.
        Exception: what the protocol's library raises; ``trouble.explain`` has the sentence.
    """
    found = _linked(files, address) if address.protocol == "https" else _matching(files, address)
    remotes = sorted(found, key=lambda r: r.name)
    seen: dict[str, str] = {}
    for remote in remotes:
        _refuse_name(remote, address)
        # Two names that differ in capitals alone are one file on many disks.
        if (folded := remote.name.casefold()) in seen:
            msg = (
                f"{address.source}: {address.label} has two files called {remote.name}: "
                f"{seen[folded]} and {remote.origin}. Name one of them alone in "
                f"{address.contract}, or make each its own server."
            )
            raise MistakeError(msg)
        seen[folded] = remote.origin
    return remotes


def look_again(files: AbstractFileSystem, address: Address, remote: Remote) -> Remote:
    """The same file as the server describes it now."""
    return _remote(address, remote.path, remote.name, files.info(remote.path))


def _refuse_name(remote: Remote, address: Address) -> None:
    parts = remote.name.split("/")
    odd = any(ord(c) < 32 or c in "\\\x7f" for c in remote.name)
    if odd or any(part in {"", ".", ".."} for part in parts):
        msg = (
            f"{address.source}: {address.label} has a file without a usable name: "
            f"{remote.origin!r}. Ask its sender to rename it."
        )
        raise MistakeError(msg)


def _passed_over(leaf: str) -> bool:
    return leaf.startswith((".", "~$")) or leaf.lower().endswith(_PASSED_OVER)


def _matching(files: AbstractFileSystem, address: Address) -> Iterator[Remote]:
    """Files of a path with wildcards, folder by folder.

    fsspec's own glob passes over folders it could not list; here that is an error.
    """
    (path,) = address.paths
    parts = path.rstrip("/").split("/")
    fixed = next((n for n, part in enumerate(parts) if WILDCARDS & set(part)), len(parts))
    folder, patterns = "/".join(parts[:fixed]) or "/", parts[fixed:]
    if not patterns:
        info = files.info(folder)
        if info["type"] != "directory":
            yield _remote(address, folder, parts[-1], info)
            return
        patterns = ["*"]
    for name, info in _walk(files, folder, patterns):
        yield _remote(address, str(info["name"]), name, info)


def _walk(
    files: AbstractFileSystem, folder: str, patterns: list[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    here, *below = patterns
    for listed in files.ls(folder, detail=True):
        leaf = str(listed["name"]).rstrip("/").rsplit("/", 1)[-1]
        if _passed_over(leaf) or not fnmatchcase(leaf, here):
            continue
        info = _followed(files, listed)
        if info["type"] == "file" and not below:
            yield leaf, info
        elif info["type"] == "directory" and below:
            for name, deeper in _walk(files, str(info["name"]), below):
                yield f"{leaf}/{name}", deeper


def _followed(files: AbstractFileSystem, listed: dict[str, Any]) -> dict[str, Any]:
    """What a link leads to; a link that leads nowhere is of no type we take."""
    if listed["type"] != "link" and not listed.get("islink"):
        return listed
    try:
        info: dict[str, Any] = files.info(listed["name"])
    except FileNotFoundError:
        return {**listed, "type": "other"}
    return info


def _linked(files: AbstractFileSystem, address: Address) -> Iterator[Remote]:
    """Files at web addresses: those of the contract, or those that a page links to."""
    paths = list(address.paths)
    if address.pattern:
        paths = [link for page in address.paths for link in _links(files, page, address.pattern)]
    for path in dict.fromkeys(paths):
        name = unquote(urlsplit(path).path.rsplit("/", 1)[-1])
        if name and _passed_over(name):
            continue
        yield _remote(address, path, name, files.info(path))


def _links(files: AbstractFileSystem, page: str, pattern: str) -> Iterator[str]:
    reader = _Links()
    reader.feed(files.cat_file(page).decode("utf-8", errors="replace"))
    for target in reader.found:
        link = urldefrag(urljoin(page, target)).url
        parts = urlsplit(link)
        if parts.scheme not in {"http", "https"}:
            continue
        bare = unquote(parts._replace(query="").geturl())
        wanted = bare if "://" in pattern else bare.rsplit("/", 1)[-1]
        if fnmatchcase(wanted, unquote(pattern)):
            _refuse_plain_text(link)
            yield link


def _refuse_plain_text(link: str) -> None:
    parts = urlsplit(link)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise UnsafeRedirectError


class _Links(HTMLParser):
    """The addresses that a page links to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value.strip() for name, value in attrs if name == "href" and value]


def _remote(address: Address, path: str, name: str, info: dict[str, Any]) -> Remote:
    if url := info.get("url"):
        _refuse_plain_text(str(url))
    size = info.get("size")
    return Remote(
        path=path,
        origin=address.origin(path),
        name=name,
        size=None if size is None else int(size),
        etag=str(info.get("ETag") or "").strip('"'),
        mtime=_moment(info.get("mtime") or info.get("LastModified") or info.get("Last-Modified")),
    )


def _moment(moment: object) -> str:
    """A time in whatever form a protocol gives it, as text."""
    if isinstance(moment, datetime):
        return moment.isoformat()
    if isinstance(moment, int | float):
        return datetime.fromtimestamp(moment, UTC).isoformat()
    return str(moment or "")
