"""A file system of fsspec for each protocol: verified, patient but not for ever, our own account.

fsspec keeps file systems, with the credentials they were made from, and listings for as long as
the process lives; neither is wanted here, so both are switched off.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infobank.domain.errors import MistakeError
from infobank.pulling.address import Address
from infobank.pulling.credentials import Credentials
from infobank.pulling.errors import KNOWN_HOSTS, UnknownHostKeyError

if TYPE_CHECKING:
    from aiohttp import ClientMiddlewareType
    from fsspec import AbstractFileSystem

# Nobody need see paramiko's tracebacks where no log is kept: each failure has its sentence.
logging.getLogger("paramiko").addHandler(logging.NullHandler())

_FRESH = {"skip_instance_cache": True, "use_listings_cache": False}


def connect(address: Address, credentials: Credentials, timeout: float) -> AbstractFileSystem:
    """Connect to a server.

    Args:
        address: the server.
        credentials: who we are to it.
        timeout: seconds it may say nothing.

    Raises:
        MistakeError: the file of known hosts or the key file that we were told of is not there.
        Exception: what the protocol's library raises; ``trouble.explain`` has the sentence.
    """
    makers = {"local": _local, "https": _https, "sftp": _sftp, "s3": _s3}
    return makers[address.protocol](address, credentials, timeout)


def _local(address: Address, credentials: Credentials, timeout: float) -> AbstractFileSystem:
    from fsspec.implementations.local import LocalFileSystem

    return LocalFileSystem(**_FRESH)


def _https(address: Address, credentials: Credentials, timeout: float) -> AbstractFileSystem:
    import aiohttp
    from fsspec.implementations.http import HTTPFileSystem

    # Without compression on the way, the announced length is the file's.
    session: dict[str, Any] = {
        "timeout": aiohttp.ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout),
        "headers": {"Accept-Encoding": "identity"},
        "trust_env": True,  # a proxy of the organisation, where there is one
        "middlewares": (_identify(address, credentials),),
    }
    return HTTPFileSystem(client_kwargs=session, encoded=True, **_FRESH)


def _identify(address: Address, credentials: Credentials) -> ClientMiddlewareType:
    """Say who we are to the contract's own server, and not to those it links or sends us to."""
    import aiohttp
    from yarl import URL

    home = URL(address.paths[0]).origin()
    authorisation = f"Bearer {credentials.token}" if credentials.token else ""
    if credentials.user and not authorisation:
        authorisation = aiohttp.BasicAuth(credentials.user, credentials.password).encode()

    async def identify(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if authorisation and request.url.origin() == home:
            request.headers["Authorization"] = authorisation
        return await handler(request)

    return identify


def _sftp(address: Address, credentials: Credentials, timeout: float) -> AbstractFileSystem:
    from fsspec.implementations.sftp import SFTPFileSystem
    from paramiko import MissingHostKeyPolicy, SSHClient

    class _Refuse(MissingHostKeyPolicy):  # type: ignore[misc]
        def missing_host_key(self, client: SSHClient, hostname: str, key: object) -> None:
            raise UnknownHostKeyError

    class _VerifiedSFTP(SFTPFileSystem):  # type: ignore[misc]
        """fsspec's own trusts whoever answers, and waits for ever."""

        def _connect(self) -> None:
            self.client = SSHClient()
            _load_known_hosts(self.client)
            self.client.set_missing_host_key_policy(_Refuse())
            try:
                self.client.connect(self.host, **self.ssh_kwargs)
                self.ftp = self.client.open_sftp()
                self.ftp.get_channel().settimeout(timeout)
            except BaseException:
                self.client.close()
                raise

    given = bool(credentials.password or credentials.key_file)
    if credentials.key_file and not Path(credentials.key_file).is_file():
        msg = f"{address.source}: there is no key file where the credentials say one is."
        raise MistakeError(msg)
    return _VerifiedSFTP(
        host=address.host,
        port=address.port or 22,
        username=credentials.user or None,
        password=credentials.password or None,
        key_filename=credentials.key_file or None,
        passphrase=credentials.key_passphrase or None,
        # As `sftp` does, a user's own keys are tried where nothing else was given.
        look_for_keys=not given,
        allow_agent=not given,
        timeout=timeout,
        banner_timeout=timeout,
        auth_timeout=timeout,
        skip_instance_cache=True,  # of listings it keeps none
    )


def _load_known_hosts(client: Any) -> None:
    hosts = os.environ.get(KNOWN_HOSTS)
    if not hosts:
        client.load_system_host_keys()
        return
    if not Path(hosts).is_file():
        msg = f"There is no file {hosts}, which {KNOWN_HOSTS} names as the list of known hosts."
        raise MistakeError(msg)
    client.load_host_keys(hosts)


def _s3(address: Address, credentials: Credentials, timeout: float) -> AbstractFileSystem:
    from s3fs import S3FileSystem

    files = S3FileSystem(
        # Without a key of our own, the environment's (AWS_..., or the machine's role) is used.
        key=credentials.user or None,
        secret=credentials.password or None,
        token=credentials.token or None,
        endpoint_url=address.endpoint or None,
        config_kwargs={
            "connect_timeout": timeout,
            "read_timeout": timeout,
            "retries": {"total_max_attempts": 1},
        },
        # In one piece: parts fetched side by side could be parts of two versions.
        max_concurrency=1,
        **_FRESH,
    )
    files.retries = 1  # we try again ourselves, with longer waits
    return files


def disconnect(files: AbstractFileSystem) -> None:
    """Let go of a server, where its protocol keeps a line open."""
    client = getattr(files, "client", None)
    if client is not None:
        client.close()
