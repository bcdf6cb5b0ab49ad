"""How every chart and page looks: colours, sizes, fonts, and how figures are written.

The colours of data are those of the Government Analysis Function ("Data visualisation: colours in
charts": its categorical and focus palettes), which keep 3:1 against white and against one
another. Those of text and of the page are the GOV.UK Design System's. No chart needs colour to be
read. No colour stands anywhere else in the code; pages take theirs from ``css_colours``.
"""

from __future__ import annotations

MAIN = "#12436D"
"""Dark blue: the data, what lowers a risk, and links."""

OTHER = "#F46A25"
"""Orange: the second of two kinds, and what raises a risk. Too light for text."""

MARK = "#801650"
"""Dark pink: the one that is meant, and warnings."""

SOFT = "#3D3D3D"
"""Dark grey: what is there to compare with, and lesser text."""

LINE = "#BFBFBF"
"""Grey: lines that only guide the eye."""

INK = "#0B0C0C"
PAPER = "#FFFFFF"
SHADE = "#F3F2F1"
FOCUS = "#FFDD00"

FONT = 'Arial, Helvetica, "Liberation Sans", sans-serif'
PLOT_FONT = "DejaVu Sans"
"""Comes with matplotlib, so that a plot has the same bytes on every machine."""

TEXT, SMALL = 12, 11
"""Sizes of text in a chart, in pixels."""

DASHES = (4, 3)


def figure(value: float) -> str:
    """A figure with as many digits as it bears: ``1,234``, ``12.3``, ``1.23``."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def signed(value: float) -> str:
    """A change, or a part of a score: ``+0.27``."""
    return f"{value:+.2f}"


def css_colours() -> str:
    """The colours as variables of a page's style sheet, and its font."""
    variables = {
        "ink": INK,
        "soft": SOFT,
        "line": LINE,
        "main": MAIN,
        "warn": MARK,
        "paper": PAPER,
        "shade": SHADE,
        "focus": FOCUS,
        "font": FONT,
    }
    return f":root {{ {' '.join(f'--{name}: {value};' for name, value in variables.items())} }}"
