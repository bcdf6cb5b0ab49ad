"""How a run ends in Prefect when it could not do what it was asked: Failed, and the sentence why.

Prefect would put "Flow run encountered an exception" and the name of a class before the sentence,
and a traceback in the log.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import ParamSpec, TypeVar, cast

from infobank.domain.errors import PlainError

P = ParamSpec("P")
R = TypeVar("R")


def ends_plainly(flow: Callable[P, R]) -> Callable[P, R]:
    """Let a flow end Failed with the one sentence; who called it gets the exception as before."""

    @wraps(flow)
    def run(*given: P.args, **named: P.kwargs) -> R:
        from prefect.states import Failed

        try:
            return flow(*given, **named)
        except PlainError as problem:
            return cast("R", Failed(message=str(problem), data=problem))

    # Prefect looks for the names of the types where the function stands that it is given.
    run.__signature__ = signature(flow, eval_str=True)  # type: ignore[attr-defined]
    return run
