"""What each entry of the ranking method must be, in one table."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from numbers import Real
from typing import Any, NamedTuple

Test = Callable[[Any], bool]


class Rule(NamedTuple):
    """One entry, by its path in the file, what it must fulfil, and that in words."""

    entry: str
    holds: Test
    words: str


def _number(low: float, high: float = math.inf, ends: str = "[]") -> Test:
    """A finite number between two ends; round brackets leave the end itself out."""

    def holds(value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
            return False
        value = float(value)
        above = value >= low if ends[0] == "[" else value > low
        return bool(above and (value <= high if ends[1] == "]" else value < high))

    return holds


def _whole(value: Any) -> bool:
    return _number(1)(value) and float(value).is_integer()


def _or_estimate(value: Any) -> bool:
    return value == "estimate" if isinstance(value, str) else POSITIVE(value)


def _one_of(*known: str) -> Test:
    return lambda value: isinstance(value, str) and value in known


def _some_of(*known: str) -> Test:
    return lambda value: (
        isinstance(value, list | tuple) and bool(value) and all(_one_of(*known)(v) for v in value)
    )


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


POSITIVE = _number(0, ends="(]")
_ABOVE = "a number above 0"
_FROM_0 = "a number from 0"
_WHOLE = "a whole number from 1"
_ESTIMATE = "a number above 0, or estimate"

MEASURE_RULES = (
    Rule("title", _text, "its name in words"),
    Rule("unit", _text, "the unit in words"),
    Rule("per", POSITIVE, _ABOVE),
    Rule("model", _one_of("poisson", "binomial", "evidence"), "one of poisson, binomial, evidence"),
    Rule("risk", _one_of("high", "low"), "high or low"),
    Rule("periods", _one_of("common", "own"), "common or own"),
    Rule("weight", _number(0), f"{_FROM_0}; to turn a measure round, change its risk"),
    Rule("half_life_years", _or_estimate, _ESTIMATE),
    Rule("dispersion", _or_estimate, _ESTIMATE),
)

RULES = (
    Rule("levels.history_periods", _whole, _WHOLE),
    Rule("levels.window_months", POSITIVE, _ABOVE),
    Rule("levels.overlap_threshold", _number(0), _FROM_0),
    Rule("levels.spread_floor", POSITIVE, _ABOVE),
    Rule("levels.spread_typical", POSITIVE, _ABOVE),
    Rule("levels.dispersion_most", _number(1), "a number from 1"),
    Rule("standardising.bound", POSITIVE, _ABOVE),
    Rule("correlation.prior_yots", _number(0), _FROM_0),
    Rule("evidence.scale", POSITIVE, _ABOVE),
    Rule("evidence.most", POSITIVE, _ABOVE),
    Rule("evidence.severity_sd", _number(0), _FROM_0),
    Rule(
        "missing.quantile",
        _number(0.5, 1, "[)"),
        "a number from 0.5 to below 1: below 0.5, silence would pay",
    ),
    Rule("missing.expected_share", _number(0, 1, "(]"), "a number above 0, at most 1"),
    Rule("draws", _whole, _WHOLE),
    Rule("interval", _number(0, 1, "()"), "a number between 0 and 1, such as 0.95"),
    Rule("allowance", _number(0, 1, "[)"), "a number from 0 to below 1"),
    Rule("method_uncertainty.dirichlet_concentration", POSITIVE, _ABOVE),
    Rule(
        "method_uncertainty.normalisations",
        _some_of("standardised", "percentile"),
        "a list of standardised, percentile or both",
    ),
    Rule(
        "method_uncertainty.aggregations",
        _some_of("linear", "geometric"),
        "a list of linear, geometric or both",
    ),
    Rule("method_uncertainty.draws", _whole, _WHOLE),
    Rule("funnel.winsorise", _number(0, 0.5, "[)"), "a number from 0 to below 0.5"),
    Rule(
        "funnel.levels",
        lambda value: isinstance(value, list | tuple) and list(value) == [0.95, 0.998],
        "[0.95, 0.998]: the columns of out.risk_funnel are named for them",
    ),
    Rule("surveillance.reference", _number(0), _FROM_0),
    Rule("surveillance.limit", POSITIVE, _ABOVE),
)


def broken_rules(raw: Any) -> Iterator[str]:
    """What is wrong with a method as read, one plain sentence each, in the order of the table."""
    if not isinstance(raw, Mapping):
        yield "The ranking method is empty or no list of entries. Copy schemas/ranking.yaml."
        return
    for entry in ("version", "agreed_by"):
        if entry not in raw:
            yield f"The ranking method lacks the key {entry}. Add it."
    measures = raw.get("measures")
    if "measures" not in raw:
        yield "The ranking method lacks the key measures. Add it."
    elif not isinstance(measures, Mapping) or not measures:
        yield "The entry measures of the ranking method must name each measure, as `custody:`."
    else:
        for name, held in measures.items():
            yield from _broken(held, MEASURE_RULES, f"measures.{name}.")
    yield from _broken(raw, RULES, "")


def _broken(raw: Any, rules: tuple[Rule, ...], under: str) -> Iterator[str]:
    for rule in rules:
        held = raw
        for key in rule.entry.split("."):
            if not isinstance(held, Mapping) or key not in held:
                yield f"The ranking method lacks the key {under}{rule.entry}. Add it."
                break
            held = held[key]
        else:
            if not rule.holds(held):
                yield (
                    f"The entry {under}{rule.entry} of the ranking method is {held!r}. "
                    f"Write {rule.words}."
                )
