"""``--verbose``: what each step did, on stderr, line by line."""

from __future__ import annotations

import logging
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Annotated

import typer
from rich.console import Console

from infobank.domain.log_step import LOGGER


def _to_screen(verbose: bool) -> bool:
    """Show what the steps log; without it the command is silent but for its outcome."""
    if verbose:
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
        log = logging.getLogger(LOGGER)
        log.addHandler(handler)
        log.setLevel(logging.INFO)
    return verbose


Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose", callback=_to_screen, help="Say on stderr what each step did and how long."
    ),
]


def busy(console: Console, words: str, verbose: bool) -> AbstractContextManager[object]:
    """Words with a sign that something is done, unless the lines of the steps say so."""
    return nullcontext() if verbose else console.status(words)
