"""The proposal that many tests look at: the small world's, under the rules as they are."""

import pytest

from infobank.programme import Proposal
from tests.unit.programme import small_world


@pytest.fixture(scope="session")
def proposal() -> Proposal:
    return small_world.proposal()
