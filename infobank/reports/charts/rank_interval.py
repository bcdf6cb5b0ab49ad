"""A rank and its interval, small enough for a cell of a table."""

from __future__ import annotations

from infobank.reports.charts.chart import Chart
from infobank.reports.charts.drawing import box, drawn, line, ring
from infobank.reports.charts.style import INK, LINE, MAIN


def rank_interval(rank: int, low: float, high: float, of: int) -> Chart:
    """A rank and its 95% interval on a line from the highest risk (left) to the lowest."""
    width, height, pad = 190, 24, 8

    def at(place: float) -> float:
        return pad + (width - 2 * pad) * (place - 1) / max(1, of - 1)

    body = line(pad, 12, width - pad, 12, LINE)
    body += box(at(low), 8, max(2.0, at(high) - at(low)), 8, MAIN)
    body += ring(at(rank), 12, INK)
    says = f"rank {rank}, 95% interval {low:.0f} to {high:.0f}, of {of}"
    return drawn(width, height, body, says)
