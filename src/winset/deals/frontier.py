"""The exact Pareto frontier of two and more parties over all packages, without listing these.

A package is on the frontier when no feasible one gives a party more and the other no less. Bucket
elimination (Dechter 1999, Artificial Intelligence 113) with *lists of undominated values* in place
of numbers: removing issue x leaves, for every assignment of its separator s (the issues it still
shares a forbidden pair or an interaction with),

    L_x(s) = undominated part of  union over options o of x of
             [ sum of the lists that mention x  +  values of x's own scores and interactions ],

where the sum of lists is the Minkowski sum. Dropping dominated values early loses nothing, because
everything still to come is added to all entries of a list alike (the principle of Nemhauser and
Ullmann 1969, Management Science 15, for additive spaces). Assignments of a separator that meet the
same numbers share one list. Every entry points back to what it was made of, so that each value
comes with a package.

Worst case exponential, as the frontier itself can be: `most` bounds it, and `near` then gives a
frontier with a stated error. Scores of two parties on a grid of G points keep every list below
G + 1 entries; tables that are all multiples of 10^-k are therefore summed as whole numbers,
exactly. Other floats are summed as they are, and points that differ by less than `tie` times the
sum of a party's score ranges count as one, or rounding would list the same point several times.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np

from ._arrays import Bools, Floats, Ints
from ._lists import Lists, Message, Tables, TooMany
from ._many import undominated_of_many
from ._pareto import undominated, unfold
from .elimination import check_tables, component, elimination_order
from .errors import BadPayoff, BadSpace, NoFeasiblePackage, TooManyPoints
from .payoff import Payoff, value
from .space import Allowed, Space

MOST_CELLS = 5_000_000  # of one table: about 500 MB with its sorting
#: values that one step may hold, by number of parties: a few seconds and a few hundred MB
MOST: Final = {1: 1_000_000, 2: 20_000_000, 3: 4_000_000, 4: 20_000}
MOST_OF_MORE: Final = 8_000


@dataclass(frozen=True, eq=False)
class Frontier:
    """Undominated values [n, parties], the first party's rising, and a package of each
    [n, n_issues]. Of packages with the same values one is kept.
    """

    values: Floats
    packages: Ints

    def __len__(self) -> int:
        return len(self.values)

    def only(self, kept: Bools | Ints) -> "Frontier":
        """The points picked by a mask [n] or by rising places."""
        return Frontier(self.values[kept], self.packages[kept])


def frontier(
    space: Space, a: Payoff, b: Payoff, allowed: Allowed | None = None, tie: float = 1e-12
) -> Frontier:
    """Pareto frontier of two payoffs: `frontier_of` with `(a, b)`."""
    return frontier_of(space, (a, b), allowed, tie)


def frontier_of(
    space: Space,
    payoffs: Sequence[Payoff],
    allowed: Allowed | None = None,
    tie: float = 1e-12,
    most: int | None = None,
) -> Frontier:
    """Pareto frontier of the payoffs of one draw over the feasible packages, exact.

    Args:
        payoffs: one or more, without draws (`Payoff.at` takes one out).
        allowed: masks [n_options] per issue; None allows everything.
        tie: share of a party's range below which two values count as one, where the scores are
            not decimals; 0 keeps every last bit apart.
        most: values that one step may hold; None: 20 million for two parties, 4 million for three,
            20,000 for four, 8,000 for more.

    Raises:
        NoFeasiblePackage: naming the issues whose incompatible pairs leave nothing.
        TooEntangled: naming the issues that share too many pairs and interactions.
        TooManyPoints: more than `most`; `near_frontier` gives a stated error instead.
        BadSpace, BadPayoff: masks or scores do not fit the space, or a payoff has several draws.
    """
    if not payoffs:
        raise BadPayoff("a frontier needs at least one payoff")
    for payoff in payoffs:
        payoff.check_fits(space)
        if payoff.draws != 1:
            raise BadPayoff(f"a frontier is of one draw, not of {payoff.draws}: use payoff.at(n)")
    if allowed is not None:
        space.check_allowed(allowed)
        if any(mask.ndim != 1 for mask in allowed):
            raise BadSpace("a frontier takes one mask per issue, without rows")
    open_options = [np.flatnonzero(m) for m in (allowed or space.everything())]

    units = [_unit(p) for p in payoffs]
    ties = [0.0 if unit else tie * span(p) for unit, p in zip(units, payoffs, strict=True)]
    linked = [issues for p in payoffs for issues in [*p.edges, *(b.issues for b in p.boxes)]]
    steps = _steps(space, linked, [len(o) for o in open_options])
    tables = Tables.of(space, payoffs, units, open_options)
    most = most or MOST.get(len(payoffs), MOST_OF_MORE)
    try:
        made, lists = _eliminate(space, steps, linked, tables, Lists(ties, most))
    except TooMany:
        raise TooManyPoints(
            f"a step of the exact frontier of {len(payoffs)} parties holds more than {most:,}"
            " values. near_frontier gives a frontier with a stated error."
        ) from None

    left, right = lists.nodes()
    roots = made.node + np.arange(made.entries)
    packages = unfold(roots, left, right, *tables.names(), len(space.issues))
    values = np.stack([value(p, packages)[0] for p in payoffs], axis=1)
    if all(units):  # exact already; a list falls in the first
        return Frontier(values[::-1].copy(), packages[::-1].copy())
    return undominated_points(values, packages, ties)


def undominated_points(values: Floats, packages: Ints, ties: Sequence[float]) -> Frontier:
    """The undominated of the values [n, parties], near-equal ones (by `ties`) counting as one."""
    if values.shape[1] == 2:
        order = np.lexsort((-values[:, 1], -values[:, 0]))
        ranked = values[order]
        kept = undominated(ranked[:, 0].copy(), ranked[:, 1].copy(), ties[0], ties[1])
        kept = order[kept][::-1]
        return Frontier(values[kept], packages[kept])
    ranks = np.stack([_ranks(v, tie) for v, tie in zip(values.T, ties, strict=True)])
    order = np.lexsort([*(-values.T[::-1]), *(-ranks[::-1])])
    level = np.zeros(len(ranks))
    stays = undominated_of_many(np.ascontiguousarray(ranks[:, order]), level)
    kept = order[stays][::-1]
    return Frontier(values[kept], packages[kept])


def _ranks(numbers: Floats, tie: float) -> Floats:
    """Numbers as ranks: what lies within `tie` of its neighbour has the same."""
    order = np.argsort(numbers, kind="stable")
    steps = np.diff(numbers[order], prepend=numbers[order[:1]]) > tie
    out = np.empty(len(numbers))
    out[order] = np.cumsum(steps)
    return out


def _steps(
    space: Space, linked: Sequence[tuple[int, ...]], sizes: Sequence[int]
) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Order of elimination. Raises `TooEntangled` before any table is made."""
    edges = {*space.edges, *(e for issues in linked for e in combinations(sorted(issues), 2))}
    steps = elimination_order(tuple(sizes), edges)
    check_tables(space.issues, tuple(sizes), steps, MOST_CELLS)
    return steps


