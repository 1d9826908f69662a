"""Steepest ascent over packages with few, large calls of the objective.

Every step tries all single changes and all changes of two linked issues at once, for every case in
one call, and takes the best. Cheaper than `search` where a call costs more than the packages in it
(an objective made of many small array operations); it stops at a local optimum of the same moves.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import numpy as np

from .search import Found, Objective
from .space import Allowed, Space

MOST_STEPS = 30


def climb(
    space: Space,
    objective: Objective,
    starts: np.ndarray,
    allowed: Allowed | None = None,
    pairs: Iterable[tuple[int, int]] = (),
) -> Found:
    """Best package found from each start.

    Args:
        objective: packages [B, n_issues], rows [B] -> [B].
        starts: [rows, n_issues], feasible.
        allowed: masks per issue; None allows everything.
        pairs: pairs of issues changed together, besides those with forbidden pairs.
    """
    moves = _moves(space, allowed, set(space.edges) | {(min(p), max(p)) for p in pairs})
    packages = starts.astype(np.int64).copy()
    rows = np.arange(len(packages))
    values = np.asarray(objective(packages, rows), dtype=np.float64)
    evaluated = len(packages)
    active: np.ndarray = rows
    for _ in range(MOST_STEPS):
        if not len(active):
            break
        trial: np.ndarray = np.where(moves[None] >= 0, moves[None], packages[active][:, None])
        flat = trial.reshape(-1, trial.shape[2])
        good = np.flatnonzero(space.feasible(flat, allowed))
        worth: np.ndarray = np.full(len(flat), -np.inf)
        worth[good] = objective(flat[good], np.repeat(active, len(moves))[good])
        evaluated += len(good)
        worth = np.where(np.isnan(worth), -np.inf, worth).reshape(len(active), len(moves))
        pick = worth.argmax(axis=1)
        top = worth[np.arange(len(active)), pick]
        up = top > values[active] * (1 + 1e-12)
        moved = active[up]
        packages[moved] = trial[up, pick[up]]
        values[moved] = top[up]
        active = moved
    return Found(packages, values, evaluated)


def _moves(space: Space, allowed: Allowed | None, pairs: set[tuple[int, int]]) -> np.ndarray:
    """[moves, n_issues] option numbers, -1 where the issue stays."""
    masks = space.everything() if allowed is None else allowed
    free = [np.flatnonzero(m) for m in masks]
    out = []
    for a in range(len(space.issues)):
        for x in free[a]:
            move = np.full(len(space.issues), -1, dtype=np.int64)
            move[a] = x
            out.append(move)
    for a, b in sorted(pairs):
        for x, y in product(free[a], free[b]):
            move = np.full(len(space.issues), -1, dtype=np.int64)
            move[a], move[b] = x, y
            out.append(move)
    return np.array(out)
