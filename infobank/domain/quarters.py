"""Quarters as the Information Bank counts them: by calendar, ``2014-Q1`` is January to March."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from infobank.domain.errors import MistakeError
from infobank.domain.in_words import day_in_words

_WRITTEN = re.compile(r"^(\d{4})-?Q([1-4])$", re.IGNORECASE)
_MONTHS = 3
_YEARS = (1950, 2100)  # what figures may be about


@dataclass(frozen=True, order=True)
class Quarter:
    """One calendar quarter."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Quarter:
        """Read ``2014-Q1`` (or ``2014Q1``); raise MistakeError in one plain sentence otherwise."""
        match = _WRITTEN.match(text.strip())
        if not match or not _YEARS[0] <= int(match[1]) <= _YEARS[1]:
            msg = f"{text!r} is not a quarter. Write the year and the quarter, such as 2014-Q1."
            raise MistakeError(msg)
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Quarter:
        """The quarter a day lies in."""
        return cls(day.year, (day.month - 1) // _MONTHS + 1)

    @property
    def first_day(self) -> date:
        """The quarter's first day."""
        return date(self.year, _MONTHS * (self.number - 1) + 1, 1)

    @property
    def last_day(self) -> date:
        """The quarter's last day."""
        return self.next().first_day - timedelta(days=1)

    def next(self) -> Quarter:
        """The quarter after this one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def previous(self) -> Quarter:
        """The quarter before this one."""
        return Quarter.of(self.first_day - timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def quarter_to_run(received: list[date]) -> Quarter:
    """The quarter that the newest delivery is about: the last one that had ended when it came."""
    if not received:
        msg = "There is no delivery in the raw folder, so there is no quarter to run."
        raise MistakeError(msg)
    return Quarter.of(max(received)).previous()


def default_as_of(quarter: Quarter, received: list[date]) -> date:
    """The newest delivery's date among those that came before the following quarter ended.

    A quarter's deliveries arrive in the quarter after it, so a run of an older quarter takes what
    had arrived by then, and a run of the newest takes everything. It is never before the quarter's
    own last day: a quarter that has not ended cannot be ranked.
    """
    latest = quarter.next().last_day
    newest = max((day for day in received if day <= latest), default=quarter.last_day)
    return max(newest, quarter.last_day)


def refuse_days_to_come(quarter: Quarter | None, as_of: date | None, today: date) -> None:
    """Refuse days to come, and a quarter that has not ended by the day asked for or by today.

    Raises:
        MistakeError: in one plain sentence, with the newest quarter that can be run.
    """
    if as_of is not None and as_of > today:
        msg = (
            f"{day_in_words(as_of)} is still to come. Give a day up to today, "
            f"{day_in_words(today)}."
        )
        raise MistakeError(msg)
    if quarter is None:
        return
    day = as_of or today - timedelta(days=1)
    if quarter.last_day > day:
        had_not = f"had not ended by {day_in_words(as_of)}" if as_of else "has not ended yet"
        msg = (
            f"{quarter} {had_not}: its last day is {day_in_words(quarter.last_day)}. The newest "
            f"quarter that can be run is {Quarter.of(day + timedelta(days=1)).previous()}."
        )
        raise MistakeError(msg)


def day_of(text: str) -> date:
    """The day written as ``2014-04-11``.

    Raises:
        MistakeError: it is not a day, or is still to come.
    """
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        msg = f"{text!r} is not a day. Write it as year, month, day, such as 2014-04-11."
        raise MistakeError(msg) from None
    refuse_days_to_come(None, day, date.today())
    return day
