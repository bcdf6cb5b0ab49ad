"""Small charts of the pack as SVG: each says in words what it shows, and none needs colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

INK, SOFT, MAIN, OTHER = "#0b0c0c", "#505a5f", "#1d70b8", "#b1440e"
_SVG = (
    '<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
    'aria-label="{label}"><title>{label}</title>{body}</svg>'
)
_LINE = '<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="{}"{}/>'
_DOT = '<circle cx="{:.1f}" cy="{:.1f}" r="{}" fill="{}"/>'
_RING = '<circle cx="{:.1f}" cy="{:.1f}" r="5" fill="#ffffff" stroke="{}" stroke-width="2"/>'
_BOX = '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>'
_TEXT = '<text x="{:.1f}" y="{:.1f}" fill="{}" font-size="{}" text-anchor="{}">{}</text>'
_PATH = '<polyline points="{}" fill="none" stroke="{}" stroke-width="2"{}/>'
_DASHED = ' stroke-dasharray="4 3"'
_PLAIN = ""


@dataclass(frozen=True)
class Point:
    """One figure of a YOT, and the figure of all YOTs together for the same period."""

    end: date
    value: float | None
    together: float | None


def interval_bar(rank: int, low: float, high: float, of: int) -> str:
    """A rank and its interval on a line from the highest risk (left) to the lowest."""
    width, height, pad = 190, 24, 8

    def at(place: float) -> float:
        return pad + (width - 2 * pad) * (place - 1) / max(1, of - 1)

    body = _LINE.format(pad, 12, width - pad, 12, "#b1b4b6", 1, _PLAIN)
    body += _BOX.format(at(low), 8, max(2.0, at(high) - at(low)), 8, MAIN)
    body += _RING.format(at(rank), 12, INK)
    label = f"rank {rank}, 95% interval {low:.0f} to {high:.0f}, of {of}"
    return _svg(width, height, label, body)


def series_chart(title: str, unit: str, points: Sequence[Point]) -> str:
    """Figures of a YOT over time (a line) beside all YOTs together (dashed)."""
    width, height, left, right, top, foot = 250, 118, 8, 48, 10, 20
    told = [v for p in points for v in (p.value, p.together) if v is not None]
    if not told:
        return '<p class="none">No figures known.</p>'
    ceiling = max(told) * 1.08 or 1.0
    days = [p.end.toordinal() for p in points]
    span = max(1, days[-1] - days[0])

    def x(day: int) -> float:
        return left + (width - left - right) * (day - days[0]) / span

    def y(value: float) -> float:
        return top + (height - top - foot) * (1 - value / ceiling)

    body = _LINE.format(left, y(0), width - right, y(0), SOFT, 1, _PLAIN)
    drawn = []
    for which, colour, dash in (("together", SOFT, _DASHED), ("value", MAIN, _PLAIN)):
        marks = [
            (x(day), y(getattr(p, which)), getattr(p, which))
            for p, day in zip(points, days, strict=True)
            if getattr(p, which) is not None
        ]
        if not marks:
            continue
        places = " ".join(f"{a:.1f},{b:.1f}" for a, b, _ in marks)
        body += _PATH.format(places, colour, dash)
        if which == "value":
            body += "".join(_DOT.format(a, b, 2.5, colour) for a, b, _ in marks)
        drawn.append((which, marks[-1], colour))
    body += _end_labels(drawn, width - right + 6)
    body += _text(left, height - 5, SOFT, 11, "start", f"{points[0].end:%b %Y}")
    body += _text(width - right, height - 5, SOFT, 11, "end", f"{points[-1].end:%b %Y}")
    return _svg(width, height, _in_words(title, unit, points), body)


def _end_labels(drawn: list[tuple[str, tuple[float, float, float], str]], across: float) -> str:
    """The newest figures beside the ends of the lines, kept apart where they would meet."""
    placed: list[float] = []
    body = ""
    for which, (_, down, value), colour in sorted(drawn, key=lambda d: d[1][1]):
        height = max(10.0, down + 4, *(taken + 12 for taken in placed))
        placed.append(height)
        words = figure(value)
        if which == "value":
            body += '<g font-weight="bold">{}</g>'.format(
                _text(across, height, colour, 12, "start", words)
            )
        else:
            body += _text(across, height, colour, 12, "start", words)
    return body


def _in_words(title: str, unit: str, points: Sequence[Point]) -> str:
    said = [
        f"{p.end:%B %Y} {figure(p.value) if p.value is not None else 'not known'}" for p in points
    ]
    last = next((p.together for p in reversed(points) if p.together is not None), None)
    words = f"{title}, {unit}, years ending: {', '.join(said)}"
    return f"{words}; all YOTs together {figure(last)}" if last is not None else words


def contribution_bars(parts: Sequence[tuple[str, float]]) -> str:
    """What raises a score (to the right) and what lowers it (to the left)."""
    row, width, names = 20, 470, 200
    height = row * len(parts) + 4
    widest = max((abs(v) for _, v in parts), default=0.0) or 1.0
    zero, reach = names + 130, 90
    body = _LINE.format(zero, 0, zero, height, INK, 1, _PLAIN)
    for number, (name, value) in enumerate(parts):
        top = row * number + 3
        length = reach * abs(value) / widest
        start = zero if value >= 0 else zero - length
        body += _BOX.format(start, top, max(length, 0.5), row - 7, OTHER if value > 0 else MAIN)
        body += _text(0, top + 11, INK, 12, "start", name)
        side, anchor = (zero + length + 4, "start") if value >= 0 else (zero - length - 4, "end")
        body += _text(side, top + 11, INK, 11, anchor, f"{value:+.2f}")
    label = "; ".join(f"{name} {value:+.2f}" for name, value in parts)
    return _svg(width, height, f"What raises and lowers the score: {label}", body)


def forecast_chart(rows: Sequence[tuple[str, float, float, float]]) -> str:
    """YOTs past their five years by quarter: expected number, with its 95% interval."""
    width, height, left, foot, top = 640, 170, 34, 34, 14
    ceiling = max((high for *_, high in rows), default=1.0) * 1.05 or 1.0
    step = (width - left) / max(1, len(rows))

    def y(value: float) -> float:
        return top + (height - top - foot) * (1 - value / ceiling)

    body = _LINE.format(left, y(0), width, y(0), SOFT, 1, _PLAIN)
    body += _text(left - 6, y(0) + 4, SOFT, 11, "end", "0")
    body += _text(left - 6, y(ceiling) + 4, SOFT, 11, "end", f"{ceiling:.0f}")
    for number, (quarter, expected, low, high) in enumerate(rows):
        middle = left + step * (number + 0.5)
        body += _BOX.format(middle - step * 0.3, y(expected), step * 0.6, y(0) - y(expected), MAIN)
        body += _LINE.format(middle, y(low), middle, y(high), INK, 1.5, _PLAIN)
        if number % 4 == 0:
            body += _text(middle, height - 14, SOFT, 11, "middle", quarter)
    said = "; ".join(f"{q} {e:.0f} ({low:.0f} to {high:.0f})" for q, e, low, high in rows)
    return _svg(width, height, f"YOTs past five years without a visit, by quarter: {said}", body)


def calendar_strip(
    visits: Sequence[tuple[str, str, str, Sequence[date]]], kinds: Sequence[str], named: set[str]
) -> str:
    """The year by week, a lane for each team and programme.

    Args:
        visits: programme, team, YOT and its fieldwork weeks.
        kinds: the programmes in their order.
        named: those whose visits are bars with the YOT's name; the visits of others are dots.
    """
    weeks = [week for *_, days in visits for week in days]
    if not weeks:
        return ""
    first = min(weeks).replace(day=1)
    last = max(weeks)
    width, left = 900, 84
    lanes = [(t, p) for t in sorted({team for _, team, _, _ in visits}) for p in kinds]
    lanes = [lane for lane in lanes if any((v[1], v[0]) == lane for v in visits)]
    tall = {kind: 62 if kind in named else 26 for kind in kinds}
    height = sum(tall[programme] for _, programme in lanes) + 24
    span = max(1, (last - first).days + 7)

    def x(day: date) -> float:
        return left + (width - left) * (day - first).days / span

    body = _months(first, last, x, height)
    top = 0
    for team, programme in lanes:
        foot = top + tall[programme]
        body += _text(0, top + 17, INK, 12, "start", f"{team}, {programme}")
        body += _LINE.format(0, foot, width, foot, "#b1b4b6", 1, _PLAIN)
        mine = sorted((v[3], v[2]) for v in visits if (v[1], v[0]) == (team, programme))
        for number, (days, yot) in enumerate(mine):
            if programme not in named:
                body += "".join(_DOT.format(x(day) + 4, top + 13, 4, MAIN) for day in days)
                continue
            # Neighbours stand on two levels, so that their names do not meet.
            level = top + 4 + 28 * (number % 2)
            wide = (width - left) * 5 / span
            body += _text(x(days[0]), level + 11, INK, 11, "start", yot)
            end = x(days[-1]) + wide
            body += _LINE.format(x(days[0]), level + 19, end, level + 19, OTHER, 1.5, _PLAIN)
            body += "".join(_BOX.format(x(day), level + 15, wide, 8, OTHER) for day in days)
        top = foot
    said = "; ".join(f"{p} {yot} {days[0]:%d %b %Y}" for p, _, yot, days in visits)
    return _svg(width, height, f"Proposed weeks by team: {said}", body)


def _months(first: date, last: date, x: Callable[[date], float], height: int) -> str:
    body, day = "", first
    while day <= last:
        across = x(day)
        body += _LINE.format(across, 0, across, height - 20, "#d8dadb", 1, _PLAIN)
        body += _text(across + 3, height - 6, SOFT, 11, "start", f"{day:%b %y}")
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return body


def figure(value: float) -> str:
    """A figure with as many digits as it bears."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _text(across: float, down: float, colour: str, size: int, anchor: str, words: str) -> str:
    return _TEXT.format(across, down, colour, size, anchor, escape(words))


def _svg(width: int, height: int, label: str, body: str) -> str:
    return _SVG.format(width=width, height=height, label=escape(label), body=body)
