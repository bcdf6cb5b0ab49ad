"""How runs end in Prefect: what its automations and people see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infobank.domain.errors import MistakeError
from infobank.domain.paths import project_root

pytestmark = pytest.mark.xdist_group("flows")

SERVED: dict[str, dict[str, Any]] = {
    "quarterly.py:quarterly": {"quarter": "2014-Q1", "as_of": "2014-04-11", "raw": "raw/sample"},
    "pulling.py:pull_deliveries": {"raw": "raw", "received": "2014-04-11"},
    "meeting.py:record_the_meeting": {"quarter": "2014-Q1", "warehouse": "warehouse"},
    "check_file.py:check_one_file": {"file": "raw/sample/a.xlsx"},
}
PATHS = [
    ("quarterly.py:quarterly", "raw"),
    ("quarterly.py:quarterly", "warehouse"),
    ("pulling.py:pull_deliveries", "raw"),
    ("meeting.py:record_the_meeting", "warehouse"),
    ("check_file.py:check_one_file", "file"),
]


def loaded(entrypoint: str) -> Any:
    """A flow as whatever runs it in its own process loads it."""
    from prefect.flows import load_flow_from_entrypoint

    return load_flow_from_entrypoint(f"{project_root() / 'flows'}/{entrypoint}")


@pytest.mark.parametrize("entrypoint", SERVED)
def test_a_served_flow_takes_what_its_form_gives(prefect_for_tests: None, entrypoint: str) -> None:
    flow = loaded(entrypoint)
    told = flow.validate_parameters(SERVED[entrypoint])
    assert set(told) >= set(SERVED[entrypoint])
    described = flow.parameters.model_dump()["properties"]
    assert all(field["description"] for field in described.values())


@pytest.mark.parametrize(("entrypoint", "name"), PATHS)
def test_a_run_started_from_prefect_may_not_name_any_place(
    prefect_for_tests: None,
    entrypoint: str,
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PREFECT__FLOW_RUN_ID", "00000000-0000-0000-0000-000000000000")
    monkeypatch.setenv("INFOBANK_FOLDERS", str(tmp_path / "allowed"))
    parameters = {k: str(tmp_path / "allowed") for _, k in PATHS if k in SERVED[entrypoint]}
    parameters |= {name: str(tmp_path / "elsewhere")}
    state = loaded(entrypoint)(**parameters, return_state=True)
    assert state.is_failed()
    assert state.message.startswith(
        f"A run started from Prefect may not name '{tmp_path / 'elsewhere'}'"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_mistake_ends_in_its_sentence_alone(prefect_for_tests: None) -> None:
    from flows.check_file import check_one_file

    state = check_one_file("raw/nothing.xlsx", return_state=True)
    assert state.is_failed()
    assert state.message == "There is no file raw/nothing.xlsx in the project's folder."
    with pytest.raises(MistakeError, match="There is no file"):
        check_one_file("raw/nothing.xlsx")


def test_a_check_is_red_where_a_run_could_not_use_the_file(
    prefect_for_tests: None, tmp_path: Path
) -> None:
    from flows.check_file import check_one_file

    sample = project_root() / "raw/sample/yjb_custody"
    good = sorted(sample.rglob("*.xlsx"))[-1]
    state = check_one_file(str(good), return_state=True)
    assert state.is_completed()
    assert "records usable." in state.message
    assert state.message == state.result()
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(good.read_bytes()[:2000])
    state = check_one_file(str(cut), "yjb_custody", return_state=True)
    assert state.is_failed()
    assert state.message.startswith("cut.xlsx cannot be used as it is (0 of 0 records usable).")


def test_a_fault_of_ours_stays_loud(prefect_for_tests: None) -> None:
    from prefect import flow

    from flows.ending import ends_plainly

    @flow
    @ends_plainly
    def faulty() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        faulty()


def test_nobody_at_the_meeting_is_told_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    from prefect.exceptions import FlowPauseTimeout

    import flows.meeting

    def nobody(**how: Any) -> None:
        raise FlowPauseTimeout

    monkeypatch.setattr(flows.meeting, "pause_flow_run", nobody)
    with pytest.raises(MistakeError, match=r"^Nobody answered for 21 days"):
        flows.meeting._ask(flows.meeting.FinalForm, "", {})


def test_what_was_pulled_before_a_trouble_is_told_to_who_pulled(
    prefect_for_tests: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import flows.pulling
    from infobank.pulling import Pulled, PullError

    came = Pulled("yjb_custody", "s", "https://server.example/a", "a.xlsx", "fetched", 1, "")

    def troubled(*told: Any, **how: Any) -> None:
        raise PullError("The server is down.", (came,))

    monkeypatch.setattr(flows.pulling, "pull", troubled)
    state = flows.pulling.pull_deliveries(["yjb_custody"], tmp_path, return_state=True)
    assert (state.is_failed(), state.message) == (True, "The server is down.")
    with pytest.raises(PullError) as problem:
        flows.pulling.pull_deliveries(["yjb_custody"], tmp_path)
    assert problem.value.pulled == (came,)
