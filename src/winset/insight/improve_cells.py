"""Cells of candidates: computed in workers, kept by their content, found again.

One pool serves a whole search: a candidate travels as the text that names it, and a worker puts it
into the one scenario it holds, so that the compiled war and the draws of a worldview are reused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from winset.errors import StudyError
from winset.insight.search_space import TEMPLATE, Candidate, SearchSpace, with_candidate
from winset.study.cell_folder import CellFolder
from winset.study.design import CellKey
from winset.study.files import Lock, replace_file, sweep
from winset.study.makers import Makers
from winset.study.pool import Pool, default_workers
from winset.study.provenance import code
from winset.study.report import SILENT, Reporter
from winset.study.warming import warm_pool
from winset.study.worker import Task
from winset.talks.cell import Cell, Settings

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["MAKERS", "Bench", "candidate_cell"]

RECORD: Final = "improve.json"
KIND: Final = "winset improve"
#: between the number of the base's own rules and a candidate
_AND: Final = "|"


def candidate_cell(scenario: Scenario, worldview: str, strategy: str, settings: Settings) -> Cell:
    """Compute the cell of a candidate (`OWN|TEXT`) or of a named strategy. Runs in workers."""
    from winset.talks import run_cell

    own, sign, text = strategy.partition(_AND)
    if sign:
        scenario = with_candidate(scenario, Candidate.read(text), int(own))
        cell = run_cell(scenario, worldview, TEMPLATE, settings)
    else:
        cell = run_cell(scenario, worldview, strategy, settings)
    return replace(
        cell,
        strategy=strategy, courses={}, sampled={}, terms=(), fitted={}, blocked_issue={}, fates={},
    )  # fmt: skip


MAKERS: Final = Makers(cell="winset.insight.improve_cells:candidate_cell")


class Bench:
    """Computes cells of candidates and named strategies under some worldviews. Use it as a context:
    leaving it ends the workers and lets the folder go.

    folder: where cells are kept, if anywhere. Raises StudyError where it holds something else.
    """

    def __init__(
        self,
        space: SearchSpace,
        worldviews: Sequence[str],
        *,
        folder: Path | None = None,
        workers: int | None = None,
        report: Reporter = SILENT,
        makers: Makers | None = None,
    ) -> None:
        self.space, self.worldviews = space, tuple(worldviews)
        self.folder, self.report = folder, report
        self.computed = 0
        self._workers = workers or default_workers()
        self._makers = makers or MAKERS
        self._stack = ExitStack()
        self._pool: Pool | None = None
        self._cells = CellFolder(folder)
        self._prefix = hashlib.sha256(f"{space.scenario.sha256} {code()}".encode()).hexdigest()

    def __enter__(self) -> Self:
        if self.folder is not None:
            _claim(self.folder, self.space.scenario)
            lock = Lock(self.folder)
            self._stack.callback(lock.release)
            sweep(self.folder / "cells")
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def name(self, candidate: Candidate) -> str:
        """What a candidate is called among strategies."""
        return f"{self.space.own}{_AND}{candidate.text}"

    def cells(self, strategies: Sequence[str], settings: Settings) -> dict[CellKey, Cell]:
        """The cells of candidates (by `name`) and named strategies under every worldview; what is
        not there yet is computed.
        """
        # One worldview after another: a worker keeps the draws of the last few.
        keys = [CellKey(w, s) for w in self.worldviews for s in dict.fromkeys(strategies)]
        names = {key: self._digest(key, settings) for key in keys}
        missing = [key for key in keys if self._cells.get(names[key]) is None]
        if missing:
            pool = self._open(len(missing))
            tasks = [Task(n, key, settings) for n, key in enumerate(missing)]
            for done in pool.run(tasks):
                self._cells.put(names[missing[done.number]], done.part)
                self.computed += 1
                self.report.cell(missing[done.number])
        return {key: cell for key in keys if (cell := self._cells.get(names[key])) is not None}

    def known(self, strategy: str, settings: Settings) -> int:
        """How many of a strategy's cells are there already."""
        digests = (self._digest(CellKey(w, strategy), settings) for w in self.worldviews)
        return sum(self._cells.get(digest) is not None for digest in digests)

    def _digest(self, key: CellKey, settings: Settings) -> str:
        said = json.dumps([self._prefix, *key, asdict(settings)])
        return hashlib.sha256(said.encode()).hexdigest()[:24]

    def _open(self, cells: int) -> Pool:
        if self._pool is None:
            pool = warm_pool(self.space.scenario, self._makers, min(self._workers, cells))
            self._pool = self._stack.enter_context(pool)
        return self._pool


def _claim(folder: Path, scenario: Scenario) -> None:
    """Begin a folder of a search, or take up one that is there."""
    path = folder / RECORD
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder}: is a file; a folder is needed")
    if folder.exists() and not path.exists() and any(folder.iterdir()):
        raise StudyError(
            f"{folder}: not empty, and not made by `{KIND}`. Choose another folder with --out"
        )
    record: dict[str, Any] = {"kind": KIND, "scenario": {"id": scenario.id}}
    try:
        (folder / "cells").mkdir(parents=True, exist_ok=True)
        replace_file(path, json.dumps(record, indent=1).encode() + b"\n")
    except OSError as error:
        raise StudyError(f"{folder}: cannot be written: {error.strerror}") from None
