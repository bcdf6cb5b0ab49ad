"""Real servers on the loopback: HTTP, SFTP and S3, and a line that stalls or breaks."""

from __future__ import annotations

import base64
import contextlib
import http.server
import ipaddress
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import paramiko
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
BIG = 3_000_000
USER, PASSWORD = "hmip", "hunter2"


def write(file: Path, data: bytes, at: int) -> None:
    file.write_bytes(data)
    os.utime(file, (at, at))


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.01)


class FilesOverHttp(http.server.SimpleHTTPRequestHandler):
    """A folder and its index pages; ``fault`` may take an answer into its own hands."""

    asked: list[str]
    fault: Callable[[FilesOverHttp], bool] | None = None
    secret: str = ""

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if not self._turned_away() and not (self.fault and type(self).fault(self)):  # type: ignore[misc]
            super().do_GET()

    def do_HEAD(self) -> None:
        if not self._turned_away():
            super().do_HEAD()

    def _turned_away(self) -> bool:
        if self.secret and self.headers.get("Authorization") != self.secret:
            self.send_error(401)
            return True
        return False

    def log_message(self, format: str, *args: Any) -> None:
        pass


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


@contextlib.contextmanager
def http_server(
    folder: Path, certificate: Path | None = None
) -> Iterator[tuple[str, type[FilesOverHttp]]]:
    """An HTTP server of a folder: its address, and its handler to tell what to do."""
    handler = type("Handler", (FilesOverHttp,), {"asked": []})
    server = http.server.ThreadingHTTPServer(
        (HOST, 0), lambda *a: handler(*a, directory=str(folder))
    )
    server.daemon_threads = True
    scheme = "http"
    if certificate:
        scheme = "https"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"{scheme}://{HOST}:{server.server_port}", handler
    finally:
        server.shutdown()
        server.server_close()


def certificate(file: Path) -> Path:
    """A key and a certificate for this machine that nobody else has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))]), False
        )
        .sign(key, hashes.SHA256())
    )
    told = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(told + signed.public_bytes(serialization.Encoding.PEM))
    return file


class _Account(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        known = (username, password) == (USER, PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if known else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password"


class _Files(paramiko.SFTPServerInterface):
    root: Path

    def _at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def list_folder(self, path: str) -> Any:
        try:
            return [_stat(p, p.lstat()) for p in sorted(self._at(path).iterdir())]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def stat(self, path: str) -> Any:
        try:
            return _stat(self._at(path), self._at(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def lstat(self, path: str) -> Any:
        return self.stat(path)

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> Any:
        handle = paramiko.SFTPHandle(flags)
        try:
            handle.readfile = self._at(path).open("rb")  # type: ignore[attr-defined]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle.stat = lambda: self.stat(path)  # type: ignore[method-assign]
        return handle


def _stat(path: Path, told: os.stat_result) -> paramiko.SFTPAttributes:
    return paramiko.SFTPAttributes.from_stat(told, path.name)


@contextlib.contextmanager
def sftp_server(folder: Path) -> Iterator[tuple[int, paramiko.PKey]]:
    """An SFTP server of a folder: its port and its host key."""
    key = paramiko.ECDSAKey.generate()
    files = type("Files", (_Files,), {"root": folder})
    listener = socket.create_server((HOST, 0))
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                line, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(line)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
            transports.append(transport)
            with contextlib.suppress(paramiko.SSHException, EOFError):
                transport.start_server(event=threading.Event(), server=_Account())

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1], key
    finally:
        _close(listener)
        for transport in transports:
            transport.close()


def _close(listener: socket.socket) -> None:
    with contextlib.suppress(OSError):
        listener.shutdown(socket.SHUT_RDWR)  # or one more would be let in
    listener.close()


def known_hosts(file: Path, port: int, key: paramiko.PKey) -> Path:
    with file.open("a") as lines:
        lines.write(f"[{HOST}]:{port} {key.get_name()} {key.get_base64()}\n")
    return file


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """An S3-compatible server: its address."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address=HOST, port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


class Line:
    """A line to a server on which only so many bytes come back before it stalls or breaks.

    Attributes:
        port: where it begins.
        stalled: set when it stands still.
    """

    def __init__(self, port: int, after: int, breaks: bool = False) -> None:
        self._to, self._left, self._breaks = port, after, breaks
        self._guard = threading.Lock()
        self._free = threading.Event()
        self.stalled = threading.Event()
        self._listener = socket.create_server((HOST, 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def release(self) -> None:
        self._free.set()

    def close(self) -> None:
        self.release()
        _close(self._listener)

    def _serve(self) -> None:
        while True:
            try:
                here, _ = self._listener.accept()
                there = socket.create_connection((HOST, self._to))
            except OSError:
                return
            for one, other, back in ((here, there, False), (there, here, True)):
                threading.Thread(target=self._pass, args=(one, other, back), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket, back: bool) -> None:
        with contextlib.suppress(OSError):
            while data := one.recv(1 << 16):
                if back and not self._free.is_set():
                    data = self._held(data)
                if not data:
                    break
                other.sendall(data)
        for end in (one, other):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _held(self, data: bytes) -> bytes:
        with self._guard:
            self._left -= len(data)
            over = self._left <= 0
        if not over:
            return data
        self.stalled.set()
        if not self._breaks:
            self._free.wait()
            return data
        self._free.set()  # the next connection holds
        return b""
