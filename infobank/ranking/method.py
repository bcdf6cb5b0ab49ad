"""The agreed method of the ranking, read from ``schemas/ranking.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import Any, Literal

import yaml

from infobank.domain.findings import MistakeError
from infobank.domain.yaml_files import read_yaml
from infobank.ranking.method_rules import broken_rules

DEFAULT_PATH = Path(__file__).resolve().parents[2] / "schemas" / "ranking.yaml"

Model = Literal["poisson", "binomial", "evidence"]


class MethodError(MistakeError):
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
        known = ", ".join(m.name for m in self.measures)
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
    raw = source if isinstance(source, Mapping) else _read(source)
    for sentence in broken_rules(raw):
        raise MethodError(sentence)
    method = _from_mapping(raw)
    if method.interval + method.allowance >= 1:
        raise MethodError(
            "The entries interval and allowance of the ranking method come to 1 or more together. "
            "Make one of them smaller."
        )
    if method.grouping not in ("none", "region"):
        raise MethodError(
            f"levels.grouping is {method.grouping!r}. Write none or region: the register knows no "
            "other groups of YOTs."
        )
    if not any(m.weight > 0 for m in method.measures):
        raise MethodError("All weights of the ranking method are zero. Give one measure a weight.")
    return method


def seed_of_draws(seed: object) -> int:
    """The seed of the draws as a whole number.

    Raises:
        MethodError: it is none, or below 0.
    """
    if isinstance(seed, bool) or not isinstance(seed, Integral) or int(seed) < 0:
        raise MethodError(f"The seed of the draws is {seed!r}. Write a whole number from 0.")
    return int(seed)


def _read(source: object) -> Any:
    if source is not None and not isinstance(source, str | Path):
        raise MethodError(
            f"A ranking method is a file or its entries, not {type(source).__name__}. "
            "Name a file such as schemas/ranking.yaml."
        )
    path = Path(source) if source is not None else DEFAULT_PATH
    if not path.is_file():
        raise MethodError(f"There is no file {path} to read the ranking method from.")
    try:
        return read_yaml(path)
    except (yaml.YAMLError, UnicodeDecodeError) as broken:
        mark = getattr(broken, "problem_mark", None)
        place = f", at line {mark.line + 1}" if mark is not None else ""
        raise MethodError(
            f"{path} is not readable as YAML{place}. Correct it or copy schemas/ranking.yaml."
        ) from None


def _from_mapping(raw: Mapping[str, Any]) -> Method:
    measures = tuple(_measure(name, entry) for name, entry in raw["measures"].items())
    levels, missing, spread = raw["levels"], raw["missing"], raw["method_uncertainty"]
    return Method(
        version=str(raw["version"]),
        agreed_by=str(raw["agreed_by"]),
        measures=measures,
        history_periods=int(levels["history_periods"]),
        window_months=float(levels["window_months"]),
        overlap_threshold=float(levels["overlap_threshold"]),
        spread_floor=float(levels["spread_floor"]),
        spread_typical=float(levels["spread_typical"]),
        dispersion_most=float(levels["dispersion_most"]),
        grouping=str(levels.get("grouping", "none")),
        bound=float(raw["standardising"]["bound"]),
        correlation_prior_yots=float(raw["correlation"]["prior_yots"]),
        evidence_scale=float(raw["evidence"]["scale"]),
        evidence_most=float(raw["evidence"]["most"]),
        evidence_severity_sd=float(raw["evidence"]["severity_sd"]),
        missing_quantile=float(missing["quantile"]),
        missing_expected_share=float(missing["expected_share"]),
        draws=int(raw["draws"]),
        interval=float(raw["interval"]),
        allowance=float(raw["allowance"]),
        dirichlet_concentration=float(spread["dirichlet_concentration"]),
        normalisations=tuple(spread["normalisations"]),
        aggregations=tuple(spread["aggregations"]),
        method_draws=int(spread["draws"]),
        funnel_winsorise=float(raw["funnel"]["winsorise"]),
        funnel_levels=tuple(float(level) for level in raw["funnel"]["levels"]),
        surveillance_reference=float(raw["surveillance"]["reference"]),
        surveillance_limit=float(raw["surveillance"]["limit"]),
    )


def _measure(name: str, entry: Mapping[str, Any]) -> Measure:
    return Measure(
        name=name,
        title=str(entry["title"]),
        unit=str(entry["unit"]),
        per=float(entry["per"]),
        model=entry["model"],
        risk_is_high=entry["risk"] == "high",
        common_periods=entry["periods"] == "common",
        weight=float(entry["weight"]),
        half_life_years=_or_estimate(entry["half_life_years"]),
        dispersion=_or_estimate(entry["dispersion"]),
    )


def _or_estimate(value: object) -> float | None:
    return None if value == "estimate" else float(str(value))
