"""Trying again what may well succeed the next time, and waiting longer each time."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    wait_exponential,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Patience:
    """How often and how long to try.

    The wait before attempt *n* + 1 is drawn evenly between half and all of
    ``first_seconds * 2 ** (n - 1)``, at most ``longest_seconds``: without the chance in it,
    everyone whom a server turned away would come back in the same second.

    Attributes:
        attempts: how often in all.
        first_seconds: longest wait after the first failure.
        longest_seconds: longest wait of all.
        timeout_seconds: how long a server may say nothing.
        sleep: what waits.
    """

    attempts: int = 5
    first_seconds: float = 1.0
    longest_seconds: float = 30.0
    timeout_seconds: float = 60.0
    sleep: Callable[[float], None] = time.sleep

    def wait(self, tried: RetryCallState) -> float:
        """Seconds to wait after so many failures in a row."""
        longest = wait_exponential(multiplier=self.first_seconds, max=self.longest_seconds)
        return longest(tried) * random.uniform(0.5, 1.0)  # noqa: S311 - no secret hangs on it


def persist(
    attempt: Callable[[], T], passing: Callable[[Exception], bool], patience: Patience
) -> T:
    """Do it, and again while it fails in a way that may pass.

    Args:
        attempt: what to do; it must be harmless to do again.
        passing: whether a failure may pass by itself.
        patience: how often and how long.

    Raises:
        Exception: the last failure, or the first that does not pass by itself.
    """
    again = Retrying(
        stop=stop_after_attempt(patience.attempts),
        wait=patience.wait,
        retry=retry_if_exception(lambda error: isinstance(error, Exception) and passing(error)),
        sleep=patience.sleep,
        reraise=True,
    )
    return again(attempt)
