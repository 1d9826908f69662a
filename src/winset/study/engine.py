"""Runs a design on this machine's cores: a first coarse grid, every cell, a second look at some,
the tables.

The result does not depend on the number of workers, on the order in which cells finish, on whether
the run was stopped and resumed, or on the coarse grid, which is thrown away.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from winset.errors import Interrupted
from winset.study.design import CellKey, Design, coarse, sketch
from winset.study.makers import Makers
from winset.study.parts import decode
from winset.study.pool import Pool, default_workers
from winset.study.report import SILENT, Reporter
from winset.study.results import Results
from winset.study.store import Store
from winset.study.summary import summarise
from winset.study.warming import warm_pool
from winset.study.worker import Task
from winset.talks.cell import Cell, Settings

__all__ = ["conduct", "glance"]

#: above this share of signings on texts worse than fighting on, the headline is shown again ...
OUTSIDE: Final = 0.15
#: ... with every scale of errors in acceptance multiplied by
HALF: Final = 0.5

#: seconds after which a coarse grid is shown though it is not whole
PATIENCE: Final = 12.0

Engine = Literal["local", "dask"]
Verdict = Callable[[Results], Sequence[Mapping[str, Any]]]
#: makes a pool for (scenario, maker, workers), its code compiled
Opener = Callable[[Any, str, int], Pool]


@dataclass
class _Run:
    """One session of work on a design."""

    design: Design
    store: Store | None
    report: Reporter
    makers: Makers
    workers: int
    cells: dict[CellKey, Cell] = field(default_factory=dict)
    halved: dict[CellKey, Cell] = field(default_factory=dict)
    engine: Engine = "local"
    address: str | None = None
    opener: Opener | None = None
    watch: Callable[[CellKey, Cell], None] | None = None
    computed: int = 0
    seconds: float = 0.0


def conduct(
    design: Design,
    *,
    out: Path | None = None,
    workers: int | None = None,
    first_coarse: bool = False,
    report: Reporter = SILENT,
    verdict: Verdict = lambda results: (),
    makers: Makers | None = None,
    engine: Engine = "local",
    address: str | None = None,
    opener: Opener | None = None,
    watch: Callable[[CellKey, Cell], None] | None = None,
) -> Results:
    """Run a design and return its results; with `out`, keep them there, going on from what is kept
    already.

    workers: processes to use, default one a core; 1 computes in this process. engine, address:
    `dask` computes on the dask.distributed cluster at that address (none: one of `workers`
    processes, started for the run); the results are the same. first_coarse: report a coarse grid
    first, where the run is long enough for one. verdict: makes the verdict's rows from the results.
    opener: makes the pool of a local run, such as one whose workers are kept from run to run.
    watch: given each cell as it is done. Raises StudyError where `out` holds something else,
    Interrupted where the user stops it (what is done is kept), and whatever a cell raises on
    purpose.
    """
    with ExitStack() as stack:
        store = stack.enter_context(Store(out, design)) if out is not None else None
        run = _Run(design, store, report, makers or Makers(), workers or default_workers())
        run.engine, run.address, run.opener, run.watch = engine, address, opener, watch
        try:
            _session(run, first_coarse)
            results = _results(run)
            results = results.with_verdict(verdict(results))
            if store is not None:
                store.finish(results)
            return results
        except KeyboardInterrupt:
            raise Interrupted(_stopped(run)) from None


def glance(design: Design, pool: Pool, report: Reporter) -> None:
    """Report a sketch of the headline and the baseline in every worldview as a coarse grid, cell by
    cell: an answer within seconds on workers that are waiting. It is thrown away. Nothing where the
    design holds little else. Raises what a cell raises.
    """
    spec = design.scenario.spec
    keys = [key for key in design.cells if key.strategy in (spec.headline, spec.baseline)]
    if 2 * len(keys) > len(design.cells):
        return
    settings, clock = sketch(design.settings), time.perf_counter()
    cells: dict[CellKey, Cell] = {}
    report.begin("coarse", len(keys), 0)
    for done in pool.run([Task(i, key, settings) for i, key in enumerate(keys)]):
        cells[keys[done.number]] = decode(done.part)
        report.cell(keys[done.number])
        axes, spent = (design.worldviews, design.strategies), time.perf_counter() - clock
        report.coarse(Results(design.scenario, settings, *axes, dict(cells), elapsed_s=spent))
    report.end()


def _session(run: _Run, first_coarse: bool) -> None:
    began, clock = datetime.now(UTC), time.perf_counter()
    try:
        _work(run, first_coarse)
    finally:
        run.report.end()
        run.seconds = time.perf_counter() - clock
        if run.store is not None and run.computed:
            run.store.worked(began, run.seconds, run.computed, run.workers)


def _work(run: _Run, first_coarse: bool) -> None:
    design = run.design
    if run.store is not None:
        for key in design.cells:
            if (cell := run.store.get(key)) is not None:
                run.cells[key] = cell
            if (cell := run.store.get(key, half=True)) is not None:
                run.halved[key] = cell
    missing = [key for key in design.cells if key not in run.cells]
    if not missing and not _second_look(run):
        return
    with _open(run, len(missing) or len(_second_look(run))) as pool:
        if first_coarse and len(missing) == len(design.cells):
            _coarse_grid(run, pool)
        run.report.begin("full", len(design.cells), len(run.cells))
        _compute(run, pool, missing, design.settings, run.cells)
        run.report.end()
        again = _second_look(run)
        if again:
            run.report.begin("half", len(again), 0)
            half = HALF * design.settings.temperature_factor
            settings = replace(design.settings, temperature_factor=half)
            _compute(run, pool, again, settings, run.halved)
            run.report.end()


def _open(run: _Run, cells: int) -> Pool:
    run.workers = min(run.workers, cells)
    if run.engine == "dask":
        from winset.study.cluster import Cluster

        cluster = Cluster(run.design.scenario, run.makers.cell, run.address, run.workers)
        run.workers = cluster.workers
        return cluster
    if run.opener is not None:
        return run.opener(run.design.scenario, run.makers.cell, run.workers)
    return warm_pool(run.design.scenario, run.makers, run.workers, run.report.note)


def _coarse_grid(run: _Run, pool: Pool) -> None:
    """Report a first grid when it is whole, and, where that takes long, as far as it is by then."""
    design = run.design
    settings = coarse(design.settings)
    if settings is None:
        return
    clock = time.perf_counter()
    cells: dict[CellKey, Cell] = {}
    shown = False

    def show(whole: bool) -> None:
        nonlocal shown
        spent = time.perf_counter() - clock
        part = len(cells) < len(design.cells)
        if whole or (part and not shown and spent > PATIENCE):
            shown = True
            axes = design.worldviews, design.strategies
            run.report.coarse(
                Results(design.scenario, settings, *axes, dict(cells), elapsed_s=spent)
            )

    run.report.begin("coarse", len(design.cells), 0)
    _compute(run, pool, design.cells, settings, cells, lambda: show(whole=False))
    run.report.end()
    show(whole=True)


def _compute(
    run: _Run,
    pool: Pool,
    keys: Sequence[CellKey],
    settings: Settings,
    into: dict[CellKey, Cell],
    after: Callable[[], None] = lambda: None,
) -> None:
    """Compute cells into `into`; but for coarse ones, they are kept on disk too."""
    kept = into is run.cells or into is run.halved
    for done in pool.run([Task(i, key, settings) for i, key in enumerate(keys)]):
        key = keys[done.number]
        if run.store is not None and kept:
            run.store.put(key, done.part, half=into is run.halved)
        into[key] = decode(done.part)
        if kept and run.watch is not None:
            run.watch(key, into[key])
        run.computed += kept
        run.report.cell(key)
        after()


def _second_look(run: _Run) -> list[CellKey]:
    """Return the headline's and baseline's cells still to run again with half the errors of
    acceptance. None in a quick run.
    """
    spec = run.design.scenario.spec
    found: list[CellKey] = []
    if run.design.quick:
        return found
    for worldview in run.design.worldviews:
        headline = run.cells.get(CellKey(worldview, spec.headline or ""))
        if headline is None or "signed_outside_overlap" not in headline.measures:
            continue
        outside = summarise(headline)["signed_outside_overlap"].mean
        if outside is not None and outside > OUTSIDE:
            for strategy in (spec.headline, spec.baseline):
                key = CellKey(worldview, strategy or "")
                if key in run.cells and key not in run.halved and key not in found:
                    found.append(key)
    return found


def _results(run: _Run) -> Results:
    design, store = run.design, run.store
    return Results(
        scenario=design.scenario,
        settings=design.settings,
        worldviews=design.worldviews,
        strategies=design.strategies,
        cells={key: run.cells[key] for key in design.cells},
        halved={key: run.halved[key] for key in design.cells if key in run.halved},
        elapsed_s=store.manifest.seconds if store is not None else run.seconds,
        folder=store.folder if store is not None else None,
    )


def _stopped(run: _Run) -> str:
    done, total = len(run.cells), len(run.design.cells)
    if run.store is None:
        return f"stopped: {done} of {total} cells were done, and nothing was to be kept"
    return f"stopped: {done} of {total} cells are kept in {run.store.folder}"
