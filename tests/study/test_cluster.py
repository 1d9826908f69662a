"""The dask engine: the same bytes as the local one, also where workers or the client are killed."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_cells import MAKERS, FakeScenario, flagship_like, small
from valley import template, written

from winset import cli
from winset.errors import SolverError, StudyError
from winset.study import conduct, plan
from winset.study.cluster import Shared, cluster_cell
from winset.study.design import CellKey
from winset.study.pool import WorkerDied
from winset.study.tables import TABLES
from winset.study.worker import Failed, Task

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow
SUPPORT = str(Path(__file__).parents[1] / "support")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, dashboard_address=":0"
    ) as made:
        yield made


def assert_same(one: Path, other: Path) -> None:
    for name in TABLES:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    read = [json.loads((f / "results.json").read_text(encoding="utf-8")) for f in (one, other)]
    for document in read:
        del document["elapsed_s"]
    assert read[0] == read[1]


def test_the_same_bytes_as_the_local_run(cluster: Any, tmp_path: Path) -> None:
    design = plan(FakeScenario(small()), draws=16, paths=16)
    conduct(design, out=tmp_path / "here", workers=1, makers=MAKERS)
    conduct(
        design,
        out=tmp_path / "there",
        makers=MAKERS,
        engine="dask",
        address=cluster.scheduler_address,
    )
    assert_same(tmp_path / "here", tmp_path / "there")
    manifest = json.loads((tmp_path / "there" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["sessions"][0]["workers"] == 2


def test_a_worker_killed_half_way_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = plan(FakeScenario(flagship_like()), draws=8, paths=8)
    conduct(design, out=tmp_path / "here", workers=1, makers=MAKERS)
    monkeypatch.setenv("FAKE_SECONDS", "0.05")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0"
    ) as made:
        with distributed.Client(made, set_as_default=False) as client:
            first, *_ = client.run(os.getpid).values()
        address = made.scheduler_address

        def kill() -> None:
            for _ in range(2000):
                if len(list((tmp_path / "there").glob("cells/*.cell"))) >= 20:
                    os.kill(first, signal.SIGKILL)
                    return
                time.sleep(0.01)

        killer = threading.Thread(target=kill)
        killer.start()
        conduct(design, out=tmp_path / "there", makers=MAKERS, engine="dask", address=address)
        killer.join()
    with pytest.raises(OSError):
        os.kill(first, 0)
    assert_same(tmp_path / "here", tmp_path / "there")


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGKILL")
def test_a_client_killed_goes_on_where_it_was(cluster: Any, tmp_path: Path) -> None:
    """The real thing through the command line: killed outright, then finished, as the local run."""
    written(tmp_path, template(), "valley.yaml")
    size = ["--draws", "8", "--paths", "64", "--months", "24", "--no-coarse"]
    command = [sys.executable, "-m", "winset", "run", "valley.yaml", *size]
    over = ["--engine", "dask", "--address", cluster.scheduler_address, "--out", "there"]
    running = subprocess.Popen(
        [*command, *over], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    for _ in range(6000):
        if list(tmp_path.glob("there/cells/*.cell")) or running.poll() is not None:
            break
        time.sleep(0.01)
    running.kill()
    running.communicate()
    done = subprocess.run(
        [*command, *over], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    here = subprocess.run(
        [*command, "--workers", "1", "--out", "here"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert here.returncode == 0, here.stderr
    assert_same(tmp_path / "here", tmp_path / "there")


CLIENT = """
import sys
from pathlib import Path
from fake_cells import MAKERS, FakeScenario, flagship_like
from winset.study import conduct, plan
design = plan(FakeScenario(flagship_like()), draws=8, paths=8)
conduct(design, out=Path(sys.argv[1]), makers=MAKERS, engine="dask", address=sys.argv[2])
"""


def test_the_client_killed_at_ten_moments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed outright at a moment drawn at random, then let finish: ten studies of ten."""
    design = plan(FakeScenario(flagship_like()), draws=8, paths=8)
    conduct(design, out=tmp_path / "here", workers=1, makers=MAKERS)
    rng = random.Random(1)
    monkeypatch.setenv("FAKE_SECONDS", "0.02")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([SUPPORT, *sys.path]))
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
    ) as made:
        for moment in range(10):
            folder = tmp_path / str(moment)
            command = [sys.executable, "-c", CLIENT, str(folder), made.scheduler_address]
            running = subprocess.Popen(command, stderr=subprocess.PIPE)
            wanted = rng.randrange(1, 70)
            while running.poll() is None and len(list(folder.glob("cells/*.cell"))) < wanted:
                time.sleep(0.005)
            time.sleep(rng.uniform(0, 0.03))
            running.kill()
            running.communicate()
            assert not (folder / "results.json").exists()
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            assert_same(tmp_path / "here", folder)


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("FAKE_FAIL", SolverError, "article/three_legs has no answer"),
        ("FAKE_BUG", SolverError, "ZeroDivisionError: by nought"),
        ("FAKE_DIE", WorkerDied, "ended again and again at the cell article/three_legs"),
    ],
)
def test_what_goes_wrong_with_a_cell_is_said(
    monkeypatch: pytest.MonkeyPatch, name: str, error: type[Exception], said: str
) -> None:
    monkeypatch.setenv(name, "article/three_legs")
    design = plan(FakeScenario(small()), draws=8, paths=8)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        ) as made,
        pytest.raises(error, match=said),
    ):
        conduct(design, makers=MAKERS, engine="dask", address=made.scheduler_address)


def test_another_winset_on_a_worker_is_refused() -> None:
    task = Task(3, CellKey("w", "s"), plan(FakeScenario(small())).settings)
    answer = cluster_cell(Shared(b"", "winset.talks:run_cell", "other"), task)
    assert isinstance(answer, Failed) and isinstance(answer.error, StudyError)
    assert "another winset" in answer.text and answer.number == 3


def test_no_cluster_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    written(tmp_path, template(), "valley.yaml")
    folder = str(tmp_path / "valley.yaml")
    out = ("--out", str(tmp_path / "s"))
    status = cli.main(["run", folder, "--engine", "dask", "--address", "nonsense", *out])
    assert status == 2 and "no cluster to work with at nonsense" in capsys.readouterr().err
    status = cli.main(["run", folder, "--address", "tcp://127.0.0.1:1", *out])
    assert status == 2 and "--engine dask" in capsys.readouterr().err
