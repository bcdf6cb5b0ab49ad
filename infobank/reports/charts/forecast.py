"""What is expected quarter by quarter, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

from infobank.reports.charts.chart import Chart
from infobank.reports.charts.drawing import box, drawn, line, text
from infobank.reports.charts.style import INK, MAIN, PAPER, SMALL, SOFT


def forecast_chart(rows: Sequence[tuple[str, float, float, float]]) -> Chart:
    """YOTs past their five years by quarter: expected number (bar) and 95% interval (line)."""
    width, height, left, foot, top = 640, 170, 34, 34, 14
    ceiling = max((high for *_, high in rows), default=1.0) * 1.05 or 1.0
    step = (width - left) / max(1, len(rows))

    def y(value: float) -> float:
        return top + (height - top - foot) * (1 - value / ceiling)

    body = line(left, y(0), width, y(0), SOFT)
    body += text(left - 6, y(0) + 4, "0", SOFT, SMALL, "end")
    body += text(left - 6, y(ceiling) + 4, f"{ceiling:.0f}", SOFT, SMALL, "end")
    for number, (quarter, expected, low, high) in enumerate(rows):
        middle = left + step * (number + 0.5)
        body += box(middle - step * 0.3, y(expected), step * 0.6, y(0) - y(expected), MAIN)
        # A pale edge keeps the line to be seen before its bar.
        body += line(middle, y(low), middle, y(high), PAPER, 5)
        body += line(middle, y(low), middle, y(high), INK, 1.5)
        if number % 4 == 0:
            body += text(middle, height - 14, quarter, SOFT, SMALL, "middle")
    quarters_in_words = "; ".join(
        f"{q} {e:.0f} ({low:.0f} to {high:.0f})" for q, e, low, high in rows
    )
    says = f"YOTs past five years without a visit, by quarter: {quarters_in_words}"
    return drawn(width, height, body, says)
