"""Search for strategies that do better than a named one by several objectives at once.

NSGA-III (Deb and Jain 2014), NSGA-II with up to three objectives (Deb et al. 2002), by pymoo, over
the genomes of a `SearchSpace`, on light cells that share draws and luck with the strategy started
from. An objective of a candidate is its paired gain over that strategy, as it is reached in at
least two thirds of the worldviews (`most`) or in all of them (`all`), so that no worldview is given
a weight; regret is the most that a candidate gives up, in any worldview, against the best of the
named strategies there. The first population holds the named strategies and single moves. What is
found is thinned: what it can do without is put back. The search's numbers are too good, as the best
of many noisy ones are: `improve_score` runs what is found on other draws.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from winset.errors import WinsetError
from winset.insight.improve_cells import Bench
from winset.insight.improve_judge import Across, Judge, Objective, named
from winset.insight.search_space import Candidate, SearchSpace
from winset.talks.cell import Settings

__all__ = ["Budget", "Found", "Tried", "first_population", "search"]

Floats = NDArray[np.float64]

#: candidates computed between two looks at the clock
BATCH: Final = 8
#: generations without a candidate not tried before, after which the search is over
IDLE: Final = 10
#: up to so many objectives NSGA-II, else NSGA-III
FEW: Final = 3
#: of the objectives wanted at once, what a thinned candidate must keep
KEEP: Final = 0.9
#: share of the budget kept for thinning
THIN: Final = 0.25


@dataclass(frozen=True)
class Budget:
    """Strategies tried at most (the one started from and the named ones not counted), or seconds;
    what is reached first ends the search.
    """

    strategies: int | None = 300
    seconds: float | None = None


@dataclass(frozen=True)
class Tried:
    """A candidate, its gain by each objective across worldviews [O], and in each of them [W,O]."""

    candidate: Candidate
    gains: Floats
    each: Floats


@dataclass
class Found:
    """What a search tried, in order, and the candidates worth scoring on other draws, each with the
    reason why.
    """

    objectives: tuple[Objective, ...]
    tried: list[Tried] = field(default_factory=list)
    finalists: list[tuple[Tried, str]] = field(default_factory=list)
    generations: int = 0
    algorithm: str = ""


def search(
    bench: Bench,
    objectives: Sequence[Objective],
    settings: Settings,
    *,
    wanted: Sequence[int],
    budget: Budget,
    across: Across = "most",
    keep: int = 6,
    seed: int = 1,
    clock: Callable[[], float] = time.monotonic,
) -> Found:
    """Search and return what was tried and the finalists. wanted: numbers of the objectives that
    should be better at once. The same arguments give the same answer, unless a time is the limit.
    """
    began = clock()
    bench.report.begin("improve", len(named(bench.space)) * len(bench.worldviews), 0)
    judge = Judge(bench, objectives, settings, across)
    bench.report.end()
    run = _Run(judge, budget, began, clock, Found(tuple(objectives)))
    _evolve(run, seed)
    _finalists(run, wanted, keep)
    return run.found


class _Run:
    """One search: candidates are tried once each."""

    def __init__(
        self, judge: Judge, budget: Budget, began: float, clock: Callable[[], float], found: Found
    ) -> None:
        self.judge, self.budget, self.found = judge, budget, found
        self.began, self.clock = began, clock
        self.known: dict[str, Tried] = {}

    def left(self, share: float = 1.0) -> int:
        """How many more candidates may be tried before this share of the budget is spent."""
        if self.budget.seconds is not None:
            if self.clock() - self.began >= share * self.budget.seconds:
                return 0
            if self.budget.strategies is None:
                return 1_000_000
        return max(int(share * (self.budget.strategies or 0)) - len(self.found.tried), 0)

    def try_all(self, candidates: Sequence[Candidate], share: float = 1.0) -> list[Tried | None]:
        """Each candidate's gains; None for those for which there was no budget left."""
        bench = self.judge.bench
        new = [
            c
            for c in {c.text: c for c in candidates}.values()
            if c.text not in self.known and c.parts
        ]
        new = new[: self.left(share)]
        if new:
            views = len(bench.worldviews)
            kept = sum(bench.known(bench.name(c), self.judge.settings) for c in new)
            bench.report.begin("improve", views * len(new) - kept, 0)
        try:
            for at in range(0, len(new), BATCH):
                if not self.left(share):
                    break
                part = new[at : at + BATCH]
                cells = bench.cells([bench.name(c) for c in part], self.judge.settings)
                for c in part:
                    one = Tried(c, *self.judge.gains(bench.name(c), cells))
                    self.known[c.text] = one
                    self.found.tried.append(one)
        finally:
            if new:
                bench.report.end()
        return [self.known.get(c.text) for c in candidates]


