"""The package that does best by any objective, in many cases at once, by batched local search.

Where the objective is not a sum over issues (a product of acceptance probabilities, ratification
included) elimination does not apply. Local search does: from each start, *coordinate ascent* tries
all options of one issue at a time, every case and start in one batch; where no single issue helps,
*pair moves* try all options of two issues together: a forbidden pair is a wall that single steps
cannot cross, and a trade of one issue for another may gain where each half alone loses. It stops
when no move helps any case: a local optimum with respect to both kinds of moves (Besag 1986, JRSS
B 48, for the ascent; Aarts and Lenstra 1997, "Local Search in Combinatorial Optimization", for
neighbourhoods of two). The result is not proved best, and the starts matter: `benchmarks/
frontier.py` counts the misses on a space small enough to list. Give it each party's best package
and some eight points of the frontier: best packages alone missed in up to one case of six.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import TypeAlias

import numpy as np

from ._arrays import Bools, Floats, Ints
from .errors import DealError
from .space import Allowed, Space

Objective: TypeAlias = Callable[[Ints, Ints], Floats]
"""objective(packages [B, n_issues], rows [B]) -> [B]; rows: the case each one is judged in."""

_WALL = 1e300  # an infeasible package ranks below the feasible, by the rules it breaks


@dataclass(frozen=True, eq=False)
class Found:
    """Best package of each row [rows, n_issues], its value [rows], and packages evaluated."""

    packages: Ints
    values: Floats
    evaluations: int


def search(
    space: Space,
    objective: Objective,
    starts: Ints,
    allowed: Allowed | None = None,
    pair_moves: bool = True,
    pairs: Iterable[tuple[int, int]] | None = None,
    keep: int = 4,
    batch: int = 200_000,
) -> Found:
    """Maximise `objective` over the feasible packages, separately in every row.

    Args:
        objective: vectorised; called with feasible packages only. NaN counts as -inf.
        starts: [rows, n_starts, n_issues]; infeasible starts are mended first. `Extremes.best` and
            frontier packages are good ones.
        allowed: masks per issue, [n_options] or [rows, n_options]; None allows everything.
        pair_moves: whether to try two issues at once.
        pairs: which issues to try together; None means every two, since a trade of one issue
            for another needs no edge. `space.edges + payoff.edges` costs less and misses more.
        keep: how many climbs of a row, the best by single steps, go on to pair moves.
        batch: most packages in one call of the objective.

    Returns:
        Of equal packages always the same one. The value is -inf where no start could be mended.

    Raises:
        DealError: starts of the wrong shape, or naming an option that does not exist.
        BadSpace: masks do not fit the space.
    """
    if starts.ndim != 3 or starts.shape[2] != len(space.issues) or starts.shape[1] == 0:
        raise DealError(
            f"starts must be [rows, starts, {len(space.issues)}], not {list(starts.shape)}"
        )
    if starts.size and ((starts < 0) | (starts >= np.array(space.sizes))).any():
        raise DealError("a start names an option that does not exist")
    if allowed is not None:
        space.check_allowed(allowed)
    blocks: list[tuple[int, ...]] = []
    if pair_moves:
        wanted = combinations(range(len(space.issues)), 2) if pairs is None else pairs
        blocks = sorted({(min(p), max(p)) for p in wanted})

    rows = np.repeat(np.arange(len(starts)), starts.shape[1])
    climb = _Climb(space, objective, allowed, batch)
    state = climb.begin(starts.reshape(-1, starts.shape[2]).astype(np.int64), rows)
    state = climb.ascend(state, blocks, max(1, keep))
    first = state.best_of_each(1)
    values = np.where(state.ranks[first] > -_WALL / 2, state.ranks[first], -np.inf)
    return Found(state.packages[first], values, climb.evaluations)


@dataclass(eq=False)
class _State:
    """Where every climb stands: package [S, n_issues], row [S] and rank [S]."""

    packages: Ints
    rows: Ints
    ranks: Floats

    def first_of_each(self) -> Ints:
        """Places of the climbs left when those that have met go on as one."""
        key = np.concatenate([self.rows[:, None], self.packages], axis=1)
        return np.sort(np.unique(key, axis=0, return_index=True)[1])

    def best_of_each(self, count: int) -> Ints:
        """Places of the best `count` climbs of each row; of equals those of the first starts."""
        order = np.lexsort((np.arange(len(self.rows)), -self.ranks, self.rows))
        _, first, number = np.unique(self.rows[order], return_index=True, return_counts=True)
        behind = np.arange(len(order)) - np.repeat(first, number)
        return order[behind < count]

    def only(self, kept: Ints) -> "_State":
        return _State(self.packages[kept], self.rows[kept], self.ranks[kept])


@dataclass(eq=False)
class _Climb:
    space: Space
    objective: Objective
    allowed: Allowed | None
    batch: int
    evaluations: int = field(default=0)

    def begin(self, packages: Ints, rows: Ints) -> _State:
        state = _State(packages, rows, np.zeros(len(rows)))
        state = state.only(state.first_of_each())
        state.ranks = self._rank(state.packages, state.rows)
        return state

    def ascend(self, state: _State, blocks: list[tuple[int, ...]], keep: int) -> _State:
        """Single issues until none helps, then pairs for the best; again until neither does."""
        singles: list[tuple[int, ...]] = [(k,) for k in range(len(self.space.issues))]
        active = np.ones(len(state.rows), dtype=np.bool_)
        while active.any():
            moving = active
            while moving.any():
                moving = self._round(state, singles, moving)
            kept = state.first_of_each()
            state, active = state.only(kept), active[kept]
            kept = state.best_of_each(keep)
            state, active = state.only(kept), active[kept]
            active = self._round(state, blocks, active)
        return state

    def _round(self, state: _State, blocks: list[tuple[int, ...]], active: Bools) -> Bools:
        """Try every block of issues once, for the active climbs; returns which of them rose."""
        rose = np.zeros(len(state.rows), dtype=np.bool_)
        for block in blocks:
            sizes = [range(self.space.sizes[k]) for k in block]
            options = np.array(list(product(*sizes)), dtype=np.int64)
            places = np.flatnonzero(active)
            step = max(1, self.batch // len(options))
            for at in range(0, len(places), step):
                self._try(state, block, options, places[at : at + step], rose)
        return rose

    def _try(
        self, state: _State, block: tuple[int, ...], options: Ints, places: Ints, rose: Bools
    ) -> None:
        """Move each climb to the best of the block's options, if that is better."""
        trial = np.repeat(state.packages[places], len(options), axis=0)
        trial[:, block] = np.tile(options, (len(places), 1))
        ranks = self._rank(trial, np.repeat(state.rows[places], len(options)))
        ranks = ranks.reshape(len(places), len(options))
        pick = ranks.argmax(axis=1)
        top = ranks[np.arange(len(places)), pick]
        better = top > state.ranks[places]
        moved = places[better]
        state.packages[np.ix_(moved, block)] = options[pick[better]]
        state.ranks[moved] = top[better]
        rose[moved] = True

    def _rank(self, packages: Ints, rows: Ints) -> Floats:
        """Value of feasible packages; of the others minus a wall for every rule they break."""
        broken = self.space.broken(packages, self.allowed, rows)
        ranks = -_WALL * broken.astype(np.float64)
        good = np.flatnonzero(broken == 0)
        if good.size:
            values = np.asarray(self.objective(packages[good], rows[good]), dtype=np.float64)
            ranks[good] = np.where(values > -_WALL / 2, values, -_WALL / 2)  # NaN too
            self.evaluations += good.size
        return ranks