def _eliminate(
    space: Space,
    steps: Sequence[tuple[int, tuple[int, ...]]],
    linked: Sequence[tuple[int, ...]],
    tables: Tables,
    lists: Lists,
) -> tuple[Message, Lists]:
    """The one list that is left when every issue is eliminated, and the nodes made on the way."""
    waiting: list[Message] = []
    for x, separator in steps:
        bucket = [m for m in waiting if x in m.scope]
        waiting = [m for m in waiting if x not in m.scope]
        joined = lists.joined(bucket, tables)
        message = lists.without(x, separator, joined, tables)
        if (message.cell < 0).all():
            edges = {*space.edges, *(e for i in linked for e in combinations(sorted(i), 2))}
            issues = ", ".join(repr(space.issues[k]) for k in component(x, edges))
            raise NoFeasiblePackage(
                "no package is feasible: the incompatible pairs rule out every combination of the"
                f" allowed options of {issues}. Allow another option or lift a pair."
            )
        waiting.append(message)
    return lists.joined(waiting, tables), lists


def span(payoff: Payoff) -> float:
    """Sum of the ranges of a payoff's tables, a bound on how far two packages can be apart."""
    tables = [*payoff.scores, *(t for _, _, t in payoff.pairs)]
    boxes = sum(float(np.abs(box.points).max()) for box in payoff.boxes)
    return float(sum(t.max() - t.min() for t in tables)) + boxes


def _unit(payoff: Payoff) -> float:
    """A power of ten by which every table becomes whole numbers small enough to add; else 0."""
    tables = [*payoff.scores, *(t for _, _, t in payoff.pairs), *(b.points for b in payoff.boxes)]
    numbers = np.concatenate([t.ravel() for t in tables])
    largest = float(np.abs(numbers).max())
    for digits in range(10):
        scale = 10.0**digits
        if largest * scale * len(tables) > 2.0**52:
            break
        off = np.abs(numbers * scale - np.rint(numbers * scale)).max()
        # Room for the rounding of a weight times a score, not for a real difference.
        if off <= 64 * np.finfo(np.float64).eps * max(largest * scale, 1.0):
            return scale
    return 0.0
