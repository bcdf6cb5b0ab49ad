"""A sentence with gaps, which a settings file holds and a caller fills with facts.

``{name}`` is a gap. A part in square brackets is left out where a fact in it is empty:
``no column is headed "{heading}"[; nearest is "{near}"]``. A bracket may begin with the name of the
fact that decides: ``[refused:; the record is not used]`` is there where ``refused`` is true.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_GAP = re.compile(r"\{([a-z_]+)\}")
_PART = re.compile(r"\[(?:([a-z_]+):)?([^\[\]]*)\]|([^\[\]]+)")


@dataclass(frozen=True)
class _Part:
    """A stretch of a sentence: ``condition`` names the facts that must not be empty."""

    text: str
    condition: tuple[str, ...]


@dataclass(frozen=True)
class Sentence:
    """One sentence with gaps; made by :func:`sentence`.

    Attributes:
        facts: the names of the facts it is about.
    """

    parts: tuple[_Part, ...]
    facts: frozenset[str]

    def render(self, facts: Mapping[str, object]) -> str:
        """The sentence with its gaps filled.

        Raises:
            ValueError: a fact is missing, or one that is yes or no stands in the text.
        """
        missing = sorted(self.facts - facts.keys())
        if missing:
            msg = f"nothing was said of {', '.join(missing)}"
            raise ValueError(msg)
        return "".join(
            _GAP.sub(lambda gap: _words(gap[1], facts[gap[1]]), part.text)
            for part in self.parts
            if all(_is_given(facts[name]) for name in part.condition)
        )


def _is_given(fact: object) -> bool:
    return fact if isinstance(fact, bool) else fact != ""


def _words(name: str, fact: object) -> str:
    if fact is None or isinstance(fact, bool):
        msg = f"{name} is {fact}, which is no word of a sentence"
        raise ValueError(msg)
    return str(fact)


@lru_cache(maxsize=1024)
def sentence(text: str) -> Sentence:
    """Understand the text of a sentence.

    Raises:
        ValueError: a gap or a bracket in it is not understood.
    """
    parts: list[_Part] = []
    names: set[str] = set()
    end = 0
    for found in _PART.finditer(text):
        gate, inner, outer = found.groups()
        part = outer if inner is None else inner
        gaps = _GAP.findall(part)
        if found.start() != end or re.search(r"[{}]", _GAP.sub("", part)):
            break
        condition = () if inner is None else (gate,) if gate else tuple(gaps)
        if inner is not None and not condition:
            break
        parts.append(_Part(part, condition))
        names |= {*gaps, *condition}
        end = found.end()
    if end != len(text) or not text:
        msg = f"a gap is written {{name}} and a bracket is closed, which fails at {text[end:]!r}"
        raise ValueError(msg)
    return Sentence(tuple(parts), frozenset(names))
