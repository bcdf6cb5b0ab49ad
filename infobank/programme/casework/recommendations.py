"""After the visit: where each recommendation stands, and what overdue follow-up tells a ranking.

The list of recommendations comes as a whole with each delivery. What was known on a day is each
recommendation's newest delivery by then. Whether it is overdue is judged on the day of the newest
list: what was done since then nobody has told yet, and an old list is no fault of a YOT's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pandas as pd

from infobank.domain.register import load_register
from infobank.programme.casework.follow_up import follow_up_table, overdue_flags
from infobank.programme.year_rules import load_rules
from infobank.tables import known_by, newest_vintage

RECOMMENDATIONS = "core.recommendation"
FOLLOW_UP = "out.follow_up"


def follow_up_from(tables: Mapping[str, pd.DataFrame], as_of: date) -> pd.DataFrame:
    """Where each recommendation stood on a day.

    Args:
        tables: with the table of recommendations, every vintage.
        as_of: the day.

    Returns:
        One row per recommendation published by then, with the columns of ``out.follow_up`` but for
        the quarter.
    """
    known = known_by(tables[RECOMMENDATIONS], as_of)
    newest = newest_vintage(known, ["recommendation_id"])
    frame = follow_up_table(newest, _day_of_list(known, as_of), load_rules())
    names = load_register().yots.set_index("yot_id")["yot_name"].to_dict()
    return frame.assign(as_of=pd.Timestamp(as_of), yot_name=frame["yot_id"].map(names))


def _day_of_list(known: pd.DataFrame, as_of: date) -> date:
    return as_of if known.empty else pd.Timestamp(known["known_from"].max()).date()


def overdue_evidence(follow_up: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Overdue follow-up in the form of the intelligence table, dated the day of the newest list.

    Each list tells it anew while it lasts. It is known from the delivery that last told of the
    YOT's overdue recommendations.
    """
    flags = overdue_flags(follow_up, _day_of_list(follow_up, as_of), load_rules())
    known = follow_up[follow_up["overdue"]].groupby("yot_id")["known_from"].max()
    return flags.assign(known_from=flags["yot_id"].map(known.to_dict()).astype("datetime64[s]"))
