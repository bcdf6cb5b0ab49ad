"""From a headline score to a rating, by the scheme in force when the fieldwork ended."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path

from pydantic import Field, field_validator

from infobank.domain.settings import Day, Settings, Text, WholeFrom0, load


class Rating(Settings):
    """A rating in words and stars."""

    rating: Text
    stars: WholeFrom0
    from_score: WholeFrom0


class Scheme(Settings):
    """The ratings of a span of time, best first; empty where no cuts are known."""

    name: Text
    starts: Day = Field(validation_alias="from")
    programmes: tuple[str, ...]
    source: Text
    ratings: tuple[Rating, ...]

    @field_validator("ratings")
    @classmethod
    def _best_first(cls, ratings: tuple[Rating, ...]) -> tuple[Rating, ...]:
        if ratings and all(r.from_score > 0 for r in ratings):
            raise ValueError("the lowest rating should be from the score 0")
        return tuple(sorted(ratings, key=lambda r: -r.from_score))


class Ratings(Settings):
    """What ``schemas/ratings.yaml`` holds, its schemes newest first."""

    version: str
    schemes: tuple[Scheme, ...]

    @field_validator("schemes")
    @classmethod
    def _newest_first(cls, schemes: tuple[Scheme, ...]) -> tuple[Scheme, ...]:
        return tuple(sorted(schemes, key=lambda s: s.starts, reverse=True))


def load_schemes(path: Path | None = None) -> tuple[Scheme, ...]:
    """The rating schemes of ``schemas/ratings.yaml``, newest first.

    Raises:
        SettingsError: the file is not as it should be.
    """
    return load(Ratings, path or "ratings.yaml").schemes


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
