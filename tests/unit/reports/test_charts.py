"""Charts: each says in words what it draws, in colours that can be told apart."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from infobank.reports.charts import style
from infobank.reports.charts.calibration import calibration_plot
from infobank.reports.charts.chart import Chart, with_words
from infobank.reports.charts.contributions import contribution_bars
from infobank.reports.charts.fieldwork_weeks import fieldwork_weeks
from infobank.reports.charts.forecast import forecast_chart
from infobank.reports.charts.interval_rows import interval_rows
from infobank.reports.charts.rank_interval import rank_interval
from infobank.reports.charts.series import Point, series_chart

DAY = date(2014, 4, 11)
ROOT = Path(__file__).parents[3]

CHARTS: dict[str, tuple[Callable[[], Chart | None], str]] = {
    "rank_interval": (
        lambda: rank_interval(3, 1, 40, 160),
        "rank 3, 95% interval 1 to 40, of 160",
    ),
    "series": (
        lambda: series_chart(
            "Custody <1>",
            "per 1,000",
            [Point(DAY.replace(year=2013), None, 10.0), Point(DAY, 12.345, None)],
        ),
        "Custody <1>, per 1,000, years ending: April 2013 not known, April 2014 12.3; "
        "all YOTs together 10.0",
    ),
    "contributions": (
        lambda: contribution_bars({"Score": [("Custody", 0.5), ("Survey", -0.25)]}),
        "Score: Custody +0.50; Survey -0.25",
    ),
    "forecast": (
        lambda: forecast_chart([("2014-Q2", 11.4, 9.0, 15.0)]),
        "YOTs past five years without a visit, by quarter: 2014-Q2 11 (9 to 15)",
    ),
    "fieldwork_weeks": (
        lambda: fieldwork_weeks(
            [("FJI", "Team A", "Leeds & Co", [date(2014, 5, 19)])], ["FJI"], {"FJI"}
        ),
        "Proposed weeks by team: FJI Leeds & Co 19 May 2014",
    ),
    "interval_rows": (
        lambda: interval_rows([("Heavy tails", 94.7, 94.3, 95.1)], "per cent", 95, (94, 97)),
        "per cent: Heavy tails 94.7 (94.3 to 95.1)",
    ),
    "calibration": (
        lambda: calibration_plot([(0.1, 0.12), (0.5, 0.49)], "Stated", "Found"),
        "Stated, against: Found. 0.10 stated, 0.12 found; 0.50 stated, 0.49 found",
    ),
}


@pytest.mark.parametrize("kind", CHARTS)
def test_a_chart_is_svg_with_its_words_and_the_same_twice(kind: str) -> None:
    draw, says = CHARTS[kind]
    chart = draw()
    assert chart is not None and chart.says == says and chart == draw()
    root = ElementTree.fromstring(chart.svg)  # noqa: S314 - our own text
    assert root.get("role") == "img" and root.get("aria-label") == says
    assert root[0].tag.endswith("title") and root[0].text == says
    assert root.get("viewBox") and "date" not in chart.svg


@pytest.mark.parametrize("says", ["", "  "])
def test_a_chart_without_words_cannot_be_made(says: str) -> None:
    with pytest.raises(ValueError, match="must say in words"):
        with_words('viewBox="0 0 1 1"', "", says)
    with pytest.raises(ValueError, match="must say in words"):
        Chart("<svg></svg>", "Words that the picture does not have.")


def test_where_no_figure_is_known_there_is_no_chart() -> None:
    assert series_chart("Custody", "per 1,000", [Point(DAY, None, None)]) is None
    assert fieldwork_weeks([], ["FJI"], set()) is None


def test_bars_to_the_left_lower_a_score_and_have_room_for_their_figures() -> None:
    chart = contribution_bars({"Score": [("Up", 0.4), ("Down", -0.4)]})
    boxes = [
        (float(x), float(w))
        for x, w in re.findall(r'<rect x="([\d.]+)".*? width="([\d.]+)"', chart.svg)
    ]
    (up, _), (down, wide) = boxes
    assert down + wide == pytest.approx(up, abs=0.2)
    figures = [float(x) for x in re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="end"', chart.svg)]
    assert min(figures) > 230  # beyond the names, with room for the figure


def _contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG 2.2, from 1 to 21."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_text_can_be_read_and_marks_can_be_seen() -> None:
    for colour in (style.INK, style.SOFT, style.MARK, style.MAIN):
        assert min(_contrast(colour, style.PAPER), _contrast(colour, style.SHADE)) >= 4.5
    for one, other in (
        (style.MAIN, style.PAPER),
        (style.OTHER, style.PAPER),
        (style.MAIN, style.OTHER),
    ):
        assert round(_contrast(one, other), 1) >= 3.0


def test_no_colour_stands_outside_the_style() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for room in ("infobank", "flows", "tools")
        for path in (ROOT / room).rglob("*")
        if path.suffix in (".py", ".css", ".j2", ".html")
        and re.search(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b", path.read_text(encoding="utf-8"))
    }
    assert found == {"infobank/reports/charts/style.py"}
