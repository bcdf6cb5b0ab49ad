"""The check of each visit by itself: its entries, its weeks, its notice, its team."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator

from infobank.domain.in_words import day_in_words, listed
from infobank.programme.check_facts import (
    WEEK,
    Facts,
    Line,
    Violation,
    bank_holidays_of,
    months_on,
    years_on,
)
from infobank.programme.year_rules import ARMS


def entries(facts: Facts) -> Iterator[Violation]:
    """Each line: a YOT of the register, once, with a programme, an arm, hours and cases."""
    times = Counter(r.yot_id for r in facts.rows)
    for yot_id, count in sorted(times.items()):
        if count > 1:
            name = next(r.name for r in facts.rows if r.yot_id == yot_id)
            yield Violation("one_visit", yot_id, f"{name} is in the programme {count} times.")
    for r in facts.rows:
        if r.yot_id not in facts.register.index:
            yield Violation(
                "register", r.yot_id, f"{r.name} is not a YOT of the register in force."
            )
        if not facts.is_planned(r):
            yield Violation(
                "programme",
                r.yot_id,
                f"{r.name} has the programme {r.programme!r}; use "
                f"{listed(facts.rules.planned, 'or', most=None)}.",
            )
            continue
        if r.arm not in ARMS:
            yield Violation(
                "arm",
                r.yot_id,
                f"{r.what} has {r.arm!r} as the reason it was chosen; use "
                f"{listed(ARMS, 'or', most=None)}.",
            )
        size = facts.size(r.yot_id)
        visit = facts.rules.visit(r.programme)
        if abs(r.hours - visit.hours[size.name]) > 1e-6:
            yield Violation(
                "hours_of_visit",
                r.yot_id,
                f"{r.what} is down for {r.hours:g} hours; a {size.name} YOT takes "
                f"{visit.hours[size.name]:g}.",
            )
        if r.cases != visit.cases[size.name]:
            yield Violation(
                "cases",
                r.yot_id,
                f"{r.what} has {r.cases} cases to sample; a {size.name} YOT has "
                f"{visit.cases[size.name]}.",
            )


def calendar(facts: Facts) -> Iterator[Violation]:
    """Each visit: Mondays of the year, no bank-holiday week, announced in time."""
    for r in filter(facts.is_planned, facts.rows):
        yield from _week(facts, r)
        if r.monday is not None:
            yield from _notice(facts, r, r.monday)


def _week(facts: Facts, r: Line) -> Iterator[Violation]:
    if r.monday is None:
        yield Violation("week", r.yot_id, f"{r.what} has no week.")
        return
    if r.monday.weekday() != 0:
        yield Violation(
            "week", r.yot_id, f"{r.what} starts on {day_in_words(r.monday)}, not a Monday."
        )
    for day in facts.fieldwork(r):
        if not facts.first <= day <= facts.last:
            yield Violation(
                "week",
                r.yot_id,
                f"{r.what} has fieldwork in the week of {day_in_words(day)}, outside the "
                f"inspection year {day_in_words(facts.first)} to {day_in_words(facts.last)}.",
            )
        if day in facts.closed:
            yield Violation(
                "bank_holiday",
                r.yot_id,
                f"{r.what} has fieldwork in the week of {day_in_words(day)}, which holds a bank "
                f"holiday ({facts.closed[day]}).",
            )
    later = facts.fieldwork(r)[1:]
    if later and r.second != later[0]:
        weeks = (later[0] - r.monday) // WEEK
        after = "two weeks" if weeks == 2 else f"{weeks} week{'s' if weeks > 1 else ''}"
        yield Violation(
            "second_week",
            r.yot_id,
            f"{r.what} must have its second fieldwork week {after} after the first, in the "
            f"week of {day_in_words(later[0])}.",
        )
    if not later and r.second is not None:
        one = facts.rules.programme(r.programme).words.an
        yield Violation("second_week", r.yot_id, f"{r.what} has a second week; {one} has one.")


def _notice(facts: Facts, r: Line, monday: dt.date) -> Iterator[Violation]:
    days = facts.rules.visit(r.programme).notice_days
    due = monday - dt.timedelta(days=days)
    off: set[dt.date] = set()
    for part in facts.rules.bank_holidays:
        off |= set(bank_holidays_of(part, due.year)) | set(bank_holidays_of(part, due.year - 1))
    while due in off or due.weekday() > 4:
        due -= dt.timedelta(days=1)
    if r.notice != due:
        stated = day_in_words(r.notice) if r.notice else "not given"
        yield Violation(
            "notice",
            r.yot_id,
            f"{r.what} must be announced on {day_in_words(due)}; it says {stated}.",
        )
    first_quarter_end = months_on(facts.first, 3) - dt.timedelta(days=1)
    agreed = any(v.yot_id == r.yot_id and v.week_commencing for v in facts.rules.fixed)
    if due < facts.as_of <= first_quarter_end and not agreed:
        yield Violation(
            "notice",
            r.yot_id,
            f"{r.what} would have to be announced on {day_in_words(due)}, before "
            f"{day_in_words(facts.as_of)}.",
        )


def periods(facts: Facts) -> Iterator[Violation]:
    """Blackouts, windows of re-inspections, visits already agreed, and the gap."""
    for r in filter(facts.is_planned, facts.rows):
        for kind, first, last in facts.periods_of.get(r.yot_id, []):
            if kind == "re-inspection":
                continue
            for day in facts.fieldwork(r):
                if first <= day + dt.timedelta(days=4) and last >= day:
                    yield Violation(
                        "blackout",
                        r.yot_id,
                        f"{r.what} has fieldwork in the week of {day_in_words(day)}, inside a "
                        f"period to avoid ({kind}, {day_in_words(first)} to {day_in_words(last)}).",
                    )
        last_visit = facts.visits.get(r.yot_id)
        again = any(
            kind == "re-inspection" and first <= facts.last and last >= facts.first
            for kind, first, last in facts.periods_of.get(r.yot_id, [])
        )
        limit = years_on(min(facts.as_of, facts.quarter_end), -facts.rules.gap_years)
        if last_visit is not None and last_visit > limit and not again:
            yield Violation(
                "gap",
                r.yot_id,
                f"{r.name} was visited in {last_visit:%B %Y}, within {facts.rules.gap_years} "
                "years, and no re-inspection is asked for.",
            )


def teams(facts: Facts) -> Iterator[Violation]:
    """No team in two places in one week, none leading what it cannot, none unknown."""
    able = {t.name: t.programmes for t in facts.rules.teams}
    held: dict[tuple[str, dt.date], list[Line]] = defaultdict(list)
    for r in facts.rows:
        if r.team not in able:
            yield Violation("teams", r.yot_id, f"{r.what} has {r.team!r}, which is not a team.")
        elif r.programme not in able[r.team]:
            yield Violation("teams", r.yot_id, f"{r.team} cannot lead {r.what}.")
        if r.monday is not None and facts.is_planned(r):
            for n in range(facts.rules.visit(r.programme).team_weeks):
                held[r.team, r.monday + n * WEEK].append(r)
    for (team, week), rows in sorted(held.items()):
        if len(rows) > 1:
            yield Violation(
                "teams",
                rows[0].yot_id,
                f"{team} is needed in two places in the week of {day_in_words(week)}: "
                f"{listed(sorted(r.what for r in rows))}.",
            )
