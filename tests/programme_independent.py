"""A second check of a programme, written from the rules file and from what was asked for.

It shares no code with the program: it reads ``schemas/programme.yaml`` and the files of
``schemas/programmes`` itself, works out the
calendar of bank holidays and the draw for itself, and answers with the rules broken and for whom.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

RULES = Path(__file__).parents[1] / "schemas" / "programme.yaml"
PROGRAMMES = RULES.with_name("programmes")
ONE_WEEK = timedelta(days=7)
# Days off by royal proclamation, and the spring holiday moved for the jubilee of 2012.
EXTRA = {date(2011, 4, 29), date(2012, 6, 4), date(2012, 6, 5)}
MOVED = {date(2012, 5, 28)}

Broken = set[tuple[str, str]]


def rules_of(**changes: Any) -> dict[str, Any]:
    """The rules as the file has them, with some changed (``sqs__count=30``)."""
    rules: dict[str, Any] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    for file in sorted(PROGRAMMES.glob("*.yaml")):
        programme = yaml.safe_load(file.read_text(encoding="utf-8"))
        if programme["plan"]:
            rules[programme["id"].lower()] = programme["plan"] | {"visit": programme["visit"]}
    for path, value in changes.items():
        section, _, name = path.partition("__")
        if name:
            rules[section][name] = value
        else:
            rules[section] = value
    return rules


def bank_holidays(year: int) -> set[date]:
    """Bank holidays in England and Wales (Banking and Financial Dealings Act 1971)."""

    def monday(month: int, last: bool) -> date:
        day = date(year, month, 31 if last else 1)
        step = timedelta(days=-1 if last else 1)
        while day.weekday():
            day += step
        return day

    days = {easter(year) - timedelta(days=2), easter(year) + timedelta(days=1)}
    days |= {monday(5, False), monday(5, True), monday(8, True)}
    for fixed in (date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)):
        day = fixed
        while day.weekday() > 4 or day in days:
            day += timedelta(days=1)
        days.add(day)
    return (days | {d for d in EXTRA if d.year == year}) - MOVED


@dataclass
class Case:
    """A programme and all that is needed to judge it, as plain values.

    Attributes:
        visits: the programme's lines.
        rules: as ``rules_of`` gives them.
        ranking: the ranking's lines.
        history: (YOT, day) of the visits done.
        periods: (YOT, kind, first day, last day).
        quarter: such as 2014-Q1.
        as_of: the as-of date.
        agreed: (YOT, programme, Monday, arm) of visits agreed before.
    """

    visits: list[dict[str, Any]]
    rules: dict[str, Any]
    ranking: list[dict[str, Any]]
    history: list[tuple[str, date]]
    periods: list[tuple[str, str, date, date]]
    quarter: str
    as_of: date
    agreed: list[tuple[str, str, date, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        year, number = int(self.quarter[:4]), int(self.quarter[-1])
        self.begin = date(year, 1, 1) + relativedelta(months=3 * number)
        self.end = self.begin + relativedelta(years=1, days=-1)
        self.off = {d for y in range(year - 1, year + 3) for d in bank_holidays(y)}
        self.yots = {line["yot_id"]: line for line in self.ranking}
        past: dict[str, date] = {}
        for yot, day in self.history:
            if day <= self.as_of:
                past[yot] = max(day, past.get(yot, day))
        self.past = past
        self.limit = min(self.as_of, self.begin - timedelta(days=1)) - relativedelta(
            years=self.rules["gap_years"]
        )
        self.again = {
            yot: (first, last)
            for yot, kind, first, last in reversed(sorted(self.periods))
            if kind == "re-inspection" and first <= self.end and last >= self.begin
        }

    def due(self, yot: str) -> date:
        """The day a YOT's five years run out."""
        cover = self.rules["coverage"]
        last = self.past.get(yot)
        if last is None:
            span = (cover["assumed_start_last"] - cover["assumed_start_first"]).days + 1
            number = int(hashlib.sha256(yot.encode()).hexdigest()[:16], 16)
            last = min(cover["assumed_start_first"] + timedelta(days=number % span), self.as_of)
        return last + relativedelta(years=cover["years"])

    def rested(self, yot: str) -> bool:
        """Whether a YOT has had no visit within the gap, or is to be seen again."""
        return yot in self.again or yot not in self.past or self.past[yot] <= self.limit

    def away(self, yot: str, monday: date) -> bool:
        """Whether a week touches one of the YOT's periods to avoid."""
        return any(
            who == yot and kind != "re-inspection" and first <= monday + timedelta(days=4)
            and last >= monday
            for who, kind, first, last in self.periods
        )  # fmt: skip

    def holiday(self, monday: date) -> bool:
        """Whether a working day of the week is a bank holiday."""
        return any(monday + timedelta(days=n) in self.off for n in range(5))

    def told_on(self, programme: str, monday: date) -> date:
        """The day a visit is announced."""
        day = monday - timedelta(days=self.rules[programme.lower()]["visit"]["notice_days"])
        while day in self.off or day.weekday() > 4:
            day -= timedelta(days=1)
        return day

    def in_time(self, programme: str, monday: date) -> bool:
        """Whether a visit can still be announced; a reconstruction asks for no notice."""
        live = self.as_of < self.begin + relativedelta(months=3)
        return not live or self.told_on(programme, monday) >= self.as_of

    def size(self, yot: str) -> dict[str, Any]:
        """The size class of a YOT."""
        people = self.yots.get(yot, {}).get("population_10_17")
        if people is None or pd.isna(people):
            wanted = self.rules["size_when_unknown"]
            return next(s for s in self.rules["sizes"] if s["name"] == wanted)
        return next(s for s in self.rules["sizes"] if s["below"] is None or people < s["below"])


