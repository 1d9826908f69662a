"""A study of the flagship's size to show."""

import pytest
from fake_cells import MAKERS, FakeScenario, flagship_like

from winset.study import Results, conduct, plan


@pytest.fixture(scope="session")
def full() -> Results:
    design = plan(FakeScenario(flagship_like()), draws=32, paths=32)
    return conduct(design, workers=1, makers=MAKERS)
