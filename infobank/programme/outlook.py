"""The five-year view as tables: how likely the promise is broken, and who comes when."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from infobank.programme.coverage_forecast import CoverageForecast, forecast_coverage
from infobank.programme.five_years import FiveYears, plan_five_years
from infobank.programme.propose import Proposal

FORECAST = "out.coverage_forecast"
PLAN = "out.five_year_plan"


@dataclass(frozen=True)
class Outlook:
    """The five-year view of one proposal.

    Attributes:
        forecast: how many YOTs pass their five years, quarter by quarter.
        plan: who comes when, if nothing changes.
        tables: the two as published: ``out.coverage_forecast`` and ``out.five_year_plan``.
    """

    forecast: CoverageForecast
    plan: FiveYears
    tables: dict[str, pd.DataFrame]


def look_ahead(proposal: Proposal, *, futures: int | None = None) -> Outlook:
    """Forecast the five-year promise from a proposal on, and plan the visits of five years.

    Args:
        proposal: its visits are taken as they are in the first year.
        futures: how many to draw; by default as the rules say (10,000).

    Raises:
        SolverStoppedError: no plan was found in time.
    """
    forecast = forecast_coverage(proposal, futures=futures)
    plan = plan_five_years(proposal.basis, proposal.programme)
    quarter = proposal.basis.year.quarter
    expected = forecast.table.rename(columns={"quarter": "forecast_quarter"})
    expected.insert(0, "quarter", quarter)
    expected["quarters_ahead"] = pd.Series(range(1, len(expected) + 1), dtype="Int64")
    expected["extra_visits"] = pd.Series([forecast.extra_visits] * len(expected), dtype="Int64")
    visits = plan.table.rename(columns={"quarter": "visit_quarter"})
    visits.insert(0, "quarter", quarter)
    return Outlook(forecast, plan, {FORECAST: expected, PLAN: visits})
