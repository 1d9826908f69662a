"""What a package is worth to a party: additive scores by issue plus interactions of two issues.

    u(d) = sum_k s_k[d_k] + sum_(a,b) t_ab[d_a, d_b] + sum_boxes points 1{d in box}

(additive multi-attribute utility with two-way interactions: Keeney and Raiffa 1976, ch. 5-6). An
interaction is a soft incompatibility's cost (negative) or a linkage's gain. A box gives points
where each of several issues takes one of some options (the hyper-rectangles of Ito, Klein and
Hattori 2008, Multiagent and Grid Systems 4). Units are the caller's, usually points of a party's
stake. A monotone transformation afterwards (normalising, an aspiration power) leaves the Pareto
frontier's packages as they are, so apply it to values, not to tables.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arrays import Bools, Floats, Ints
from .errors import BadPayoff
from .space import Space

Pair = tuple[int, int, Floats]


@dataclass(frozen=True, eq=False)
class Box:
    """Points for every package whose options on `issues` all lie within the masks.

    Args:
        issues: different issue numbers.
        masks: for each of them which options lie within, [n_options].
        points: a number, or [draws].
    """

    issues: tuple[int, ...]
    masks: tuple[Bools, ...]
    points: Floats

    def holds(self, packages: Ints) -> Bools:
        """Which packages [B, n_issues] lie within: [B]."""
        inside = np.ones(len(packages), dtype=np.bool_)
        for issue, mask in zip(self.issues, self.masks, strict=True):
            inside &= mask[packages[:, issue]]
        return inside


@dataclass(frozen=True, eq=False)
class Payoff:
    """One party's scores, for one or many draws of the uncertain numbers; checks itself.

    Args:
        scores: per issue [n_options] or [draws, n_options].
        pairs: (issue a, issue b, table), the table [n_a, n_b] or [draws, n_a, n_b].
        boxes: points for options of several issues together.

    Afterwards every array is read-only with a leading axis of length 1 (the same in all draws) or
    `draws`, a < b in every pair, and boxes of one or two issues are part of scores and pairs.

    Raises:
        BadPayoff: a table is not finite, has the wrong shape, or draws differ in number.
    """

    scores: tuple[Floats, ...]
    pairs: tuple[Pair, ...] = ()
    boxes: tuple[Box, ...] = ()

    def __post_init__(self) -> None:
        scores = tuple(_table(s, 1, f"scores of issue {k}") for k, s in enumerate(self.scores))
        boxes = [_checked(box, [s.shape[1] for s in scores]) for box in self.boxes]
        for box in boxes:
            if len(box.issues) == 1:
                k = box.issues[0]
                added = scores[k] + box.points[:, None] * box.masks[0]
                scores = (*scores[:k], _table(added, 1, f"scores of issue {k}"), *scores[k + 1 :])
        small = [
            (*box.issues, box.points[:, None, None] * np.outer(*box.masks))
            for box in boxes
            if len(box.issues) == 2
        ]
        object.__setattr__(self, "boxes", tuple(box for box in boxes if len(box.issues) > 2))
        pairs = tuple(
            self._oriented(a, b, _table(t, 2, f"table of issues {a}, {b}"), scores)
            for a, b, t in (*self.pairs, *small)
        )
        draws = {len(s) for s in scores} | {len(t) for _, _, t in pairs}
        draws |= {len(box.points) for box in boxes}
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
        lengths = [len(s) for s in self.scores] + [len(t) for _, _, t in self.pairs]
        return max(lengths + [len(box.points) for box in self.boxes])

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """Pairs of issues (a < b) that interact."""
        boxed = {e for box in self.boxes for e in combinations(sorted(box.issues), 2)}
        return tuple(sorted({(a, b) for a, b, _ in self.pairs} | boxed))

    def tables(self) -> "tuple[tuple[tuple[int, ...], Floats], ...]":
        """Every interaction as (sorted issues, table [draws or 1, *options])."""
        listed: list[tuple[tuple[int, ...], Floats]] = [((a, b), t) for a, b, t in self.pairs]
        for box in self.boxes:
            order = np.argsort(box.issues)
            table = box.points.reshape(-1, *[1] * len(order))
            for place, k in enumerate(order):
                shape = [1] * (len(order) + 1)
                shape[place + 1] = -1
                table = table * box.masks[k].reshape(shape)
            listed.append((tuple(sorted(box.issues)), table))
        return tuple(listed)

    def at(self, draw: int) -> "Payoff":
        """The payoff of one draw."""
        return Payoff(
            tuple(s[min(draw, len(s) - 1)] for s in self.scores),
            tuple((a, b, t[min(draw, len(t) - 1)]) for a, b, t in self.pairs),
            tuple(
                Box(b.issues, b.masks, b.points[min(draw, len(b.points) - 1)]) for b in self.boxes
            ),
        )

    def negated(self) -> "Payoff":
        """Every number with the opposite sign, so that the worst package becomes the best."""
        return Payoff(
            tuple(-s for s in self.scores),
            tuple((a, b, -t) for a, b, t in self.pairs),
            tuple(Box(b.issues, b.masks, -b.points) for b in self.boxes),
        )

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
    for box in payoff.boxes:
        total += box.points[:, None] * box.holds(packages)
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
    for box in payoff.boxes:
        total += box.points[draws if len(box.points) > 1 else 0] * box.holds(packages)
    return total


def _checked(box: Box, sizes: list[int]) -> Box:
    """A box with points [draws or 1] and boolean masks of the right length."""
    if len(set(box.issues)) != len(box.issues) or len(box.issues) != len(box.masks):
        raise BadPayoff(f"a box names issues once each, with a mask for each: {box.issues}")
    if not box.issues:
        raise BadPayoff("a box names at least one issue")
    masks = []
    for issue, mask in zip(box.issues, box.masks, strict=True):
        if not 0 <= issue < len(sizes):
            raise BadPayoff(f"a box names issue number {issue}; there are {len(sizes)}")
        if np.shape(mask) != (sizes[issue],):
            raise BadPayoff(
                f"box on issue {issue}: a mask of {list(np.shape(mask))}, not [{sizes[issue]}]"
            )
        masks.append(np.asarray(mask, dtype=np.bool_))
    return Box(box.issues, tuple(masks), _table(box.points, 0, f"points of box {box.issues}"))


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
