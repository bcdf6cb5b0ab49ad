"""``infobank check FILE --report OUT.xlsx``."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.main import app
from infobank.checking import check_file as single
from infobank.checking.check_file import FileCheck, Tell
from infobank.domain.errors import MistakeError


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "custody.xlsx"
    path.write_bytes(b"figures")

    def checked(path: Path, source: str, tell: Tell) -> FileCheck:
        tell(0, 0, "Reading [custody]")
        tell(1, 2, "Checking custody")
        return FileCheck(path.name, "yjb_custody", "Custody", "x", 3, 3, 0, [])

    monkeypatch.setattr(single, "check_file", checked)
    return path


def test_the_report_and_its_table_are_written_and_named(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.xlsx"
    result = CliRunner().invoke(app, ["check", str(file), "--report", str(out)])
    assert result.exit_code == 0
    assert str(out) in result.output
    assert out.stat().st_size > 1000
    assert out.with_suffix(".parquet").exists()


@pytest.mark.parametrize(
    ("report", "says"),
    [
        ("report.csv", "end report.csv in .xlsx"),
        ("nowhere/report.xlsx", "no folder"),
        ("custody.xlsx", "overwrite"),
    ],
)
def test_a_report_that_cannot_be_is_refused_before_the_file_is_read(
    file: Path, tmp_path: Path, report: str, says: str
) -> None:
    result = CliRunner().invoke(app, ["check", str(file), "--report", str(tmp_path / report)])
    assert isinstance(result.exception, MistakeError)
    assert says in str(result.exception)
    assert file.read_bytes() == b"figures"
