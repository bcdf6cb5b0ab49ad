"""Varied proposals before two checkers that share no code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from infobank.programme import Proposal, check_programme, load_rules, propose
from infobank.programme.earlier_meetings import AGREED_COLUMNS, typed_agreed
from tests import programme_independent as second
from tests.unit.programme import small_world

DAY = dt.timedelta(days=1)
QUARTERS = ("2012-Q4", "2013-Q1", "2013-Q2", "2013-Q3", "2013-Q4", "2014-Q1", "2014-Q2", "2014-Q3")
# The second checker does not say whose week or quarter it is.
_OF_NOBODY = ("teams", "at_once SQS", "at_once FJI", "quarters")


@dataclass(frozen=True)
class World:
    """A proposal, and what it was made from."""

    proposal: Proposal
    changes: dict[str, Any]
    history: pd.DataFrame
    periods: pd.DataFrame
    agreed: pd.DataFrame


def _made(seed: int) -> World:
    rng = np.random.default_rng(seed)
    quarter = QUARTERS[seed % len(QUARTERS)]
    begin = (pd.Period(quarter.replace("-", ""), freq="Q") + 1).start_time.date()
    as_of = begin + int(rng.integers(-10, 40)) * DAY
    table = small_world.ranking(int(rng.integers(110, 161)), seed)
    changes: dict[str, Any] = {
        "sqs__count": int(rng.integers(20, 31)),
        "hours__budget": float(rng.integers(4600, 6000)),
        "random__count": int(rng.integers(4, 11)),
    }
    ages = rng.integers(40, int(365.25 * 4.1), len(table))
    history = pd.DataFrame(
        {
            "yot_id": table["yot_id"],
            "programme": rng.choice(["CCI", "SQS", "FJI"], len(table)),
            "fieldwork_end": [begin - int(age) * DAY for age in ages],
        }
    )
    shift = begin - dt.date(2014, 4, 1)
    periods = small_world.constraints(table, int(rng.integers(10, 60)), seed)
    for column in ("first_day", "last_day"):
        periods[column] = [day + shift for day in periods[column]]
    again = pd.DataFrame(
        {
            "yot_id": [history.loc[ages.argmin(), "yot_id"]],
            "kind": ["re-inspection"],
            "first_day": [begin + 90 * DAY],
            "last_day": [begin + 270 * DAY],
            "note": [""],
        }
    )
    periods = pd.concat([periods[periods["yot_id"] != again["yot_id"].iloc[0]], again])
    agreed = _agreed(rng, table, history, periods, begin) if seed % 3 == 0 else _nothing()
    proposal = propose(
        table, None, history, periods, quarter=quarter, as_of=as_of,
        rules=load_rules().change(**changes), agreed=agreed,
    )  # fmt: skip
    return World(proposal, changes, history, periods, agreed)


def _nothing() -> pd.DataFrame:
    return typed_agreed(pd.DataFrame(columns=list(AGREED_COLUMNS)))


def _agreed(
    rng: np.random.Generator,
    table: pd.DataFrame,
    history: pd.DataFrame,
    periods: pd.DataFrame,
    begin: dt.date,
) -> pd.DataFrame:
    """Three screenings agreed before, one of them drawn at random then."""
    long_ago = history[[day < begin - 900 * DAY for day in history["fieldwork_end"]]]
    free = long_ago.loc[~long_ago["yot_id"].isin(periods["yot_id"]), "yot_id"].to_list()
    # The third to fifth week of June or later: far from every bank holiday.
    monday = begin + 75 * DAY
    while monday.month not in (6, 7, 9, 10, 11, 2):
        monday += 7 * DAY
    monday += (-monday.weekday() % 7) * DAY
    rows = [
        (
            yot, yot, "2012-Q1", 1, "approve", "SQS", monday + 7 * n * DAY,
            "random" if n == 0 else "range", 0.1 if n == 0 else None, begin, "board", "agreed",
        )
        for n, yot in enumerate(rng.choice(free, 3, replace=False))
    ]  # fmt: skip
    return typed_agreed(pd.DataFrame(rows, columns=list(AGREED_COLUMNS)))


def _by_the_second(world: World, programme: pd.DataFrame) -> second.Broken:
    basis = world.proposal.basis
    periods = [
        (str(r["yot_id"]), str(r["kind"]), r["first_day"], r["last_day"])
        for r in world.periods.to_dict("records")
    ]
    agreed = [
        (r["yot_id"], r["programme"], r["week_commencing"], r["arm"])
        for r in second.lines(world.agreed)
    ]
    case = second.Case(
        visits=second.lines(programme),
        rules=second.rules_of(**world.changes),
        ranking=second.lines(basis.ranking),
        history=list(zip(world.history["yot_id"], world.history["fieldwork_end"], strict=True)),
        periods=periods,
        quarter=basis.year.quarter,
        as_of=basis.as_of,
        agreed=agreed,
    )
    return _comparable(second.broken(case))


def _by_the_first(world: World, programme: pd.DataFrame) -> second.Broken:
    basis = world.proposal.basis
    found = check_programme(
        programme, basis.rules, basis.constraints, basis.history, basis.ranking,
        quarter=basis.year.quarter, as_of=basis.as_of, draw=world.proposal.draw,
    )  # fmt: skip
    return _comparable({(v.rule, v.yot_id) for v in found})


def _comparable(found: second.Broken) -> second.Broken:
    return {(rule, "" if rule in _OF_NOBODY else yot) for rule, yot in found}


def _later(programme: pd.DataFrame, line: int, days: int) -> pd.DataFrame:
    programme["week_commencing"] = [
        week + pd.Timedelta(days=days if n == line else 0)
        for n, week in enumerate(programme["week_commencing"])
    ]
    return programme


def _edited(programme: pd.DataFrame, line: int, column: str, value: Any) -> pd.DataFrame:
    programme[column] = [value if n == line else v for n, v in enumerate(programme[column])]
    return programme


_SLIPS: tuple[Callable[[pd.DataFrame, int], pd.DataFrame], ...] = (
    lambda p, n: p.drop(index=p.index[n]).reset_index(drop=True),
    lambda p, n: _later(p, n, 7),
    lambda p, n: _later(p, n, -35),
    lambda p, n: _later(p, n, 2),
    lambda p, n: _edited(p, n, "team", "Team C"),
    lambda p, n: _edited(p, n, "hours", 1000.0),
    lambda p, n: _edited(p, n, "cases_to_sample", 5),
    lambda p, n: _edited(p, n, "arm", "random"),
    lambda p, n: pd.concat([p, p.iloc[[n]]], ignore_index=True),
)


def _compare(seed: int) -> bool:
    """Hold one world before both; says whether all rules could be kept."""
    world = _made(seed)
    proposed = world.proposal.programme
    one, two = _by_the_first(world, proposed), _by_the_second(world, proposed)
    assert one == two
    assert (one == set()) == (not world.proposal.bent)
    rng = np.random.default_rng(seed)
    screenings = np.flatnonzero(proposed["programme"] == "SQS")
    for slip in _SLIPS:
        careless = slip(proposed.copy(), int(rng.choice(screenings)))
        assert _by_the_first(world, careless) == _by_the_second(world, careless)
    return not world.proposal.bent


def test_two_checkers_agree() -> None:
    assert _compare(0)


@pytest.mark.slow
def test_two_checkers_agree_on_twenty_proposals() -> None:
    kept = [_compare(seed) for seed in range(20)]
    assert sum(kept) >= 15
