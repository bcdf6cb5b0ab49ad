"""An explanation as a picture: one SVG, or a page with the funnel plot of every measure."""

from __future__ import annotations

from html import escape
from pathlib import Path

from infobank.domain.errors import MistakeError
from infobank.ranking import component_title, funnels_of, trends
from infobank.ranking.explain import STEP_WORDS, STEPS
from infobank.reports.charts.chart import Chart
from infobank.reports.charts.contributions import contribution_bars
from infobank.reports.charts.funnel import funnel_plot
from infobank.reports.charts.style import css_colours
from infobank.reports.explanation import YotExplanation

_STYLE = """
body{font:16px/1.5 var(--font);color:var(--ink);max-width:44rem;margin:2rem auto;padding:0 1rem}
img,svg{max-width:100%;height:auto}
.wide{overflow-x:auto}
table{border-collapse:collapse}
td,th{padding:.2rem .8rem .2rem 0;text-align:left;border-bottom:1px solid var(--line)}
td.n{text-align:right}
.mark{font-weight:bold;color:var(--warn)}
@media(max-width:40rem){.wide img{max-width:none;width:38rem}}
"""


def insist_on_chart(path: Path) -> None:
    """Refuse a file that no chart can be written to, before anything is worked out.

    Raises:
        MistakeError: its ending is not .svg or .html, or its folder is not there.
    """
    if path.suffix.lower() not in (".svg", ".html"):
        raise MistakeError(f"A chart is an .svg or an .html file: {path.name} is neither.")
    if not path.parent.is_dir():
        raise MistakeError(f"There is no folder {path.parent} to write the chart in.")


def write_chart(answer: YotExplanation, path: Path) -> None:
    """Write the chart of an explanation.

    An .svg holds what makes the score and what moved it. An .html page adds the sentences, the
    change of every measure over a year and the funnel plots with the YOT marked; it holds its
    pictures itself, so it can be sent on.
    """
    insist_on_chart(path)
    chart = _contributions(answer)
    text = chart.svg if path.suffix.lower() == ".svg" else _page(answer, chart)
    path.write_text(text, encoding="utf-8")


def _contributions(answer: YotExplanation) -> Chart:
    """What makes the score, and what moved it where there is an earlier ranking."""
    held, moves = answer.explanation.contributions, answer.explanation.moves
    panels = {
        "What makes the score": [
            (component_title(answer.ranking.method, str(name)), float(value))
            for name, value in zip(held["component"], held["contribution"], strict=True)
        ]
    }
    if moves:
        steps = [(STEP_WORDS[step], moves[step]) for step in STEPS if step in moves]
        panels["What moved it"] = [(words[:1].upper() + words[1:], move) for words, move in steps]
    return contribution_bars(panels)


def _page(answer: YotExplanation, chart: Chart) -> str:
    title = f"{answer.yot_name}, {answer.quarter} as of {answer.as_of}"
    marked = ["<p class=mark>SYNTHETIC: real YOT names with made-up figures.</p>"]
    body = [
        f"<h1>{escape(title)}</h1>",
        *(marked if answer.synthetic else []),
        *(f"<p class=mark>{escape(sentence)}</p>" for sentence in answer.caveats),
        *(f"<p>{escape(sentence)}</p>" for sentence in answer.explanation.sentences),
        "<h2>What makes the score, and what moved it</h2>",
        "<p>In standard deviations. Right: raises the risk. Left: lowers it.</p>",
        f"<p>{chart.image()}</p>",
        "<h2>Change over a year</h2>",
        "<p>In standard deviations between YOTs, beyond the national change; more is worse.</p>",
        *_change(answer),
        "<h2>Among YOTs of its size</h2>",
        "<p>Each point is a YOT. Outside the dashed lines lie about 5 in 100 by chance, outside "
        "the full ones 2 in 1,000, once allowed for YOTs differing by more than chance.</p>",
        *_funnels(answer),
    ]
    head = (
        "<meta charset=utf-8><meta name=viewport content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{css_colours()}{_STYLE}</style>"
    )
    page = ["<!doctype html>", "<html lang=en>", f"<head>{head}</head>", "<body>", *body]
    return "\n".join([*page, "</body></html>", ""])


def _change(answer: YotExplanation) -> list[str]:
    found = trends(answer.ranking)
    rows = ["<table><tr><th>measure<th>change<th>95% interval<th>alarm</tr>"]
    for row in found[found["yot_id"] == answer.explanation.yot_id].to_dict("records"):
        title = answer.ranking.method.measure(str(row["measure"])).title
        rows.append(
            f"<tr><td>{escape(title)}<td class=n>{row['change']:+.2f}"
            f"<td class=n>{row['change_low_95']:+.2f} to {row['change_high_95']:+.2f}"
            f"<td>{'yes' if row['alarm'] else 'no'}</tr>"
        )
    return [*rows, "</table>"]


def _funnels(answer: YotExplanation) -> list[str]:
    method, yot_id = answer.ranking.method, answer.explanation.yot_id
    plots = (
        funnel_plot(plot, method.measure(name), yot_id, answer.yot_name)
        for name, plot in funnels_of(answer.ranking).items()
    )
    return [f"<p class=wide>{plot.image()}</p>" for plot in plots]
