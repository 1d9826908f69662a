"""Workers that are kept from run to run: a workbench's next run begins on processes that are there,
with the scenario read and the code loaded.

A run that ends well leaves its workers waiting. One that is stopped or fails may leave a cell half
computed: its workers are ended and others started in their place.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any, Self

from winset.study.design import CellKey, plan, sketch
from winset.study.makers import Makers
from winset.study.pool import Pool, Workers, default_workers, open_pool
from winset.study.warming import warm_up
from winset.study.worker import Done, Task

__all__ = ["KeptWorkers"]


class KeptWorkers:
    """The workers of a server: one run at a time has them."""

    def __init__(self, workers: int | None = None, makers: Makers | None = None) -> None:
        self._count = workers or default_workers()
        self._makers = makers or Makers()
        self._workers: Workers | None = None
        self._warm: object = None
        self._busy = threading.Lock()

    def prepare(self, scenario: Any) -> None:
        """Start the workers and have them load what a run of this scenario needs, in a thread of
        its own; nothing where they are at work, or have.
        """
        if self._count > 1 and self._warm != _structure(scenario):
            threading.Thread(target=self._prepare, args=(scenario,), daemon=True).start()

    def open(self, scenario: Any, maker: str, workers: int) -> Pool:
        """Return a pool for one run: what `winset.study.conduct` takes as its `opener`."""
        if self._count <= 1:
            warm_up(self._makers.warm, scenario)
            return open_pool(scenario, maker, 1)
        self._busy.acquire()
        try:
            self._ready(scenario, maker)
            assert self._workers is not None
            return _Lent(self, self._workers)
        except BaseException:
            self._end()
            self._busy.release()
            raise

    def stop(self) -> None:
        """End the workers."""
        self._end()

    def _prepare(self, scenario: Any) -> None:
        if not self._busy.acquire(blocking=False):
            return
        try:
            self._ready(scenario, self._makers.cell)
        except Exception:  # the run itself will say what is wrong
            self._end()
        finally:
            self._busy.release()

    def _ready(self, scenario: Any, maker: str) -> None:
        if self._workers is None:
            self._workers = Workers(scenario, maker, self._count)
            self._warm = None
        else:
            self._workers.turn_to(scenario, maker)
        if self._warm != _structure(scenario):
            # Compiled once here, the code is on disk when the workers need it.
            warm_up(self._makers.warm, scenario)
            settings = sketch(plan(scenario, quick=True).settings)
            key = CellKey(scenario.worldviews[0], scenario.strategies[0])
            self._workers.warm(Task(0, key, settings))
            self._warm = _structure(scenario)

    def give_back(self, clean: bool) -> None:
        """Take the workers back from a run; `clean`: they have nothing left to do."""
        if not clean:
            self._end()
        self._busy.release()

    def _end(self) -> None:
        workers, self._workers, self._warm = self._workers, None, None
        if workers is not None:
            workers.__exit__()


def _structure(scenario: Any) -> object:
    """What two scenarios share whose code is the same: numbers are arguments of it."""
    return scenario.id, scenario.worldviews, scenario.strategies


class _Lent:
    """The kept workers for the length of one run; left once, they are given back."""

    def __init__(self, owner: KeptWorkers, workers: Workers) -> None:
        self._owner, self._workers, self._back = owner, workers, False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if not self._back:
            self._back = True
            self._owner.give_back(clean=not error or error[0] is None)

    def run(self, tasks: Sequence[Task]) -> Iterator[Done]:
        """Compute the tasks."""
        return self._workers.run(tasks)
