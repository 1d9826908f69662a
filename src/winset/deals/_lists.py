"""Tables and messages of the frontier's elimination (see `frontier`), for any number of parties.

A *message* gives for every assignment of its scope (some issues) a Pareto list, by number, or -1
where the assignment is infeasible. Assignments with equal numbers share one list.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from ._arrays import Bools, Floats, Ints
from ._many import unions_of_many
from ._pareto import LEAF, NOTHING, unions
from .payoff import Payoff
from .space import Space

_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True, eq=False)
class Message:
    """Lists by assignment.

    Args:
        scope: issues, sorted.
        cell: list number by option of each issue of the scope, -1 for none.
        start: where list n lies in `values`, start[n]:start[n+1].
        values: [parties, entries], by the first party falling.
        node: node number of entry 0.
    """

    scope: tuple[int, ...]
    cell: Ints
    start: Ints
    values: Floats
    node: int

    @property
    def lists(self) -> int:
        """How many lists it holds."""
        return self.start.size - 1

    @property
    def entries(self) -> int:
        """How many values all its lists hold together."""
        return int(self.values.shape[1])


@dataclass(frozen=True, eq=False)
class Tables:
    """All parties' scores and interactions and the conflicts, over the open options only.

    Args:
        options: the open options of each issue, by number.
        scores: per issue [parties, n_open].
        linked: (sorted issues, [parties, *n_open]).
        conflicts: by edge (a, b) [n_open a, n_open b].
    """

    options: tuple[Ints, ...]
    scores: tuple[Floats, ...]
    linked: tuple[tuple[tuple[int, ...], Floats], ...]
    conflicts: dict[tuple[int, int], Bools]

    @staticmethod
    def of(
        space: Space,
        payoffs: Sequence[Payoff],
        units: Sequence[float],
        options: Sequence[Ints],
    ) -> "Tables":
        """Tables of the payoffs, in whole multiples of 1/unit where the unit is not 0."""

        def scaled(table: Floats, unit: float) -> Floats:
            return np.rint(table * unit) if unit else table

        scores = tuple(
            np.stack([scaled(p.scores[k][0, o], u) for p, u in zip(payoffs, units, strict=True)])
            for k, o in enumerate(options)
        )
        linked: dict[tuple[int, ...], Floats] = {}
        for party, (payoff, unit) in enumerate(zip(payoffs, units, strict=True)):
            for issues, table in payoff.tables():
                open_ = [options[k] for k in issues]
                shape = (len(payoffs), *(o.size for o in open_))
                every = linked.setdefault(issues, np.zeros(shape))
                every[party] += scaled(table[0][np.ix_(*open_)], unit)
        conflicts = {
            (a, b): table[np.ix_(options[a], options[b])]
            for (a, b), table in space.conflicts().items()
        }
        return Tables(tuple(options), scores, tuple(linked.items()), conflicts)

    @property
    def parties(self) -> int:
        """Number of parties."""
        return len(self.scores[0])

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of open options of each issue."""
        return tuple(o.size for o in self.options)

    def names(self) -> tuple[Ints, Ints]:
        """Issue and option of every leaf, in the order `leaves` numbers them."""
        issue = np.repeat(np.arange(len(self.options)), self.sizes)
        return issue, np.concatenate(self.options)

    def leaves(self, x: int) -> Ints:
        """Nodes of the options of issue x."""
        before = sum(self.sizes[:x])
        return LEAF - (before + np.arange(self.sizes[x]))

    def own(self, x: int, separator: tuple[int, ...]) -> Floats:
        """What the options of x add given its separator: [parties, *separator, n_x]."""
        scope = (*separator, x)
        total = np.zeros((self.parties, *(self.sizes[y] for y in scope))) + _spread(
            self.scores[x], (x,), scope
        )
        for issues, table in self.linked:
            if x in issues and all(y in scope for y in issues):
                total += _spread(table, issues, scope)
        return total

    def possible(self, scope: tuple[int, ...]) -> Bools:
        """Which assignments of `scope` hold no forbidden pair, one axis per issue."""
        broken = np.zeros(tuple(self.sizes[y] for y in scope), dtype=np.bool_)
        for a, b in combinations(sorted(scope), 2):
            if (a, b) in self.conflicts:
                broken |= _spread(self.conflicts[a, b][None], (a, b), scope)[0]
        return ~broken


