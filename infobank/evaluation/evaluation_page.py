"""The evaluation page: figures, charts, and in words where there is no skill."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from infobank.evaluation.backtest import Backtest
from infobank.evaluation.measures import expected_calibration_error
from infobank.evaluation.outcome_tables import by_setting, calibration_table, lines_of, precision
from infobank.evaluation.simulate import Outcome
from infobank.evaluation.worlds import Setting
from infobank.reports.charts.calibration import calibration_plot
from infobank.reports.charts.chart import Chart
from infobank.reports.charts.interval_rows import interval_rows

# Settings in which figures are missing are judged apart: the penalty for silence is meant to raise
# a probability above what it would be, so calibration is not claimed there.
PENALISED = (
    "blanked",
    "withholding",
    "withholding_all",
    "withholding_one",
    "withholding_rolling",
)
PROMISED = 0.95


def write_report(
    outcomes: list[Outcome],
    settings: tuple[Setting, ...],
    docs_root: Path,
    version: str,
    seed: int,
    real: Backtest | None = None,
) -> Path:
    """Write ``evaluation.md`` and its charts under the docs folder; the page's path."""
    summary = by_setting(outcomes, settings)
    unpenalised = [o for o in outcomes if o.setting not in PENALISED]
    table = calibration_table(unpenalised)
    titles = dict(zip(summary["setting"], summary["title"], strict=True))
    at_6, at_30 = precision(outcomes, settings, 6), precision(outcomes, settings, 30)
    charts = {
        "coverage": _coverage_chart(summary),
        "calibration": calibration_plot(
            [(stated, was) for stated, was, _ in table],
            "Chance of being among the 6 highest risks, as stated",
            "Share truly among the 6 highest risks",
        ),
        "precision": _precision_chart(at_6, titles, 6),
    }
    for name, chart in charts.items():
        path = docs_root / "evaluation" / f"{name}.svg"
        path.parent.mkdir(exist_ok=True)
        path.write_text(chart.svg, encoding="utf-8")
    parts = [
        _opening(len(outcomes), version, seed),
        _words(summary, at_6, expected_calibration_error(table)),
        _coverage(summary),
        _calibration(table, summary),
        _precision(at_6, at_30, titles),
        _composite(precision(outcomes, settings, 6, "composite"), titles),
        _missing(summary),
        _half_life(summary),
        _real(real),
        _limits(),
    ]
    page = docs_root / "evaluation.md"
    page.write_text("\n".join(parts), encoding="utf-8")
    return page


def _opening(worlds: int, version: str, seed: int) -> str:
    return f"""# How good is the ranking?

Written by `infobank evaluate`; do not edit by hand. Method version {version}, {worlds:,} simulated
worlds, seed {seed}, 1,000 posterior draws per ranking. Each world has 157 made-up YOTs of 5,000 to
150,000 young people (unless said otherwise), four indicators and a truth that is known. The
worlds are not made with the ranking's own model: some have more extreme YOTs, counts that come in
clusters, or figures left blank.

There are 2 truths. The **composite** is the equally weighted sum of the true levels behind the
figures. It is what the ranking estimates, and what its intervals and probabilities are about.
**Quality** is what an inspectorate wants to know. Each indicator only correlates with it: with a
correlation of 0.3 in a world called "Correlation 0.3".
"""


def _words(summary: pd.DataFrame, at_6: pd.DataFrame, ece: float) -> str:
    lines = ["## In short\n"]
    inside = summary[(summary["coverage"] >= 0.94) & (summary["coverage"] <= 0.97)]
    lines.append(
        f"- The 95% rank intervals had the true rank in {summary['coverage'].min():.1%} to "
        f"{summary['coverage'].max():.1%} of cases. In {len(inside)} of {len(summary)} kinds of "
        "world it was 94% to 97%."
    )
    for row in lines_of(summary[~summary.index.isin(inside.index)]):
        lines.append(f"  - Not in: {row.title}, {row.coverage:.1%}.")
    lines += _at_once(summary)
    lines.append(
        f"- The chance of being among the 6 highest risks is wrong by {ece:.3f} on average where "
        "no figures are missing. It is about the composite, **not** about quality."
    )
    random = at_6[at_6["way"] == "random"].set_index("setting")
    ranks = at_6[at_6["way"] == "sum_of_ranks"].set_index("setting")
    for row in lines_of(summary):
        if random.loc[row.setting, "lead_low"] <= 0:
            lines.append(
                f"- **No better than chance: {row.title}.** Choosing 6 YOTs at random finds as "
                "many of the 6 with the worst quality."
            )
    gains = [r.title for r in lines_of(summary) if ranks.loc[r.setting, "lead_low"] > 0]
    losses = [r.title for r in lines_of(summary) if ranks.loc[r.setting, "lead_high"] < 0]
    same = [title for title in summary["title"] if title not in (*gains, *losses)]
    lines.append(
        "- Compared with adding up the YOT's ranks in each indicator, at 6 visits: clearly better "
        f"in {len(gains)} kinds of world, clearly worse in {len(losses)}, no clear difference in "
        f"{len(same)}."
    )
    lines += [f"  - Worse: {title}." for title in losses]
    lines += [f"  - No clear difference: {title}." for title in same]
    lines.append(
        f"- Intervals are wide: {summary['width'].min():.0f} to {summary['width'].max():.0f} "
        "ranks on average. YOTs next to each other in the ranking can mostly not be told apart."
    )
    return "\n".join(lines) + "\n"


