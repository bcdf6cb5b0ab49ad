"""What the flow adds: which sources, whose credentials, and what is said at the end."""

from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from infobank.domain.errors import MistakeError
from infobank.pulling import Credentials, Pulled


@pytest.fixture
def flow(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}.items():
        monkeypatch.setenv(name, value)
    import flows.pulling

    return flows.pulling


def test_prefect_secrets_come_before_the_environment(
    flow: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Block:
        def get(self) -> str:
            return "from the block"

    def load(name: str) -> Block:
        if name == "infobank-yjb-custody-password":
            return Block()
        msg = f"Unable to find block document named {name}"
        raise ValueError(msg)

    monkeypatch.setattr(flow.Secret, "load", load)
    monkeypatch.setenv("INFOBANK_YJB_CUSTODY_USER", "hmip")
    monkeypatch.setenv("INFOBANK_YJB_CUSTODY_PASSWORD", "from the environment")
    assert flow.credentials_of("yjb_custody") == Credentials(user="hmip", password="from the block")  # noqa: S106


def test_sources_are_those_named_or_those_with_a_server(flow: Any) -> None:
    assert [c.id for c in flow.chosen(["yjb_custody", "yjb_custody"], "")] == ["yjb_custody"]
    assert {c.id for c in flow.chosen([], "sample")} >= {"yjb_custody", "register"}
    with pytest.raises(MistakeError, match="There is no source nobody"):
        flow.chosen(["nobody"], "")
    with pytest.raises(MistakeError, match="No contract names a server elsewhere"):
        flow.chosen([], "elsewhere")


def test_what_came_and_what_waits_is_said(flow: Any) -> None:
    out = Console(file=io.StringIO(), width=200)
    one = Pulled("s", "drop", "sftp://h/a.xlsx", "s/2014-04-07/a.xlsx", "fetched", 1200, "0")
    two = Pulled("s", "drop", "sftp://h/b.xlsx", "s/2014-04-07/b.xlsx", "postponed", 7, "1")
    flow.tell_pulled([one, two], out)
    said = out.file.getvalue()  # type: ignore[attr-defined]
    assert "s/2014-04-07/a.xlsx (1,200 bytes)" in said
    assert "sftp://h/b.xlsx was not taken" in said
    assert (
        "2 files at the servers: 1 fetched, 0 unchanged, 0 already delivered, 1 postponed" in said
    )
