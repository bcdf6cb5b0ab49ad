"""The log lines of the steps in the log of their Prefect run."""

from __future__ import annotations

import logging

from infobank.domain.log_step import LOGGER


def show_in_run_log() -> None:
    """Hand what the steps log to Prefect, wherever the flow runs; once is enough.

    Prefect's own setting for this (``PREFECT_LOGGING_EXTRA_LOGGERS``) would have to be set at each
    place that runs the flow, and would follow the level of Prefect's console.
    """
    from prefect.logging.handlers import APILogHandler

    log = logging.getLogger(LOGGER)
    if not any(isinstance(handler, APILogHandler) for handler in log.handlers):
        handler = APILogHandler()
        handler.addFilter(_in_a_run)
        log.addHandler(handler)
    log.setLevel(logging.INFO)


def _in_a_run(_: logging.LogRecord) -> bool:
    """Whether there is a run to log to."""
    from prefect.context import FlowRunContext, TaskRunContext

    return FlowRunContext.get() is not None or TaskRunContext.get() is not None
