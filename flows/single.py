"""Checking one file from the Prefect UI."""

from __future__ import annotations

from pathlib import Path

from prefect import flow
from prefect.artifacts import create_table_artifact

from infobank.places import project_root
from infobank.quarterly.single import check_file


@flow(name="check one file", validate_parameters=True)
def check_one_file(file: str, source: str = "") -> str:
    """Check one file against its contract without loading it.

    Args:
        file: The file, from the project's folder, such as
            raw/sample/yjb_custody/2014-04-11/custody.xlsx.
        source: The contract it is meant for, such as yjb_custody. Empty: guessed from its looks.
    """
    path = project_root() / Path(file)
    if not path.is_file():
        msg = f"There is no file {file} in the project's folder."
        raise FileNotFoundError(msg)
    outcome = check_file(path, source)
    rows = [
        {"severity": f.severity, "cell": f.cell, "code": f.code, "what": f.message}
        for f in outcome.findings
    ]
    create_table_artifact(
        key="file-check",
        description=(
            f"{outcome.file}: {outcome.records_read} records = {outcome.records_accepted} accepted "
            f"+ {outcome.records_refused} refused"
        ),
        table=rows or [{"severity": "", "cell": "", "code": "", "what": "Nothing to remark upon."}],
    )
    return f"{outcome.records_accepted} of {outcome.records_read} records usable"
