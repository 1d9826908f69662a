"""What a search for better strategies is after: objectives, and a candidate's gains by them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from numpy.typing import NDArray

from winset.insight.improve_cells import Bench
from winset.insight.search_space import TEMPLATE, SearchSpace
from winset.study.design import CellKey
from winset.talks.cell import Cell, Settings

if TYPE_CHECKING:
    from winset.scenario.schema.root import ScenarioSpec

__all__ = ["REGRET", "Across", "Judge", "Objective", "aims", "mean", "named"]

Floats = NDArray[np.float64]
Across = Literal["most", "all"]

REGRET: Final = "regret"


@dataclass(frozen=True)
class Objective:
    """A measure, or `regret`, and which way is better: 1 more, -1 less."""

    name: str
    way: int


def aims(
    spec: ScenarioSpec, measures: Sequence[str], wanted: Sequence[str] = ()
) -> list[Objective]:
    """The objectives: those asked for, else all there are: durable, the human costs that have a
    better end (`deaths`), escalation, money, each party's value, regret.

    Raises DesignError naming what cannot be one.
    """
    from difflib import get_close_matches

    from winset.insight.measures import objectives
    from winset.study.design import DesignError

    known: dict[str, int] = dict(objectives(measures))
    money = {m: -1 for m in measures if m == "money" or m.startswith("money.")}
    # The first two are what should be better at once.
    first = [m for m in ("durable", "deaths", "escalation") if m in known]
    standard: dict[str, int] = {m: known[m] for m in first}
    standard |= {**money, **known, REGRET: -1}
    costs = {m: -1 for m, body in spec.measures.items() if body.human_cost and m in measures}
    allowed = {**costs, **standard, "signed": 1, "months_of_war": -1}
    problems = []
    for name in wanted:
        if name not in allowed:
            near = get_close_matches(name, allowed, n=1, cutoff=0.5)
            hint = f" Did you mean {near[0]}?" if near else ""
            problems.append(f"--objective: {name!r} is none.{hint} There are: {', '.join(allowed)}")
    if problems:
        raise DesignError(problems)
    return [Objective(name, allowed[name]) for name in (wanted or standard)]


class Judge:
    """Turns cells into gains over the strategy started from, on the same draws."""

    def __init__(
        self, bench: Bench, objectives: Sequence[Objective], settings: Settings, across: Across
    ) -> None:
        self.bench, self.objectives = bench, tuple(objectives)
        self.settings, self.across = settings, across
        self.named = named(bench.space)
        self.cells = bench.cells([*self.named], settings)

    def gains(self, name: str, cells: Mapping[CellKey, Cell]) -> tuple[Floats, Floats]:
        """Across worldviews [O] and in each [W,O]."""
        views = self.bench.worldviews
        each = np.empty((len(views), len(self.objectives)))
        for w, view in enumerate(views):
            cell = cells[CellKey(view, name)]
            base = self.cells[CellKey(view, self.bench.space.base)]
            for o, objective in enumerate(self.objectives):
                if objective.name == REGRET:
                    each[w, o] = mean(cell, "durable") - self.best(view)
                else:
                    gap = cell.measures[objective.name] - base.measures[objective.name]
                    each[w, o] = objective.way * _mean(gap)
        most = math.ceil(2 * len(views) / 3) if self.across == "most" else len(views)
        gains = -np.sort(-each, axis=0)[most - 1]
        for o, objective in enumerate(self.objectives):
            if objective.name == REGRET:
                gains[o] = each[:, o].min() - self._regret()
        return gains, each

    def best(self, view: str) -> float:
        """The best chance of a durable settlement among named strategies in a worldview."""
        return max(mean(self.cells[CellKey(view, s)], "durable") for s in self.named)

    def _regret(self) -> float:
        base = self.bench.space.base
        return min(
            mean(self.cells[CellKey(v, base)], "durable") - self.best(v)
            for v in self.bench.worldviews
        )


def mean(cell: Cell, measure: str) -> float:
    """A measure's mean over the draws in which it is defined; NaN where it is in none."""
    return _mean(cell.measures[measure])


def _mean(values: Floats) -> float:
    use = values[np.isfinite(values)]
    return float(use.mean()) if len(use) else float("nan")


def named(space: SearchSpace) -> tuple[str, ...]:
    """The strategies that the scenario itself has."""
    return tuple(s for s in space.scenario.strategies if s != TEMPLATE)
