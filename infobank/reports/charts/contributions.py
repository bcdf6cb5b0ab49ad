"""What raises and what lowers a score, and by how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from infobank.reports.charts.chart import Chart
from infobank.reports.charts.drawing import bold, box, drawn, line, text
from infobank.reports.charts.style import INK, MAIN, OTHER, SMALL, TEXT, signed

Parts = Sequence[tuple[str, float]]

_ROW, _WIDTH, _NAMES, _LABEL = 20, 400, 200, 40


def contribution_bars(panels: Mapping[str, Parts]) -> Chart:
    """What raises a score (bars to the right) and what lowers it (to the left), with figures.

    Args:
        panels: names and values, under what they are; one scale for all. Titles are drawn where
            there are several.
    """
    values = [value for parts in panels.values() for _, value in parts]
    highest, lowest = max([0.0, *values]), min([0.0, *values])
    left = _NAMES + (_LABEL if lowest < 0 else 0)
    per = (_WIDTH - left - _LABEL) / ((highest - lowest) or 1.0)
    zero = left - lowest * per
    body, top = "", 0
    for title, parts in panels.items():
        if len(panels) > 1:
            body += bold(text(0, top + 15, title, INK))
            top += _ROW + 4
        body += line(zero, top, zero, top + _ROW * len(parts) + 4, INK)
        for name, value in parts:
            body += _bar(name, value, zero, abs(value) * per, top + 3)
            top += _ROW
        top += 4 if title == list(panels)[-1] else 16
    return drawn(_WIDTH, max(top, _ROW), body, _in_words(panels))


def _bar(name: str, value: float, zero: float, length: float, top: float) -> str:
    raises = value >= 0
    start = zero if raises else zero - length
    across, anchor = (zero + length + 4, "start") if raises else (start - 4, "end")
    return (
        box(start, top, max(length, 0.5), _ROW - 7, OTHER if value > 0 else MAIN)
        + text(0, top + 11, name, INK, TEXT)
        + text(across, top + 11, signed(value), INK, SMALL, anchor)
    )


def _in_words(panels: Mapping[str, Parts]) -> str:
    return ". ".join(
        f"{title}: {'; '.join(f'{name} {signed(value)}' for name, value in parts)}"
        for title, parts in panels.items()
    )
