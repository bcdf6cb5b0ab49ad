"""Outcomes of simulated worlds, gathered into the tables of the evaluation page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from infobank.evaluation.baselines import TITLES
from infobank.evaluation.measures import calibration, expected_calibration_error, mean_interval
from infobank.evaluation.simulate import Outcome
from infobank.evaluation.worlds import Setting


def by_setting(outcomes: list[Outcome], settings: tuple[Setting, ...]) -> pd.DataFrame:
    """One row per setting: coverage, width, calibration error, learned half-life."""
    rows = []
    for setting in settings:
        in_setting = [o for o in outcomes if o.setting == setting.name]
        covered = mean_interval(np.array([o.covered for o in in_setting]))
        change = mean_interval(np.array([o.withholding_change for o in in_setting]))
        table = calibration_table(in_setting)
        rows.append(
            {
                "setting": setting.name,
                "title": setting.title,
                "worlds": len(in_setting),
                "coverage": covered[0],
                "coverage_low": covered[1],
                "coverage_high": covered[2],
                "simultaneous": float(np.mean([o.all_covered for o in in_setting])),
                "width_all": float(np.mean([o.width_all for o in in_setting])),
                "width": float(np.mean([o.width for o in in_setting])),
                "ece": expected_calibration_error(table),
                "half_life": float(np.median([o.half_lives for o in in_setting])),
                "true_half_life": setting.half_life_years,
                "change": change[0],
                "change_low": change[1],
                "change_high": change[2],
                "width_change": float(np.mean([o.width_change for o in in_setting])),
                "common": float(np.mean([o.common_correlation for o in in_setting])),
            }
        )
    return pd.DataFrame(rows)


def precision(
    outcomes: list[Outcome], settings: tuple[Setting, ...], k: int, truth: str = "quality"
) -> pd.DataFrame:
    """One row per setting and way: mean precision, and the ranking's lead over it, paired."""
    rows = []
    for setting in settings:
        in_setting = [o for o in outcomes if o.setting == setting.name]
        held = [o.precision if truth == "quality" else o.precision_composite for o in in_setting]
        own = np.array([p["ranking"][k] for p in held])
        for name, title in TITLES.items():
            theirs = np.array([p[name][k] for p in held])
            lead = mean_interval(own - theirs)
            rows.append((setting.name, name, title, float(theirs.mean()), *lead))
    columns = ["setting", "way", "title", "precision", "lead", "lead_low", "lead_high"]
    return pd.DataFrame(rows, columns=columns)


def calibration_table(outcomes: list[Outcome]) -> list[tuple[float, float, int]]:
    """Chances of being among the 6 highest risks, stated and found, over the worlds given."""
    stated = np.concatenate([o.p_worst_6 for o in outcomes])
    found = np.concatenate([o.truly_worst_6 for o in outcomes]) > 0.5
    return calibration(stated, found)


def lines_of(table: pd.DataFrame) -> list[Any]:
    """The table's lines as named tuples (whose fields the type checker cannot know)."""
    return list(table.itertuples())
