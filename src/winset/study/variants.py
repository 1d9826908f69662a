"""Many small changes of one scenario, cell by cell: what claims and swaps are measured with.

A variant is a scenario with claims switched, one worldview and one strategy. Its cell is named by
its content, a hash of all that can change it: numbers as the worldview has them, mechanisms, the
strategy's levels and rules, the size and care of the run, the code. So a switch that changes
nothing in a cell is seen without running it, equal cells are run once, and what a folder keeps is
taken up again. Cells are kept without their courses and draws of quantities.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from winset.errors import StudyError
from winset.study.cell_folder import CellFolder
from winset.study.design import CellKey, Design
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

__all__ = ["Lab", "Variant", "switched_cell", "variants_folder"]

#: between the worldview and the switches in the name of a variant's cell
_AND: Final = " + "
#: sections of a scenario that no cell reads
_UNREAD: Final = (
    "about", "checks", "claim_sets", "claims", "notes", "question", "quantities", "sources",
    "strategies", "switched", "title", "worldviews",
)  # fmt: skip
#: fields of a strategy that act
_ACTING: Final = (
    "levers", "tables", "excludes", "grants", "omega", "ceasefire", "meeting_factor", "switch_cost",
    "credibility",
)  # fmt: skip
RECORD: Final = "variants.json"
KIND: Final = "winset variants"


class Variant(NamedTuple):
    """A cell of a changed scenario: which claims are switched (as typed), where, what is done."""

    switches: tuple[str, ...]
    worldview: str
    strategy: str


def variants_folder(design: Design, what: str) -> Path:
    """The folder `studies/ID-HASH8-sSEED-WHAT`, where variants of a design are kept by default."""
    scenario = design.scenario
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", scenario.id)
    return Path("studies") / f"{name}-{scenario.sha256[:8]}-s{design.settings.seed}-{what}"


def switched_cell(scenario: Any, worldview: str, strategy: str, settings: Settings) -> Cell:
    """Compute a variant's cell; its switches stand after the worldview's name. Runs in workers."""
    from winset.talks import run_cell

    view, *switches = worldview.split(_AND)
    cell = run_cell(_switched(scenario, tuple(switches)), view, strategy, settings)
    return replace(
        cell, worldview=view, courses={}, sampled={}, terms=(), fitted={}, blocked_issue={}
    )


@lru_cache(maxsize=4)
def _switched(scenario: Scenario, switches: tuple[str, ...]) -> Scenario:
    from winset.scenario.scenario import build

    return build(scenario.spec, scenario.places, (), switches) if switches else scenario


@dataclass(frozen=True)
class _Shared:
    """What the cells of one changed scenario have in common: a digest, and what names a number."""

    digest: str
    read: frozenset[str]


class Lab:
    """Computes variants of one design's scenario. Use it as a context: leaving it ends the workers
    and lets the folder go.

    folder: where cells are kept, if anywhere; one that holds another kind of thing is refused.
    Raises StudyError.
    """

    def __init__(
        self,
        design: Design,
        *,
        folder: Path | None = None,
        workers: int | None = None,
        report: Reporter = SILENT,
        makers: Makers | None = None,
    ) -> None:
        self.design = design
        self.scenario: Scenario = design.scenario
        self.folder = folder
        self.report = report
        self.computed = 0
        self._workers = workers or default_workers()
        self._makers = makers or Makers(cell="winset.study.variants:switched_cell")
        self._stack = ExitStack()
        self._pool: Pool | None = None
        self._cells = CellFolder(folder)
        self._fresh: set[str] = set()
        self._names: dict[Variant, str] = {}
        self._plain: dict[str, Variant] = {}
        self._shared: dict[tuple[str, ...], _Shared] = {}
        self._views: dict[tuple[tuple[str, ...], str], str] = {}

    def __enter__(self) -> Self:
        if self.folder is not None:
            _claim(self.folder, self.design)
            lock = Lock(self.folder)
            self._stack.callback(lock.release)
            sweep(self.folder / "cells")
        # A switch that only turns one strategy into another needs no changed scenario.
        for worldview in self.design.worldviews:
            for strategy in self.scenario.strategies:
                variant = Variant((), worldview, strategy)
                self._plain.setdefault(self.name(variant), variant)
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def name(self, variant: Variant) -> str:
        """The name of a variant's cell by its content: two of one name give the same numbers."""
        if variant not in self._names:
            self._names[variant] = self._name(variant)
        return self._names[variant]

    def missing(self, variants: Iterable[Variant]) -> list[Variant]:
        """One variant for each cell that is neither computed nor kept, in the order given."""
        found: dict[str, Variant] = {}
        for variant in variants:
            name = self.name(variant)
            if name not in found and self._cells.get(name) is None:
                found[name] = self._plain.get(name, variant)
        return list(found.values())

    def get(self, variant: Variant) -> Cell | None:
        """The variant's cell where it is there."""
        return self._cells.get(self.name(variant))

    def run(self, variants: Sequence[Variant], stage: str) -> Iterator[Variant]:
        """Compute what is missing and yield each variant computed as it is done; `get` has the
        cells. Raises what a cell raises on purpose.
        """
        wanted = {self.name(v) for v in variants}
        missing = self.missing(variants)
        if not missing:
            return
        pool = self._open(len(missing))
        # Equal cells computed a moment ago are neither to do nor kept from before.
        kept = len(wanted - self._fresh) - len(missing)
        self.report.begin(stage, len(missing) + kept, kept)
        tasks = [
            Task(n, CellKey(_AND.join((v.worldview, *v.switches)), v.strategy), self.settings)
            for n, v in enumerate(missing)
        ]
        try:
            for done in pool.run(tasks):
                variant = missing[done.number]
                name = self.name(variant)
                self._cells.put(name, done.part)
                self._fresh.add(name)
                self.computed += 1
                self.report.cell(tasks[done.number].key)
                yield variant
        finally:
            self.report.end()

    @property
    def settings(self) -> Settings:
        """How large and careful each cell is."""
        return self.design.settings

    def _open(self, cells: int) -> Pool:
        if self._pool is None:
            pool = warm_pool(self.scenario, self._makers, min(self._workers, cells))
            self._pool = self._stack.enter_context(pool)
        return self._pool

    def _name(self, variant: Variant) -> str:
        scenario = _switched(self.scenario, variant.switches)
        view = variant.switches, variant.worldview
        if view not in self._views:
            self._views[view] = self._view(scenario, *view)
        said = [self._views[view], _strategy(scenario, variant.strategy)]
        said += _tracks(scenario, variant.strategy, variant.worldview)
        return _digest(said)[:24]

    def _view(self, scenario: Scenario, switches: tuple[str, ...], worldview: str) -> str:
        """A digest of everything but the strategy."""
        shared = self._shared.get(switches)
        if shared is None:
            shared = self._shared[switches] = _shared(scenario)
        said = [
            shared.digest,
            _numbers(scenario, worldview, shared.read),
            [scenario.enabled(m, worldview) for m in _mechanisms(scenario)],
            _priors(scenario, worldview),
            asdict(self.settings),
            code(),
        ]
        return _digest(said)


