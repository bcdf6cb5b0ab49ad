"""The facts of the sampled cases: who, which sentence, which offence, where the child lives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from tools.sample.casebook import capital
from tools.sample.sample_settings import Settings

CASE_HEADINGS = (
    "Gender",
    "Ethnicity",
    "Age band",
    "Disability",
    "Looked after",
    "Placement during sentence",
    "Sentence",
    "Main offence",
    "Welsh language preference",
)
_BANDED = ("gender", "ethnicity", "age_band")


def apportioned(weights: Sequence[float], total: int) -> list[int]:
    """Whole numbers in proportion to weights that add up to a total (largest remainders)."""
    shares = np.asarray(weights, dtype="float64") * total / float(np.sum(weights))
    whole = np.floor(shares).astype(int)
    order = np.argsort(-(shares - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return [int(value) for value in whole]


def deck(shares: dict[str, Any], size: int, rng: np.random.Generator) -> list[str]:
    """Values in the given shares, shuffled: exact over the whole deck."""
    counts = apportioned([float(share) for share in shares.values()], size)
    cards = [value for value, count in zip(shares, counts, strict=True) for _ in range(count)]
    return [cards[place] for place in rng.permutation(size)]


class CaseFile:
    """Deals case facts so that the shares over all cases of a programme come out exactly."""

    def __init__(self, settings: Settings, size: int, rng: np.random.Generator) -> None:
        rules = settings["cases"]
        names = (*_BANDED, "sentence", "main_offence")
        self._decks = {name: iter(deck(rules[name], size, rng)) for name in names}
        cared_for = {"Yes": rules["looked_after"], "No": 100 - rules["looked_after"]}
        looked_after = deck(cared_for, size, rng)
        self._looked_after = iter(looked_after)
        self._placement = iter(deck(rules["placement"], looked_after.count("Yes"), rng))
        disabled = {"Yes": rules["disability"], "No": 100 - rules["disability"]}
        self._disability = iter(deck(disabled, size, rng))
        self._welsh = rules["welsh_of_wales"] / 100
        self._rng = rng

    def deal(self, country: str) -> list[str]:
        """The facts of the next case, in the order of ``CASE_HEADINGS``."""
        looked_after = next(self._looked_after)
        return [
            *(capital(next(self._decks[name])) for name in _BANDED),
            next(self._disability),
            looked_after,
            capital(next(self._placement)) if looked_after == "Yes" else "N/A",
            capital(next(self._decks["sentence"])),
            capital(next(self._decks["main_offence"])),
            self._preference(country),
        ]

    def _preference(self, country: str) -> str:
        if country != "Wales":
            return "N/A"
        return "Yes" if self._rng.random() < self._welsh else "No"


def numbers() -> Iterator[int]:
    """Case numbers from 1 up, over all workbooks."""
    number = 0
    while True:
        number += 1
        yield number
