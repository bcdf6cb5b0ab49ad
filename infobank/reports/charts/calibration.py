"""Whether stated probabilities come true."""

from __future__ import annotations

from collections.abc import Sequence

from infobank.reports.charts.chart import Chart
from infobank.reports.charts.plotting import PLOT_TEXT, new_axes, plotted
from infobank.reports.charts.style import LINE, MAIN, figure


def calibration_plot(pairs: Sequence[tuple[float, float]], stated: str, found: str) -> Chart:
    """Probabilities stated against shares found; on the diagonal they are the same.

    Args:
        pairs: stated and found.
        stated: what was stated.
        found: what was found.
    """
    drawing, axes = new_axes(4.8, 4.6)
    axes.plot([0, 1], [0, 1], color=LINE, linewidth=1)
    axes.plot([s for s, _ in pairs], [f for _, f in pairs], "o-", color=MAIN, ms=5)
    axes.set_xlabel(stated, fontsize=PLOT_TEXT)
    axes.set_ylabel(found, fontsize=PLOT_TEXT)
    axes.set_aspect("equal")
    pairs_in_words = "; ".join(f"{figure(s)} stated, {figure(f)} found" for s, f in pairs)
    return plotted(drawing, f"{stated}, against: {found}. {pairs_in_words}")
