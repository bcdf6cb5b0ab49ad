"""What a period means in days: "2013/14", "Apr 13 - Mar 14", "year ending March 2014".

A bare pair of years is a financial year, April to March, as the Youth Justice Board publishes;
"2011-12" is one too, though it could be December 2011 in another book. A quarter of a pair of
years ("Q3 2013/14") is a quarter of the financial year; of a single year ("2014-Q1") a quarter
of the calendar year. Nothing is guessed: what is not understood gives None.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from infobank.reading.cells import Cell, text_of

EARLIEST_YEAR, LATEST_YEAR = 1980, 2099


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of whole days, the last one included."""

    start: date
    end: date


_MONTHS = {
    name.casefold(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_MONTH = r"(?P<{0}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")"
_YEAR = r"(?P<{0}>\d{{4}}|\d{{2}})"
_DASH = r"\s*(?:-|/|\bto\b|\buntil\b|\band\b)\s*"
_ISO = r"(?P<{0}>\d{{4}}-\d{{2}}-\d{{2}})"
_GAP = r"[\s\-']*"


def _month_year(n: str) -> str:
    day = r"(?:(?P<d" + n + r">\d{1,2})(?:st|nd|rd|th)?\s+)?"
    return day + _MONTH.format("m" + n) + r"\.?" + _GAP + _YEAR.format("y" + n)


_LEAD = r"(?:rolling\s+)?(?:the\s+)?(?:year|12\s*months?|twelve\s+months?)"
_ENDING = _LEAD + r"\s+(?:ending|ended|end|to|up\s+to)(?:\s+in)?\s*:?\s+"
_FINANCIAL = r"(?:(?:financial\s+year|fy)\s*)?(?P<a>(?:19|20)\d{2})\s*[/\-]\s*(?P<b>\d{4}|\d{2})"


def _year(text: str) -> int:
    year = int(text)
    if year >= 100:
        return year
    return year + (2000 if year < 70 else 1900)


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _year_to(end: date) -> Period:
    """The twelve months that end on a day."""
    following = end + timedelta(days=1)
    if (following.month, following.day) == (2, 29):
        following += timedelta(days=1)
    return Period(following.replace(year=following.year - 1), end)


def _edge(found: re.Match[str], n: str, *, last: bool, year: str | None = None) -> date:
    month = _MONTHS[found["m" + n].casefold()]
    of_year = _year(year or found["y" + n])
    if found["d" + n]:
        return date(of_year, month, int(found["d" + n]))
    return _month_end(of_year, month) if last else date(of_year, month, 1)


def _range(found: re.Match[str]) -> Period:
    return Period(_edge(found, "1", last=False), _edge(found, "2", last=True))


def _range_one_year(found: re.Match[str]) -> Period:
    return Period(_edge(found, "1", last=False, year=found["y2"]), _edge(found, "2", last=True))


def _financial(found: re.Match[str]) -> Period | None:
    first = int(found["a"])
    second = int(found["b"])
    if second not in (first + 1, (first + 1) % 100):
        return None
    return Period(date(first, 4, 1), date(first + 1, 3, 31))


def _financial_quarter(found: re.Match[str]) -> Period | None:
    year = _financial(found)
    if year is None:
        return None
    return _quarter_from(year.start, int(found["q"]))


def _quarter_from(start: date, number: int) -> Period:
    month = start.month + 3 * (number - 1)
    year = start.year + (month - 1) // 12
    month = (month - 1) % 12 + 1
    return Period(date(year, month, 1), _month_end(year, month + 2))


def _calendar_quarter(found: re.Match[str]) -> Period:
    return _quarter_from(date(int(found["y"]), 1, 1), int(found["q"]))


def _calendar_year(found: re.Match[str]) -> Period:
    year = int(found["y"])
    return Period(date(year, 1, 1), date(year, 12, 31))


def _iso_range(found: re.Match[str]) -> Period:
    return Period(date.fromisoformat(found["s"]), date.fromisoformat(found["e"]))


def _iso_month(found: re.Match[str]) -> Period:
    year, month = int(found["y"]), int(found["m"])
    return Period(date(year, month, 1), _month_end(year, month))


def _one_month(found: re.Match[str]) -> Period | None:
    if found["d1"]:
        return None
    return Period(_edge(found, "1", last=False), _edge(found, "1", last=True))


_QUARTER = r"(?:q(?:uarter)?\s*(?P<q>[1-4]))"
_AFTER, _BEFORE = r"(?![\w/])", r"(?<![\w/])"
_Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], Period | None], bool]


