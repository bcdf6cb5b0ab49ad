"""One call for the whole evaluation: simulate, test on real outcomes, write the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from infobank.evaluation.backtest import backtest
from infobank.evaluation.evaluation_page import write_report
from infobank.evaluation.simulate import SETTINGS, simulate
from infobank.evaluation.worlds import Setting
from infobank.ranking import Method, load_method

SEED = 20140630
WORLDS_EACH = 80


def evaluate(
    docs_root: Path,
    worlds_each: int = WORLDS_EACH,
    workers: int = 2,
    seed: int = SEED,
    method: Method | Mapping[str, Any] | str | Path | None = None,
    observations: pd.DataFrame | None = None,
    outcomes: pd.DataFrame | None = None,
    settings: tuple[Setting, ...] = SETTINGS,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Evaluate the ranking and write ``evaluation.md`` with its charts.

    Args:
        docs_root: folder of the page.
        worlds_each: simulated worlds per setting; 80 make 1,520 in all.
        workers: processes at a time. The result does not depend on it.
        seed: of the worlds.
        method: the agreed method.
        observations: real indicators, as ``rank`` takes them.
        outcomes: later outcomes: yot_id, outcome_date, outcome (higher = worse).
        settings: kinds of world.
        progress: called with worlds done and worlds in all.

    Returns:
        The page's path.

    Raises:
        MistakeError: the observations, the outcomes or the method cannot be used.
    """
    agreed = load_method(method)
    # The backtest comes first: a slip in its files shows before the worlds take their minutes.
    real = None
    if observations is not None and outcomes is not None:
        real = backtest(observations, outcomes, agreed)
    found = simulate(settings, worlds_each, seed, workers, agreed, progress)
    return write_report(found, settings, docs_root, agreed.version, seed, real)