class Lists:
    """Makes messages and keeps the nodes of all their entries."""

    def __init__(self, ties: Sequence[float], most: int) -> None:
        self._ties = np.array(ties, dtype=np.float64)
        self._most = most
        self._left: list[Ints] = []
        self._right: list[Ints] = []
        self._count = 0

    def nodes(self) -> tuple[Ints, Ints]:
        """Left and right of every node made so far."""
        return np.concatenate(self._left), np.concatenate(self._right)

    def joined(self, messages: Sequence[Message], tables: Tables) -> Message:
        """The sum of messages over the union of their scopes; shortest lists and scopes first."""
        ranked = sorted(messages, key=lambda m: (len(m.scope), m.entries / m.lists))
        if not ranked:
            zero = np.zeros((tables.parties, 1))
            return Message((), np.zeros((), np.int64), np.array([0, 1]), zero, NOTHING)
        total = ranked[0]
        for message in ranked[1:]:
            total = self._sum(total, message, tables)
        return total

    def _sum(self, one: Message, two: Message, tables: Tables) -> Message:
        """Minkowski sums of the lists that two messages give to each assignment."""
        if one.entries * two.lists < two.entries * one.lists:
            one, two = two, one  # the shorter lists are the shifts
        scope = tuple(sorted({*one.scope, *two.scope}))
        cells = np.stack(
            np.broadcast_arrays(
                *(_spread(m.cell[None], m.scope, scope)[0] for m in (one, two)),
                tables.possible(scope),
            )
        ).reshape(3, -1)
        cells[:2, (cells[:2].min(axis=0) < 0) | (cells[2] == 0)] = -1
        width = two.start.size
        met, inverse = np.unique((cells[0] + 1) * width + cells[1] + 1, return_inverse=True)
        first_list, second_list = met[met > 0] // width - 1, met[met > 0] % width - 1

        count = np.diff(two.start)[second_list]
        shift = np.concatenate(
            [np.arange(two.start[n], two.start[n + 1]) for n in second_list]
            or [np.zeros(0, np.int64)]
        )
        message = self._make(
            np.concatenate([[0], np.cumsum(count)]),
            np.repeat(first_list, count),
            two.values[:, shift],
            two.node + shift,
            one,
        )
        cell = inverse - int(met[0] == 0)
        shape = tuple(tables.sizes[y] for y in scope)
        return Message(scope, cell.reshape(shape), *message)

    def without(
        self, x: int, separator: tuple[int, ...], message: Message, tables: Tables
    ) -> Message:
        """Eliminate issue x: its options' shifted lists, united, for every separator assignment."""
        scope = (*separator, x)
        n_x = tables.sizes[x]
        shape = tuple(tables.sizes[y] for y in scope)
        possible = tables.possible(scope)
        cell = np.where(possible, _spread(message.cell[None], message.scope, scope)[0], -1)
        own = np.where(cell >= 0, tables.own(x, separator), 0.0)
        # Whole rows of numbers as keys: separator assignments that meet the same share a list.
        key = np.concatenate(
            [
                cell.reshape(-1, n_x)[None],
                (own + 0.0).reshape(tables.parties, -1, n_x).view(np.int64),
            ]
        )
        height = tables.parties + 1
        key = key.transpose(1, 0, 2).reshape(-1, height * n_x)
        rows, inverse = np.unique(key, axis=0, return_inverse=True)
        rows = rows.reshape(-1, height, n_x)
        good = rows[:, 0] >= 0

        add = rows[:, 1:].copy().view(np.float64)
        made = self._make(
            np.concatenate([[0], np.cumsum(good.sum(axis=1))]),
            rows[:, 0][good],
            np.stack([add[:, party][good] for party in range(tables.parties)]),
            np.broadcast_to(tables.leaves(x), good.shape)[good],
            message,
        )
        number = np.where(good.any(axis=1), np.arange(len(rows)), -1)
        return Message(separator, number[inverse.reshape(-1)].reshape(shape[:-1]), *made)

    def _make(
        self, first: Ints, number: Ints, add: Floats, tag: Ints, source: Message
    ) -> tuple[Ints, Floats, int]:
        """Unite shifted lists of `source` by group and give the entries their nodes."""
        low, high = source.start[number], source.start[number + 1]
        tag = np.ascontiguousarray(tag)
        if len(add) == 2:
            start, a, b, left, right = unions(
                first, low, high, np.ascontiguousarray(add[0]), np.ascontiguousarray(add[1]), tag,
                source.values[0], source.values[1],
                source.node, self._ties[0], self._ties[1],
            )  # fmt: skip
            values = np.stack([a, b])
        else:
            start, values, left, right = unions_of_many(
                first, low, high, np.ascontiguousarray(add), tag, source.values, source.node,
                self._ties, self._most,
            )  # fmt: skip
        if left.size > self._most:
            raise TooMany(self._most)
        self._left.append(left)
        self._right.append(right)
        node = self._count
        self._count += left.size
        return start, values, node


class TooMany(Exception):
    """A step of the elimination holds more values than asked for."""


def _spread(
    table: NDArray[_Number], issues: tuple[int, ...], scope: tuple[int, ...]
) -> NDArray[_Number]:
    """Turn [n, *issues] so that it broadcasts over [n, *scope]."""
    held = [y for y in scope if y in issues]
    turned = table.transpose(0, *(1 + issues.index(y) for y in held))
    sizes = iter(turned.shape[1:])
    return turned.reshape(len(table), *(next(sizes) if y in issues else 1 for y in scope))