def broken(case: Case) -> Broken:
    """Every rule broken, with the YOT ("" for the programme as a whole)."""
    found: Broken = set()
    for visit in case.visits:
        found |= {(rule, visit["yot_id"]) for rule in _of_a_visit(case, visit)}
    return found | _weekly(case) | _yearly(case) | _promised(case) | _random(case)


def _of_a_visit(case: Case, visit: dict[str, Any]) -> list[str]:
    yot, kind, monday = visit["yot_id"], visit["programme"], visit["week_commencing"]
    size, takes = case.size(yot)["name"], case.rules[kind.lower()]["visit"]
    fieldwork = [monday + (n - 1) * ONE_WEEK for n in takes["fieldwork_weeks"]]
    settled = any(who == yot for who, _, _, _ in case.agreed)
    team = next((t for t in case.rules["teams"] if t["name"] == visit["team"]), None)
    checks = {
        "one_visit": sum(v["yot_id"] == yot for v in case.visits) == 1,
        "register": yot in case.yots,
        "hours_of_visit": visit["hours"] == takes["hours"][size],
        "cases": visit["cases_to_sample"] == takes["cases"][size],
        "week": monday.weekday() == 0 and all(case.begin <= d <= case.end for d in fieldwork),
        "bank_holiday": not any(case.holiday(d) for d in fieldwork),
        "second_week": visit["second_week"] == ([*fieldwork, None][1]),
        "notice": visit["notice_date"] == case.told_on(kind, monday)
        and (settled or case.in_time(kind, monday)),
        "blackout": not any(case.away(yot, d) for d in fieldwork),
        "gap": case.rested(yot),
        "teams": team is not None and kind in team["programmes"],
    }
    return [rule for rule, kept in checks.items() if not kept]


def _weekly(case: Case) -> Broken:
    found: Broken = set()
    holds: dict[tuple[str, date], list[str]] = {}
    under_way: dict[str, Counter[date]] = {"FJI": Counter(), "SQS": Counter()}
    for v in case.visits:
        kind = v["programme"]
        for n in range(case.rules[kind.lower()]["visit"]["team_weeks"]):
            week = v["week_commencing"] + n * ONE_WEEK
            holds.setdefault((v["team"], week), []).append(v["yot_id"])
            under_way[kind][week] += 1
    if any(len(yots) > 1 for yots in holds.values()):
        found.add(("teams", "*"))
    for kind, weeks in under_way.items():
        if any(n > case.rules[kind.lower()]["at_once"] for n in weeks.values()):
            found.add((f"at_once {kind}", ""))
        limits = case.rules[kind.lower()]
        for n in range(4):
            first = case.begin + relativedelta(months=3 * n)
            last = first + relativedelta(months=3)
            here = sum(
                v["programme"] == kind and first <= v["week_commencing"] < last for v in case.visits
            )
            if not limits["quarter_least"] <= here <= limits["quarter_most"]:
                found.add(("quarters", ""))
    return found


