"""Which files and folders a run may name that was started from Prefect.

At the command line a person may name any folder. A form, or whoever reaches Prefect's API, may name
only what lies in the folders of ``INFOBANK_FOLDERS``.
"""

from __future__ import annotations

import os
from pathlib import Path

from infobank.domain.paths import inside, project_root

FOLDERS = "INFOBANK_FOLDERS"
"""The folders that runs started from Prefect may name, with ``os.pathsep`` between them."""

USUAL = ("raw", "warehouse")


def allowed_folders() -> list[Path]:
    """The folders of ``INFOBANK_FOLDERS``; without it, the project's own two."""
    named = [part for part in os.environ.get(FOLDERS, "").split(os.pathsep) if part]
    return [project_root() / part for part in named or USUAL]


def place_of(path: str | Path) -> Path:
    """The file or folder that the run in hand was told, from the project's folder.

    Raises:
        MistakeError: the run was started from Prefect, and may not name it.
    """
    if _started_from_prefect():
        return inside(path, allowed_folders(), FOLDERS)
    return project_root() / path


def _started_from_prefect() -> bool:
    """Whether a deployment is run: by a form, the schedule, or the API."""
    from prefect.context import FlowRunContext

    run = FlowRunContext.get()
    return bool(
        "PREFECT__FLOW_RUN_ID" in os.environ  # set by whatever starts a run in its own process
        or (run and run.flow_run and run.flow_run.deployment_id)
    )
