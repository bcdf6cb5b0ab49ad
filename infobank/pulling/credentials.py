"""Who we are to a server: user, password, token or key, never written anywhere by us."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields


@dataclass(frozen=True)
class Credentials:
    """What a server asks of us; an empty text where it asks for nothing.

    No field is shown when the object is printed, so none can reach a log by accident.

    Attributes:
        user: user name; the access key's id on S3.
        password: password; the secret access key on S3.
        token: bearer token over HTTPS; session token on S3.
        key_file: path of a private key, for SFTP.
        key_passphrase: what opens that key.
    """

    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    key_file: str = field(default="", repr=False)
    key_passphrase: str = field(default="", repr=False)


NAMES = tuple(f.name for f in fields(Credentials))


def variable(source: str, name: str) -> str:
    """The environment variable of one credential: ``INFOBANK_YJB_CUSTODY_USER``."""
    return f"INFOBANK_{source}_{name}".upper()


def block(source: str, name: str) -> str:
    """The name of its Prefect secret block: ``infobank-yjb-custody-user``."""
    return variable(source, name).lower().replace("_", "-")


def from_environment(source: str, environment: Mapping[str, str] = os.environ) -> Credentials:
    """The credentials that the environment holds for a source; empty where it holds none."""
    return Credentials(**{name: environment.get(variable(source, name), "") for name in NAMES})
