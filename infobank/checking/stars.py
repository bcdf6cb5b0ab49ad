"""Gate three, the stars: a published rating must follow from its own published score."""

from __future__ import annotations

from infobank.checking.checked_records import Records, as_text
from infobank.domain.evidence_rules import published_fieldwork_end
from infobank.domain.ratings import rate_score

_STAR = "*"


def check_stars(records: Records) -> None:
    """Remark on each published rating that the agreed cuts do not give for its score.

    Both are kept as published: the Annual Report 2013-14, 4.4 prints Croydon's 55% for protecting
    the child or young person with three stars, and Portsmouth's with two.
    """
    names = {c.kind: c.name for c in records.contract.columns}
    stars, score = names.get("stars"), names.get("percentage")
    frame = records.usable()
    if stars is None or score is None or frame.empty:
        return
    rated = frame[frame[stars].notna() & frame[score].notna()]
    for row, record in zip(rated.index, rated.to_dict("records"), strict=True):
        programme, given = str(record["programme"]), int(record[stars])
        end = published_fieldwork_end(programme, record["year"])
        rating = rate_score(float(record[score]), programme, end.date())
        if rating is None or rating.stars == given:
            continue
        records.report(
            row,
            stars,
            "stars_disagree",
            yot=record["yot"],
            theme=record["theme"],
            score=as_text(record[score]),
            rating=rating.rating,
            found=_STAR * given,
            expected=_STAR * rating.stars,
        )
