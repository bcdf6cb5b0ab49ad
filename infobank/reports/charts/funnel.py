"""A funnel plot as SVG: every YOT's rate by its size, the limits, and the YOT in question."""

from __future__ import annotations

from io import StringIO

import matplotlib as mpl
from matplotlib.figure import Figure

from infobank.ranking.method import Measure
from infobank.ranking.outliers import Funnel

INK, ACCENT, PALE, OUTSIDE = "#1d1d1b", "#b1440e", "#8a8d91", "#1d70b8"
EXPOSURE = {"poisson": "exposure of the rate", "binomial": "number in the rate"}


def funnel_svg(plot: Funnel, measure: Measure, yot_id: str = "", name: str = "") -> str:
    """The funnel plot of one measure as SVG text; the same figures give the same bytes.

    Args:
        plot: the figures.
        measure: title and unit.
        yot_id: a YOT to mark, or "".
        name: what to write beside it.
    """
    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    axes = figure.subplots()
    points = plot.points
    outside = points["outlier"] != ""
    for shown, colour, mark in ((~outside, PALE, "o"), (outside, OUTSIDE, "D")):
        part = points[shown]
        axes.plot(part["exposure"], part["rate"] * measure.per, mark, color=colour, ms=3.5)
    for level, dashes in ((0.95, (4, 3)), (0.998, (1, 0))):
        limits = plot.limits[plot.limits["level"] == level]
        for side in ("low", "high"):
            rates = limits[side] * measure.per
            axes.plot(limits["exposure"], rates, color=INK, lw=0.9, dashes=dashes)
    axes.axhline(plot.target * measure.per, color=INK, lw=0.7)
    own = points[points["yot_id"] == yot_id]
    if not own.empty:
        x, y = float(own["exposure"].iloc[0]), float(own["rate"].iloc[0]) * measure.per
        axes.plot(x, y, "o", mfc="none", mec=ACCENT, ms=11, mew=2)
        right = x > float(points["exposure"].median())
        axes.annotate(
            name or yot_id,
            (x, y),
            xytext=(-10 if right else 10, 8),
            textcoords="offset points",
            ha="right" if right else "left",
            color=ACCENT,
            fontsize=9,
            fontweight="bold",
        )
    axes.set_xscale("log")
    axes.set_xlabel(EXPOSURE[measure.model], fontsize=9)
    axes.set_ylabel(measure.unit, fontsize=9)
    axes.set_title(
        f"{measure.title}: limits 95% (dashed) and 99.8%, over-dispersion {plot.phi:.1f}",
        fontsize=10,
        loc="left",
    )
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8)
    text = StringIO()
    with mpl.rc_context({"svg.hashsalt": "information-bank", "svg.fonttype": "path"}):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()
