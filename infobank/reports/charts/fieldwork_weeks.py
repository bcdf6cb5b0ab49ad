"""The weeks of a programme: one lane for each team and kind of inspection."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

from infobank.reports.charts.chart import Chart
from infobank.reports.charts.drawing import box, dot, drawn, line, text
from infobank.reports.charts.style import INK, LINE, MAIN, OTHER, SMALL, SOFT

Visit = tuple[str, str, str, Sequence[date]]
"""Programme, team, YOT and its fieldwork weeks."""

_NAMED_LANE, _LANE = 62, 26
_WIDTH, _LEFT = 900, 84


def fieldwork_weeks(
    visits: Sequence[Visit], kinds: Sequence[str], named: Collection[str]
) -> Chart | None:
    """The year by week; None without visits.

    Args:
        visits: the visits.
        kinds: the programmes in their order.
        named: those whose visits are bars with the YOT's name; the visits of others are dots.
    """
    weeks = [week for *_, days in visits for week in days]
    if not weeks:
        return None
    first, last = min(weeks).replace(day=1), max(weeks)
    lanes = [(t, p) for t in sorted({team for _, team, _, _ in visits}) for p in kinds]
    lanes = [lane for lane in lanes if any((v[1], v[0]) == lane for v in visits)]
    tall = {kind: _NAMED_LANE if kind in named else _LANE for kind in kinds}
    height = sum(tall[programme] for _, programme in lanes) + 24
    a_day = (_WIDTH - _LEFT) / max(1, (last - first).days + 7)

    def x(day: date) -> float:
        return _LEFT + a_day * (day - first).days

    body, top = _months(first, last, x, height), 0
    for team, programme in lanes:
        foot = top + tall[programme]
        body += text(0, top + 17, f"{team}, {programme}", INK)
        body += line(0, foot, _WIDTH, foot, LINE)
        of_team = sorted((v[3], v[2]) for v in visits if (v[1], v[0]) == (team, programme))
        for number, (days, yot) in enumerate(of_team):
            if programme not in named:
                body += "".join(dot(x(day) + 4, top + 13, 4, MAIN) for day in days)
            else:
                # Neighbours stand on two levels, so that their names do not meet.
                body += _named_bars(
                    yot, [x(d) for d in days], 5 * a_day, top + 4 + 28 * (number % 2)
                )
        top = foot
    visits_in_words = "; ".join(f"{p} {yot} {days[0]:%d %b %Y}" for p, _, yot, days in visits)
    return drawn(_WIDTH, height, body, f"Proposed weeks by team: {visits_in_words}")


def _named_bars(yot: str, starts: list[float], wide: float, level: float) -> str:
    body = text(starts[0], level + 11, yot, INK, SMALL)
    body += line(starts[0], level + 19, starts[-1] + wide, level + 19, OTHER, 1.5)
    return body + "".join(box(start, level + 15, wide, 8, OTHER) for start in starts)


def _months(first: date, last: date, x: Callable[[date], float], height: int) -> str:
    body, day = "", first
    while day <= last:
        body += line(x(day), 0, x(day), height - 20, LINE)
        body += text(x(day) + 3, height - 6, f"{day:%b %y}", SOFT, SMALL)
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return body
