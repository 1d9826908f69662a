"""A frontier with a stated error, where the exact one is too large to hold.

Every score and interaction of party i is rounded to a grid g_i and the frontier of the rounded
scores is found exactly. With T_i tables that vary, a package and the point that dominates it on the
grid are each off by at most T_i g_i / 2, so that every feasible package d has a listed point p with

    u_j(p) >= u_j(d) - T_j g_j     for every party j

(an additive epsilon-Pareto set: Papadimitriou and Yannakakis 2000, FOCS; rounding as in the scheme
of Erlebach, Kellerer and Pferschy 2002, Management Science 48). The finest grid that fits is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from ._arrays import Floats
from .errors import TooManyPoints
from .frontier import Frontier, frontier_of, span, undominated_points
from .payoff import Box, Payoff, value
from .space import Allowed, Space

#: errors tried, as shares of a party's range; 0 is the exact frontier
SHARES: Final = (0.0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


@dataclass(frozen=True, eq=False)
class Near:
    """A frontier and the largest error of each party's values [parties]; zeros: it is exact."""

    points: Frontier
    error: Floats

    @property
    def exact(self) -> bool:
        """Whether nothing was rounded."""
        return not self.error.any()


def near_frontier(
    space: Space,
    payoffs: Sequence[Payoff],
    allowed: Allowed | None = None,
    most: int | None = None,
    shares: Sequence[float] = SHARES,
) -> Near:
    """The exact frontier, or one whose error is the smallest of `shares` that `most` allows.

    Raises as `frontier_of`; `TooManyPoints` where the last of `shares` does not fit either.
    """
    for share in shares:
        grids = np.array([share * span(p) / max(1, _tables(p)) for p in payoffs])
        rounded = [p if g == 0 else _on_grid(p, g) for p, g in zip(payoffs, grids, strict=True)]
        try:
            points = frontier_of(space, rounded, allowed, most=most)
        except TooManyPoints:
            if share == shares[-1]:
                raise
            continue
        if not grids.any():
            return Near(points, np.zeros(len(payoffs)))
        values = np.stack([value(p, points.packages)[0] for p in payoffs], axis=1)
        true = undominated_points(values, points.packages, [1e-12 * span(p) for p in payoffs])
        return Near(true, grids * [_tables(p) for p in payoffs])
    raise TooManyPoints("no share of error was given")


def _tables(payoff: Payoff) -> int:
    """How many tables can be off by rounding: those that vary."""
    return sum(bool(np.ptp(s)) for s in payoff.scores) + len(payoff.pairs) + len(payoff.boxes)


def _on_grid(payoff: Payoff, grid: float) -> Payoff:
    return Payoff(
        tuple(np.rint(s / grid) if np.ptp(s) else np.zeros_like(s) for s in payoff.scores),
        tuple((a, b, np.rint(t / grid)) for a, b, t in payoff.pairs),
        tuple(Box(b.issues, b.masks, np.rint(b.points / grid)) for b in payoff.boxes),
    )
