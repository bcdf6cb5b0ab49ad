"""One pull: look at each server of a contract, and bring what is new or has changed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from infobank.contracts import Server, SourceContract
from infobank.domain.deliveries import sha256_of
from infobank.domain.errors import MistakeError
from infobank.domain.in_words import listed
from infobank.domain.log_step import log_step
from infobank.domain.paths import project_root
from infobank.pulling.address import Address, understand
from infobank.pulling.connecting import connect, disconnect
from infobank.pulling.credentials import Credentials, from_environment
from infobank.pulling.delivered import Delivered
from infobank.pulling.errors import (
    PullError,
    StillWrittenError,
    TransferError,
    explain,
    may_pass,
)
from infobank.pulling.landing import Landing, mend, only_pull
from infobank.pulling.listing import Remote, list_remote, look_again
from infobank.pulling.pulled import Pulled, PullOutcome
from infobank.pulling.retrying import Patience, persist

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

T = TypeVar("T")
_LOG = logging.getLogger(__name__)

# The made-up sample stands in the contracts too. It must not come between real deliveries
# unless somebody asks for it by name.
SAMPLE = "sample"


def has_servers(contract: SourceContract) -> bool:
    """Whether there is anything to pull a source from besides the sample."""
    return any(server.name != SAMPLE for server in contract.servers)


def pull(
    contract: SourceContract,
    raw: Path,
    received: date,
    credentials: Credentials | None = None,
    *,
    server: str = "",
    patience: Patience | None = None,
    root: Path | None = None,
) -> list[Pulled]:
    """Bring what is new or changed at the servers of a contract into the raw folder.

    A file that has changed lands under the new received date, and the old one stays. Bytes that
    lie in the source's folder already do not come again. Nothing that lies there is changed.

    Args:
        contract: the source; its ``servers`` say where from.
        raw: the raw folder.
        received: the day that new files are filed under.
        credentials: who we are to the servers; by default what the environment holds.
        server: only the server of that name; by default all but the sample.
        patience: how often to try, and how long a server may say nothing.
        root: the folder that local paths start from; the project's by default.

    Returns:
        What became of each file, by server and name.

    Raises:
        PullError: a server could not be pulled, or another pull is under way; one plain sentence
            each. The other servers were pulled.
        MistakeError: the contract's servers, or the name asked for, cannot be used.
    """
    login = credentials if credentials is not None else from_environment(contract.id)
    addresses = [understand(contract, s, root or project_root()) for s in _chosen(contract, server)]
    lines = [_Line(address, login, patience or Patience()) for address in addresses]
    try:
        with only_pull(raw, contract.id), log_step(_LOG, f"pull {contract.id}") as counts:
            pulled = _pull_all(lines, raw, raw / contract.id / received.isoformat())
            counts.add(len(pulled), "files at the servers")
            counts.add(sum(one.outcome == "fetched" for one in pulled), "fetched")
            return pulled
    except OSError as error:
        # What goes wrong with a server has its own sentence by now: this is the raw folder.
        msg = f"{contract.id}: the raw folder {raw} cannot be written: {error.strerror}."
        raise PullError(msg) from error


def _pull_all(lines: list[_Line], raw: Path, day: Path) -> list[Pulled]:
    pulled: list[Pulled] = []
    troubles: list[str] = []
    mend(day.parent)
    delivered = Delivered(raw, day.parent.name)
    for line in lines:
        try:
            for one in _pull_server(line, raw, day, delivered):
                pulled.append(one)
        except MistakeError as error:
            troubles.append(str(error))
        finally:
            line.drop()
    if troubles:
        raise PullError("\n".join(troubles), tuple(pulled))
    return pulled


def _chosen(contract: SourceContract, name: str) -> list[Server]:
    if not name:
        return [s for s in contract.servers if s.name != SAMPLE]
    chosen = [s for s in contract.servers if s.name == name]
    if not chosen:
        known = listed((s.name for s in contract.servers), most=None)
        msg = f"{contract.file} has no server {name}. It has {known}."
        raise MistakeError(msg)
    return chosen


@dataclass
class _Line:
    """The connection to one server, made when it is needed and made anew after a failure."""

    address: Address
    credentials: Credentials
    patience: Patience
    _files: AbstractFileSystem | None = field(default=None, repr=False)

    def ask(self, question: Callable[[AbstractFileSystem], T], about: str = "") -> T:
        """Put a question to the server, and again while it fails in a way that may pass.

        Raises:
            PullError: it failed for good; the sentence says how.
        """

        def attempt() -> T:
            try:
                if self._files is None:
                    self._files = connect(
                        self.address, self.credentials, self.patience.timeout_seconds
                    )
                return question(self._files)
            except Exception:
                self.drop()
                raise

        try:
            return persist(attempt, may_pass, self.patience)
        except MistakeError:
            raise
        except Exception as error:
            if (sentence := explain(error, self.address, about)) is None:
                raise
            # What the library raised may hold an address with a key in it: it is not passed on.
            raise PullError(sentence) from None

    def drop(self) -> None:
        """Let go of the connection."""
        if self._files is not None:
            with suppress(Exception):
                disconnect(self._files)
            self._files = None


def _pull_server(line: _Line, raw: Path, day: Path, delivered: Delivered) -> Iterator[Pulled]:
    address = line.address
    if address.protocol == "local" and _lies_in(Path(address.paths[0]), raw / address.source):
        return  # its files are in their place already
    for remote in line.ask(lambda files: list_remote(files, address)):
        yield _pull_file(line, remote, day, delivered)


def _lies_in(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def _pull_file(line: _Line, remote: Remote, day: Path, delivered: Delivered) -> Pulled:
    last = delivered.last(remote.origin)
    if last and remote.mark and last.mark == remote.mark:
        return _became(line, remote, "unchanged", last.file, last.sha256, last.size)
    if seen := delivered.seen(remote):
        sha256, size = seen
        if here := _lying_here(remote, sha256, size, delivered):
            file, outcome = here
            return _became(line, remote, outcome, file, sha256, size)
    return _fetch(line, remote, day, delivered)


def _fetch(line: _Line, remote: Remote, day: Path, delivered: Delivered) -> Pulled:
    """Bring a file, and keep it unless its bytes lie here already."""
    target = day.joinpath(*remote.name.split("/"))
    landing = Landing(target, {"origin": remote.origin, "server": line.address.server})
    try:
        remote, sha256, size = _transfer(line, remote, landing.part)
        if here := _lying_here(remote, sha256, size, delivered):
            delivered.note(remote, sha256, size)
            file, outcome = here
            return _became(line, remote, outcome, file, sha256, size)
        outcome = "postponed"
        if not target.exists():
            landing.arrived(_sidecar(remote, sha256, size, day))
            with suppress(FileExistsError):
                landing.land()
                delivered.add(target)
                outcome = "fetched"
        return _became(line, remote, outcome, delivered.in_words(target), sha256, size)
    finally:
        landing.give_up()


def _lying_here(
    remote: Remote, sha256: str, size: int, delivered: Delivered
) -> tuple[str, PullOutcome] | None:
    """The file of the raw folder that makes these bytes no news, and how; None for news."""
    same = delivered.holding(sha256, size)
    if same is None:
        return None
    last = delivered.last(remote.origin)
    if last and last.sha256 == sha256:
        return last.file, "unchanged"
    then = delivered.received(same)
    since = delivered.received(delivered.at(last.file)) if last else None
    if then and since and then < since:
        return None  # its sender went back to an earlier version, which is news
    return delivered.in_words(same), "already delivered"


def _sidecar(remote: Remote, sha256: str, size: int, day: Path) -> dict[str, str | int]:
    return {
        "sha256": sha256,
        "size": size,
        "received": day.name,
        "fetched_at": datetime.now(UTC).isoformat(timespec="microseconds"),
        "etag": remote.etag,
        "mtime": remote.mtime,
    }


def _became(
    line: _Line, remote: Remote, outcome: PullOutcome, file: str, sha256: str, size: int
) -> Pulled:
    address = line.address
    return Pulled(address.source, address.server, remote.origin, file, outcome, size, sha256)


def _transfer(line: _Line, remote: Remote, part: Path) -> tuple[Remote, str, int]:
    """Fetch a file's bytes into ``part`` until they are what the server announced.

    Returns:
        The file as the server described it, the hash of the bytes, and how many they are.
    """
    current = remote

    def attempt(files: AbstractFileSystem) -> str:
        nonlocal current
        files.get_file(current.path, str(part))
        now = look_again(files, line.address, current)
        if (now.mark, now.size) != (current.mark, current.size):
            current = now
            raise StillWrittenError
        sha256 = sha256_of(part)
        if current.size is None:
            # Nothing says how long it is: one that breaks off twice would not do so at one place.
            files.get_file(current.path, str(part))
            if sha256_of(part) != sha256:
                raise TransferError
        elif part.stat().st_size != current.size:
            raise TransferError
        return sha256

    sha256 = line.ask(attempt, remote.origin)
    return current, sha256, part.stat().st_size