def _at_once(summary: pd.DataFrame) -> list[str]:
    """What the intervals meant to hold for all YOTs at once did, in words."""
    # Below what is promised by more than chance over so many worlds explains.
    error = 1.96 * (PROMISED * (1 - PROMISED) / summary["worlds"]) ** 0.5
    short = summary[summary["simultaneous"] < PROMISED - error]
    lines = [
        "- The simultaneous intervals are meant to be right for all YOTs at once in 95% of worlds. "
        f"They were in {summary['simultaneous'].min():.0%} to "
        f"{summary['simultaneous'].max():.0%}. They are {summary['width_all'].min():.0f} to "
        f"{summary['width_all'].max():.0f} ranks wide."
    ]
    lines += [
        f"  - Do not rely on them: {row.title}, {row.simultaneous:.0%}." for row in lines_of(short)
    ]
    return lines


def _coverage(summary: pd.DataFrame) -> str:
    lines = [
        "## Coverage of the rank intervals\n",
        "![Coverage by kind of world](evaluation/coverage.svg)\n",
        "*Marginal*: the share of YOTs whose true rank is in their own 95% interval, with the 95% "
        "interval of that share over worlds. *Simultaneous*: the share of worlds in which the "
        "wider intervals, meant for all YOTs at once, are all right. Widths are means, in ranks."
        "\n",
        "| world | worlds | marginal | width | simultaneous | width |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.title} | {r.worlds} | {r.coverage:.1%} ({r.coverage_low:.1%} to "
        f"{r.coverage_high:.1%}) | {r.width:.0f} | {r.simultaneous:.0%} | {r.width_all:.0f} |"
        for r in lines_of(summary)
    ]
    return "\n".join(lines) + "\n"


def _coverage_chart(summary: pd.DataFrame) -> Chart:
    """Coverage by kind of world, with the range promised."""
    rows = [
        (r.title, 100 * r.coverage, 100 * r.coverage_low, 100 * r.coverage_high)
        for r in lines_of(summary)
    ]
    scale = "True ranks inside the 95% interval, per cent (shaded: what is promised)"
    return interval_rows(rows, scale, 100 * PROMISED, (94, 97))


def _precision_chart(table: pd.DataFrame, titles: dict[str, str], k: int) -> Chart:
    """Lead of the ranking over the sum of ranks by kind of world, paired."""
    rows = [
        (titles[r.setting], 100 * r.lead, 100 * r.lead_low, 100 * r.lead_high)
        for r in lines_of(table[table["way"] == "sum_of_ranks"])
    ]
    scale = f"Lead over the sum of ranks in precision at {k}, points (95% paired interval)"
    return interval_rows(rows, scale, 0)


def _calibration(table: list[tuple[float, float, int]], summary: pd.DataFrame) -> str:
    lines = [
        "## Chance of being among the 6 highest risks: stated and found\n",
        "![Stated against found](evaluation/calibration.svg)\n",
        "| chance stated, mean | share truly among the 6 highest risks | cases |",
        "|---|---|---|",
    ]
    lines += [f"| {stated:.3f} | {was:.3f} | {count:,} |" for stated, was, count in table]
    lines += ["", "| world | mean difference between stated and found |", "|---|---|"]
    lines += [f"| {r.title} | {r.ece:.4f} |" for r in lines_of(summary)]
    lines.append(
        "\nWhere figures are missing the chance stated is higher on purpose (see "
        "[the method](method.md)), so fewer YOTs than stated are among the 6."
    )
    return "\n".join(lines) + "\n"


