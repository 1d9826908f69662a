"""A scenario is compiled once on a machine; workers may start before the scenario is read."""

from __future__ import annotations

import sys
import types
from pathlib import Path
from typing import Any

import fake_cells
import pytest

from winset.study import pool
from winset.study.design import CellKey
from winset.study.parts import decode
from winset.study.pool import open_pool, start_ahead
from winset.study.warming import warm_up
from winset.study.worker import Task
from winset.talks.cell import Settings


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Scenarios that the module `counts` was asked to compile; the cache is an empty folder."""
    seen: list[str] = []
    counts: Any = types.ModuleType("counts")
    counts.warm = lambda scenario: seen.append(scenario.resolved()["state"])
    monkeypatch.setitem(sys.modules, "counts", counts)
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return seen


def _scenario(state: str) -> Any:
    return types.SimpleNamespace(resolved=lambda: {"state": state})


def test_a_scenario_is_compiled_once(calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    for state in ("a", "a", "b", "a", "b", "0.5 * b", "0.25 * b", "-1e-3 * b"):
        warm_up("counts:warm", _scenario(state))
    assert calls == ["a", "b", "0.5 * b"]
    monkeypatch.setenv("NUMBA_CACHE_DIR", "elsewhere")  # nothing is compiled there yet
    warm_up("counts:warm", _scenario("a"))
    assert calls == ["a", "b", "0.5 * b", "a"]


def test_what_failed_to_compile_is_tried_again(
    calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(scenario: Any) -> None:
        calls.append("failed")
        raise RuntimeError("no compiler")

    monkeypatch.setattr(sys.modules["counts"], "warm", fails)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="no compiler"):
            warm_up("counts:warm", _scenario("a"))
    assert calls == ["failed", "failed"]


def test_workers_started_ahead_serve_the_next_pool() -> None:
    scenario = fake_cells.FakeScenario(fake_cells.flagship_like())
    start_ahead(2)
    waiting = [process.pid for process, _ in pool._AHEAD]
    assert len(waiting) == 2
    start_ahead(2)  # there are some already
    assert [process.pid for process, _ in pool._AHEAD] == waiting
    settings = Settings(draws=8, paths=2, months=3)
    keys = [CellKey(fake_cells.WORLDVIEWS[0], name) for name in fake_cells.RIVALS[:3]]
    tasks = [Task(n, key, settings) for n, key in enumerate(keys)]
    with open_pool(scenario, fake_cells.MAKERS.cell, 2) as workers:
        assert not pool._AHEAD
        assert sorted(p.pid for p in workers._processes) == sorted(waiting)  # type: ignore[attr-defined]
        found = {done.number: decode(done.part) for done in workers.run(tasks)}
    assert [found[n].strategy for n in range(3)] == list(fake_cells.RIVALS[:3])


def test_one_worker_starts_nothing_ahead() -> None:
    start_ahead(1)
    assert not pool._AHEAD
