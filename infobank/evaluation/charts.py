"""Charts of the evaluation page, the same to the byte for the same figures."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from infobank.evaluation.outcome_tables import lines_of

INK, ACCENT, PALE = "#1d1d1b", "#1d70b8", "#b1b4b6"


def save(figure: Figure, path: Path) -> None:
    """Write SVG without date or random ids."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(
        {"svg.hashsalt": "information-bank", "svg.fonttype": "path", "font.family": "DejaVu Sans"}
    ):
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def coverage_chart(table: pd.DataFrame) -> Figure:
    """Coverage per setting with the range promised."""
    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.subplots()
    places = range(len(table))[::-1]
    axes.axvspan(94, 97, color="#e8f1f8", zorder=0)
    axes.axvline(95, color=PALE, linewidth=1, zorder=1)
    for y, row in zip(places, lines_of(table), strict=True):
        axes.plot([100 * row.coverage_low, 100 * row.coverage_high], [y, y], color=ACCENT, lw=2)
        axes.plot(100 * row.coverage, y, "o", color=ACCENT, ms=6)
    axes.set_yticks(list(places), list(table["title"]))
    figure.supxlabel(
        "True ranks inside the 95% interval, per cent (shaded: what is promised)", fontsize=9
    )
    _plain(axes)
    return figure


def calibration_chart(said_was: list[tuple[float, float, int]]) -> Figure:
    """What was said against what happened."""
    figure = Figure(figsize=(4.8, 4.6), layout="constrained")
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=PALE, linewidth=1)
    axes.plot([s for s, *_ in said_was], [w for _, w, _ in said_was], "o-", color=ACCENT, ms=5)
    axes.set_xlabel("Chance of being among the 6 highest risks, as stated")
    axes.set_ylabel("Share truly among the 6 highest risks")
    axes.set_aspect("equal")
    _plain(axes)
    return figure


def precision_chart(table: pd.DataFrame, titles: dict[str, str], k: int) -> Figure:
    """Lead of the ranking over the sum of ranks, per setting, paired."""
    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.subplots()
    rows = table[table["way"] == "sum_of_ranks"]
    places = range(len(rows))[::-1]
    axes.axvline(0, color=PALE, linewidth=1)
    for y, row in zip(places, lines_of(rows), strict=True):
        axes.plot([100 * row.lead_low, 100 * row.lead_high], [y, y], color=ACCENT, lw=2)
        axes.plot(100 * row.lead, y, "o", color=ACCENT, ms=6)
    axes.set_yticks(list(places), [titles[s] for s in rows["setting"]])
    figure.supxlabel(
        f"Lead over the sum of ranks in precision at {k}, points (95% paired interval)", fontsize=9
    )
    _plain(axes)
    return figure


def _plain(axes: Axes) -> None:
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(colors=INK, labelsize=9)
