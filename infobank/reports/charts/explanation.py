"""The small chart beside an explanation: what raises and what lowers a YOT's score."""

from __future__ import annotations

from io import StringIO

import matplotlib as mpl
from matplotlib.figure import Figure

from infobank.ranking.explain import STEP_WORDS, STEPS, Explanation

RAISES, LOWERS, INK = "#b1440e", "#1d70b8", "#1d1d1b"


def _words(name: str) -> str:
    text = name.replace("_", " ")
    return text[:1].upper() + text[1:]


def explanation_svg(explanation: Explanation) -> str:
    """Bars of the contributions, and of the moves where there are any, as SVG text.

    The same explanation gives the same bytes. Colour is not the only sign: bars to the right
    raise the score, bars to the left lower it, and each carries its figure.
    """
    held = explanation.contributions
    panels = [("What makes the score", list(held["component"]), list(held["contribution"]))]
    if explanation.moves:
        steps = [s for s in STEPS if s in explanation.moves]
        words = [STEP_WORDS[s] for s in steps]
        panels.append(("What moved it", words, [explanation.moves[s] for s in steps]))
    heights = [len(names) for _, names, _ in panels]
    figure = Figure(figsize=(6.4, 0.9 + 0.38 * sum(heights)), layout="constrained")
    axes = figure.subplots(len(panels), 1, height_ratios=heights, squeeze=False, sharex=True)
    widest = max((abs(v) for _, _, values in panels for v in values), default=1.0) or 1.0
    for axis, (title, names, values) in zip(axes[:, 0], panels, strict=True):
        places = list(range(len(names)))[::-1]
        axis.barh(places, values, color=[RAISES if v > 0 else LOWERS for v in values], height=0.6)
        axis.axvline(0, color=INK, linewidth=0.8)
        for y, value in zip(places, values, strict=True):
            side = "left" if value >= 0 else "right"
            gap = 0.02 * widest if value >= 0 else -0.02 * widest
            axis.text(value + gap, y, f"{value:+.2f}", va="center", ha=side, fontsize=9)
        axis.set_yticks(places, [_words(n) for n in names], fontsize=9)
        axis.set_title(title, fontsize=10, loc="left")
        axis.set_xlim(-1.25 * widest, 1.25 * widest)
        axis.spines[["top", "right", "left"]].set_visible(False)
        axis.tick_params(axis="y", length=0)
    axes[-1, 0].set_xlabel("lower risk    standard deviations    higher risk", fontsize=9)
    text = StringIO()
    with mpl.rc_context({"svg.hashsalt": "information-bank", "svg.fonttype": "path"}):
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return text.getvalue()
