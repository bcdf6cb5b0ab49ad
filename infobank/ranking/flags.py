"""What a reader is told to take note of: words at each YOT, and what they come to for all of them.

Flags are words in the column ``flags`` of ``out/risk_ranking``, one after another. What screens
and pages say first of a whole ranking is read from that column, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from infobank.domain.in_words import day_in_words
from infobank.ranking.rank import Ranking

SEPARATOR = "; "
_OLD = "older than its contract allows"
_LEFT_OUT = "left out of this ranking"


def old_in_words(title: str, newest: date) -> str:
    """The flag of a YOT whose newest figure of a measure is old."""
    return f"{title}: newest figure is to {day_in_words(newest)}, {_OLD}"


def left_out_in_words(title: str) -> str:
    """The flag of every YOT in a ranking made without some figures."""
    return f"{title}: {_LEFT_OUT}"


def with_flags(ranking: Ranking, words: Mapping[str, Sequence[str]]) -> Ranking:
    """The ranking with more flags, by YOT.

    A YOT already flagged for a measure (its newest figure is missing, say) is not told the age of
    the same figure again.
    """
    frame = ranking.ranking.copy()
    rows = zip(frame["yot_id"], frame["flags"], strict=True)
    frame["flags"] = pd.array(
        [SEPARATOR.join(_added(_split(flags), words.get(yot_id, ()))) for yot_id, flags in rows],
        dtype="str",
    )
    return replace(ranking, ranking=frame)


def caveats(flags: Iterable[str]) -> list[str]:
    """What to say of a whole ranking before anything else, in sentences.

    Args:
        flags: the flags of every YOT ranked, as in the table.
    """
    old: dict[str, int] = {}
    out: dict[str, int] = {}
    yots = 0
    for text in flags:
        yots += 1
        for flag in _split(text):
            title, _, says = flag.rpartition(": ")
            if says == _LEFT_OUT:
                out[title] = out.get(title, 0) + 1
            elif says.endswith(_OLD):
                old[title] = old.get(title, 0) + 1
    return [
        *_left_out(sorted(out)),
        *(
            f"{title}: the newest figures of {count} of {yots} YOTs are {_OLD}. The ranking uses "
            "them, and each of these YOTs is flagged."
            for title, count in sorted(old.items())
        ),
    ]


def _left_out(titles: list[str]) -> list[str]:
    if not titles:
        return []
    *first, last = (title[:1].lower() + title[1:] for title in titles)
    named = f"{', '.join(first)} and {last}" if first else last
    return [
        f"This ranking leaves out {named}. The run was asked to go on without these figures.",
    ]


def _split(flags: object) -> list[str]:
    return [f for f in str(flags).split(SEPARATOR) if f] if isinstance(flags, str) else []


def _added(flags: list[str], more: Sequence[str]) -> list[str]:
    titles = {flag.partition(": ")[0] for flag in flags if ": " in flag}
    return [*flags, *(m for m in more if m.partition(": ")[0] not in titles or ": " not in m)]
