"""The agreed method of the ranking, read from ``schemas/ranking.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import Any, Literal

from infobank.domain.in_words import listed
from infobank.domain.settings import SettingsError, checked, load
from infobank.ranking.method_file import MeasureEntry, MethodFile

Model = Literal["poisson", "binomial", "evidence"]


class MethodError(SettingsError):
    """The method file says something the ranking cannot do; the message says what and where."""


@dataclass(frozen=True)
class Measure:
    """How one measure enters the ranking.

    Attributes:
        name: the measure's id, as in the observations.
        title: its name in words.
        unit: unit of the published rate.
        per: what the rate is expressed per (100,000 for first time entrants).
        model: ``poisson`` (events over exposure), ``binomial`` (some out of all) or
            ``evidence`` (single reports that fade).
        risk_is_high: whether a high figure is a high risk.
        common_periods: whether all YOTs are reported for the same periods.
        weight: agreed weight, before normalising over the measures present.
        half_life_years: fading of a figure's bearing on today; None where it is estimated.
        dispersion: variance over that of a simple count; None where it is estimated.
    """

    name: str
    title: str
    unit: str
    per: float
    model: Model
    risk_is_high: bool
    common_periods: bool
    weight: float
    half_life_years: float | None
    dispersion: float | None


@dataclass(frozen=True)
class Method:
    """Everything about the ranking that people agree on rather than data decide."""

    version: str
    agreed_by: str
    measures: tuple[Measure, ...]
    history_periods: int
    window_months: float
    overlap_threshold: float
    spread_floor: float
    spread_typical: float
    dispersion_most: float
    grouping: str
    bound: float
    correlation_prior_yots: float
    evidence_scale: float
    evidence_most: float
    evidence_severity_sd: float
    missing_quantile: float
    missing_expected_share: float
    draws: int
    interval: float
    allowance: float
    dirichlet_concentration: float
    normalisations: tuple[str, ...]
    aggregations: tuple[str, ...]
    method_draws: int
    funnel_winsorise: float
    funnel_levels: tuple[float, ...]
    surveillance_reference: float
    surveillance_limit: float

    def measure(self, name: str) -> Measure:
        """The measure of this name.

        Raises:
            MethodError: the method has no such measure.
        """
        for measure in self.measures:
            if measure.name == name:
                return measure
        known = listed((m.name for m in self.measures), most=None)
        raise MethodError(
            f"The observations hold the measure {name!r}, which the method does not know "
            f"({known}). Add it under `measures` in schemas/ranking.yaml, or leave it out."
        )


def load_method(source: Method | Mapping[str, Any] | str | Path | None = None) -> Method:
    """The method from a YAML file, a mapping of the same shape, or the agreed one (None).

    Raises:
        MethodError: a key is missing or a value cannot be used.
    """
    if isinstance(source, Method):
        return source
    if isinstance(source, Mapping):
        return _method(checked(MethodFile, source, "The ranking method", MethodError))
    if source is not None and not isinstance(source, str | Path):
        raise MethodError(
            f"A ranking method is a file or its entries, not {type(source).__name__}. "
            "Name a file such as schemas/ranking.yaml."
        )
    return _method(load(MethodFile, Path(source) if source else "ranking.yaml", MethodError))


def seed_of_draws(seed: object) -> int:
    """The seed of the draws as a whole number.

    Raises:
        MethodError: it is none, or below 0.
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral) or int(seed) < 0:
        raise MethodError(f"The seed of the draws is {seed!r}. Write a whole number from 0.")
    return int(seed)


def _method(file: MethodFile) -> Method:
    levels, spread = file.levels, file.method_uncertainty
    return Method(
        version=file.version,
        agreed_by=file.agreed_by,
        measures=tuple(_measure(name, entry) for name, entry in file.measures.items()),
        history_periods=levels.history_periods,
        window_months=levels.window_months,
        overlap_threshold=levels.overlap_threshold,
        spread_floor=levels.spread_floor,
        spread_typical=levels.spread_typical,
        dispersion_most=levels.dispersion_most,
        grouping=levels.grouping,
        bound=file.standardising.bound,
        correlation_prior_yots=file.correlation.prior_yots,
        evidence_scale=file.evidence.scale,
        evidence_most=file.evidence.most,
        evidence_severity_sd=file.evidence.severity_sd,
        missing_quantile=file.missing.quantile,
        missing_expected_share=file.missing.expected_share,
        draws=file.draws,
        interval=file.interval,
        allowance=file.allowance,
        dirichlet_concentration=spread.dirichlet_concentration,
        normalisations=spread.normalisations,
        aggregations=spread.aggregations,
        method_draws=spread.draws,
        funnel_winsorise=file.funnel.winsorise,
        funnel_levels=file.funnel.levels,
        surveillance_reference=file.surveillance.reference,
        surveillance_limit=file.surveillance.limit,
    )


def _measure(name: str, entry: MeasureEntry) -> Measure:
    return Measure(
        name=name,
        title=entry.title,
        unit=entry.unit,
        per=entry.per,
        model=entry.model,
        risk_is_high=entry.risk == "high",
        common_periods=entry.periods == "common",
        weight=entry.weight,
        half_life_years=_or_estimate(entry.half_life_years),
        dispersion=_or_estimate(entry.dispersion),
    )


def _or_estimate(value: float | Literal["estimate"]) -> float | None:
    return None if value == "estimate" else value
