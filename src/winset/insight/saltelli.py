"""Sobol indices by design: how much of a measure's variance each factor makes, alone and with all
others.

    S_i  = Var(E[y | x_i]) / Var(y)          first order
    ST_i = E(Var[y | x_-i]) / Var(y)         total order: what is left when all others are known

Saltelli's design (Saltelli et al. 2010): two sets of N points A and B, and for each of k factors A
with that factor's column from B, N (k + 2) points in all, from SALib's scrambled Sobol points, and
SALib's estimators (S_i: Saltelli et al. 2010, ST_i: Jansen 1999) with its bootstrap intervals. A
factor is one quantity, quantities that are correlated (drawn from independent probabilities that
are then mixed), or `REST`, all others together. Each of the k + 2 sets is a cell of N draws, in
which draw n has the same luck: luck is held, not a factor.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from winset.errors import WinsetError
from winset.study.design import CellKey, DesignError
from winset.study.makers import Makers
from winset.study.parts import decode
from winset.study.pool import default_workers, open_pool
from winset.study.report import SILENT, Reporter
from winset.study.worker import Task
from winset.talks.cell import LIGHT, Cell, Settings

if TYPE_CHECKING:
    from winset.scenario import Scenario

__all__ = ["REST", "Factor", "Saltelli", "ViewIndices", "saltelli_cell", "view_indices"]

Floats = NDArray[np.float64]

REST: Final = "all others"
#: paths a draw in the cells of a design
PATHS: Final = 32
_MISSING: Final = (
    "winset hinges --sobol needs SALib, which is not installed: pip install 'winset[insight]'"
)


@dataclass(frozen=True)
class Factor:
    """A factor's indices, each with the half-width of its 95% interval (bootstrap)."""

    name: str
    first: float
    first_half: float
    total: float
    total_half: float


