"""What cannot be ranked is refused in one plain sentence; what became known later is not read."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from infobank.domain.errors import MistakeError
from infobank.domain.paths import schemas_root
from infobank.evaluation import backtest
from infobank.ranking import MethodError, ObservationsError, load_method, rank
from infobank.ranking.observations import days

from .made_up import observations

AGREED = yaml.safe_load((schemas_root() / "ranking.yaml").read_text(encoding="utf-8"))
QUICK = {**AGREED, "draws": 40}
QUICK["method_uncertainty"] = {**AGREED["method_uncertainty"], "draws": 4}


def first(**values: object) -> pd.DataFrame:
    """Observations whose first row is changed."""
    rows = observations(8).astype({name: object for name in values})
    for name, value in values.items():
        rows.loc[0, name] = value
    return rows


def test_a_made_up_row_known_later_does_not_mark_the_ranking_as_made_up() -> None:
    rows = observations(8).assign(synthetic=False)
    later = rows.iloc[:1].assign(known_from=pd.Timestamp("2015-01-01"), synthetic=True)
    both = pd.concat([rows, later])
    assert not rank(both, QUICK, "2014-06-30")["synthetic"].any()
    assert rank(both, QUICK, "2015-06-30")["synthetic"].all()


def test_days_with_a_time_zone_rank_as_days_without() -> None:
    rows = observations(8)
    zoned = rows.assign(known_from=rows["known_from"].dt.tz_localize("Europe/London"))
    pd.testing.assert_frame_equal(rank(zoned, QUICK), rank(rows, QUICK))


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (None, "are a table"),
        ([1, 2], "are a table"),
        (first(measure=None), "lack measure"),
        (first(yot_id=" "), "lack yot_id"),
        (observations(8).assign(period_end=20130930), "20130930, which is not a day"),
        (first(period_end="05/04/2013"), "05/04/2013, which is not a day"),
        (first(period_end="2013-13-41"), "not a day"),
        (first(period_end="9999-12-31"), "year 9999"),
        (first(known_from="9999-12-31"), "year 9999"),
        (first(period_end=pd.Timestamp("2030-01-01")), "before its period ended"),
        (first(numerator=1j), "not a number"),
    ],
)
def test_observations_are_refused_in_a_sentence(rows: Any, says: str) -> None:
    with pytest.raises(ObservationsError, match=says):
        rank(rows, QUICK)


def test_days_may_be_text_dates_or_missing() -> None:
    told = pd.Series(["2013-09-30", pd.Timestamp("2013-09-30 10:00").date(), None], dtype=object)
    assert list(days(told).dropna().dt.strftime("%d %m %Y")) == ["30 09 2013"] * 2


@pytest.mark.parametrize("as_of", [20140101, "05/04/2013", pd.NaT, [1]])
def test_an_as_of_that_is_no_day_is_refused(as_of: Any) -> None:
    with pytest.raises(ObservationsError, match="not a day"):
        rank(observations(8), QUICK, as_of)


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("draws", 0),
        ("draws", -5),
        ("draws", "x"),
        ("draws", 2.5),
        ("interval", 95),
        ("interval", 0),
        ("allowance", -0.1),
        ("levels.history_periods", 0),
        ("levels.grouping", "town"),
        ("standardising.bound", 0),
        ("missing.quantile", 1),
        ("missing.quantile", 0.4),
        ("missing.expected_share", 2),
        ("method_uncertainty.draws", 0),
        ("method_uncertainty.dirichlet_concentration", 0),
        ("method_uncertainty.aggregations", []),
        ("method_uncertainty.aggregations", ["zzz"]),
        ("method_uncertainty.normalisations", ["zzz"]),
        ("method_uncertainty.normalisations", "percentile"),
        ("funnel.levels", [0.9]),
        ("measures", None),
        ("measures", [1]),
        ("levels", None),
        ("measures.custody", None),
        ("measures.custody.model", "normal"),
        ("measures.custody.weight", "x"),
        ("measures.custody.weight", float("nan")),
        ("measures.custody.weight", -1),
        ("measures.custody.weight", True),
        ("measures.custody.risk", "hgih"),
        ("measures.custody.periods", "comon"),
        ("measures.custody.dispersion", 0),
        ("measures.inspection_score.half_life_years", 0),
        ("measures.inspection_score.half_life_years", -1),
        ("measures.inspection_score.half_life_years", "guess"),
    ],
)
def test_a_slip_in_the_method_is_named(entry: str, value: object) -> None:
    told = copy.deepcopy(AGREED)
    held = told
    *path, last = entry.split(".")
    for key in path:
        held = held[key]
    held[last] = value
    with pytest.raises(MethodError, match=entry):
        load_method(told)


def test_interval_and_allowance_leave_room() -> None:
    with pytest.raises(MethodError, match="together"):
        load_method({**AGREED, "interval": 0.99, "allowance": 0.01})


@pytest.mark.parametrize(
    ("text", "says"),
    [("", "empty"), ("a: [1,\n b: }", "at line 2"), ("- 1", "section of named entries, but is")],
)
def test_a_broken_method_file_is_named(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "ranking.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MethodError, match=says):
        load_method(path)


@pytest.mark.parametrize("source", ["missing.yaml", ".", 7, [1]])
def test_a_method_is_a_file_or_entries(tmp_path: Path, source: Any) -> None:
    with pytest.raises(MethodError, match=r"There is no file|is a file or its entries"):
        load_method(tmp_path / source if isinstance(source, str) else source)


@pytest.mark.parametrize("seed", [-1, 1.5, None, "x", True])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    with pytest.raises(MethodError, match="seed"):
        rank(observations(8), QUICK, seed=seed)


def test_a_seed_may_be_of_numpy() -> None:
    rows = observations(8)
    pd.testing.assert_frame_equal(rank(rows, QUICK, seed=np.int64(3)), rank(rows, QUICK, seed=3))


def outcomes(**values: object) -> pd.DataFrame:
    """Later outcomes of eight YOTs, some columns changed."""
    ids = [f"yot-{i:02d}" for i in range(8)]
    made = pd.DataFrame({"yot_id": ids, "outcome_date": "2014-05-10", "outcome": range(8)})
    return made.assign(**values)


@pytest.mark.parametrize(
    ("rows", "later", "says"),
    [
        (observations(8), outcomes(outcome_date="2009-01-01"), "nothing to compare"),
        (observations(8), outcomes().drop(columns="outcome"), "lack the columns outcome"),
        (observations(8), outcomes(outcome="bad"), "bad is not a number"),
        (observations(8), outcomes(outcome=np.inf), "not a number"),
        (observations(8), outcomes(outcome_date="nonsense"), "outcome_date holds nonsense"),
        (observations(8), outcomes(outcome_date=None), "lack outcome_date"),
        (observations(8), outcomes(outcome=1.0), "can show nothing"),
        (observations(8).drop(columns="region"), outcomes(), "lack the columns region"),
    ],
)
def test_a_backtest_that_cannot_be_ends_in_a_sentence(
    rows: pd.DataFrame, later: pd.DataFrame, says: str
) -> None:
    with pytest.raises(MistakeError, match=says):
        backtest(rows, later, QUICK)
