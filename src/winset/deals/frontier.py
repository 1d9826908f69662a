"""The exact two-party Pareto frontier over all feasible packages, without listing the packages.

A package is on the frontier when no feasible one gives a party more and the other no less. Bucket
elimination (Dechter 1999, Artificial Intelligence 113) with *lists of undominated pairs* in place
of numbers: removing issue x leaves, for every assignment of its separator s (the issues it still
shares a forbidden pair or an interaction with),

    L_x(s) = undominated part of  union over options o of x of
             [ sum of the lists that mention x  +  (u_a, u_b) of x's own scores and interactions ],

where the sum of lists is the Minkowski sum. Dropping dominated pairs early loses nothing, because
everything still to come is added to all entries of a list alike (the principle of Nemhauser and
Ullmann 1969, Management Science 15, for additive spaces). Assignments of a separator that meet the
same numbers share one list. Every entry points back to what it was made of, so that each value
comes with a package.

Worst case exponential, as the frontier itself can be. Scores on a grid of G points keep every list
below G + 1 entries; tables that are all multiples of 10^-k are therefore summed as whole numbers,
exactly. Other floats are summed as they are, and points that differ by less than `tie` times the
sum of a party's score ranges count as one, or rounding would list the same point several times.
"""

from dataclasses import dataclass

import numpy as np

from ._arrays import Bools, Floats, Ints
from ._lists import Lists, Message, Tables
from ._pareto import undominated, unfold
from .elimination import check_tables, component, elimination_order
from .errors import BadPayoff, BadSpace, NoFeasiblePackage
from .payoff import Payoff, value
from .space import Allowed, Space

MOST_CELLS = 5_000_000  # of one table: about 500 MB with its sorting


@dataclass(frozen=True, eq=False)
class Frontier:
    """Undominated values [n, 2], u_a rising and u_b falling, and a package of each [n, n_issues].

    Of packages with the same two values one is kept.
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
    """Pareto frontier of two payoffs of one draw over the feasible packages.

    Args:
        a, b: payoffs without draws (`Payoff.at` takes one out).
        allowed: masks [n_options] per issue; None allows everything.
        tie: share of a party's range below which two values count as one, where the scores are
            not decimals; 0 keeps every last bit apart.

    Raises:
        NoFeasiblePackage: naming the issues whose incompatible pairs leave nothing.
        TooEntangled: naming the issues that share too many pairs and interactions.
        BadSpace, BadPayoff: masks or scores do not fit the space, or a payoff has several draws.
    """
    for payoff in (a, b):
        payoff.check_fits(space)
        if payoff.draws != 1:
            raise BadPayoff(f"a frontier is of one draw, not of {payoff.draws}: use payoff.at(n)")
    if allowed is not None:
        space.check_allowed(allowed)
        if any(mask.ndim != 1 for mask in allowed):
            raise BadSpace("a frontier takes one mask per issue, without rows")
    open_options = [np.flatnonzero(m) for m in (allowed or space.everything())]

    unit_a, unit_b = _unit(a), _unit(b)
    ties = (0.0 if unit_a else tie * _range(a), 0.0 if unit_b else tie * _range(b))
    tables = Tables.of(space, (a, b), (unit_a, unit_b), open_options)
    made, lists = _eliminate(space, a.edges + b.edges, tables, ties)

    left, right = lists.nodes()
    roots = made.node + np.arange(made.a.size)
    packages = unfold(roots, left, right, *tables.names(), len(space.issues))
    values = np.stack([value(a, packages)[0], value(b, packages)[0]], axis=1)
    if unit_a and unit_b:  # exact already; a list falls in a
        return Frontier(values[::-1].copy(), packages[::-1].copy())
    order = np.lexsort((-values[:, 1], -values[:, 0]))
    ranked = values[order]
    kept = order[undominated(ranked[:, 0].copy(), ranked[:, 1].copy(), *ties)][::-1]
    return Frontier(values[kept], packages[kept])


def _eliminate(
    space: Space, soft: tuple[tuple[int, int], ...], tables: Tables, ties: tuple[float, float]
) -> tuple[Message, Lists]:
    """The one list that is left when every issue is eliminated, and the nodes made on the way."""
    edges = space.edges + soft
    lists = Lists(ties)
    waiting: list[Message] = []
    steps = elimination_order(tables.sizes, edges)
    check_tables(space.issues, tables.sizes, steps, MOST_CELLS)
    for x, separator in steps:
        bucket = [m for m in waiting if x in m.scope]
        waiting = [m for m in waiting if x not in m.scope]
        joined = lists.joined(bucket, tables)
        message = lists.without(x, separator, joined, tables)
        if (message.cell < 0).all():
            issues = ", ".join(repr(space.issues[k]) for k in component(x, edges))
            raise NoFeasiblePackage(
                "no package is feasible: the incompatible pairs rule out every combination of the"
                f" allowed options of {issues}. Allow another option or lift a pair."
            )
        waiting.append(message)
    return lists.joined(waiting, tables), lists


def _range(payoff: Payoff) -> float:
    """Sum of the ranges of a payoff's tables, a bound on how far two packages can be apart."""
    tables = [*payoff.scores, *(t for _, _, t in payoff.pairs)]
    return float(sum(t.max() - t.min() for t in tables))


def _unit(payoff: Payoff) -> float:
    """A power of ten by which every table becomes whole numbers small enough to add; else 0."""
    tables = [*payoff.scores, *(t for _, _, t in payoff.pairs)]
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
