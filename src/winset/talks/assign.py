"""What is true on each path, and whether the start already had an overlap."""

from __future__ import annotations

import numpy as np

from winset.talks import pricing, session
from winset.talks.luck import lattice
from winset.talks.menu import Floats
from winset.talks.problem import Problem


def true_combination(problem: Problem, kind: str, draw: np.ndarray, path: np.ndarray) -> np.ndarray:
    """[P] combination of types (or hidden facts) true on each path, stratified, from the world's
    prior; one even stream per hypothesis, so that another hypothesis's prior moves nothing here."""
    known = problem.facts
    if kind == "types":
        own = [h for h, o in enumerate(known.owner) if o is not None]
        index = np.stack([known.type_index(p) for p in problem.parties], axis=1)
        keys, back = np.unique(index, axis=0, return_inverse=True)
        label = back.ravel()
        prior, size = problem.priors.world_types, len(keys)
    else:
        own = list(known.hidden())
        label = known.hidden_index()
        prior, size = problem.priors.world_hidden, int(label.max()) + 1 if len(label) else 1
    if not own:
        return np.zeros(len(draw), dtype=np.int64)
    possible = np.ones((len(draw), size), dtype=bool)
    for h in own:
        values = len(known.values[h])
        value_of = np.zeros(size, dtype=np.int64)
        value_of[label] = known.combos[:, h]
        masses = [
            np.where(possible & (value_of == v), prior[draw], 0.0).sum(axis=1)
            for v in range(values)
        ]
        mass = np.stack(masses, axis=1)
        mass /= np.maximum(mass.sum(axis=1, keepdims=True), 1e-300)
        u = lattice(problem.settings.seed, f"fact|{known.ids[h]}", h, draw, path)
        picked = (u[:, None] >= np.cumsum(mass, axis=1)[:, :-1]).sum(axis=1)
        possible &= value_of[None, :] == picked[:, None]
    return np.asarray(possible.argmax(axis=1))


def overlap_at_start(
    problem: Problem, draw: np.ndarray, z: Floats, c: Floats, b: Floats, truth: np.ndarray
) -> Floats:
    """[P] 1 where some candidate text is at least as good as fighting on for every signatory's true
    type, and is ratified more likely than not. The start is the same on all paths of a draw and
    type: one of each is judged."""
    tb = problem.table
    code = draw * tb.row_of.shape[1] + truth
    _, first, back = np.unique(code, return_index=True, return_inverse=True)
    count = len(first)
    live = np.ones(count, dtype=bool)
    v, lasts, _, r, _ = pricing.prices(tb, draw[first], z[first], live)
    v, lasts, r = v.astype(np.float64), lasts.astype(np.float64), r.astype(np.float64)
    found = np.zeros(count)
    session.overlaps(tb, draw[first], truth[first], v, lasts, r, c[first], b[first], found)
    return np.asarray(found[back.ravel()])


def overlap_now(
    problem: Problem, draw: np.ndarray, z: Floats, c: Floats, b: Floats, truth: np.ndarray
) -> Floats:
    """[P] as `overlap_at_start`, each path judged at its own state."""
    tb = problem.table
    v, lasts, _, r, _ = pricing.prices(tb, draw, z, np.ones(len(draw), dtype=bool))
    found = np.zeros(len(draw))
    session.overlaps(
        tb, draw, truth, v.astype(np.float64), lasts.astype(np.float64), r.astype(np.float64),
        c, b, found,
    )  # fmt: skip
    return found
