"""Fixtures of the theory tests."""

from pathlib import Path

import pytest
from theory_runs import Runs


@pytest.fixture
def runs(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Runs:
    return Runs(capsys, tmp_path)
