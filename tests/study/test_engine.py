"""Running a design: the same results however it is run, stopped and resumed."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from fake_cells import MAKERS, FakeScenario, flagship_like, small

from winset.errors import Interrupted, SolverError
from winset.study import CellKey, Results, conduct, engine, plan
from winset.study.again import compare_tables
from winset.study.pool import WorkerDied
from winset.study.report import Silent
from winset.study.tables import TABLES

SUPPORT = Path(__file__).parents[1] / "support"


def study(folder: Path | None, workers: int = 1, **more: object) -> Results:
    size = {"draws": 16, "paths": 16, **more}
    return conduct(plan(FakeScenario(small()), **size), out=folder, workers=workers, makers=MAKERS)


def document(folder: Path) -> dict[str, object]:
    found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    del found["elapsed_s"]
    return found


def assert_same(one: Path, other: Path) -> None:
    assert compare_tables(one, other) == []
    for name in TABLES:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    assert document(one) == document(other)


def test_one_worker_and_two_give_the_same_bytes(tmp_path: Path) -> None:
    study(tmp_path / "one", workers=1)
    study(tmp_path / "two", workers=2)
    assert_same(tmp_path / "one", tmp_path / "two")


def test_without_a_folder_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    results = study(None)
    assert results.complete
    assert results.folder is None
    assert list(tmp_path.iterdir()) == []


def test_another_seed_gives_other_numbers(tmp_path: Path) -> None:
    study(tmp_path / "one")
    study(tmp_path / "two", seed=2)
    assert compare_tables(tmp_path / "one", tmp_path / "two")


class Watching(Silent):
    """Keeps what it is told; stops the run after some cells."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.stages: list[tuple[str, int, int]] = []
        self.cells: list[CellKey] = []
        self.rough: Results | None = None
        self.stop_after = stop_after

    def begin(self, stage: str, cells: int, done: int) -> None:
        self.stages.append((stage, cells, done))

    def cell(self, key: CellKey) -> None:
        self.cells.append(key)
        if len(self.cells) == self.stop_after:
            raise KeyboardInterrupt

    def coarse(self, results: Results) -> None:
        self.rough = results


def test_the_coarse_grid_comes_first_and_changes_nothing(tmp_path: Path) -> None:
    watch = Watching()
    design = plan(FakeScenario(small()), draws=64, paths=64)
    conduct(design, out=tmp_path / "one", workers=1, first_coarse=True, report=watch, makers=MAKERS)
    conduct(design, out=tmp_path / "two", workers=1, makers=MAKERS)
    assert [stage for stage, _, _ in watch.stages] == ["coarse", "full", "half"]
    assert watch.rough is not None
    assert watch.rough.complete
    assert watch.rough.settings.draws == 16
    assert_same(tmp_path / "one", tmp_path / "two")


def test_a_coarse_grid_that_takes_long_is_shown_as_far_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []

    class Counting(Silent):
        def coarse(self, results: Results) -> None:
            seen.append(len(results.cells))

    monkeypatch.setattr("winset.study.engine.PATIENCE", 0.0)
    design = plan(FakeScenario(small()), draws=64, paths=64)
    conduct(design, workers=1, first_coarse=True, report=Counting(), makers=MAKERS)
    assert seen == [1, 8]


def test_a_coarse_grid_that_is_whole_in_time_is_shown_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: list[int] = []

    class Counting(Silent):
        def coarse(self, results: Results) -> None:
            seen.append(len(results.cells))

    real = engine._compute

    def late(run, pool, keys, settings, into, after=lambda: None):  # type: ignore[no-untyped-def]
        real(run, pool, keys, settings, into)
        after()  # patience ends with the last cell: there is no part to show any more

    monkeypatch.setattr(engine, "PATIENCE", 0.0)
    monkeypatch.setattr(engine, "_compute", late)
    design = plan(FakeScenario(small()), draws=64, paths=64)
    conduct(design, workers=1, first_coarse=True, report=Counting(), makers=MAKERS)
    assert seen == [8]


def test_a_second_look_is_taken_where_many_signings_are_errors(tmp_path: Path) -> None:
    results = study(tmp_path / "study")
    # made up so: .30 under `article`, .10 elsewhere
    assert sorted(results.halved) == [("article", "as_in_2025"), ("article", "three_legs")]
    again = results.halved[CellKey("article", "three_legs")]
    assert np.nanmax(again.measures["signed_outside_overlap"]) == pytest.approx(0.15)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("stop_after", [1, 3, 8, 9])
def test_an_interrupted_study_goes_on(tmp_path: Path, workers: int, stop_after: int) -> None:
    design = plan(FakeScenario(small()), draws=16, paths=16)
    folder = tmp_path / "stopped"
    with pytest.raises(Interrupted, match=r"kept in") as caught:
        conduct(design, out=folder, workers=workers, report=Watching(stop_after), makers=MAKERS)
    assert caught.value.exit_code == 130
    assert f"{min(stop_after, 8)} of 8 cells" in str(caught.value)
    watch = Watching()
    conduct(design, out=folder, workers=workers, report=watch, makers=MAKERS)
    assert len(watch.cells) == 10 - stop_after  # 8 cells, 2 looked at again
    study(tmp_path / "whole")
    assert_same(folder, tmp_path / "whole")


def test_a_finished_study_is_not_run_again(tmp_path: Path) -> None:
    study(tmp_path / "study")
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*.parquet")}
    watch = Watching()
    design = plan(FakeScenario(small()), draws=16, paths=16)
    again = conduct(design, out=tmp_path / "study", workers=2, report=watch, makers=MAKERS)
    assert watch.stages == []
    assert again.complete
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*.parquet")} == before


