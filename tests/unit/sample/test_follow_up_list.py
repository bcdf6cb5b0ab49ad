"""The sample's list of recommendations only ever grows, and its steps come in their order."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from infobank.domain.quarters import Quarter
from tools.sample import inspections, recommendation_list
from tools.sample.calendar import quarters
from tools.sample.sample_settings import load_settings
from tools.sample.world import build_world

Line = list[object]
PUBLISHED = 4


@pytest.fixture(scope="module")
def lists() -> dict[date, dict[str, Line]]:
    settings = load_settings()
    world = build_world(settings, settings["seed"])
    followed = [
        each
        for inspection in inspections.schedule(world)
        for each in recommendation_list._of(world, inspection, settings["follow_up"])
    ]
    days = [quarter.last_day for quarter in quarters(Quarter(2012, 3), Quarter(2014, 1))]
    return {
        day: {e.reference: list(e.as_known(day)) for e in followed if e.published <= day}
        for day in days
    }


def test_what_is_once_on_the_list_stays_and_no_step_is_undone(
    lists: dict[date, dict[str, Line]],
) -> None:
    days = sorted(lists)
    for day, later in pairwise(days):
        for reference, line in lists[day].items():
            then = lists[later][reference]
            assert then[: PUBLISHED + 1] == line[: PUBLISHED + 1]
            for was, now in zip(line[PUBLISHED:], then[PUBLISHED:], strict=True):
                assert was is None or (now is not None and now >= was)  # type: ignore[operator]


def test_steps_come_in_their_order_and_none_after_the_day(
    lists: dict[date, dict[str, Line]],
) -> None:
    for day, lines in lists.items():
        for line in lines.values():
            steps = line[PUBLISHED:]
            done = [step for step in steps if step is not None]
            assert done == sorted(done, key=str)
            assert steps[: len(done)] == done
            assert all(step <= day for step in done)  # type: ignore[operator]


def test_some_follow_up_is_still_to_come_at_the_end(lists: dict[date, dict[str, Line]]) -> None:
    newest = lists[max(lists)].values()
    assert sum(line[-1] is None for line in newest) > 20
    assert sum(line[-1] is not None for line in newest) > 20