def _rule(
    pattern: str, meaning: Callable[[re.Match[str]], Period | None], *, inside: bool = True
) -> _Rule:
    return re.compile(_BEFORE + pattern + _AFTER, re.IGNORECASE), meaning, inside


_RULES: tuple[_Rule, ...] = (
    _rule(_ISO.format("s") + r"\s*(?:/|to|-)\s*" + _ISO.format("e"), _iso_range),
    _rule(_month_year("1") + _DASH + _month_year("2"), _range),
    _rule(
        r"(?:(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+)?"
        + _MONTH.format("m1")
        + r"\.?"
        + _DASH
        + _month_year("2"),
        _range_one_year,
    ),
    _rule(_ENDING + _month_year("1"), lambda found: _year_to(_edge(found, "1", last=True))),
    _rule(_ENDING + _ISO.format("e"), lambda found: _year_to(date.fromisoformat(found["e"]))),
    _rule(_QUARTER + r",?\s*(?:of\s+)?" + _FINANCIAL, _financial_quarter),
    _rule(_FINANCIAL + r",?\s*" + _QUARTER, _financial_quarter),
    _rule(_FINANCIAL, _financial),
    _rule(_QUARTER + r",?[\s\-]*(?:of\s+)?(?P<y>(?:19|20)\d{2})", _calendar_quarter),
    _rule(r"(?P<y>(?:19|20)\d{2})[\s\-]*" + _QUARTER, _calendar_quarter),
    _rule(r"(?P<y>(?:19|20)\d{2})-(?P<m>0[1-9]|1[0-2])", _iso_month, inside=False),
    _rule(_month_year("1"), _one_month, inside=False),
    _rule(r"(?:calendar\s+year\s+)?(?P<y>(?:19|20)\d{2})", _calendar_year, inside=False),
)


def parse_period(cell: Cell) -> Period | None:
    """The period a cell names, or None where it is not understood.

    A date cell is not a period: a spreadsheet program may have made it of "Sep 13", and nobody
    can tell whether the month or the year up to it is meant.
    """
    if isinstance(cell, date | datetime):
        return None
    return _whole(text_of(cell))


@lru_cache(maxsize=4096)
def _whole(text: str) -> Period | None:
    tidy = _tidy(text)
    for pattern, meaning, _ in _RULES:
        found = pattern.fullmatch(tidy)
        if found and (period := _understood(found, meaning)):
            return period
    return None


def period_words(text: str) -> str | None:
    """The words of a title that name its one period; None where there is none, or are several."""
    tidy = _tidy(text)
    if _whole(tidy) is not None:
        return tidy
    for pattern, meaning, inside in _RULES:
        if not inside:
            continue
        found = {
            period: match.group(0)
            for match in pattern.finditer(tidy)
            if (period := _understood(match, meaning)) is not None
        }
        if found:
            return next(iter(found.values())) if len(found) == 1 else None
    return None


def find_period(text: str) -> Period | None:
    """The one period that a title speaks of, or None where there is none, or are several."""
    words = period_words(text)
    return None if words is None else _whole(words)


def _understood(
    found: re.Match[str], meaning: Callable[[re.Match[str]], Period | None]
) -> Period | None:
    try:
        period = meaning(found)
    except ValueError:
        return None
    if period is None or period.start > period.end:
        return None
    if period.start.year < EARLIEST_YEAR or period.end.year > LATEST_YEAR:
        return None
    return period


def _british_day(found: re.Match[str]) -> str:
    day, month, year = found.groups()
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _tidy(text: str) -> str:
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    text = re.sub(r"[\u2018\u2019]", "'", text).replace("\xa0", " ")
    text = re.sub(r"\b(\d{1,2})/(\d{1,2})/(\d{4})\b", _british_day, text)
    return " ".join(text.split()).strip(" :,.;")
