"""A finished study to look at."""

from pathlib import Path

import pytest
from fake_cells import MAKERS, FakeScenario, small

from winset.insight import rows
from winset.study import conduct, plan


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("finished") / "study"
    design = plan(FakeScenario(small()), draws=16, paths=16)
    conduct(design, out=folder, workers=1, verdict=rows, makers=MAKERS)
    return folder
