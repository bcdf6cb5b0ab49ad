"""Checking one file from the Prefect UI."""

from __future__ import annotations

from typing import cast

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.states import Completed

from flows.ending import ends_plainly
from flows.folders import place_of
from flows.run_log import show_in_run_log
from infobank.checking.check_file import FileCheck, UnusableFileError, check_file
from infobank.domain.codes import load_findings
from infobank.domain.errors import MistakeError


@flow(name="check one file", validate_parameters=True)
@ends_plainly
def check_one_file(file: str, source: str = "") -> str:
    """Check one file: what is wrong with it, in which cell, and what to do. Nothing changes.

    A file that a run would take nothing from, or be stopped by, ends the check as Failed.

    Args:
        file: The file, from the project's folder, such as
            raw/sample/yjb_custody/2014-04-11/custody.xlsx.
        source: The source it comes from, such as yjb_custody. Empty: worked out from the file.
    """
    show_in_run_log()
    path = place_of(file)
    if not path.is_file():
        msg = f"There is no file {file} in the project's folder."
        raise MistakeError(msg)
    outcome = check_file(path, source)
    _show(outcome)
    if outcome.unusable:
        raise UnusableFileError(outcome)
    # Returned as a state, so that the sentence stands beside it.
    return cast("str", Completed(message=outcome.sentence, data=outcome.sentence))


def _show(outcome: FileCheck) -> None:
    kinds = load_findings()
    rows = [
        {"severity": f.severity, "cell": f.cell, "kind": kinds[f.code].title, "what": f.message}
        for f in outcome.findings
    ]
    create_table_artifact(
        key="file-check",
        description=(
            f"{outcome.file}: {outcome.records_read} records = {outcome.records_accepted} accepted "
            f"+ {outcome.records_refused} refused"
        ),
        table=rows or [{"severity": "", "cell": "", "kind": "", "what": "No findings."}],
    )