def _yearly(case: Case) -> Broken:
    fji, sqs, total = case.rules["fji"], case.rules["sqs"], len(case.yots)
    shares = case.rules["performance"]
    joint = [v["yot_id"] for v in case.visits if v["programme"] == "FJI"]
    screened = [v["yot_id"] for v in case.visits if v["programme"] == "SQS"]
    rank = {yot: line["rank"] for yot, line in case.yots.items()}
    low_risk = total - round(shares["strong_share"] * total)
    strong = [y for y in joint if rank.get(y, 0) > low_risk]
    worst = [y for y in joint if rank.get(y, total) <= round(shares["worst_share"] * total)]
    welsh = [
        y for y in joint if y in case.yots and case.yots[y]["country"] == "Wales"
        and y not in strong
    ]  # fmt: skip
    band = Counter((rank[y] - 1) * shares["bands"] // total for y in screened if y in rank)
    checks = {
        "count FJI": len(joint) == fji["count"],
        "count SQS": len(screened) == sqs["count"],
        "hours": sum(v["hours"] for v in case.visits) <= case.rules["hours"]["budget"],
        "from_worst FJI": len(worst) >= fji["from_worst"],
        "strong FJI": len(strong) >= fji["strong"],
        "countries FJI": len(welsh) >= fji["countries"]["Wales"],
        "bands SQS": all(band[b] >= sqs["least_per_band"] for b in range(shares["bands"])),
    }
    return {(rule, "") for rule, kept in checks.items() if not kept}


def _promised(case: Case) -> Broken:
    found: Broken = set()
    visits = {v["yot_id"]: v for v in case.visits}
    for yot in case.yots:
        if case.due(yot) <= case.end and yot not in visits:
            found.add(("coverage", yot))
    for yot, (first, last) in case.again.items():
        visit = visits.get(yot)
        if yot in case.yots and not (visit and first <= visit["week_commencing"] <= last):
            found.add(("reinspection", yot))
    for yot, kind, monday, _ in case.agreed:
        visit = visits.get(yot)
        if not (visit and (visit["programme"], visit["week_commencing"]) == (kind, monday)):
            found.add(("fixed", yot))
    return found


def _random(case: Case) -> Broken:
    """The draw made again: by the published phrase, from the YOTs that could be drawn."""
    rules = case.rules["random"]
    seed = rules["seed_number"]
    if seed is None:
        told = f"{rules['seed']}|{case.quarter}".encode()
        seed = int(hashlib.sha256(told).hexdigest()[:8], 16)
    settled = {yot for yot, *_ in case.agreed}
    settled |= {v["yot_id"] for v in case.visits if v["programme"] == "FJI"}
    carried = {yot for yot, kind, _, arm in case.agreed if (kind, arm) == ("SQS", "random")}
    mondays = [case.begin + timedelta(days=n) for n in range((case.end - case.begin).days + 1)]
    mondays = [d for d in mondays if d.weekday() == 0]
    frame = sorted(
        (
            yot
            for yot in case.yots
            if yot not in settled and yot not in case.again and case.rested(yot)
            and any(
                not case.holiday(d) and not case.away(yot, d) and case.in_time("SQS", d)
                for d in mondays
            )
        ),
        key=lambda yot: (case.yots[yot]["rank"], yot),
    )  # fmt: skip
    count = min(len(frame), max(0, rules["count"] - len(carried)))
    bands = max(1, min(rules["strata"], count // 2, len(frame) // 2))
    expected: dict[str, float] = {}
    start = 0
    for band in range(bands):
        size = len(frame) // bands + (band < len(frame) % bands)
        draws = count // bands + (band < count % bands)
        inside = frame[start : start + size]
        start += size
        turns = sorted(inside, key=lambda yot: hashlib.sha256(f"{seed}|{yot}".encode()).digest())
        expected |= dict.fromkeys(turns[:draws], draws / size if size else 0.0)
    found: Broken = set()
    visits = {v["yot_id"]: v for v in case.visits}
    for yot, chance in expected.items():
        visit = visits.get(yot)
        kept = visit is not None and (visit["programme"], visit["arm"]) == ("SQS", "random")
        if not kept or visit is None or abs(visit["inclusion_probability"] - chance) > 1e-9:
            found.add(("random", yot))
    for yot, visit in visits.items():
        if visit["arm"] == "random" and yot not in expected and yot not in carried:
            found.add(("random", yot))
    return found


def lines(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The lines of a table with days as days, and nothing as None."""
    told = []
    for row in frame.to_dict("records"):
        plain = {str(k): None if pd.isna(v) else v for k, v in row.items()}
        for column in ("week_commencing", "second_week", "notice_date"):
            if plain.get(column) is not None:
                plain[column] = pd.Timestamp(plain[column]).date()
        told.append(plain)
    return told
