"""A study of the flagship's size to show."""

import pytest
from fake_cells import MAKERS, FakeScenario, flagship_like
from war_made_up import war_made_up

from winset.study import Results, conduct, plan

__all__ = ["full", "war_made_up"]


@pytest.fixture(scope="session")
def full() -> Results:
    design = plan(FakeScenario(flagship_like()), draws=32, paths=32)
    return conduct(design, workers=1, makers=MAKERS)
