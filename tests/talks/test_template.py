"""The scenario that `winset new` writes runs: one side has constituencies, the other has none."""

from pathlib import Path

import numpy as np

from winset.cli import main
from winset.scenario import load
from winset.talks import Settings, run_cell


def test_a_new_scenario_runs(tmp_path: Path) -> None:
    """Blame once failed where only one signatory had constituencies."""
    folder = tmp_path / "mine"
    assert main(["new", str(folder)]) == 0
    scenario = load(str(folder))
    small = Settings(draws=4, paths=8, months=12, replicates=4, enough=64, searched=2)
    for strategy in scenario.strategies:
        cell = run_cell(scenario, scenario.worldviews[0], strategy, small)
        assert np.isfinite(cell.measures["signed"]).all()
