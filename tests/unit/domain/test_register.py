from datetime import date

import pytest

from infobank.domain.register import NameResolver, load_register, plain

REGISTER = load_register()
NAMES = NameResolver(REGISTER)


def test_the_number_of_yots_in_force_changes_with_wessex_and_western_bay() -> None:
    days = [date(2012, 3, 31), date(2012, 4, 1), date(2014, 3, 31), date(2014, 4, 1)]
    assert [len(REGISTER.in_force(day)) for day in days] == [157, 160, 160, 158]


@pytest.mark.parametrize(
    ("delivered", "yot_id"),
    [
        ("Gwynedd & Ynys Mon", "gwynedd-mon"),
        ("Newcastle", "newcastle-upon-tyne"),
        ("Blanaeu Gwent and Caerphilly", "blaenau-gwent-and-caerphilly"),
        ("Stoke on Trent", "stoke-on-trent"),
        ("Windsor & Maidenhead", "windsor-and-maidenhead"),
        ("Kingston & Richmond Upon Thames", "kingston-and-richmond"),
        ("  St Helens\u00a0", "st-helens"),
        ("Derby YOT", "derby"),
    ],
)
def test_spellings_of_the_annual_report_are_known(delivered: str, yot_id: str) -> None:
    assert NAMES.resolve(delivered).yot_id == yot_id


def test_an_unknown_name_is_never_guessed_only_suggested() -> None:
    resolution = NAMES.resolve("Croydn")
    assert resolution.yot_id is None
    assert resolution.suggestion == "Croydon"
    assert NAMES.resolve("Atlantis").suggestion is None


def test_derby_and_derbyshire_are_two_places() -> None:
    assert NAMES.resolve("Derby").yot_id != NAMES.resolve("Derbyshire").yot_id


def test_a_yot_that_has_ended_is_known_but_not_in_force() -> None:
    assert not NAMES.resolve("Wessex", date(2013, 1, 1)).in_force
    assert NAMES.resolve("Wessex", date(2011, 1, 1)).in_force


def test_no_two_names_mean_the_same_in_the_register() -> None:
    names = REGISTER.yots["yot_name"].map(plain)
    assert names.is_unique


def test_every_alias_and_lineage_step_names_a_yot_of_the_register() -> None:
    known = set(REGISTER.yots["yot_id"])
    assert set(REGISTER.aliases["yot_id"]) <= known
    assert set(REGISTER.lineage["predecessor"]) | set(REGISTER.lineage["successor"]) <= known
