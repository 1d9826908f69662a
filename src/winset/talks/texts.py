"""Candidate texts: the few packages, out of all that the strategy will table, that a mediator would
ever choose.

In some draws, at the start of the war and at later states of it, and at some values of fighting on,
the best text is searched by local search (issue by issue, then pairs of issues) from frontier
starts; all texts found are re-valued in every draw, and each draw keeps the best of them. Small
spaces keep every feasible package. Measured loss: docs/explanation/solver.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from winset.deals import NoFeasiblePackage, Payoff, climb, frontier, maximum
from winset.errors import SolverError
from winset.talks.menu import Floats
from winset.talks.packages import Deals, _pair_tables
from winset.talks.scoring import Start, look
from winset.talks.terms import Home

SMALL = 1024
# moves of the values of fighting on, from the no-talks values at the start, at which texts are
# searched and kept
FOUND = (-0.1, 0.08)
KEPT = (-0.25, -0.08, 0.08)
NEARBY = (-0.1, 0.05)
BEST = 3
HOPELESS = 1e-4  # chance of signing below which a state asks for no text of its own
# how much of what ratifiers want is added to the parties' own wants, draw by draw
TASTES = (0.5, 0.0, 1.5)


@dataclass(frozen=True)
class Texts:
    """packages [N, issues] option numbers; kept [D,K] which of them each draw uses; armistice: its
    number or -1."""

    packages: np.ndarray
    kept: np.ndarray
    armistice: int
    loss: float


def choose_candidates(
    deals: Deals, at_home: Home, start: Start, count: int, searched: int
) -> Texts:
    """The candidate texts of a strategy under a worldview."""
    armistice = _armistice(deals)
    sizes = deals.menu.space.sizes
    if deals.menu.space.size <= SMALL:
        grid = np.array(list(itertools.product(*[range(n) for n in sizes])), dtype=np.int64)
        good = deals.menu.space.feasible(grid) & deals.allowed[deals.menu.flat(grid)].all(axis=1)
        packages = grid[good]
        if armistice is None and not len(packages):
            raise SolverError("no package is both feasible and on the strategy's table")
        kept = np.tile(np.arange(len(packages)), (deals.draws, 1))
        return _with_armistice(packages, kept, armistice, 0.0)
    found = _found(deals, at_home, start, searched)
    packages = np.unique(np.concatenate([found, _plans(deals)]), axis=0)
    packages = _nearby(deals, at_home, start, packages)
    rows, loss = _keep(deals, at_home, start, packages, count)
    used, back = np.unique(rows, return_inverse=True)
    return _with_armistice(packages[used], back.reshape(rows.shape), armistice, loss)


def _with_armistice(
    packages: np.ndarray, kept: np.ndarray, armistice: np.ndarray | None, loss: float
) -> Texts:
    if armistice is None:
        return Texts(packages, kept, -1, loss)
    number = len(packages)
    packages = np.concatenate([packages, armistice[None]])
    kept = np.concatenate([kept, np.full((len(kept), 1), number)], axis=1)
    return Texts(packages, kept, number, loss)


def _armistice(deals: Deals) -> np.ndarray | None:
    ceasefire = deals.scenario.spec.ceasefire
    if ceasefire is None or not deals.strategy.ceasefire:
        return None
    return package_of(deals, ceasefire.plan)


def package_of(deals: Deals, plan: str) -> np.ndarray:
    """Option numbers of a named plan."""
    options = deals.scenario.spec.plans[plan].options
    out = []
    for m, issue in enumerate(deals.menu.space.issues):
        chosen = options[issue]
        names = deals.menu.space.options[m]
        if isinstance(chosen, str):
            out.append(names.index(chosen))
        else:
            first = int(deals.menu.first[m])
            shares = deals.menu.share[first : first + len(names)]
            out.append(int(np.abs(shares - chosen).argmin()))
    return np.array(out, dtype=np.int64)


def _plans(deals: Deals) -> np.ndarray:
    plans = [package_of(deals, p) for p in deals.scenario.spec.plans]
    if not plans:
        return np.empty((0, len(deals.menu.space.issues)), dtype=np.int64)
    packages = np.array(plans)
    good = deals.menu.space.feasible(packages)
    good &= deals.allowed[deals.menu.flat(packages)].all(axis=1)
    return packages[good]


def _found(deals: Deals, at_home: Home, start: Start, searched: int) -> np.ndarray:
    """Best texts at a few states and values of fighting on: the best of a frontier pool, improved
    by local search. The start of the war is searched in `searched` draws, other states in half as
    many."""
    parties = deals.scenario.signatories
    chosen = np.concatenate(
        [
            w * deals.draws + _spread(deals.draws, searched if w == 0 else -(-searched // 2))
            for w in range(len(start.cover) // deals.draws)
        ]
    )
    moves = [(move,) * len(parties) for move in FOUND]
    row = np.repeat(chosen, len(moves))
    shift = np.tile(np.array(moves), (len(chosen), 1))
    masks = _masks(deals, deals.allowed)
    pool = _pool(deals, at_home, start, chosen)
    worth = look(deals, at_home, start, chosen[:, None], pool[None]).at(np.array(moves))
    best = worth.argmax(axis=2).T.ravel()  # state by state, move by move

    def objective(packages: np.ndarray, rows: np.ndarray) -> Floats:
        found = look(deals, at_home, start, row[rows], packages)
        return np.asarray(found.at(shift[rows][None])[0])

    edges = [(a, b) for (a, _, b, _), _ in deals.pairs]
    found = climb(deals.menu.space, objective, pool[best], masks, edges)
    return found.packages[np.isfinite(found.values)]


def _spread(draws: int, count: int) -> np.ndarray:
    return np.unique(np.linspace(0, draws - 1, min(count, draws)).astype(int))


def _pool(deals: Deals, at_home: Home, start: Start, chosen: np.ndarray) -> np.ndarray:
    """Packages on exact frontiers of the signatories' values, with and without what their ratifiers
    want."""
    rows = [r for r, row in enumerate(deals.rows) if row.signatory]
    parties = deals.scenario.signatories
    out = [_plans(deals)]
    for n, at in enumerate(chosen):
        masks = _masks(deals, deals.allowed & ~start.shut[at])
        if not all(mask.any() for mask in masks):
            continue
        taste = TASTES[n % len(TASTES)]
        pick = []
        for party in parties:
            own = [r for r in rows if deals.rows[r].party == party]
            pick.append((own[n % len(own)], at_home.wishes(party, at % deals.draws) * taste))
        payoffs = [_payoff(deals, start, r, at, wish) for r, wish in pick]
        try:
            if len(payoffs) == 2:
                points = frontier(deals.menu.space, payoffs[0], payoffs[1], allowed=masks).packages
                out.append(
                    points[np.linspace(0, len(points) - 1, min(12, len(points))).astype(int)]
                )
            else:
                out.extend(maximum(deals.menu.space, p, masks)[1] for p in payoffs)
        except NoFeasiblePackage:
            continue  # nothing can be tabled in that state
    return np.unique(np.concatenate(out), axis=0)


def _payoff(deals: Deals, start: Start, r: int, at: int, wish: Floats) -> Payoff:
    d = at % deals.draws
    scale = 1.0 / (deals.high[d, r] - deals.low[d, r])
    flat = start.contribution[at, r] * scale + wish
    scores = tuple(
        flat[int(f) : int(f) + n]
        for f, n in zip(deals.menu.first, deals.menu.space.sizes, strict=True)
    )
    pairs = tuple((a, b, table[d] * scale) for a, b, table in _pair_tables(deals, r))
    return Payoff(scores, pairs)


def _nearby(deals: Deals, at_home: Home, start: Start, packages: np.ndarray) -> np.ndarray:
    """The packages and the best of their neighbours (one issue changed) in every draw: what is best
    in the draws that were not searched is seldom further away."""
    masks, parties = _masks(deals, deals.allowed), len(deals.scenario.signatories)
    around = [packages]
    for m, mask in enumerate(masks):
        for option in np.flatnonzero(mask):
            changed = packages.copy()
            changed[:, m] = option
            around.append(changed)
    pool = np.unique(np.concatenate(around), axis=0)
    pool = pool[deals.menu.space.feasible(pool)]
    every = np.arange(len(start.cover))[:, None]
    picked = [packages]
    moves = np.repeat(np.array(NEARBY)[:, None], parties, axis=1)
    for worth in look(deals, at_home, start, every, pool[None]).at(moves):
        best = np.argpartition(-worth, min(BEST, len(pool) - 1), axis=1)[:, :BEST]
        picked.append(pool[np.unique(best)])
    return np.unique(np.concatenate(picked), axis=0)


def _masks(deals: Deals, allowed: np.ndarray) -> tuple[np.ndarray, ...]:
    return tuple(
        allowed[int(f) : int(f) + n]
        for f, n in zip(deals.menu.first, deals.menu.space.sizes, strict=True)
    )


def _keep(
    deals: Deals, at_home: Home, start: Start, packages: np.ndarray, count: int
) -> tuple[np.ndarray, float]:
    """[D,K] the texts each draw keeps: those nearest its best at any of the moved values of
    fighting on."""
    parties = deals.scenario.signatories
    states = len(start.cover) // deals.draws
    every = np.arange(len(start.cover))[:, None]
    near = np.zeros((deals.draws, len(packages)))
    moves = np.array(list(itertools.product(KEPT, repeat=len(parties))))
    for worth in look(deals, at_home, start, every, packages[None]).at(moves):
        best = worth.max(axis=1, keepdims=True)
        part = np.where(best > HOPELESS, worth / np.maximum(best, HOPELESS), 0.0)
        near = np.maximum(near, part.reshape(states, deals.draws, -1).max(axis=0))
    count = min(count, len(packages))
    order = np.argsort(-near, axis=1, kind="stable")[:, :count]
    cut = np.take_along_axis(near, order, axis=1)[:, -1]
    return np.sort(order, axis=1), float(cut.mean()) if len(packages) > count else 0.0
