"""Workers kept from run to run: the same bytes as workers started anew, also after a run that was
stopped.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_cells import MAKERS, FakeScenario, small

from winset.errors import Interrupted
from winset.study import CellKey, Results, conduct, plan
from winset.study.engine import glance
from winset.study.kept import KeptWorkers
from winset.study.report import Silent


@pytest.fixture
def kept() -> Iterator[KeptWorkers]:
    made = KeptWorkers(2, MAKERS)
    yield made
    made.stop()


def designed(seed: int = 1, title: str = "") -> Any:
    return plan(FakeScenario(small() | {"title": title}), draws=8, paths=8, seed=seed)


def processes(kept: KeptWorkers) -> set[int]:
    assert kept._workers is not None
    return {process.pid for process in kept._workers._processes}


def test_the_same_bytes_from_the_same_processes(kept: KeptWorkers, tmp_path: Path) -> None:
    seen = []
    for number, design in enumerate((designed(), designed(2), designed(1, "another war"))):
        mine, alone = tmp_path / f"kept{number}", tmp_path / f"alone{number}"
        conduct(design, out=mine, makers=MAKERS, opener=kept.open)
        conduct(design, out=alone, makers=MAKERS, workers=1)
        for table in ("cells.parquet", "draws.parquet", "terms.parquet"):
            assert (mine / table).read_bytes() == (alone / table).read_bytes()
        seen.append(processes(kept))
    assert seen[0] == seen[1] == seen[2]


class Stops(Silent):
    """Interrupts after a cell."""

    def cell(self, key: CellKey) -> None:
        raise KeyboardInterrupt


def test_a_stopped_run_leaves_no_cell_behind(kept: KeptWorkers, tmp_path: Path) -> None:
    design = designed()
    with pytest.raises(Interrupted):
        conduct(design, out=tmp_path / "a", makers=MAKERS, opener=kept.open, report=Stops())
    assert kept._workers is None
    found = conduct(design, out=tmp_path / "a", makers=MAKERS, opener=kept.open)
    assert found.complete and len(processes(kept)) == 2


def test_preparing_is_no_run_and_a_run_waits_for_it(kept: KeptWorkers) -> None:
    design = designed()
    kept.prepare(design.scenario)
    for _ in range(200):
        if kept._warm is not None:
            break
        time.sleep(0.05)
    before = processes(kept)
    kept.prepare(design.scenario)
    assert conduct(design, makers=MAKERS, opener=kept.open).complete
    assert processes(kept) == before


def test_a_first_look_is_the_headline_and_the_baseline(kept: KeptWorkers) -> None:
    shown: list[Results] = []

    class Shows(Silent):
        def coarse(self, results: Results) -> None:
            shown.append(results)

    design = designed()
    with kept.open(design.scenario, MAKERS.cell, 2) as pool:
        glance(design, pool, Shows())
    assert [len(results.cells) for results in shown] == [1, 2, 3, 4]
    spec = design.scenario.spec
    assert {key.strategy for key in shown[-1].cells} == {spec.headline, spec.baseline}
    assert shown[-1].settings.draws <= design.settings.draws
    few = plan(FakeScenario(small()), strategies=[spec.headline], draws=8, paths=8)
    shown.clear()
    with kept.open(few.scenario, MAKERS.cell, 2) as pool:
        glance(few, pool, Shows())
    assert shown == []
