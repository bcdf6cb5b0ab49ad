"""The meeting held in a real browser: swap one YOT with a reason, approve, look at the tables."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests.browser.conftest import Served
from tests.flows.conftest import QUARTER

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WHO = "Assistant Chief Inspector, for the meeting"
WHY = "Local inspectorates report a change of leadership there"


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where a developer asked for them."""
    if folder := os.environ.get("INFOBANK_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png")


def field(form: Locator, label: str) -> Locator:
    """A property of a Prefect form, by its label."""
    return form.locator(".schema-form-property").filter(
        has=form.page.locator(".schema-form-property__label", has_text=label)
    )


def choose(page: Page, form: Locator, label: str, value: str) -> None:
    # Prefect 3.8.8: a click on the words of a list opens and closes it at once.
    field(form, label).first.locator(".p-select-button__icon").click(force=True)
    page.locator(".p-select-option").filter(has_text=value).click()


def write(form: Locator, label: str, text: str) -> None:
    field(form, label).first.locator("textarea").fill(text)


def the_run(served: Served, *states: str) -> Any:
    """The meeting's run once it is in one of these states."""

    def look() -> Any:
        runs = served.ask(
            "/flow_runs/filter", {"flows": {"name": {"any_": ["record the meeting"]}}}
        )
        assert not runs or runs[0]["state"]["type"] not in ("FAILED", "CRASHED"), runs[0]["state"]
        return runs[0] if runs and runs[0]["state"]["type"] in states else None

    return served.wait_for(f"run of the meeting that is {' or '.join(states)}", look)


def paused(served: Served, times: int) -> Any:
    """The run once it has asked so many times."""

    def look() -> Any:
        run = the_run(served, "PAUSED")
        return run if run["state"]["state_details"]["pause_key"] == str(times) else None

    return served.wait_for(f"question number {times}", look)


def resume(page: Page, served: Served, run: Any) -> Locator:
    """Open the run's page and its form."""
    page.goto(f"{served.address}/runs/flow-run/{run['id']}")
    page.get_by_role("button", name="Resume").first.click()
    form = page.locator(".p-modal").filter(has_text="Resume Flow Run")
    form.locator(".schema-form-property").first.wait_for()
    return form


def gone_on(served: Served, run: Any) -> bool:
    """Whether the run leaves the pause it was in, within a minute."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            state = served.ask(f"/flow_runs/{run['id']}")["state"]
            asks = state["state_details"].get("pause_key")
            if state["type"] != "PAUSED" or asks != run["state"]["state_details"]["pause_key"]:
                return True
        time.sleep(0.5)
    return False


def answer(page: Page, served: Served, times: int, fill: Callable[[Locator], None]) -> str:
    """Answer a question as a person does, who presses again where the server was busy.

    Prefect's SQLite now and then refuses a write ("database is locked") and the form is lost.

    Returns:
        What the form said.
    """
    for _ in range(4):
        run = paused(served, times)
        form = resume(page, served, run)
        said = form.inner_text()
        fill(form)
        form.get_by_role("button", name="Submit").click()
        if gone_on(served, run):
            return said
    pytest.fail(f"Question {times} was not taken: {page.locator('body').inner_text()}")


def submit_run_form(page: Page) -> None:
    """Start the run and see its page; Prefect's form drops a click that comes too early."""
    from playwright.sync_api import TimeoutError as NothingHappened

    page.wait_for_load_state("networkidle")
    for _ in range(4):
        page.get_by_role("button", name="Submit").click()
        with contextlib.suppress(NothingHappened):
            page.wait_for_url(lambda url: not url.endswith("/run"), timeout=30_000)
            return
    picture(page, "0-not-submitted")
    pytest.fail(f"The form was not taken: {page.locator('body').inner_text()}")


def table(served: Served, name: str) -> pd.DataFrame:
    return pd.read_parquet(served.warehouse / "current/out" / name / f"{QUARTER}.parquet")


def test_swap_with_a_reason_and_approve(served: Served, page: Page) -> None:
    meeting = served.deployment("record-the-meeting")
    proposed = table(served, "programme")
    ranking = table(served, "risk_ranking").sort_values("rank")
    goes = proposed[proposed["arm"] == "coverage"].iloc[0]
    comes = ranking[~ranking["yot_id"].isin(proposed["yot_id"])].iloc[5]

    page.goto(f"{served.address}/deployments/deployment/{meeting['id']}/run")
    page.get_by_text("The quarter whose programme is decided on").wait_for()
    picture(page, "1-run-form")
    submit_run_form(page)

    # A slip is answered in the form, with what was filled in still there.
    def with_a_slip(form: Locator) -> None:
        picture(page, "2-first-question")
        write(form, "YOT (", goes["yot_name"])
        write(form, "YOT coming in", "Atlantis")
        write(form, "Who", WHO)
        write(form, "Why", WHY)

    def put_right(form: Locator) -> None:
        picture(page, "3-asked-again")
        write(form, "YOT coming in", comes["yot_name"])

    def approve(form: Locator) -> None:
        choose(page, form, "Decision", "approve programme")
        write(form, "Why", "Agreed by all inspectorates")
        picture(page, "5-approve")

    def publish(form: Locator) -> None:
        field(form, "Publish the final").first.locator(".p-toggle__control").click()
        picture(page, "6-last-question")

    answer(page, served, 1, with_a_slip)
    assert "The register has no YOT called 'Atlantis'." in answer(page, served, 2, put_right)
    paused(served, 3)
    assert not (served.warehouse / "current/out/programme_final").exists()
    said = answer(page, served, 3, approve)
    assert f"{comes['yot_name']} in place of {goes['yot_name']}" in said
    assert "isk covered" in said
    answer(page, served, 4, publish)
    run = the_run(served, "COMPLETED")
    page.goto(f"{served.address}/runs/flow-run/{run['id']}")
    page.get_by_text("Artifacts", exact=True).first.click()
    page.get_by_text("meeting-proposal").first.wait_for()
    picture(page, "7-done")

    pd.testing.assert_frame_equal(table(served, "programme"), proposed)
    decisions = table(served, "decision")
    assert list(decisions["action"]) == ["swap", "approve"]
    swap = decisions.iloc[0]
    assert (swap["yot_id"], swap["other_yot_id"]) == (goes["yot_id"], comes["yot_id"])
    assert (swap["who"], swap["why"]) == (WHO, WHY)
    final = table(served, "programme_final")
    assert set(proposed["yot_id"]) - set(final["yot_id"]) == {goes["yot_id"]}
    assert set(final["yot_id"]) - set(proposed["yot_id"]) == {comes["yot_id"]}
    assert final["approved"].all()
    assert table(served, "risk_ranking").equals(ranking.sort_index())
