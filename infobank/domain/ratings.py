"""From a headline score to a rating, by the scheme in force when the fieldwork ended."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from infobank.domain.paths import schemas_root
from infobank.domain.yaml_files import read_yaml


@dataclass(frozen=True)
class Rating:
    """A rating in words and stars."""

    rating: str
    stars: int
    from_score: int


@dataclass(frozen=True)
class Scheme:
    """The ratings of a span of time, best first; empty where no cuts are known."""

    name: str
    starts: date
    programmes: tuple[str, ...]
    ratings: tuple[Rating, ...]


@lru_cache(maxsize=4)
def load_schemes(path: Path | None = None) -> tuple[Scheme, ...]:
    """The rating schemes of ``schemas/ratings.yaml``, newest first."""
    told = read_yaml(path or schemas_root() / "ratings.yaml")
    schemes = [
        Scheme(
            name=item["name"],
            starts=item["from"],
            programmes=tuple(item["programmes"]),
            ratings=tuple(
                sorted((Rating(**r) for r in item["ratings"]), key=lambda r: -r.from_score)
            ),
        )
        for item in told["schemes"]
    ]
    return tuple(sorted(schemes, key=lambda s: s.starts, reverse=True))


def rate_score(score_pct: float, programme: str, fieldwork_end: date) -> Rating | None:
    """The rating of a headline score; None where no scheme has cuts for it.

    The published table rates whole numbers (Annual Report 2013-14, 4.4), so the score is rounded,
    halves up, before it is held against the cuts.
    """
    ratings = _ratings(programme, fieldwork_end)
    if math.isnan(score_pct) or not ratings:
        return None
    whole = math.floor(score_pct + 0.5)
    return next(r for r in ratings if whole >= r.from_score)


def rating_of_stars(stars: int, programme: str, fieldwork_end: date) -> Rating | None:
    """The rating a published number of stars stands for; None where no scheme says."""
    return next((r for r in _ratings(programme, fieldwork_end) if r.stars == stars), None)


def _ratings(programme: str, fieldwork_end: date) -> tuple[Rating, ...]:
    for scheme in load_schemes():
        if programme in scheme.programmes and fieldwork_end >= scheme.starts:
            return scheme.ratings
    return ()
