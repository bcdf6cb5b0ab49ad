"""The inspectorate's list of recommendations, and what YOTs and the board did about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from infobank.domain.quarters import Quarter
from tools.sample.calendar import received
from tools.sample.inspections import Inspection
from tools.sample.parcel import Parcel
from tools.sample.sample_settings import stream
from tools.sample.sheets import SYNTHETIC, Cell, Sheet, xlsx
from tools.sample.world import World

_HEADINGS: list[Cell] = [
    "Recommendation",
    "Inspection reference",
    "Youth Offending Team",
    "What is recommended",
    "Report published",
    "Improvement plan received",
    "Plan agreed",
    "Last progress report",
    "Completed",
]
_WIDTHS = [24, 20, 34, 70, 16, 24, 14, 20, 14]


@dataclass(frozen=True)
class _Followed:
    """One recommendation and the days of everything that will ever be done about it."""

    reference: str
    inspection: Inspection
    words: str
    published: date
    plan: date | None
    agreed: date | None
    reports: tuple[date, ...]
    completed: date | None

    def as_known(self, day: date) -> list[Cell]:
        """Its line in the list as the list stood on a day."""
        steps = [self.plan, self.agreed, _last(self.reports, day), self.completed]
        done: list[Cell] = [step if step and step <= day else None for step in steps]
        who: list[Cell] = [self.reference, self.inspection.reference, self.inspection.yot]
        return [*who, self.words, self.published, *done]


def _last(days: tuple[date, ...], by: date) -> date | None:
    return max((day for day in days if day <= by), default=None)


def deliveries(world: World, planned: list[Inspection], span: list[Quarter]) -> Iterator[Parcel]:
    """The list as it stood before each quarterly meeting, once there is something on it."""
    rules = world.settings["follow_up"]
    followed = [each for inspection in planned for each in _of(world, inspection, rules)]
    followed.sort(key=lambda each: (each.published, each.reference))
    for quarter in span:
        came = received(quarter)
        closed = came - timedelta(days=rules["closed_days_before_delivery"])
        lines = [each.as_known(closed) for each in followed if each.published <= closed]
        if lines:
            yield _workbook(quarter, came, closed, lines)


def _workbook(quarter: Quarter, came: date, closed: date, lines: list[list[Cell]]) -> Parcel:
    rows: list[list[Cell]] = [
        ["Recommendations and improvement plans: youth offending work"],
        [SYNTHETIC],
        [f"As it stood on {closed.day} {closed:%B %Y}"],
        [None],
        _HEADINGS,
        *lines,
        [None],
        ["Note: an empty date says that the step has not been taken."],
    ]
    sheet = Sheet("Follow-up", rows, bold={0, 4}, widths=_WIDTHS)
    content = xlsx([sheet], f"Recommendations and improvement plans, {quarter}")
    return Parcel("recommendations", came, f"recommendations_{quarter}.xlsx", content)


def _of(world: World, inspection: Inspection, rules: dict[str, Any]) -> list[_Followed]:
    """The recommendations of one inspection; of screenings, only the worrying ones have any."""
    rng = stream(world.seed, "recommendations", inspection.stream)
    quality = world.quality(inspection.yot_id)
    kind = rules[inspection.programme]
    low, high = kind["recommendations"]
    size = int(rng.integers(low, high + 1))
    if quality > kind["none_above_quality"]:
        return []
    published = inspection.ends + timedelta(days=int(rng.integers(*kind["published_after_days"])))
    chosen = rng.choice(len(rules["wording"]), size=size, replace=False)
    # One plan answers all recommendations of a report; agreement and progress go with it.
    late = float(np.exp(-rules["lateness_by_quality"] * quality + rng.normal(0, rules["spread"])))
    plan = published + timedelta(days=int(rules["plan_days"] * late * rng.uniform(0.5, 1.3)))
    agreed = plan + timedelta(days=int(rules["agreement_days"] * late * rng.uniform(0.4, 1.3)))
    followed = []
    for number, place in enumerate(chosen, 1):
        reports, completed = _progress(agreed, late, rules, rng)
        reference = f"{inspection.reference}-R{number}"
        words = str(rules["wording"][int(place)])
        followed.append(
            _Followed(reference, inspection, words, published, plan, agreed, reports, completed)
        )
    return followed


def _progress(
    agreed: date, late: float, rules: dict[str, Any], rng: np.random.Generator
) -> tuple[tuple[date, ...], date | None]:
    """The days of progress reports, and the day the recommendation was taken as carried out.

    On some recommendations no word comes any more, and they are never taken as carried out.
    """
    reports: list[date] = []
    day = agreed
    for _ in range(int(rng.integers(*rules["reports"]))):
        day += timedelta(days=int(rules["report_days"] * late * rng.uniform(0.6, 1.15)))
        reports.append(day)
    if rng.random() < rules["stalled_share"]:
        return tuple(reports[:-1]), None
    return tuple(reports), day + timedelta(days=int(rng.integers(0, 15)))