def _shared(scenario: Scenario) -> _Shared:
    """Everything but numbers, worldviews and strategies; and the quantities that something acting
    reads, directly or through formulas.
    """
    from winset.scenario.schema.talks import Tracks
    from winset.scenario.spots import spots

    empty: dict[str, Any] = {
        section: type(getattr(scenario.spec, section))() for section in _UNREAD
    }
    empty["tracks"] = Tracks()
    data = scenario.spec.model_copy(update=empty).model_dump(mode="json", exclude_unset=True)
    unread = {"checks", "tracks", "quantities", "worldviews"}
    read = {
        name for spot in spots(scenario) if spot.path[0] not in unread for name in spot.expr.names
    }
    read |= {name for pair in scenario.spec.correlations for name in pair.between}
    read |= {id_ for id_, path in scenario.paths.items() if path[0] != "quantities"}
    return _Shared(_digest(data), frozenset(read))


def _numbers(scenario: Scenario, worldview: str, read: frozenset[str]) -> list[Any]:
    """The quantities that act as a worldview has them, in the order of the files."""
    chosen = {id_: scenario.quantity(id_, worldview) for id_ in scenario.quantities}
    acting: set[str] = set()
    waiting = [id_ for id_ in chosen if id_ in read]
    while waiting:
        id_ = waiting.pop()
        if id_ in acting:
            continue
        acting.add(id_)
        for part in (chosen[id_], *chosen[id_].believed_by.values()):
            if part.formula is not None:
                waiting += [name for name in part.formula.names if name in chosen]
    return [[id_, _plain(chosen[id_])] for id_ in chosen if id_ in acting]


def _plain(quantity: Any) -> tuple[Any, ...]:
    formula = quantity.formula
    believed = tuple((who, _plain(own)) for who, own in quantity.believed_by.items())
    return (
        quantity.low,
        quantity.mid,
        quantity.high,
        quantity.value,
        None if formula is None else formula.text,
        quantity.family,
        quantity.parameters,
        quantity.bounds,
        believed,
    )


def _mechanisms(scenario: Scenario) -> list[str]:
    spec = scenario.spec
    return [*spec.flows, *spec.events, *spec.signals]


def _priors(scenario: Scenario, worldview: str) -> list[Any]:
    spec = scenario.spec
    return [
        [name, holder, {v: str(e) for v, e in scenario.prior(name, holder, worldview).items()}]
        for name in spec.hypotheses
        for holder in ("world", "public", *spec.parties)
    ]


def _strategy(scenario: Scenario, name: str) -> Mapping[str, Any]:
    strategy = scenario.strategy(name).model_dump(mode="json")
    rules = [{k: r[k] for k in ("when", "set", "otherwise", "width")} for r in strategy["rules"]]
    return {**{field: strategy[field] for field in _ACTING}, "rules": rules}


def _tracks(scenario: Scenario, strategy: str, worldview: str) -> list[Any]:
    """What separate tracks say, where the strategy negotiates on them; empty for the package."""
    from winset.talks.tracks import acting

    mode, order = acting(scenario.spec, scenario.strategy(strategy))
    if mode == "package":
        return []
    said = scenario.spec.tracks
    exprs = said.momentum, said.complexity, said.partial
    names = frozenset(name for e in exprs if e is not None for name in e.names)
    groups = [[name, list(said.groups[name])] for name in order]
    return [[mode, groups, [str(e) for e in exprs], _numbers(scenario, worldview, names)]]


def _digest(data: Any) -> str:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _claim(folder: Path, design: Design) -> None:
    """Begin a folder of variants, or take up one that is there."""
    path = folder / RECORD
    if folder.exists() and not folder.is_dir():
        raise StudyError(f"{folder}: is a file; a folder is needed")
    if folder.exists() and not path.exists() and any(folder.iterdir()):
        raise StudyError(
            f"{folder}: not empty, and not made by `winset claims` or `winset differ`. "
            "Choose another folder with --out"
        )
    try:
        (folder / "cells").mkdir(parents=True, exist_ok=True)
        record = {
            "kind": KIND,
            "scenario": {"id": design.scenario.id, "sha256": design.scenario.sha256},
        }
        replace_file(path, json.dumps(record, indent=1).encode() + b"\n")
    except OSError as error:
        raise StudyError(f"{folder}: cannot be written: {error.strerror}") from None
