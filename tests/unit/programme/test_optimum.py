"""The optimum agrees with a second solver, whose model is written out in full."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from infobank.programme import load_rules, propose
from infobank.programme.candidates import gather_candidates
from infobank.programme.choice_model import build_choice_model
from infobank.programme.choose import choose, choose_joint, leave_room
from infobank.programme.propose import drawable
from infobank.programme.random_arm import draw_for
from infobank.programme.weeks import inspection_year
from tests.unit.programme import cp_model, small_world

AS_OF = dt.date(2014, 4, 15)


def _instance(seed: int):  # type: ignore[no-untyped-def]
    """A register of 14 to 22 YOTs under random rules, with many periods to avoid."""
    rng = np.random.default_rng(seed)
    table = small_world.ranking(int(rng.integers(14, 23)), seed)
    rules = load_rules().change(
        hours__budget=float(rng.integers(1400, 2400)),
        fji__count=int(rng.integers(1, 4)),
        fji__from_worst=1,
        performance__worst_share=0.4,
        performance__strong_share=0.4,
        fji__quarter_least=0,
        fji__quarter_most=int(rng.integers(1, 3)),
        fji__countries={"Wales": int(rng.integers(0, 2))},
        fji__strong=int(rng.integers(0, 2)),
        sqs__count=int(rng.integers(4, 8)),
        performance__bands=2,
        sqs__least_per_band=int(rng.integers(0, 3)),
        sqs__at_once=int(rng.integers(1, 3)),
        sqs__quarter_least=int(rng.integers(0, 2)),
        sqs__quarter_most=int(rng.integers(2, 5)),
        random__count=2,
        random__strata=1,
        random__seed_number=seed,
    )
    past = small_world.history(table, visits=int(rng.integers(2, 8)), seed=seed)
    rest = table[~table["yot_id"].isin(past["yot_id"])]
    older = pd.DataFrame(
        {
            "yot_id": rest["yot_id"],
            "programme": "CCI",
            "fieldwork_end": [
                dt.date(2009, 9, 1) + dt.timedelta(days=int(d))
                for d in rng.integers(0, 800, len(rest))
            ],
        }
    )
    avoid = small_world.constraints(table, count=12, seed=seed)
    wide = avoid.assign(last_day=[d + dt.timedelta(days=120) for d in avoid["last_day"]])
    return table, pd.concat([past, older]), wide, rules


@pytest.mark.parametrize("seed", range(24))
def test_agrees_with_cp_sat(seed: int) -> None:
    table, past, avoid, rules = _instance(seed)
    year = inspection_year("2014-Q1", AS_OF, rules)
    candidates = gather_candidates(table, past, avoid, year, AS_OF, rules)
    draw, _ = draw_for(drawable(candidates, rules), "2014-Q1", rules)
    drawn = frozenset(draw.loc[draw["drawn"], "yot_id"])
    choice = choose(candidates, drawn, year, rules)
    expected = cp_model.best_worth(candidates, drawn, year, rules)
    assert (not choice.bent) == (expected is not None)
    if expected is not None:
        assert choice.objective == expected


@pytest.mark.parametrize("seed", range(100, 120))
def test_both_stages_agree_with_cp_sat(seed: int) -> None:
    """The FJIs first, with room for the draw; then everything, with the FJIs as settled.

    Each stage is the greatest worth under the rules, FJIs and SQSs together. The first is without a
    draw and under the rules less what the random arm will take; only its FJIs are kept.
    """
    table, past, avoid, rules = _instance(seed)
    year = inspection_year("2014-Q1", AS_OF, rules)
    candidates = gather_candidates(table, past, avoid, year, AS_OF, rules)
    nobody, room = frozenset[str](), leave_room(candidates, rules)
    first = build_choice_model(candidates, nobody, year, room).model.maximise()
    best = cp_model.best_worth(candidates, nobody, year, room)
    assert first.feasible == (best is not None)
    assert best is None or round(first.objective) == best
    joint = choose_joint(candidates, year, rules)
    draw, _ = draw_for(
        drawable([c for c in candidates if c.yot_id not in joint], rules), "2014-Q1", rules
    )
    drawn = frozenset(draw.loc[draw["drawn"], "yot_id"])
    choice = choose(candidates, drawn, year, rules, joint=joint)
    best = cp_model.best_worth(candidates, drawn, year, rules, joint)
    assert (not choice.bent) == (best is not None)
    assert best is None or choice.objective == best
    if choice.bent:
        free = cp_model.best_worth(candidates, drawn, year, rules)
        assert (not choose(candidates, drawn, year, rules).bent) == (free is not None)
        return
    proposal = propose(table, None, past, avoid, quarter="2014-Q1", as_of=AS_OF, rules=rules)
    assert proposal.objective == best
    visits = proposal.programme
    assert set(visits.loc[visits["programme"] == "FJI", "yot_id"]) == joint
    assert len(joint) == rules.plan("FJI").count
