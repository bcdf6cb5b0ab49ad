from __future__ import annotations

import pytest
import yaml

from flows.serve import (
    PASSWORD,
    SCHEDULE,
    TIMEZONE,
    command_settings,
    served_password,
    server_settings,
)
from infobank.domain.errors import MistakeError
from infobank.domain.paths import project_root


def test_the_deployments_for_work_pools_have_the_served_schedule() -> None:
    told = yaml.safe_load((project_root() / "prefect.yaml").read_text(encoding="utf-8"))
    by_name = {d["name"]: d for d in told["deployments"]}
    (schedule,) = by_name["run-the-quarter"]["schedules"]
    assert (schedule["cron"], schedule["timezone"]) == (SCHEDULE, TIMEZONE)
    for deployment in told["deployments"]:
        file, flow = deployment["entrypoint"].split(":")
        assert f"def {flow}(" in (project_root() / file).read_text(encoding="utf-8")


@pytest.mark.parametrize("told", ["", "  ", "pässword", "a\nb"])
def test_a_password_that_cannot_be_sent_is_refused(
    told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(PASSWORD, told)
    with pytest.raises(MistakeError, match="INFOBANK_SERVE_PASSWORD is empty or"):
        served_password()


def test_server_and_runs_are_told_the_same_password(monkeypatch: pytest.MonkeyPatch) -> None:
    auth = {"PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"}
    monkeypatch.delenv(PASSWORD, raising=False)
    assert not auth & set(server_settings(4200))
    monkeypatch.setenv(PASSWORD, "who:what-1")
    assert {server_settings(4200)[name] for name in auth} == {"who:what-1"}


def test_the_server_that_a_command_starts_asks_for_a_password_nobody_knows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.delenv(PASSWORD, raising=False)
    one, two = command_settings(), command_settings()
    assert one["PREFECT_SERVER_API_AUTH_STRING"] == one["PREFECT_API_AUTH_STRING"]
    assert len(one["PREFECT_API_AUTH_STRING"]) > 64
    assert one["PREFECT_API_AUTH_STRING"] != two["PREFECT_API_AUTH_STRING"]
    assert "*" not in one["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"]
    monkeypatch.setenv(PASSWORD, "who:what-1")
    assert command_settings()["PREFECT_SERVER_API_AUTH_STRING"] == "who:what-1"


def test_a_command_that_uses_a_server_started_elsewhere_starts_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    monkeypatch.delenv(PASSWORD, raising=False)
    assert command_settings() == {}
