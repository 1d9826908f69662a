"""The war's fate by month: agrees with the measures at the horizon, and never turns back."""

import numpy as np
import pytest
from mirrored import told

from winset.scenario import load
from winset.talks import Settings, run_cell
from winset.talks.cell import Cell
from winset.talks.fates import fates
from winset.talks.paths import Record


@pytest.fixture(scope="module")
def cell(tmp_path_factory: pytest.TempPathFactory) -> Cell:
    folder = tmp_path_factory.mktemp("fates") / "war"
    told(folder, "a", "b", tau=0.05, months=6)
    settings = Settings(draws=8, paths=32, replicates=4, months=6, solver="lsmc")
    scenario = load(folder)
    return run_cell(scenario, scenario.worldviews[0], scenario.strategies[0], settings)


def test_the_last_month_is_the_measure_of_that_name(cell: Cell) -> None:
    assert {"at_war", "signed"} <= set(cell.fates)
    assert 0 < cell.fates["signed"].mean[-1] < 1  # something happens, and not always
    for name in cell.fates.keys() & cell.measures.keys():
        assert cell.fates[name].mean[-1] == pytest.approx(cell.measures[name].mean(), abs=1e-12)
        assert cell.fates[name].mean.shape == (7,)
    assert cell.fates["fighting"].mean[-1] == pytest.approx(
        1 - cell.measures["ceasefire"].mean() - _ended_unceased(cell), abs=1e-12
    )


def _ended_unceased(cell: Cell) -> float:
    """In this war nothing ends after a ceasefire but what was signed and broke."""
    return float(1 - cell.measures["at_war"].mean() - cell.measures["signed"].mean())


def test_what_has_happened_does_not_unhappen(cell: Cell) -> None:
    for name, fate in cell.fates.items():
        steps = np.diff(fate.mean)
        assert (steps <= 1e-12).all() if name in ("at_war", "fighting") else (steps >= -1e-12).all()
        assert (fate.se >= 0).all() and fate.mean[0] in (0.0, 1.0)


def test_settled_ended_or_still_at_war_and_nothing_else(cell: Cell) -> None:
    kinds = [n for n in cell.fates if n in ("at_war", "signed") or n.startswith("unsettled.")]
    total = sum(cell.fates[n].mean for n in kinds)
    assert total == pytest.approx(np.ones(7), abs=1e-12)


def test_fighting_on_by_month_begins_where_the_start_does(cell: Cell) -> None:
    for party, start in cell.fighting_on.items():
        kinds = [w for w in cell.worths if w.party == party]
        assert sum(w.share[0] for w in kinds) == pytest.approx(1.0)
        assert kinds[0].share[0] >= kinds[0].share[-1] > 0  # paths come to an end
        if len(kinds) == 1:  # the median path of the start is the median draw
            assert kinds[0].values[0, 2] == pytest.approx(np.median(start), abs=1e-9)
        for w in kinds:
            assert (np.diff(w.values, axis=1) >= 0).all()
    assert {w.party for w in cell.worths} == set(cell.fighting_on)


def test_the_overlap_by_month_begins_where_the_start_does(cell: Cell) -> None:
    assert cell.overlap is not None
    shares = cell.overlap.mean
    assert np.flatnonzero(~np.isnan(shares)).tolist() == [0]  # six months, looked at every sixth
    # 16 of 32 paths a draw are read, types in the same proportion
    assert shares[0] == pytest.approx(cell.measures["overlap_at_start"].mean(), abs=0.1)


def test_counted_by_hand() -> None:
    # Two draws, two paths each: one signed in month 0, one in month 2, one ended in month 1, one
    # still at war.
    zeros = np.zeros(4, dtype=np.int64)
    run = Record.start(np.array([0, 0, 1, 1]), zeros, zeros, zeros, 2)
    run.signed_at[:] = [0, 2, -1, -1]
    run.ceased_at[:] = [0, 1, -1, -1]  # the second had an armistice a month before
    run.ended_at[:] = [-1, -1, 1, -1]
    run.outcome[:] = [-1, -1, 0, -1]
    found = fates(run, ("falls",), np.array([0, 1]), 3)
    assert found["at_war"].mean.tolist() == [1, 0.75, 0.5, 0.25]
    assert found["fighting"].mean.tolist() == [1, 0.75, 0.25, 0.25]
    assert found["signed"].mean.tolist() == [0, 0.25, 0.25, 0.5]
    assert found["ended.falls"].mean.tolist() == [0, 0, 0.25, 0.25]
    # replicate means of `signed` at the end are 1 and 0: sd .7071, over root 2
    assert found["signed"].se[-1] == pytest.approx(0.5)
