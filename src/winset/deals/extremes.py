"""The best and the worst feasible package of a payoff, exactly, in every draw at once.

Bucket elimination (Dechter 1999, Artificial Intelligence 113): issues are removed one by one, and
each leaves behind a table over the issues it shared a forbidden pair or an interaction with,

    m_x(separator) = max over options o of x of  sum of the tables that mention x.

What is left in the end is the maximum; walking the choices backwards gives the package. Work is
draws x the number of cells of those tables, never the product of all options.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arrays import Floats, Ints
from .elimination import check_tables, component, elimination_order
from .errors import NoFeasiblePackage
from .payoff import Payoff, value_each
from .space import Allowed, Space

MOST_CELLS = 50_000_000  # of one table, all draws together: 400 MB

# A table over some issues (sorted): one axis per issue, then draws (or 1).
Table = tuple[tuple[int, ...], Floats]


@dataclass(frozen=True, eq=False)
class Extremes:
    """Worst and best value [draws] and a package that has it [draws, n_issues]."""

    low: Floats
    high: Floats
    worst: Ints
    best: Ints


def extremes(space: Space, payoff: Payoff, allowed: Allowed | None = None) -> Extremes:
    """Minimum and maximum of `payoff` over the feasible packages, in every draw.

    Args:
        allowed: masks per issue, [n_options] or [draws, n_options]; None allows everything.

    Raises:
        NoFeasiblePackage: naming the issues whose incompatible pairs leave nothing.
        TooEntangled: naming the issues that share too many pairs and interactions.
        BadSpace, BadPayoff: masks or scores do not fit the space.
    """
    high, best = maximum(space, payoff, allowed)
    low, worst = maximum(space, payoff.negated(), allowed)
    return Extremes(-low, high, worst, best)


def maximum(space: Space, payoff: Payoff, allowed: Allowed | None = None) -> tuple[Floats, Ints]:
    """Largest value [draws] and a package that has it [draws, n_issues].

    Of packages with equal value the same one is returned every time. Raises as `extremes`.
    """
    payoff.check_fits(space)
    masks = space.everything() if allowed is None else allowed
    space.check_allowed(masks)
    edges = space.edges + payoff.edges
    draws = max([payoff.draws] + [len(m) for m in masks if m.ndim == 2])

    choices: list[tuple[int, tuple[int, ...], NDArray[np.int8 | np.int64]]] = []
    steps = elimination_order(space.sizes, edges)
    check_tables(space.issues, space.sizes, steps, MOST_CELLS // draws)
    tables = _tables(space, payoff, masks)
    for x, separator in steps:
        bucket = [t for t in tables if x in t[0]]
        tables = [t for t in tables if x not in t[0]]
        best, choice = _maximise(_joined(bucket, (*separator, x)))
        if not separator and not np.isfinite(best).all():
            _refuse(space, x, edges, best)
        tables.append((separator, best))
        choices.append((x, separator, choice))

    packages = np.zeros((draws, len(space.issues)), dtype=np.int64)
    every = np.arange(draws)
    for x, separator, choice in reversed(choices):
        draw: Any = every if choice.shape[-1] > 1 else 0
        packages[:, x] = choice[(*(packages[:, y] for y in separator), draw)]
    return value_each(payoff, packages, every), packages


def _tables(space: Space, payoff: Payoff, masks: Allowed) -> list[Table]:
    """Scores, interactions and incompatibilities, the impossible being minus infinity."""
    tables: list[Table] = []
    for k, (score, mask) in enumerate(zip(payoff.scores, masks, strict=True)):
        tables.append(((k,), np.where(mask, score, -np.inf).T))
    for issues, table in payoff.tables():
        tables.append((issues, np.moveaxis(table, 0, -1)))
    for edge, conflict in space.conflicts().items():
        tables.append((edge, np.where(conflict, -np.inf, 0.0)[..., None]))
    return tables


def _joined(bucket: list[Table], scope: tuple[int, ...]) -> Floats:
    """Sum of tables over the issues of `scope`, in that order of axes, draws last."""
    total: Floats = np.zeros((1,) * (len(scope) + 1))
    for issues, table in sorted(bucket, key=lambda t: t[1].size):
        place = [issues.index(y) for y in scope if y in issues]
        shape = [1 if y not in issues else table.shape[issues.index(y)] for y in scope]
        total = total + table.transpose(*place, -1).reshape(*shape, table.shape[-1])
    return total


def _maximise(table: Floats) -> tuple[Floats, NDArray[np.int8 | np.int64]]:
    """Maximum and its place along the last axis but one; the first of equals.

    A loop over the few options beats `argmax`, which would copy the table to turn its axes.
    """
    best = table[..., 0, :].copy()
    choice = np.zeros(best.shape, dtype=np.int64)
    for option in range(1, table.shape[-2]):
        better = table[..., option, :] > best
        np.copyto(best, table[..., option, :], where=better)
        choice[better] = option
    return best, choice


def _refuse(space: Space, x: int, edges: tuple[tuple[int, int], ...], best: Floats) -> None:
    issues = ", ".join(repr(space.issues[k]) for k in component(x, edges))
    draws = np.flatnonzero(~np.isfinite(best))
    where = "" if best.size == 1 else f" in {draws.size} of {best.size} draws (first: {draws[0]})"
    raise NoFeasiblePackage(
        f"no package is feasible{where}: the incompatible pairs rule out every combination of the"
        f" allowed options of {issues}. Allow another option or lift a pair."
    )
