"""Charts with axes and scales, by matplotlib."""

from __future__ import annotations

from io import StringIO
from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

from infobank.reports.charts.chart import Chart, with_words
from infobank.reports.charts.style import INK, PLOT_FONT, SOFT

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOT_TEXT = 9
"""Size of text in a plot, in points."""


def new_axes(width: float, height: float) -> tuple[Figure, Axes]:
    """A plot to draw on, in inches, with two spines."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots()
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(SOFT)
    axes.tick_params(color=SOFT, labelcolor=INK, labelsize=PLOT_TEXT)
    return figure, axes


def plotted(figure: Figure, says: str) -> Chart:
    """The finished plot as a chart; the same figures give the same bytes.

    Args:
        figure: the plot.
        says: in words what it shows, with the figures.

    Raises:
        ValueError: it says nothing.
    """
    text = StringIO()
    # Without a salt of its own, and with a date, the ids and so the bytes would differ each time.
    with mpl.rc_context(
        {"svg.hashsalt": "information-bank", "svg.fonttype": "path", "font.family": PLOT_FONT}
    ):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    picture = text.getvalue().partition("<svg ")[2]
    attributes, _, body = picture.partition(">")
    kept = " ".join(part for part in attributes.split() if not part.startswith("xmlns="))
    return with_words(kept, body.rpartition("</svg>")[0].strip(), says)
