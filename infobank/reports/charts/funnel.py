"""A funnel plot: every YOT's rate by its size, the limits, and the YOT in question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import FuncFormatter, NullFormatter

from infobank.ranking.method import Measure
from infobank.ranking.outliers import Funnel
from infobank.reports.charts.chart import Chart
from infobank.reports.charts.plotting import PLOT_TEXT, new_axes, plotted
from infobank.reports.charts.style import DASHES, INK, MAIN, MARK, SOFT, figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

EXPOSURE = {"poisson": "exposure of the rate", "binomial": "number in the rate"}


def funnel_plot(plot: Funnel, measure: Measure, yot_id: str = "", name: str = "") -> Chart:
    """The funnel plot of one measure.

    Args:
        plot: the figures.
        measure: title and unit.
        yot_id: a YOT to mark, or "".
        name: what to write beside it.
    """
    drawing, axes = new_axes(6.4, 4.0)
    points, per = plot.points, measure.per
    outside = points["outlier"] != ""
    for shown, mark, fill in ((~outside, "o", "none"), (outside, "D", MAIN)):
        part = points[shown]
        edge = MAIN if mark == "D" else SOFT
        axes.plot(part["exposure"], part["rate"] * per, mark, mfc=fill, mec=edge, mew=0.7, ms=3.5)
    for level, dashes in ((0.95, DASHES), (0.998, (1, 0))):
        limits = plot.limits[plot.limits["level"] == level]
        for side in ("low", "high"):
            axes.plot(limits["exposure"], limits[side] * per, color=INK, lw=0.9, dashes=dashes)
    axes.axhline(plot.target * per, color=INK, lw=0.7)
    _mark(axes, plot, measure, yot_id, name)
    axes.set_xscale("log")
    if points["exposure"].max() < 20 * points["exposure"].min():
        axes.xaxis.set_minor_formatter(FuncFormatter(_few_sizes))
    else:
        axes.xaxis.set_minor_formatter(NullFormatter())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda size, _: f"{size:,.0f}"))
    axes.tick_params(axis="x", which="minor", labelsize=PLOT_TEXT, labelcolor=INK, color=SOFT)
    axes.set_xlabel(EXPOSURE[measure.model], fontsize=PLOT_TEXT)
    axes.set_ylabel(measure.unit, fontsize=PLOT_TEXT)
    title = f"{measure.title}: limits 95% (dashed) and 99.8%, over-dispersion {plot.phi:.1f}"
    axes.set_title(title, fontsize=PLOT_TEXT + 1, loc="left")
    return plotted(drawing, _in_words(plot, measure, yot_id, name))


def _few_sizes(size: float, _: int | None) -> str:
    """Between the powers of ten only 2 and 5 are written, so that they do not meet."""
    return f"{size:,.0f}" if f"{size:.0e}"[0] in "25" else ""


def _mark(axes: Axes, plot: Funnel, measure: Measure, yot_id: str, name: str) -> None:
    points = plot.points
    own = points[points["yot_id"] == yot_id]
    if own.empty:
        return
    x, y = float(own["exposure"].iloc[0]), float(own["rate"].iloc[0]) * measure.per
    axes.plot(x, y, "o", mfc="none", mec=MARK, ms=11, mew=2)
    right = x > float(points["exposure"].median())
    axes.annotate(
        name or yot_id,
        (x, y),
        xytext=(-10 if right else 10, 8),
        textcoords="offset points",
        ha="right" if right else "left",
        color=MARK,
        fontsize=PLOT_TEXT,
        fontweight="bold",
    )


def _in_words(plot: Funnel, measure: Measure, yot_id: str, name: str) -> str:
    points, per = plot.points, measure.per
    outside = points["outlier"].str
    rates_in_words = [
        f"Funnel plot of {measure.title}, {measure.unit}",
        f"{len(points)} YOTs, all together {figure(plot.target * per)}",
        f"above the 99.8% limit {outside.fullmatch('high 99.8').sum()}, "
        f"above the 95% limit {outside.startswith('high').sum()}",
        f"below the 95% limit {outside.startswith('low').sum()}, "
        f"below the 99.8% limit {outside.fullmatch('low 99.8').sum()}",
    ]
    for row in points[points["yot_id"] == yot_id].to_dict("records"):
        low, high = figure(row["low_95"] * per), figure(row["high_95"] * per)
        rates_in_words.append(
            f"{name or yot_id} {figure(row['rate'] * per)}, its 95% limits {low} to {high}"
        )
    return "; ".join(rates_in_words)
