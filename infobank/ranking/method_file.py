"""What each entry of ``schemas/ranking.yaml`` must be."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from infobank.domain.settings import (
    Above0,
    From0,
    Settings,
    Text,
    WholeFrom1,
    in_words,
)

_LEVELS = (0.95, 0.998)


def _as_the_columns_are_named(levels: tuple[float, ...]) -> tuple[float, ...]:
    if levels != _LEVELS:
        raise ValueError
    return levels


_OrEstimate = Annotated[
    Above0 | Literal["estimate"], in_words("a number above 0, or the word estimate")
]
_FunnelLevels = Annotated[
    tuple[float, ...],
    AfterValidator(_as_the_columns_are_named),
    in_words("[0.95, 0.998]: the columns of out.risk_funnel are named for them"),
]


class MeasureEntry(Settings):
    """How one measure enters the ranking, as the file says it."""

    title: Text
    unit: Text
    per: Above0
    model: Literal["poisson", "binomial", "evidence"]
    risk: Literal["high", "low"]
    periods: Literal["common", "own"]
    weight: Annotated[
        float, Field(ge=0), in_words("a number from 0 (to turn a measure round, change its risk)")
    ]
    half_life_years: _OrEstimate
    dispersion: _OrEstimate
    source: str = ""


def _some_count(measures: dict[str, MeasureEntry]) -> dict[str, MeasureEntry]:
    if not any(entry.weight > 0 for entry in measures.values()):
        raise ValueError("no measure has a weight above 0; give one a weight")
    return measures


class LevelSettings(Settings):
    """How a YOT's level is estimated from its figures."""

    history_periods: WholeFrom1
    window_months: Above0
    overlap_threshold: From0
    spread_floor: Above0
    spread_typical: Above0
    dispersion_most: Annotated[float, Field(ge=1), in_words("a number from 1")]
    grouping: Annotated[
        Literal["none", "region"],
        in_words("none or region (the register knows no other groups of YOTs)"),
    ] = "none"


class Standardising(Settings):
    """Where the influence of one measure levels off."""

    bound: Above0


class Correlation(Settings):
    """How strongly correlations between measures are shrunk."""

    prior_yots: From0


class Evidence(Settings):
    """What reports of other bodies weigh."""

    scale: Above0
    most: Above0
    severity_sd: From0


class Missing(Settings):
    """How a YOT is scored that holds back figures."""

    quantile: Annotated[
        float,
        Field(ge=0.5, lt=1),
        in_words("a number from 0.5 to below 1 (below 0.5, silence would pay)"),
    ]
    expected_share: Annotated[float, Field(gt=0, le=1), in_words("a number above 0, at most 1")]


class MethodUncertainty(Settings):
    """How far the method itself may vary."""

    dirichlet_concentration: Above0
    normalisations: Annotated[
        tuple[Literal["standardised", "percentile"], ...],
        Field(min_length=1),
        in_words("a list of standardised, percentile or both"),
    ]
    aggregations: Annotated[
        tuple[Literal["linear", "geometric"], ...],
        Field(min_length=1),
        in_words("a list of linear, geometric or both"),
    ]
    draws: WholeFrom1


class FunnelSettings(Settings):
    """The limits of the funnel charts."""

    winsorise: Annotated[float, Field(ge=0, lt=0.5), in_words("a number from 0 to below 0.5")]
    levels: _FunnelLevels


class Surveillance(Settings):
    """The chart that gives an alarm; the run lengths are what a test computes for it."""

    reference: From0
    limit: Above0
    in_control_run_length: From0 = 0.0
    out_of_control_run_length: From0 = 0.0


class MethodFile(Settings):
    """What ``schemas/ranking.yaml`` holds; the YAML says what each entry means."""

    version: Text
    agreed_by: Text
    agreed_on: date | None = None
    measures: Annotated[dict[str, MeasureEntry], AfterValidator(_some_count)]
    levels: LevelSettings
    standardising: Standardising
    correlation: Correlation
    evidence: Evidence
    missing: Missing
    draws: WholeFrom1
    interval: Annotated[
        float, Field(gt=0, lt=1), in_words("a number between 0 and 1, such as 0.95")
    ]
    allowance: Annotated[float, Field(ge=0, lt=1), in_words("a number from 0 to below 1")]
    method_uncertainty: MethodUncertainty
    funnel: FunnelSettings
    surveillance: Surveillance

    @model_validator(mode="after")
    def _can_be_used(self) -> MethodFile:
        if self.interval + self.allowance >= 1:
            raise ValueError(
                "interval and allowance come to 1 or more together; make one of them smaller"
            )
        return self