@dataclass(frozen=True)
class Saltelli:
    """A design: factors (each the names of columns that move together), points N, seed."""

    factors: tuple[tuple[str, ...], ...]
    points: int
    seed: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, factor by factor."""
        return tuple(name for factor in self.factors for name in factor)

    def blocks(self) -> Floats:
        """Points in 0..1: [factors + 2, N, columns]: A, A with each factor from B, B.

        Raises WinsetError without SALib.
        """
        try:
            from SALib.sample import sobol
        except ImportError:
            raise WinsetError(_MISSING) from None
        rows = sobol.sample(
            self._problem(), self.points, calc_second_order=False, scramble=True, seed=self.seed
        )
        shaped = rows.reshape(self.points, len(self.factors) + 2, len(self.names))
        return np.asarray(shaped.transpose(1, 0, 2))

    def indices(self, y: Floats) -> tuple[Factor, ...]:
        """The indices of outcomes y [factors + 2, N], in the order of `blocks`; all 0 where the
        outcome does not vary.
        """
        try:
            from SALib.analyze import sobol
        except ImportError:
            raise WinsetError(_MISSING) from None
        if np.ptp(y) == 0:
            return tuple(Factor(f[0], 0.0, 0.0, 0.0, 0.0) for f in self.factors)
        found = sobol.analyze(
            self._problem(),
            np.ascontiguousarray(y.T).reshape(-1),
            calc_second_order=False,
            seed=self.seed + 1,
        )
        columns = ("S1", "S1_conf", "ST", "ST_conf")
        # SALib orders groups by their first appearance, which is the order here.
        return tuple(
            Factor(factor[0] if len(factor) == 1 else self._label(n), *map(float, numbers))
            for n, (factor, numbers) in enumerate(
                zip(self.factors, zip(*(found[c] for c in columns), strict=True), strict=True)
            )
        )

    def _label(self, n: int) -> str:
        return " with ".join(self.factors[n])

    def _problem(self) -> dict[str, Any]:
        names = self.names
        problem: dict[str, Any] = {
            "num_vars": len(names),
            "names": list(names),
            "bounds": [[0.0, 1.0]] * len(names),
        }
        if len(self.factors) < len(names):
            problem["groups"] = [f"f{n}" for n, f in enumerate(self.factors) for _ in f]
        return problem


@dataclass(frozen=True)
class ViewIndices:
    """One worldview: factors in the order of the design, the measure's mean and variance over the
    points of A and B, and how many points were run.
    """

    worldview: str
    factors: tuple[Factor, ...]
    mean: float
    variance: float
    points: int


def view_indices(
    scenario: Scenario,
    worldview: str,
    strategy: str,
    measure: str,
    quantities: Sequence[str],
    settings: Settings,
    *,
    points: int,
    workers: int | None = None,
    report: Reporter = SILENT,
    makers: Makers | None = None,
) -> ViewIndices:
    """Run a design in one worldview, its factors the quantities named and `REST`. settings: of the
    study; only months, seed and solver count, the rest is light.

    Raises DesignError for a quantity that does not vary there, numbers of points that are no power
    of 2 from 16, and a measure that is undefined in some draw.
    """
    design, rest = _design(scenario, worldview, quantities, points, settings.seed)
    light = replace(settings, draws=points, paths=min(settings.paths, PATHS), replicates=1, **LIGHT)
    blocks = len(design.factors) + 2
    text = json.dumps([list(quantities), points, settings.seed])
    tasks = [Task(n, CellKey(worldview, f"{strategy}|{n}|{text}"), light) for n in range(blocks)]
    y = np.empty((blocks, points))
    maker = (makers or Makers(cell="winset.insight.saltelli:saltelli_cell")).cell
    with open_pool(scenario, maker, min(workers or default_workers(), blocks)) as pool:
        for done in pool.run(tasks):
            values = decode(done.part).measures[measure]
            if not np.isfinite(values).all():
                raise DesignError(
                    [f"--sobol: {measure} is undefined in some draws, which no design can have"]
                )
            y[done.number] = values
            report.cell(tasks[done.number].key)
    factors = design.indices(y)
    if rest:
        factors = (*factors[:-1], replace(factors[-1], name=REST))
    ends = y[[0, -1]]
    return ViewIndices(worldview, factors, float(ends.mean()), float(ends.var()), blocks * points)


def saltelli_cell(scenario: Scenario, worldview: str, strategy: str, settings: Settings) -> Cell:
    """Compute one set of a design; strategy: `STRATEGY|SET|FACTORS`. Runs in workers."""
    from winset.scenario.sampling import sample_at
    from winset.talks import run_cell

    name, block, text = strategy.split("|", 2)
    quantities, points, seed = json.loads(text)
    design, _ = _design(scenario, worldview, quantities, points, seed)
    at = design.blocks()[int(block)]
    u: Mapping[str, Floats] = {id_: at[:, n] for n, id_ in enumerate(design.names)}
    cell = run_cell(scenario, worldview, name, settings, drawn=sample_at(scenario, worldview, u))
    return replace(cell, strategy=strategy, courses={}, sampled={}, terms=(), fates={})


def _design(
    scenario: Scenario, worldview: str, quantities: Sequence[str], points: int, seed: int
) -> tuple[Saltelli, bool]:
    from winset.scenario.overrides import nearest
    from winset.scenario.sampling import uncertain

    if points < 16 or points & (points - 1):
        raise DesignError([f"--sobol: found {points}; a power of 2 from 16 is due, such as 256"])
    varying = uncertain(scenario, worldview)
    of = {id_: group for group in varying for id_ in group}
    problems = []
    for id_ in quantities:
        if id_ not in of:
            near = nearest(id_, of)
            hint = f" Did you mean {near}?" if near else ""
            why = "does not vary by itself" if id_ in scenario.quantities else "there is none"
            problems.append(f"--quantity: {id_!r}: {why} in {worldview}.{hint}")
    if problems:
        raise DesignError(problems)
    chosen = list(dict.fromkeys(of[id_] for id_ in quantities))
    rest = tuple(id_ for group in varying if group not in chosen for id_ in group)
    factors = (*chosen, rest) if rest else tuple(chosen)
    return Saltelli(factors, points, seed), bool(rest)
