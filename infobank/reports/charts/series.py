"""Figures of a YOT over time beside those of all YOTs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from infobank.reports.charts.chart import Chart
from infobank.reports.charts.drawing import bold, dot, drawn, line, path, text
from infobank.reports.charts.style import MAIN, SMALL, SOFT, TEXT, figure


@dataclass(frozen=True)
class Point:
    """One figure of a YOT, and the figure of all YOTs together for the same period."""

    end: date
    value: float | None
    together: float | None


def series_chart(title: str, unit: str, points: Sequence[Point]) -> Chart | None:
    """Figures of a YOT over time (a line) beside all YOTs together (dashed).

    Args:
        title: of the figures, for the words; the page shows it above.
        unit: of the figures.
        points: in order of time.

    Returns:
        The chart; None where no figure is known.
    """
    width, height, left, right, top, foot = 250, 118, 8, 48, 10, 20
    known = [v for p in points for v in (p.value, p.together) if v is not None]
    if not known:
        return None
    ceiling = max(known) * 1.08 or 1.0
    days = [p.end.toordinal() for p in points]
    span = max(1, days[-1] - days[0])

    def at(day: int, value: float) -> tuple[float, float]:
        x = left + (width - left - right) * (day - days[0]) / span
        return x, top + (height - top - foot) * (1 - value / ceiling)

    ground = height - foot
    body = line(left, ground, width - right, ground, SOFT)
    ends: list[tuple[float, float, bool]] = []
    for own, colour in ((False, SOFT), (True, MAIN)):
        values = [
            (day, p.value if own else p.together) for p, day in zip(points, days, strict=True)
        ]
        marks = [(*at(day, value), value) for day, value in values if value is not None]
        if not marks:
            continue
        body += path([(x, y) for x, y, _ in marks], colour, dashed=not own)
        body += "".join(dot(x, y, 2.5, colour) for x, y, _ in marks if own)
        ends.append((marks[-1][1], marks[-1][2], own))
    body += _end_labels(ends, width - right + 6)
    body += text(left, height - 5, f"{points[0].end:%b %Y}", SOFT, SMALL)
    body += text(width - right, height - 5, f"{points[-1].end:%b %Y}", SOFT, SMALL, "end")
    return drawn(width, height, body, _in_words(title, unit, points))


def _end_labels(ends: list[tuple[float, float, bool]], across: float) -> str:
    """The newest figures beside the ends of the lines, kept apart where they would meet."""
    placed: list[float] = []
    body = ""
    for down, value, own in sorted(ends, key=lambda end: end[0]):
        height = max(10.0, down + 4, *(taken + 12 for taken in placed))
        placed.append(height)
        words = text(across, height, figure(value), MAIN if own else SOFT, TEXT)
        body += bold(words) if own else words
    return body


def _in_words(title: str, unit: str, points: Sequence[Point]) -> str:
    points_in_words = [
        f"{p.end:%B %Y} {figure(p.value) if p.value is not None else 'not known'}" for p in points
    ]
    last = next((p.together for p in reversed(points) if p.together is not None), None)
    words = f"{title}, {unit}, years ending: {', '.join(points_in_words)}"
    return f"{words}; all YOTs together {figure(last)}" if last is not None else words
