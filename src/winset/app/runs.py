"""Runs in the background: who is at what, progress to stream, cancel. A run is known by its
study's folder, so the same change asked for twice is one run.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from winset.errors import Interrupted, WinsetError
from winset.study import CellKey, Design, Makers, Results, conduct
from winset.study.engine import glance
from winset.study.kept import KeptWorkers
from winset.study.pool import Pool
from winset.talks.cell import Cell

__all__ = ["Run", "Runs"]

#: runs computed at the same time; others wait
_AT_ONCE: Final = 1


@dataclass
class Run:
    """One run. `version` grows with every change, `state` is waiting, running, done, cancelled or
    failed.
    """

    name: str
    scenario: str
    folder: Path
    design: Design
    total: int
    done: int = 0
    stage: str = "waiting"
    state: str = "waiting"
    error: str = ""
    coarse: Results | None = None
    cells: dict[CellKey, Cell] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)
    version: int = 0
    cancelled: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "cancelled", "failed")

    @property
    def seconds(self) -> float:
        """Since it was asked for."""
        return time.monotonic() - self.began

    # -- what winset.study tells: a Reporter

    def note(self, text: str) -> None:
        """Nothing to say in a page."""
        self._stop_if_asked()

    def begin(self, stage: str, cells: int, done: int) -> None:
        """A stage starts."""
        self._stop_if_asked()
        self.stage, self.total, self.done = stage, cells, done
        self.version += 1

    def cell(self, key: CellKey) -> None:
        """A cell is done."""
        self.done += 1
        self.version += 1
        self._stop_if_asked()

    def show(self, results: Results) -> None:
        """Keep a first coarse grid to be shown."""
        self.coarse = results
        self.version += 1

    def keep(self, key: CellKey, cell: Cell) -> None:
        """Keep a finished cell to be shown."""
        self.cells[key] = cell

    def so_far(self) -> Results:
        """The cells that are done."""
        made = self.design
        return Results(
            made.scenario, made.settings, made.worldviews, made.strategies, dict(self.cells)
        )

    def end(self) -> None:
        """A stage is over."""

    def _stop_if_asked(self) -> None:
        # The engine answers an interrupt by ending its workers and keeping what is done.
        if self.cancelled.is_set():
            raise KeyboardInterrupt


class _Reporter:
    """A run as `winset.study.Reporter`: the one method whose name is taken by a field."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self.note, self.begin, self.cell, self.end = run.note, run.begin, run.cell, run.end

    def coarse(self, results: Results) -> None:
        """The first coarse grid."""
        self._run.show(results)


class Runs:
    """All runs of a server, by name of folder."""

    def __init__(self, workers: int | None = None) -> None:
        self._workers = workers
        self._kept = KeptWorkers(workers)
        self._runs: dict[str, Run] = {}
        self._guard = threading.Lock()
        self._free = threading.Semaphore(_AT_ONCE)

    def prepare(self, scenario: Any) -> None:
        """Have the workers ready for a run of this scenario."""
        self._kept.prepare(scenario)

    def get(self, name: str) -> Run | None:
        """Return a run by its name."""
        return self._runs.get(name)

    def start(self, scenario: str, design: Design, folder: Path) -> Run:
        """Start a run in `folder`, or return the one that is at it already."""
        with self._guard:
            known = self._runs.get(folder.name)
            if known is not None and known.state in ("waiting", "running"):
                return known
            run = Run(folder.name, scenario, folder, design, len(design.cells))
            self._runs[folder.name] = run
            run.thread = threading.Thread(target=self._work, args=(run,), daemon=True)
            run.thread.start()
            return run

    def cancel(self, name: str) -> Run | None:
        """Ask a run to stop; finished cells are kept and the same run goes on from them."""
        run = self._runs.get(name)
        if run is not None and not run.over:
            run.cancelled.set()
            run.version += 1
        return run

    def stop(self) -> None:
        """Stop them all and wait a little for them."""
        for run in list(self._runs.values()):
            run.cancelled.set()
        for run in list(self._runs.values()):
            if run.thread is not None:
                run.thread.join(timeout=5)
        self._kept.stop()

    def _work(self, run: Run) -> None:
        from winset.insight import rows

        while not self._free.acquire(timeout=0.2):
            if run.cancelled.is_set():
                return self._ended(run, "cancelled")
        try:
            self._attempt(run, rows)
        finally:
            self._free.release()
        return None

    def _attempt(self, run: Run, verdict: Callable[[Results], Any]) -> None:
        run.state, run.stage = "running", "start"
        run.version += 1
        try:
            if run.cancelled.is_set():
                raise KeyboardInterrupt
            with self._pool(run) as pool:
                if not any((run.folder / "cells").glob("*.cell")):
                    glance(run.design, pool, _Reporter(run))
                conduct(
                    run.design,
                    out=run.folder,
                    workers=self._workers,
                    report=_Reporter(run),
                    verdict=verdict,
                    opener=lambda *_: pool,
                    watch=run.keep,
                )
        except (Interrupted, KeyboardInterrupt):
            self._ended(run, "cancelled")
        except WinsetError as error:
            run.error = str(error)
            self._ended(run, "failed")
        except Exception as error:  # a fault of ours: said on the page, not lost in a thread
            run.error = f"a fault of winset: {type(error).__name__}: {error}"
            self._ended(run, "failed")
        else:
            self._ended(run, "done")

    def _pool(self, run: Run) -> Pool:
        makers = Makers()
        return self._kept.open(run.design.scenario, makers.cell, len(run.design.cells))

    @staticmethod
    def _ended(run: Run, state: str) -> None:
        run.state = state
        run.version += 1
