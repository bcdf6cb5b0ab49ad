"""Charts drawn stroke by stroke: small, many on a page, their text left as text.

A pack has some two hundred of them. Plots with axes and scales are in ``plotting``.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from infobank.reports.charts.chart import Chart, with_words
from infobank.reports.charts.style import DASHES, FONT, PAPER, TEXT


def drawn(width: float, height: float, body: str, says: str) -> Chart:
    """A chart of strokes, in pixels from the upper left corner."""
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return with_words(f'{size} font-family="{escape(FONT)}"', body, says)


def line(x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1) -> str:
    """A straight line."""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'stroke="{colour}" stroke-width="{width}"/>'
    )


def path(points: Iterable[tuple[float, float]], colour: str, *, dashed: bool = False) -> str:
    """A line through points."""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dashes = f' stroke-dasharray="{DASHES[0]} {DASHES[1]}"' if dashed else ""
    return f'<polyline points="{places}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'


def box(x: float, y: float, width: float, height: float, colour: str) -> str:
    """A filled box; x and y are its upper left corner."""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
    )


def dot(x: float, y: float, radius: float, colour: str) -> str:
    """A filled circle."""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{colour}"/>'


def ring(x: float, y: float, colour: str) -> str:
    """An open circle."""
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{PAPER}" stroke="{colour}" '
        'stroke-width="2"/>'
    )


def text(
    x: float, y: float, words: str, colour: str, size: int = TEXT, anchor: str = "start"
) -> str:
    """Words on a base line; ``anchor`` says which end of them stands at x."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" font-size="{size}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def bold(words: str) -> str:
    """Text made bold."""
    return f'<g font-weight="bold">{words}</g>'
