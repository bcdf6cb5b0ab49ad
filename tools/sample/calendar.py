"""When things happen in the sample: quarters, delivery days and rolling years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from infobank.domain.quarters import Quarter

_FRIDAY = 4
_QUARTERS_IN_YEAR = 4


def shifted(quarter: Quarter, by: int) -> Quarter:
    """The quarter that many quarters later (earlier where negative)."""
    index = quarter.year * _QUARTERS_IN_YEAR + quarter.number - 1 + by
    return Quarter(index // _QUARTERS_IN_YEAR, index % _QUARTERS_IN_YEAR + 1)


def steps(first: Quarter, last: Quarter) -> int:
    """How many quarters lie between two."""
    return (last.year - first.year) * _QUARTERS_IN_YEAR + last.number - first.number


def quarters(first: Quarter, last: Quarter) -> list[Quarter]:
    """All quarters from one to another, both included."""
    return [shifted(first, n) for n in range(steps(first, last) + 1)]


def received(quarter: Quarter) -> date:
    """The day a quarter's delivery comes: the second Friday of the month after it ends."""
    first = quarter.next().first_day
    return first + timedelta(days=(_FRIDAY - first.weekday()) % 7 + 7)


@dataclass(frozen=True)
class Year:
    """Twelve months that end with a quarter."""

    last: Quarter

    @property
    def quarters(self) -> list[Quarter]:
        """Its four quarters."""
        return [shifted(self.last, n) for n in range(1 - _QUARTERS_IN_YEAR, 1)]

    @property
    def middle(self) -> date:
        """The first day of its second half."""
        return shifted(self.last, -1).first_day

    def short(self) -> str:
        """As the publisher wrote it in 2012: ``Apr 10 - Mar 11``."""
        first, last = self.quarters[0].first_day, self.last.last_day
        return f"{first:%b %y} - {last:%b %y}"

    def long(self) -> str:
        """As the publisher wrote it from 2013: ``April 2010 to March 2011``, or ``2010/11``."""
        first, last = self.quarters[0].first_day, self.last.last_day
        if self.last.number == 1:
            return f"{first:%Y}/{last:%y}"
        return f"{first:%B %Y} to {last:%B %Y}"