def _evolve(run: _Run, seed: int) -> None:
    try:
        from pymoo.core.evaluator import Evaluator
        from pymoo.core.problem import Problem
        from pymoo.core.termination import NoTermination
        from pymoo.problems.static import StaticProblem
    except ImportError:
        raise WinsetError(
            "winset improve needs pymoo, which is not installed: pip install 'winset[insight]'"
        ) from None
    space, objectives = run.judge.bench.space, run.judge.objectives
    share = 1.0 - THIN
    planned = run.left(share)
    size = min(40, max(8, planned // 6))
    first = first_population(space, run.judge.named, size, np.random.default_rng(seed))
    algorithm = _algorithm(len(objectives), size, first, seed)
    run.found.algorithm = type(algorithm).__name__
    problem = Problem(n_var=space.size, n_obj=len(objectives), xl=0.0, xu=1.0)
    algorithm.setup(problem, termination=NoTermination(), seed=seed, verbose=False)
    idle = 0
    nothing = np.zeros(len(objectives))
    while run.left(share) and idle < IDLE:
        population = algorithm.ask()
        genomes = population.get("X")
        before = len(run.found.tried)
        candidates = [space.candidate(genome) for genome in genomes]
        tried = run.try_all(candidates, share)
        idle = idle + 1 if len(run.found.tried) == before else 0
        if any(one is None and c.parts for one, c in zip(tried, candidates, strict=True)):
            break  # the budget ended within the generation
        # A candidate that changes nothing gains nothing.
        gains = np.array([nothing if one is None else one.gains for one in tried])
        Evaluator().eval(StaticProblem(problem, F=-gains), population)
        algorithm.tell(infills=population)
        run.found.generations += 1


def _algorithm(objectives: int, size: int, first: Floats, seed: int) -> Any:
    if objectives <= FEW:
        from pymoo.algorithms.moo.nsga2 import NSGA2

        return NSGA2(pop_size=size, sampling=first)
    from pymoo.algorithms.moo.nsga3 import NSGA3

    return NSGA3(_directions(objectives, size, seed), pop_size=size, sampling=first)


def _directions(objectives: int, size: int, seed: int) -> Floats:
    """Reference directions on the simplex [size,O]: its middle, its corners (each objective alone)
    and scrambled Sobol points, evenly over the rest.
    """
    from scipy.stats import qmc

    corners = np.eye(objectives)[: max(size - 1, 0)]
    more = size - 1 - len(corners)
    points = qmc.Sobol(objectives, rng=seed).random(1 << max(more, 1).bit_length())[:more]
    spread = -np.log(np.clip(points, 1e-9, 1 - 1e-9))
    spread /= spread.sum(axis=1, keepdims=True)
    middle = np.full((1, objectives), 1 / objectives)
    return np.vstack([middle, corners, spread])


def first_population(
    space: SearchSpace, named: Sequence[str], size: int, rng: np.random.Generator
) -> Floats:
    """The first population: named strategies' levels, then the start with some of its numbers taken
    from another named strategy or at random.
    """
    levels = [space.scenario.strategy(name).levers for name in named if name != space.base]
    start = space.genome({})
    rows = [space.genome(one) for one in levels][: max(size // 3, 1)]
    while len(rows) < size:
        row = start.copy()
        other = space.genome(levels[rng.integers(len(levels))]) if levels else start
        taken = rng.random(space.size) < rng.choice([0.1, 0.3, 0.5])
        row[taken] = other[taken]
        drawn = rng.random(space.size) < 0.15
        row[drawn] = rng.random(int(drawn.sum()))
        for at in space.turns:
            # One in three begins with a turn of this kind, which shifts one group of levers.
            row[at] = 0.5 + 0.5 * rng.random() if rng.random() < 1 / 3 else 0.25
            row[at + 1 : at + 1 + len(space.groups)] = 0.5
            row[at + 1 + rng.integers(len(space.groups))] = rng.random()
        rows.append(row)
    return np.array(rows[:size])


def _finalists(run: _Run, wanted: Sequence[int], keep: int) -> None:
    """Choose what is worth scoring: best by all that is wanted at once, thinned; best by each
    objective among those that lose nothing of it.
    """
    found, tried = run.found, run.found.tried
    if not tried:
        return
    chosen: dict[str, tuple[Tried, str]] = {}
    names = " and ".join(found.objectives[o].name for o in wanted)
    scale = np.std([one.gains for one in tried], axis=0) + 1e-12

    def score(one: Tried) -> float:
        return float((one.gains[list(wanted)] / scale[list(wanted)]).min())

    together = sorted(tried, key=score, reverse=True)
    for one in together[:2]:
        if score(one) > 0:
            thin = _thinned(run, one, score)
            chosen.setdefault(thin.candidate.text, (thin, f"best by {names} at once, thinned"))
    chosen.setdefault(together[0].candidate.text, (together[0], f"best by {names} at once"))
    pool = [one for one in tried if score(one) > 0] or tried
    for o, objective in enumerate(found.objectives):
        one = max(pool, key=lambda x: float(x.gains[o]))
        reason = f"best by {objective.name}"
        if score(one) > 0:
            reason += f" of those better by {names}"
        chosen.setdefault(one.candidate.text, (one, reason))
    found.finalists = list(chosen.values())[:keep]


def _thinned(run: _Run, one: Tried, score: Callable[[Tried], float]) -> Tried:
    """The candidate less what it can do without: parts put back in the order of what each is worth,
    as many as leave `KEEP` of the score.
    """
    goal = KEEP * score(one)
    for _ in range(4):
        parts = one.candidate.parts
        if parts < 2:
            return one
        fewer = [one.candidate.without(part) for part in range(parts)]
        singles = run.try_all(fewer)
        known = [x for x in singles if x is not None]
        enough = sorted((x for x in known if score(x) >= goal), key=score, reverse=True)
        if not enough:
            return one
        # Many at once: the halves, quarters, ... of those that can be spared one by one.
        order = [n for n, x in enumerate(singles) if x is not None and score(x) >= goal]
        order.sort(key=lambda n: -score(singles[n]))  # type: ignore[arg-type]
        counts = sorted({len(order) * k // 4 for k in (1, 2, 3, 4)} - {0, 1}, reverse=True)
        many = run.try_all([_less(one.candidate, order[:count]) for count in counts])
        better = [x for x in many if x is not None and score(x) >= goal]
        one = better[0] if better else enough[0]
    return one


def _less(candidate: Candidate, parts: Sequence[int]) -> Candidate:
    for part in sorted(parts, reverse=True):
        if part < candidate.parts:
            candidate = candidate.without(part)
    return candidate
