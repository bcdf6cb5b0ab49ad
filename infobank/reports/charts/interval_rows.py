"""Figures with their intervals, one row each, on one scale."""

from __future__ import annotations

from collections.abc import Sequence

from infobank.reports.charts.chart import Chart
from infobank.reports.charts.plotting import PLOT_TEXT, new_axes, plotted
from infobank.reports.charts.style import LINE, MAIN, SHADE, figure

Row = tuple[str, float, float, float]
"""Name, figure, and the ends of its 95% interval."""


def interval_rows(
    rows: Sequence[Row], scale: str, at: float, promised: tuple[float, float] | None = None
) -> Chart:
    """One row for each figure: a dot, and a line for its 95% interval.

    Args:
        rows: from the top.
        scale: what the figures are, with their unit.
        at: where a line guides the eye, such as no difference.
        promised: a range to shade.
    """
    drawing, axes = new_axes(9, 0.9 + 0.27 * len(rows))
    if promised:
        axes.axvspan(*promised, color=SHADE, zorder=0)
    axes.axvline(at, color=LINE, linewidth=1, zorder=1)
    places = range(len(rows))[::-1]
    for y, (_, value, low, high) in zip(places, rows, strict=True):
        axes.plot([low, high], [y, y], color=MAIN, lw=2)
        axes.plot(value, y, "o", color=MAIN, ms=6)
    axes.set_yticks(list(places), [name for name, *_ in rows])
    drawing.supxlabel(scale, fontsize=PLOT_TEXT)
    rows_in_words = "; ".join(
        f"{n} {figure(v)} ({figure(a)} to {figure(b)})" for n, v, a, b in rows
    )
    return plotted(drawing, f"{scale}: {rows_in_words}")
