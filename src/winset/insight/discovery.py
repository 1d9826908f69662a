"""Scenario discovery that can say that it found nothing.

A way to find conditions (a PRIM box, a small tree) is fitted on four fifths of the draws and asked
about the last fifth, five times over; what it says there, not where it was fitted, is what counts:

    lift = (share of successes where it says yes - where it says no) / standard error

The same search, cross-validation and all, is then made with the outcomes shuffled over the draws: p
is the share of shuffles whose lift is as large. The quantities looked at are chosen anew, by their
first-order index, within every fit, so that the choice is tested too. Shuffling stops early where
the answer is plain (Besag and Clifford 1991).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from winset.insight.boxes import BOTH_SIDES, Bools, Box, Floats, Limit, prim, rounded
from winset.insight.given_data import bases

__all__ = ["Found", "Leaf", "box_search", "discover", "tree_search"]

FOLDS: Final = 5
SHUFFLES: Final = 99
#: shuffles at least as good after which there is nothing to be found
ENOUGH: Final = 6
#: quantities looked at in one fit
LOOKED_AT: Final = 10
#: draws wanted for each quantity looked at
PER_QUANTITY: Final = 20
FOUND: Final = 0.05

#: (the leading quantities [q, n], success [n]) -> the boxes in which success is expected
Search = Callable[[Floats, Bools], tuple[Box, ...]]


@dataclass(frozen=True)
class Leaf:
    """Conditions, the share of draws they hold in, and the share of successes there."""

    box: Box
    share: float
    density: float


@dataclass(frozen=True)
class Found:
    """What a search found on all draws, and how it held up on draws it had not seen.

    leaves: the boxes in which success is expected. base: share of successes in all draws. share,
    density, coverage: share of draws in the boxes, of successes in them, of all successes that are
    in them. outside: share of successes elsewhere. unseen, unseen_outside: the same shares on
    draws not seen, with their standard errors. p: chance of so large a lift on shuffled outcomes.
    """

    leaves: tuple[Leaf, ...]
    base: float
    share: float
    density: float
    coverage: float
    outside: float
    unseen: tuple[float, float]
    unseen_outside: tuple[float, float]
    p: float
    shuffles: int

    @property
    def found(self) -> bool:
        """Whether it holds on draws not seen, beyond what chance gives in one of twenty."""
        return bool(self.leaves) and self.p <= FOUND and self.unseen[0] > self.unseen_outside[0]


def box_search(x: Floats, success: Bools) -> tuple[Box, ...]:
    """PRIM: one box, if any."""
    box = prim(x, success)
    return (box,) if box.limits else ()


def tree_search(x: Floats, success: Bools) -> tuple[Box, ...]:
    """The leaves, of a tree two questions deep, in which success is above the average (Breiman et
    al. 1984, by scikit-learn).
    """
    from sklearn.tree import DecisionTreeClassifier

    if not 0 < success.sum() < len(success):
        return ()
    tree = DecisionTreeClassifier(
        max_depth=2, min_samples_leaf=max(5, len(success) // 10), random_state=0
    ).fit(x.T, success)
    low, high = np.quantile(x, [0.05, 0.95], axis=1)
    spread = high - low
    parts, base = tree.tree_, float(success.mean())
    found: list[Box] = []

    def yes(node: int) -> bool | None:
        """Whether success is expected all over a branch; None where it depends."""
        left, right = int(parts.children_left[node]), int(parts.children_right[node])
        if left == right:
            return float(parts.value[node][0][-1]) > base
        one, other = yes(left), yes(right)
        return one if one == other else None

    def visit(node: int, limits: dict[int, tuple[float, float]]) -> None:
        said = yes(node)
        if said is not None:
            if said and limits:
                found.append(_box(limits))
            return
        row = int(parts.feature[node])
        cut = rounded(float(parts.threshold[node]), spread[row])
        floor, ceiling = limits.get(row, (-np.inf, np.inf))
        visit(int(parts.children_left[node]), {**limits, row: (floor, min(ceiling, cut))})
        visit(int(parts.children_right[node]), {**limits, row: (max(floor, cut), ceiling)})

    visit(0, {})
    return tuple(found)


def _box(limits: dict[int, tuple[float, float]]) -> Box:
    return Box(
        tuple(
            Limit(
                row,
                low if np.isfinite(low) else None,
                high if np.isfinite(high) else None,
            )
            for row, (low, high) in limits.items()
        )
    )


class _Draws:
    """Draws to search: the polynomials by which quantities are chosen are worked out once."""

    def __init__(self, x: Floats) -> None:
        self.x = x
        self._basis = bases(x, 1 if x.shape[1] < BOTH_SIDES else 2)

    def search(self, search: Search, success: Bools) -> tuple[Box, ...]:
        """The boxes found among the quantities that say most by themselves."""
        hit = success - success.mean()
        told = np.sum((np.swapaxes(self._basis, 1, 2) @ hit) ** 2, axis=1)
        most = int(np.clip(self.x.shape[1] // PER_QUANTITY, 3, LOOKED_AT))
        rows = np.argsort(-told, kind="stable")[:most]
        return tuple(box.moved(rows) for box in search(self.x[rows], success))


def discover(
    search: Search,
    x: Floats,
    success: Bools,
    *,
    seed: int = 0,
    shuffles: int = SHUFFLES,
) -> Found | None:
    """Search x [quantities, n] for conditions of `success` [n] and say how well they hold; None
    where there are fewer than 5 successes or failures.
    """
    n = len(success)
    if min(int(success.sum()), n - int(success.sum())) < FOLDS:
        return None
    rng = np.random.default_rng([seed, n, 13])
    folds = _folds(success, rng)
    parts = [(k, _Draws(x[:, folds != k])) for k in range(FOLDS)]
    says = _unseen(search, x, success, folds, parts)
    lift = _lift(says, success)
    tried = as_good = 0
    while tried < shuffles and as_good < ENOUGH:
        # Within folds, so that each keeps its share of successes and its polynomials.
        mixed = success.copy()
        for k in range(FOLDS):
            mixed[folds == k] = rng.permutation(success[folds == k])
        as_good += _lift(_unseen(search, x, mixed, folds, parts), mixed) >= lift
        tried += 1
    boxes = _Draws(x).search(search, success)
    inside = _any(boxes, x)
    hit = success.astype(np.float64)
    return Found(
        leaves=tuple(
            Leaf(box, float(box.holds(x).mean()), _mean(hit[box.holds(x)])) for box in boxes
        ),
        base=float(hit.mean()),
        share=float(inside.mean()),
        density=_mean(hit[inside]),
        coverage=float(hit[inside].sum() / hit.sum()),
        outside=_mean(hit[~inside]),
        unseen=_rate(hit[says]),
        unseen_outside=_rate(hit[~says]),
        p=(as_good + 1) / (tried + 1),
        shuffles=tried,
    )


def _any(boxes: tuple[Box, ...], x: Floats) -> Bools:
    inside = np.zeros(x.shape[1], np.bool_)
    for box in boxes:
        inside |= box.holds(x)
    return inside


def _folds(success: Bools, rng: np.random.Generator) -> NDArray[np.int64]:
    """The fold of each draw; successes are dealt over the folds evenly."""
    n = len(success)
    fold = np.empty(n, np.int64)
    fold[np.lexsort((rng.random(n), success))] = np.arange(n) % FOLDS
    return fold


def _unseen(
    search: Search,
    x: Floats,
    success: Bools,
    folds: NDArray[np.int64],
    parts: list[tuple[int, _Draws]],
) -> Bools:
    """What a search fitted on the other folds says of each draw."""
    says = np.zeros(len(success), np.bool_)
    for k, draws in parts:
        out = folds == k
        says[out] = _any(draws.search(search, success[~out]), x[:, out])
    return says


def _lift(says: Bools, success: Bools) -> float:
    yes, no = int(says.sum()), int((~says).sum())
    if not yes or not no:
        return 0.0
    hit = success.astype(np.float64)
    base = float(hit.mean())
    error = np.sqrt(base * (1 - base) * (1 / yes + 1 / no))
    return float((hit[says].mean() - hit[~says].mean()) / error)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def _rate(hit: Floats) -> tuple[float, float]:
    """A share and its standard error (Agresti and Coull's, never 0)."""
    n = len(hit)
    near = (float(hit.sum()) + 2.0) / (n + 4.0)
    return _mean(hit), float(np.sqrt(near * (1.0 - near) / (n + 4.0)))
