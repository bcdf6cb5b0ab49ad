"""The proposal that many tests look at: the small world's, under the rules as they are."""

import datetime as dt

import pytest

from infobank.programme import Proposal, propose
from tests.unit.programme import small_world


@pytest.fixture(scope="session")
def proposal() -> Proposal:
    table = small_world.ranking()
    return propose(
        table,
        None,
        small_world.history(table),
        small_world.constraints(table),
        quarter="2014-Q1",
        as_of=dt.date(2014, 4, 15),
    )
