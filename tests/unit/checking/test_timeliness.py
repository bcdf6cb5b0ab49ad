"""What a ranking may not lack: figures that never came, or are past their age limit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infobank.checking.timeliness import (
    Figures,
    check_figures_are_there,
    left_out,
    newest_period,
    old_figures,
    ranked_figures,
)
from infobank.contracts import load_sources
from infobank.domain.errors import MistakeError
from infobank.domain.register import load_register

REGISTER = load_register()
FIGURES = ranked_figures(load_sources())
CUSTODY = next(one for one in FIGURES if one.name == "custody")
END = date(2013, 12, 31)


def facts(
    end: date = END, came: date = date(2014, 4, 11), share: float = 1.0, indicator: str = "custody"
) -> pd.DataFrame:
    """Rows of core.yjb_indicators of one period, for a share of the YOTs then in force."""
    yots = REGISTER.in_force(end)["yot_id"]
    some = list(yots)[: round(share * len(yots))]
    return pd.DataFrame(
        {
            "yot_id": some,
            "indicator": indicator,
            "period_end": pd.Timestamp(end),
            "numerator": pd.array([3] * len(some), dtype="Int64"),
            "known_from": pd.Timestamp(came),
        }
    )


def found(*parts: pd.DataFrame, as_of: date = date(2014, 4, 11)) -> list[str]:
    tables = {"core.yjb_indicators": pd.concat(parts)} if parts else {}
    return [f.code for f in check_figures_are_there([CUSTODY], tables, REGISTER, as_of)]


def test_the_figures_a_run_may_not_lack_are_those_of_the_critical_contracts() -> None:
    critical = {one.name for one in FIGURES if one.limit_days is not None}
    assert critical == {
        "custody", "first_time_entrants", "population", "reoffending_binary",
        "reoffending_frequency",
    }  # fmt: skip


def test_a_critical_source_that_never_came_stops_the_run_and_names_the_way_on() -> None:
    (finding,) = check_figures_are_there([CUSTODY], {}, REGISTER, date(2014, 4, 11))
    assert (finding.code, finding.severity) == ("source_never_came", "critical")
    assert "--without custody" in finding.message
    assert finding.source == "yjb_custody"


def test_figures_of_another_kind_of_few_yots_or_of_later_have_not_come() -> None:
    assert found(facts(indicator="first_time_entrants")) == ["source_never_came"]
    assert found(facts(share=0.3)) == ["source_never_came"]
    assert found(facts(came=date(2014, 4, 12))) == ["source_never_came"]
    assert found(facts()) == []


def test_figures_without_a_number_have_not_come() -> None:
    withheld = facts()
    withheld["numerator"] = pd.array([None] * len(withheld), dtype="Int64")
    assert found(withheld) == ["source_never_came"]
    # Nor have those that a later delivery has taken back.
    assert found(facts(came=date(2014, 1, 10)), withheld) == ["source_never_came"]


def test_a_newer_period_of_a_few_yots_does_not_make_old_figures_new() -> None:
    old, new = facts(end=date(2003, 3, 31)), facts(share=0.2)
    assert found(old, new) == ["figures_too_old"]


@given(st.integers(min_value=0, max_value=5000))
def test_exactly_past_the_limit_of_the_contract_figures_stop_the_run(age: int) -> None:
    assert CUSTODY.limit_days is not None
    stops = found(facts(came=END), as_of=END + timedelta(days=age)) != []
    assert stops is (age > CUSTODY.limit_days)


@given(st.integers(min_value=0, max_value=2000))
def test_a_yot_is_flagged_exactly_when_its_newest_figure_is_older_than_allowed(age: int) -> None:
    newest = pd.DataFrame(
        {"yot_id": ["derby"], "name": ["custody"], "period_end": [pd.Timestamp(END)]}
    )
    told = old_figures(FIGURES, newest, END + timedelta(days=age))
    assert ("derby" in told) is (age > CUSTODY.allowed_days)


def test_periods_are_judged_by_the_yots_in_force_at_their_end() -> None:
    rows = CUSTODY.rows({"core.yjb_indicators": facts(share=0.6)}, date(2014, 4, 11))
    assert newest_period(rows, REGISTER) == END


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (["custody"], ("custody",)),
        (["yjb_custody", "Custody "], ("custody",)),
        (["reoffending"], ("reoffending_binary", "reoffending_frequency")),
        (["first time entrants", "population"], ("first_time_entrants", "population")),
        ([], ()),
    ],
)
def test_figures_to_go_on_without_go_by_their_name_or_their_source(
    asked: list[str], names: tuple[str, ...]
) -> None:
    assert left_out(asked, FIGURES) == names


def test_what_is_not_critical_or_not_there_cannot_be_left_out() -> None:
    for word in ("survey_children", "wibble", ""):
        with pytest.raises(MistakeError, match=r"It can go on without: .*custody"):
            left_out([word], FIGURES)


def test_a_run_cannot_go_on_without_everything() -> None:
    measures = [one.name for one in FIGURES if one.measure]
    with pytest.raises(MistakeError, match="nothing would be left"):
        left_out(measures, FIGURES)
    assert left_out(measures[:-1], FIGURES) == tuple(sorted(measures[:-1]))


def test_a_source_that_is_not_critical_never_stops_a_run() -> None:
    mild: Figures = replace(CUSTODY, limit_days=None)
    assert check_figures_are_there([mild], {}, REGISTER, date(2014, 4, 11)) == []


def test_a_period_still_to_come_makes_no_figures_new() -> None:
    assert found(facts(end=date(2040, 6, 30))) == ["source_never_came"]
    assert found(facts(end=date(2003, 3, 31)), facts(end=date(2040, 6, 30))) == ["figures_too_old"]
