"""Lists, days and codes of the tables as people write them in a sentence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

MOST = 5
_EXAMPLES = 3
_ARMS = {
    "risk": "its risk",
    "benchmark": "comparison: a strong performer",
    "range": "the range of performance",
    "random": "a draw at random",
    "coverage": "the five-year promise",
}


def listed(
    items: Iterable[object], and_: str = "and", most: int | None = MOST, comma: str = ", "
) -> str:
    """A list in a sentence: ``A, B and C``, or ``A, B, C and 9 more``.

    Args:
        items: what to list, in order.
        and_: the word before the last of them, such as "or".
        most: name at most so many; the others are counted. None names all, as where a person
            has to choose one of them.
        comma: what divides them; "; " where they hold commas themselves.
    """
    words = [str(item) for item in items]
    if most is not None and len(words) > most:
        return f"{comma.join(words[:_EXAMPLES])} {and_} {len(words) - _EXAMPLES} more"
    if len(words) < 2:
        return "".join(words)
    return f"{comma.join(words[:-1])} {and_} {words[-1]}"


def counted(items: Iterable[object], kind: str) -> str:
    """A list in a sentence, with its number where it is long: ``12 YOTs, such as A, B and C``.

    Args:
        items: what to list, in order.
        kind: what they are, in the plural.
    """
    words = [str(item) for item in items]
    if len(words) <= MOST:
        return listed(words)
    return f"{len(words):,} {kind}, such as {listed(words[:_EXAMPLES])}"


def day_in_words(day: date) -> str:
    """``7 July 2014``."""
    return f"{day.day} {day:%B %Y}"


def chosen_for(arm: object) -> str:
    """What a YOT was chosen for, from the ``arm`` of its visit; an arm without words as it is."""
    return _ARMS.get(str(arm), str(arm))
