"""What a package is worth to a party: additive scores by issue plus interactions of two issues.

    u(d) = sum_k s_k[d_k] + sum_(a,b) t_ab[d_a, d_b]

(additive multi-attribute utility with two-way interactions: Keeney and Raiffa 1976, ch. 5-6). An
interaction is a soft incompatibility's cost (negative) or a linkage's gain. Units are the caller's,
usually points of a party's stake. A monotone transformation afterwards (normalising, an aspiration
power) leaves the Pareto frontier's packages as they are, so apply it to values, not to tables.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arrays import Floats, Ints
from .errors import BadPayoff
from .space import Space

Pair = tuple[int, int, Floats]


@dataclass(frozen=True, eq=False)
class Payoff:
    """One party's scores, for one or many draws of the uncertain numbers; checks itself.

    Args:
        scores: per issue [n_options] or [draws, n_options].
        pairs: (issue a, issue b, table), the table [n_a, n_b] or [draws, n_a, n_b].

    Afterwards every array is read-only with a leading axis of length 1 (the same in all draws) or
    `draws`, and a < b in every pair.

    Raises:
        BadPayoff: a table is not finite, has the wrong shape, or draws differ in number.
    """

    scores: tuple[Floats, ...]
    pairs: tuple[Pair, ...] = ()

    def __post_init__(self) -> None:
        scores = tuple(_table(s, 1, f"scores of issue {k}") for k, s in enumerate(self.scores))
        pairs = tuple(
            self._oriented(a, b, _table(t, 2, f"table of issues {a}, {b}"), scores)
            for a, b, t in self.pairs
        )
        draws = {len(s) for s in scores} | {len(t) for _, _, t in pairs}
        if len(draws - {1}) > 1:
            raise BadPayoff(f"tables disagree on the number of draws: {sorted(draws)}")
        object.__setattr__(self, "scores", scores)
        object.__setattr__(self, "pairs", pairs)

    @staticmethod
    def _oriented(a: int, b: int, table: Floats, scores: tuple[Floats, ...]) -> Pair:
        if a == b or not (0 <= a < len(scores) and 0 <= b < len(scores)):
            raise BadPayoff(f"an interaction needs two different issues, not {a} and {b}")
        wanted = (scores[a].shape[1], scores[b].shape[1])
        if table.shape[1:] != wanted:
            raise BadPayoff(
                f"table of issues {a}, {b}: {list(table.shape[1:])} options, not {list(wanted)}"
            )
        return (a, b, table) if a < b else (b, a, table.transpose(0, 2, 1))

    @property
    def draws(self) -> int:
        """Number of draws; 1 when no table has an axis for them."""
        return max([len(s) for s in self.scores] + [len(t) for _, _, t in self.pairs])

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """Pairs of issues (a < b) that interact."""
        return tuple(sorted({(a, b) for a, b, _ in self.pairs}))

    def at(self, draw: int) -> "Payoff":
        """The payoff of one draw."""
        return Payoff(
            tuple(s[min(draw, len(s) - 1)] for s in self.scores),
            tuple((a, b, t[min(draw, len(t) - 1)]) for a, b, t in self.pairs),
        )

    def negated(self) -> "Payoff":
        """Every number with the opposite sign, so that the worst package becomes the best."""
        return Payoff(tuple(-s for s in self.scores), tuple((a, b, -t) for a, b, t in self.pairs))

    def check_fits(self, space: Space) -> None:
        """Raise `BadPayoff` unless there is one score for each option of each issue."""
        if len(self.scores) != len(space.issues):
            raise BadPayoff(f"scores for {len(self.scores)} issues; there are {len(space.issues)}")
        for issue, n, score in zip(space.issues, space.sizes, self.scores, strict=True):
            if score.shape[1] != n:
                raise BadPayoff(f"issue {issue!r} has {n} options but {score.shape[1]} scores")


def value(payoff: Payoff, packages: Ints) -> Floats:
    """Worth of every package in every draw.

    Args:
        packages: option numbers, shape [B, n_issues].

    Returns:
        Shape [draws, B]; draws is 1 when the payoff has none.
    """
    total = np.zeros((payoff.draws, len(packages)))
    for k, score in enumerate(payoff.scores):
        total += score[:, packages[:, k]]
    for a, b, table in payoff.pairs:
        total += table[:, packages[:, a], packages[:, b]]
    return total


def value_each(payoff: Payoff, packages: Ints, draws: Ints) -> Floats:
    """Worth of each package in its own draw.

    Args:
        packages: option numbers, shape [B, n_issues].
        draws: draw numbers, shape [B].

    Returns:
        Shape [B].
    """
    total = np.zeros(len(packages))
    for k, score in enumerate(payoff.scores):
        total += score[draws if len(score) > 1 else 0, packages[:, k]]
    for a, b, table in payoff.pairs:
        total += table[draws if len(table) > 1 else 0, packages[:, a], packages[:, b]]
    return total


def _table(numbers: NDArray[Any], axes: int, what: str) -> Floats:
    """A read-only float copy with one leading axis for draws."""
    array = np.array(numbers, dtype=np.float64)
    if array.ndim == axes:
        array = array[None]
    if array.ndim != axes + 1 or array.size == 0:
        raise BadPayoff(f"{what}: shape {list(np.shape(numbers))}, wanted {axes} axes, draws first")
    if not np.isfinite(array).all():
        raise BadPayoff(f"{what}: not every number is finite")
    array.setflags(write=False)
    return array