@pytest.mark.parametrize("workers", [1, 2])
def test_a_damaged_part_is_computed_again(tmp_path: Path, workers: int) -> None:
    study(tmp_path / "study")
    study(tmp_path / "whole")
    parts = sorted((tmp_path / "study" / "cells").glob("*.cell"))
    parts[0].write_bytes(parts[0].read_bytes()[:-5])
    parts[3].unlink()
    (tmp_path / "study" / "cells.parquet").write_bytes(b"broken")
    (tmp_path / "study" / "results.json").unlink()
    watch = Watching()
    design = plan(FakeScenario(small()), draws=16, paths=16)
    conduct(design, out=tmp_path / "study", workers=workers, report=watch, makers=MAKERS)
    assert len(watch.cells) == 2
    assert_same(tmp_path / "study", tmp_path / "whole")


def test_a_lost_sample_is_computed_again(tmp_path: Path) -> None:
    study(tmp_path / "study")
    study(tmp_path / "whole")
    for sample in (tmp_path / "study" / "cells").glob("sample-*"):
        sample.write_bytes(b"")
    study(tmp_path / "study")
    assert_same(tmp_path / "study", tmp_path / "whole")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cell_that_fails_says_which_and_keeps_the_rest(
    tmp_path: Path, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_FAIL", "pressure/walk_away")
    with pytest.raises(SolverError, match="pressure/walk_away has no answer"):
        study(tmp_path / "study", workers=workers)
    monkeypatch.delenv("FAKE_FAIL")
    kept = len(list((tmp_path / "study" / "cells").glob("*.cell")))
    assert kept >= 6
    study(tmp_path / "study")
    study(tmp_path / "whole")
    assert_same(tmp_path / "study", tmp_path / "whole")


@pytest.mark.parametrize("workers", [1, 2])
def test_a_fault_of_ours_names_the_cell_and_the_line(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_BUG", "article/walk_away")
    with pytest.raises(SolverError, match=r"article/walk_away(.|\n)*by nought") as caught:
        study(None, workers=workers)
    assert caught.value.exit_code == 1


def test_a_worker_that_dies_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FAKE_DIE", "article/as_in_2025")
    with pytest.raises(WorkerDied, match=r"article/as_in_2025 \(exit status 9\).*--workers"):
        study(None, workers=2)


SCRIPT = """
import sys
from pathlib import Path
from fake_cells import MAKERS, FakeScenario, flagship_like
from winset.errors import Interrupted
from winset.study import conduct, plan
folder, workers = Path(sys.argv[1]), int(sys.argv[2])
try:
    conduct(plan(FakeScenario(flagship_like()), draws=16, paths=16), out=folder, workers=workers,
            makers=MAKERS)
except Interrupted as stop:
    print(stop)
    sys.exit(130)
"""


def start(folder: Path, workers: int, seconds: float) -> subprocess.Popen[str]:
    env = {**os.environ, "PYTHONPATH": str(SUPPORT), "FAKE_SECONDS": str(seconds)}
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), str(workers)],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_cells(folder: Path, number: int) -> None:
    for _ in range(2000):
        if len(list(folder.glob("cells/*.cell"))) >= number:
            return
        time.sleep(0.01)
    raise AssertionError("no cell came")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "study"
    design = plan(FakeScenario(flagship_like()), draws=16, paths=16)
    conduct(design, out=folder, workers=1, makers=MAKERS)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(10))
def test_killed_at_any_moment_a_study_goes_on(tmp_path: Path, moment: int, whole: Path) -> None:
    """Killed outright (SIGKILL) at a moment drawn at random, then let finish: the same bytes; in
    ten studies of ten.
    """
    folder = tmp_path / "study"
    rng = random.Random(moment)
    workers = 1 + moment % 2
    process = start(folder, workers, 0.01)
    wait_for_cells(folder, rng.randrange(0, 70))
    time.sleep(rng.uniform(0, 0.05))
    process.kill()
    process.communicate()
    assert process.returncode not in (0, None)
    assert not (folder / "results.json").exists()
    last = start(folder, workers, 0)
    _, err = last.communicate(timeout=60)
    assert last.returncode == 0, err
    assert_same(folder, whole)
    assert not list(folder.rglob("*.writing"))


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal to send")
@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_keeps_what_is_done(tmp_path: Path, workers: int, whole: Path) -> None:
    folder = tmp_path / "study"
    process = start(folder, workers, 0.05)
    wait_for_cells(folder, 5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "of 84 cells are kept in" in out
    assert "Traceback" not in err
    last = start(folder, workers, 0)
    last.communicate(timeout=60)
    assert_same(folder, whole)


@pytest.mark.skipif(sys.platform == "win32", reason="processes are told apart by /proc or ps")
def test_workers_end_with_their_parent(tmp_path: Path) -> None:
    process = start(tmp_path / "study", 2, 30)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.parent.parent.exists() or not children.exists():
        process.kill()
        pytest.skip("no /proc here")
    workers: list[str] = []
    for _ in range(500):
        workers = children.read_text(encoding="ascii").split()
        if len(workers) == 2:
            break
        time.sleep(0.02)
    assert len(workers) == 2
    time.sleep(1.5)  # until they have tasks
    process.kill()
    process.communicate()
    for _ in range(200):
        if not any(Path(f"/proc/{worker}").exists() for worker in workers):
            return
        time.sleep(0.05)
    raise AssertionError("a worker outlived its parent")
