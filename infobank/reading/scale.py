"""Percentages delivered as fractions: 0.36 in one quarter where 36 stood in the last.

A figure is never rescaled on suspicion. Where its own counts show that a fraction stands for a
percentage, or where a whole column lies between 0 and 1, the records are refused with a sentence;
a layout may declare that a file stores fractions, and then it is so.
"""

from __future__ import annotations

from infobank.contracts.model import RateRule, RecordContract
from infobank.reading.layout import Part
from infobank.reading.values import Problem, Value

Suspect = tuple[int, str, Problem, bool]


def fraction_problems(
    contract: RecordContract, part: Part, meanings: dict[str, list[Value]]
) -> list[Suspect]:
    """Record, column, problem and whether it refuses the record, for every suspect figure."""
    suspects: list[Suspect] = []
    rules = {rule.rate: rule for rule in contract.rates if rule.per == 100}
    for column in contract.columns:
        if column.name not in meanings or column.name in part.percentages_as_fractions:
            continue
        if column.name in rules:
            suspects += _by_counts(rules[column.name], meanings)
        elif column.kind == "percentage":
            suspects += _by_column(column.name, meanings[column.name])
    return suspects


def _by_counts(rule: RateRule, meanings: dict[str, list[Value]]) -> list[Suspect]:
    counts = [meanings.get(rule.numerator), meanings.get(rule.denominator)]
    if counts[0] is None or counts[1] is None:
        return []
    suspects: list[Suspect] = []
    for record, value in enumerate(meanings[rule.rate]):
        rate, over, under = value.value, counts[0][record].value, counts[1][record].value
        if not (_is_fraction(rate) and isinstance(over, int | float) and under):
            continue
        given = float(over) / float(under) * rule.per  # type: ignore[arg-type]
        tolerance = 0.5 * 10.0**-rule.decimals + 1e-9
        if abs(float(rate) - given) > tolerance and abs(float(rate) * 100 - given) <= 0.5:  # type: ignore[arg-type]
            expected = f"{given:.{rule.decimals}f}"
            problem = Problem.of("value_out_of_range", expected, "fraction", text=f"{rate:g}")
            suspects.append((record, rule.rate, problem, True))
    return suspects


def _by_column(name: str, values: list[Value]) -> list[Suspect]:
    numbers = [(n, v.value) for n, v in enumerate(values) if isinstance(v.value, int | float)]
    fractions = [(n, v) for n, v in numbers if _is_fraction(v)]
    if not fractions:
        return []
    all_small = all(0 <= float(v) <= 1 for _, v in numbers)
    chosen = numbers if all_small else fractions
    says = "column_of_fractions" if all_small else "some_fractions"
    expected = "a percentage from 0 to 100"
    return [
        (
            record,
            name,
            Problem.of("value_out_of_range", expected, says, text=f"{value:g}"),
            all_small,
        )
        for record, value in chosen
    ]


def _is_fraction(value: object) -> bool:
    return isinstance(value, int | float) and 0 < float(value) < 1