def _precision(at_6: pd.DataFrame, at_30: pd.DataFrame, titles: dict[str, str]) -> str:
    lines = [
        "## Finding the YOTs with the worst quality\n",
        "![Lead over the sum of ranks](evaluation/precision.svg)\n",
        "The share of the YOTs visited that are truly among the worst. In brackets: by how many "
        "percentage points the ranking is better, with the 95% interval over worlds.\n",
    ]
    for k, table in ((6, at_6), (30, at_30)):
        lines += [f"### At {k} visits\n", *_precision_rows(table, titles), ""]
    return "\n".join(lines)


def _composite(table: pd.DataFrame, titles: dict[str, str]) -> str:
    head = "### Finding the YOTs with the worst composite, at 6 visits\n"
    return "\n".join([head, *_precision_rows(table, titles), ""])


def _precision_rows(table: pd.DataFrame, titles: dict[str, str]) -> list[str]:
    ways = list(dict.fromkeys(zip(table["way"], table["title"], strict=True)))
    lines = [
        "| world | " + " | ".join(title for _, title in ways) + " |",
        "|---" * (len(ways) + 1) + "|",
    ]
    for setting, group in table.groupby("setting", sort=False):
        cells = []
        for row in lines_of(group):
            cell = f"{row.precision:.3f}"
            if row.way != "ranking":
                cell += f" ({100 * row.lead:+.1f}: {100 * row.lead_low:+.1f} to "
                cell += f"{100 * row.lead_high:+.1f})"
            cells.append(cell)
        lines.append(f"| {titles[str(setting)]} | " + " | ".join(cells) + " |")
    return lines


def _missing(summary: pd.DataFrame) -> str:
    held = summary[summary["change"].notna()]
    lines = [
        "## Missing figures\n",
        "The change for YOTs that hold figures back, compared with the same world with all "
        "figures.\n",
        "| world | chance of being among the worst tenth | width of interval, ranks |",
        "|---|---|---|",
    ]
    lines += [
        f"| {r.title} | {r.change:+.3f} ({r.change_low:+.3f} to {r.change_high:+.3f}) | "
        f"{r.width_change:+.1f} |"
        for r in lines_of(held)
    ]
    pays = [r.title for r in lines_of(held) if r.change_low < -0.01]
    sentence = f"Holding back may pay: {'; '.join(pays)}." if pays else "Holding back does not pay."
    lines.append(f"\n{sentence}\n")
    blank = summary[summary["setting"] == "blanked"]
    for r in lines_of(blank):
        lines.append(
            "With a fifth of all figures blank, the intervals had the true rank in "
            f"{r.coverage:.1%}.\n"
        )
    return "\n".join(lines)


def _half_life(summary: pd.DataFrame) -> str:
    lines = [
        "## Half-life of a figure\n",
        "| world | true, years | estimated, years (median) |",
        "|---|---|---|",
    ]
    for r in lines_of(summary):
        if r.true_half_life == r.true_half_life and r.true_half_life is not None:
            lines.append(f"| {r.title} | {r.true_half_life:.1f} | {r.half_life:.1f} |")
    lines.append(
        "\nIn worlds whose levels do not change, the estimated half-life is much longer than the "
        "years of figures."
    )
    return "\n".join(lines) + "\n"


def _real(real: Backtest | None) -> str:
    if real is None:
        return (
            "## Backtest on real outcomes\n\nThis has not been tested, because there were no "
            "real indicators with later outcomes. `infobank evaluate --observations FILE "
            "--outcomes FILE` tests it.\n"
        )
    lines = [
        "## Backtest on real outcomes\n",
        real.sentence + "\n",
        "| way of choosing | pairs in the right order | by how much the ranking is better |",
        "|---|---|---|",
    ]
    for r in lines_of(real.table):
        lead = "" if r.way == "ranking" else f"{r.difference:+.3f} ({r.difference_low:+.3f} to "
        lead += "" if r.way == "ranking" else f"{r.difference_high:+.3f})"
        lines.append(f"| {r.title} | {r.concordance:.3f} ({r.low:.3f} to {r.high:.3f}) | {lead} |")
    return "\n".join(lines) + "\n"


def _limits() -> str:
    return """## What this page cannot show

- Whether the weights are right. They are people's judgement. The method intervals show what other
  weights would give.
- Whether the indicators have anything to do with the quality of work. Only inspections of YOTs
  chosen at random can show that, which is why part of the programme is drawn at random.
- How good the ranking is in worlds unlike these. Griffiths et al. (2016) found that the Intelligent
  Monitoring of the Care Quality Commission (CQC), built with care, did not predict its inspections.
"""
