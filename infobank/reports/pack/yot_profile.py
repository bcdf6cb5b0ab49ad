"""One page about one YOT: where it stands and why, what is known of it, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from infobank.domain.register import load_register
from infobank.programme.casework.recommendations import FOLLOW_UP
from infobank.ranking import component_title
from infobank.ranking.method import Method, load_method
from infobank.reports.charts.chart import Chart
from infobank.reports.charts.contributions import contribution_bars
from infobank.reports.charts.series import Point, series_chart
from infobank.reports.pack.snapshot import PackSnapshot, Row, rows_of
from infobank.tables import newest_delivery, newest_vintage

_PERIODS = 8
_REPORTS = 8
_INSPECTIONS = 3


@dataclass(frozen=True)
class Profile:
    """What a YOT's page shows.

    Attributes:
        yot_id: the YOT.
        place: its row of the ranking.
        visit: the visit proposed, or None.
        decided: what the meeting made of it, where that is something else; or None.
        series: titles, units and charts of its figures over time.
        contributions: the chart of what raises and lowers its score.
        intelligence: the newest reports of other bodies.
        inspections: the newest inspections, with a row for each theme.
        recommendations: recommendations that are open.
    """

    yot_id: str
    place: Row
    visit: Row | None
    decided: Row | None
    series: list[Row]
    contributions: Chart
    intelligence: list[Row]
    inspections: list[Row]
    recommendations: list[Row]


@dataclass(frozen=True)
class Sources:
    """What profiles are made from, as known on the as-of date.

    Attributes:
        indicators: the newest vintage of each figure.
        together: each indicator's rate of all YOTs together, by indicator and period.
        intelligence: every report, the newest first.
        inspections: headline scores, the newest first.
        follow_up: where recommendations stand.
        contributions: of the quarter.
        method: titles and units of the measures.
        as_of: the day.
    """

    indicators: pd.DataFrame
    together: dict[tuple[str, pd.Timestamp], float]
    intelligence: pd.DataFrame
    inspections: pd.DataFrame
    follow_up: pd.DataFrame
    contributions: pd.DataFrame
    method: Method
    as_of: date

    @classmethod
    def of(cls, held: PackSnapshot, as_of: date) -> Sources:
        """Collect them from the published tables."""
        method = load_method()
        known = held.tables.as_known(as_of)
        newest = newest_vintage(known["core.yjb_indicators"], ["yot_id", "indicator", "period_end"])
        per = newest["indicator"].map({m.name: m.per for m in method.measures}).astype("float64")
        top, bottom = newest["numerator"].astype("float64"), newest["denominator"].astype("float64")
        newest = newest.assign(top=top, bottom=bottom, per=per, value=top / bottom * per)
        counted = newest[newest["value"].notna()]
        sums = counted.groupby(["indicator", "period_end"]).agg(
            top=("top", "sum"), bottom=("bottom", "sum"), per=("per", "first")
        )
        rates = sums["top"] / sums["bottom"] * sums["per"]
        reports = newest_delivery(known["core.intelligence"], ["report_id"])
        scores = held.tables["out.inspection_score"]
        scores = scores[scores["fieldwork_end"] <= pd.Timestamp(as_of)]
        return cls(
            indicators=newest.sort_values("period_end", kind="stable"),
            together={
                (row["indicator"], row["period_end"]): row["rate"]
                for row in rates.rename("rate").reset_index().to_dict("records")
            },
            intelligence=reports.sort_values(
                ["event_date", "report_id"], ascending=[False, True], kind="stable"
            ),
            inspections=scores.sort_values(
                ["fieldwork_end", "inspection_id"], ascending=[False, True], kind="stable"
            ),
            follow_up=held.own[FOLLOW_UP],
            contributions=held.own["out.risk_contribution"],
            method=method,
            as_of=as_of,
        )


def profile_of(
    place: pd.Series, programme: pd.DataFrame, final: list[Row], sources: Sources
) -> Profile:
    """The page of one YOT.

    Args:
        place: its row of the ranking.
        programme: the proposal.
        final: proposal and final programme side by side, where the meeting is closed.
        sources: what profiles are made from.
    """
    yot_id = str(place["yot_id"])
    own = set(load_register().origins(yot_id, sources.as_of))
    visits = rows_of(programme[programme["yot_id"] == yot_id])
    follow_up = sources.follow_up
    still_open = follow_up["yot_id"].isin(own) & (follow_up["next_step"] != "none")
    reports = sources.intelligence[sources.intelligence["yot_id"].isin(own)]
    return Profile(
        yot_id=yot_id,
        place=rows_of(place.to_frame().T)[0],
        visit=visits[0] if visits else None,
        decided=next((row for row in final if row["yot_id"] == yot_id and row["changed"]), None),
        series=_series(own, yot_id, sources),
        contributions=_contributions(yot_id, sources),
        intelligence=rows_of(reports.head(_REPORTS)),
        inspections=_inspections(own, sources),
        recommendations=rows_of(follow_up[still_open].sort_values("follow_up_date")),
    )


def _series(own: set[str], yot_id: str, sources: Sources) -> list[Row]:
    """The charts of the indicators; before a YOT began there is nothing to show."""
    rows = sources.indicators
    figures = rows[rows["yot_id"] == yot_id]
    if figures.empty:
        figures = rows[rows["yot_id"].isin(own)]
    charts = []
    for measure in sources.method.measures:
        series = figures[figures["indicator"] == measure.name].drop_duplicates(
            "period_end", keep="last"
        )
        if series.empty:
            continue
        points = [
            Point(
                pd.Timestamp(end).date(),
                None if pd.isna(value) else float(value),
                sources.together.get((measure.name, pd.Timestamp(end))),
            )
            for end, value in zip(series["period_end"], series["value"], strict=True)
        ][-_PERIODS:]
        charts.append(
            {
                "title": measure.title,
                "unit": measure.unit,
                "chart": series_chart(measure.title, measure.unit, points),
            }
        )
    return charts


def _contributions(yot_id: str, sources: Sources) -> Chart:
    rows = sources.contributions
    shown = rows[(rows["yot_id"] == yot_id) & (rows["contribution"].abs() > 0.0005)]
    shown = shown.sort_values("contribution", ascending=False, kind="stable")
    parts = [
        (component_title(sources.method, str(name)), float(value))
        for name, value in zip(shown["component"], shown["contribution"], strict=True)
    ]
    return contribution_bars({"What raises and lowers the score": parts})


def _inspections(own: set[str], sources: Sources) -> list[Row]:
    rows = sources.inspections
    scores = rows[rows["yot_id"].isin(own)]
    found = []
    for _, themes in scores.groupby("inspection_id", sort=False):
        first = themes.iloc[0]
        found.append(
            {
                "programme": first["programme"],
                "fieldwork_end": first["fieldwork_end"],
                "synthetic": bool(themes["synthetic"].any()),
                "themes": rows_of(themes.sort_values("theme")),
            }
        )
    return found[:_INSPECTIONS]
