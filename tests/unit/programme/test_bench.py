"""The whole register at full size; figures go to docs/decisions/0201-programme-model.md."""

from __future__ import annotations

import datetime as dt
import time

import pytest

from infobank.programme import load_rules, propose
from infobank.programme.coverage_forecast import forecast_coverage
from infobank.programme.five_years import plan_five_years
from tests.unit.programme import small_world


@pytest.mark.bench
def test_the_whole_register() -> None:
    table = small_world.ranking(160)
    started = time.perf_counter()
    proposal = propose(
        table,
        None,
        small_world.history(table),
        small_world.constraints(table),
        quarter="2014-Q1",
        as_of=dt.date(2014, 4, 15),
        rules=load_rules().change(sqs__count=30),
    )
    print(f"\nyear: {time.perf_counter() - started:.1f} s, gap {proposal.gap:.4%}")
    assert proposal.gap <= 0.001
    assert proposal.violations == []
    started = time.perf_counter()
    view = plan_five_years(proposal.basis)
    print(f"five years: {time.perf_counter() - started:.1f} s, gap {view.gap:.4%}")
    assert view.gap <= 0.001
    started = time.perf_counter()
    forecast_coverage(proposal)
    print(f"forecast: {time.perf_counter() - started:.1f} s")
