"""Solution points and two-party frontiers as mixed-integer linear programmes (HiGHS).

Where issues hang together too closely for tables, or the frontier of many parties is too large to
list. With x_ko = 1 where issue k takes option o, sum_o x_ko = 1, and y_b = 1 where every issue of
an interaction or box b lies within it,

    y_b <= sum_{o in b} x_ko  for its issues k,     y_b >= sum_k sum_{o in b} x_ko - (n_b - 1),
    u_i = sum s_iko x_ko + sum p_ib y_b,            x_ko + x_lm <= 1 for a forbidden pair,

the utilitarian point maximises sum u_i, the egalitarian a t <= u_i - r_i, the Kalai-Smorodinsky a
t <= (u_i - r_i) / (m_i - r_i), the Nash point sum log(u_i - r_i) by tangents from above, added
until the bound meets the point found (Kelley 1960, SIAM Journal 8). The frontier of two comes by
the epsilon constraint: best for a, then best for b at that, then b must do better (Haimes, Lasdon
and Wismer 1971, IEEE Transactions on Systems, Man and Cybernetics 1).

Exact up to the solver's tolerance of 1e-6, to which values are scaled: points of a frontier of
floats that lie closer than 1e-5 of a party's range may count as one. Decimal scores are exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from ._arrays import Floats, Ints
from .errors import DealError, NoFeasiblePackage
from .frontier import Frontier, _unit, span
from .payoff import Payoff, value
from .solutions import Solution
from .space import Allowed, Space

_ROUNDS: Final = 60
_FINE: Final = 1e5  # steps in a party's range where scores are not decimals


@dataclass(frozen=True, eq=False)
class Bounded:
    """A point and how good any point could be: `measure` is the point's, `bound` the proof."""

    solution: Solution
    measure: float
    bound: float


class Programme:
    """One space and its parties' payoffs, ready to be asked.

    Raises:
        DealError: a payoff of several draws.
    """

    def __init__(
        self, space: Space, payoffs: Sequence[Payoff], allowed: Allowed | None = None
    ) -> None:
        self.space, self.payoffs = space, tuple(payoffs)
        for payoff in payoffs:
            payoff.check_fits(space)
            if payoff.draws != 1:
                raise DealError(f"one draw at a time, not {payoff.draws}: use payoff.at(n)")
        self._first = np.concatenate([[0], np.cumsum(space.sizes)])
        cells: dict[tuple[tuple[int, ...], ...], list[float]] = {}
        for party, payoff in enumerate(self.payoffs):
            for a, b, table in payoff.pairs:
                for i, j in zip(*np.nonzero(table[0]), strict=True):
                    flat = ((int(self._first[a] + i),), (int(self._first[b] + j),))
                    cells.setdefault(flat, [0.0] * len(payoffs))[party] += float(table[0, i, j])
            for box in payoff.boxes:
                parts = zip(box.issues, box.masks, strict=True)
                wide = tuple(
                    tuple(int(self._first[k] + o) for o in m.nonzero()[0]) for k, m in parts
                )
                cells.setdefault(wide, [0.0] * len(payoffs))[party] += float(box.points[0])
        self._cells = list(cells)
        scores = [np.concatenate([s[0] for s in p.scores]) for p in self.payoffs]
        extra = np.array([cells[c] for c in self._cells]).reshape(len(cells), len(payoffs))
        self.utility = np.concatenate([np.array(scores), extra.T], axis=1)  # [parties, columns]
        self._rows, self._low, self._high = self._constraints()
        self._top = np.ones(self.utility.shape[1])
        for k, mask in enumerate(allowed or ()):
            self._top[self._first[k] : self._first[k + 1]] = mask

    def _constraints(self) -> tuple[Floats, Floats, Floats]:
        columns = self.utility.shape[1]
        rows: list[Floats] = []
        low: list[float] = []
        high: list[float] = []

        def add(entries: dict[int, float], least: float, most: float) -> None:
            row = np.zeros(columns)
            for column, number in entries.items():
                row[column] += number
            rows.append(row)
            low.append(least)
            high.append(most)

        for k in range(len(self.space.issues)):
            add({int(o): 1.0 for o in range(self._first[k], self._first[k + 1])}, 1.0, 1.0)
        for a, i, b, j in self.space.forbidden:
            add({int(self._first[a] + i): 1.0, int(self._first[b] + j): 1.0}, 0.0, 1.0)
        for n, cell in enumerate(self._cells):
            y = int(self._first[-1]) + n
            for options in cell:
                add({**dict.fromkeys(options, 1.0), y: -1.0}, 0.0, np.inf)
            if self.utility[:, y].min() < 0:  # else maximising raises y by itself
                every = {o: -1.0 for options in cell for o in options}
                add({**every, y: 1.0}, 1.0 - len(cell), np.inf)
        return np.array(rows), np.array(low), np.array(high)

    def best(
        self,
        aim: Floats,
        least: Sequence[float] | Floats | None = None,
        cuts: Sequence[tuple[Floats, float]] = (),
        extra: int = 0,
    ) -> tuple[Ints, float] | None:
        """Package that maximises aim @ (columns, extra variables), and the proved bound.

        Args:
            aim: [columns + extra].
            least: least utility of every party.
            cuts: rows [columns + extra] and the most each may be.
            extra: number of free variables after the columns.

        Returns:
            None where nothing is feasible.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp
        from scipy.sparse import csr_array

        columns = self.utility.shape[1]
        wide = [np.pad(self._rows, ((0, 0), (0, extra)))]
        low, high = [self._low], [self._high]
        if least is not None:
            scale = np.maximum(np.abs(self.utility).max(axis=1), 1e-300)
            wide.append(np.pad(self.utility / scale[:, None], ((0, 0), (0, extra))))
            low.append(np.asarray(least, dtype=float) / scale)
            high.append(np.full(len(scale), np.inf))
        if cuts:
            wide.append(np.array([row for row, _ in cuts]))
            low.append(np.full(len(cuts), -np.inf))
            high.append(np.array([most for _, most in cuts]))
        found: Any = milp(
            -aim,
            constraints=LinearConstraint(
                csr_array(np.concatenate(wide)), np.concatenate(low), np.concatenate(high)
            ),
            integrality=np.arange(columns + extra) < columns,
            bounds=Bounds(
                np.concatenate([np.zeros(columns), np.full(extra, -np.inf)]),
                np.concatenate([self._top, np.full(extra, np.inf)]),
            ),
            options={"mip_rel_gap": 0.0},
        )
        if found.x is None:
            if found.status == 2:
                return None
            raise DealError(f"the solver gave up: {found.message}")
        x = found.x[: self._first[-1]]
        package = [
            int(x[a:b].argmax()) for a, b in zip(self._first[:-1], self._first[1:], strict=True)
        ]
        bound = found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
        return np.array(package, dtype=np.int64), -float(bound)

    def values(self, package: Ints) -> Floats:
        """Every party's value of a package [n_issues]."""
        return np.array([value(p, package[None])[0, 0] for p in self.payoffs])

    def _point(self, package: Ints) -> Solution:
        return Solution(-1, self.values(package), package)

    def utilitarian(self, reservation: Sequence[float] | Floats) -> Bounded | None:
        """Largest sum of gains within the overlap."""
        found = self.best(self.utility.sum(axis=0), reservation)
        if found is None:
            return None
        gain = float(self.values(found[0]).sum() - np.sum(reservation))
        return Bounded(self._point(found[0]), gain, found[1] - float(np.sum(reservation)))

    def egalitarian(self, reservation: Sequence[float] | Floats) -> Bounded | None:
        """Largest smallest gain within the overlap."""
        return self._largest_smallest(np.asarray(reservation), np.ones(len(self.payoffs)))

    def kalai_smorodinsky(self, reservation: Sequence[float] | Floats) -> Bounded | None:
        """Largest smallest share of what each could gain within the overlap."""
        hope = self.hopes(reservation)
        if hope is None:
            return None
        return self._largest_smallest(np.asarray(reservation), hope)

    def hopes(self, reservation: Sequence[float] | Floats) -> Floats | None:
        """The most each party could gain within the overlap; None where it is empty."""
        out = []
        for party in range(len(self.payoffs)):
            found = self.best(self.utility[party], reservation)
            if found is None:
                return None
            out.append(self.values(found[0])[party] - reservation[party])
        return np.asarray(np.maximum(np.array(out), 0.0))

    def _largest_smallest(self, reservation: Floats, unit: Floats) -> Bounded | None:
        """Largest t with u_i - r_i >= t unit_i for the parties whose unit is above 0."""
        aim = np.append(np.zeros(self.utility.shape[1]), 1.0)
        cuts = []
        for u, r, size in zip(self.utility, reservation, unit, strict=True):
            if size > 1e-12:
                cuts.append((np.append(-u / size, 1.0), -r / size))
        if not cuts:
            return self.utilitarian(reservation)
        found = self.best(aim, reservation, cuts, extra=1)
        if found is None:
            return None
        gains = self.values(found[0]) - reservation
        shares = [g / s for g, s in zip(gains, unit, strict=True) if s > 1e-12]
        return Bounded(self._point(found[0]), float(min(shares)), found[1])

    def nash(self, reservation: Sequence[float] | Floats) -> Bounded | None:
        """Largest product of gains within the overlap; measure and bound are the product."""
        hope = self.hopes(reservation)
        if hope is None:
            return None
        if hope.min() <= 1e-12:  # every product is 0: of these the egalitarian point
            even = self.egalitarian(reservation)
            return None if even is None else Bounded(even.solution, 0.0, 0.0)
        parties, columns = self.utility.shape
        # In shares of the hopes: log g is then at most 0, and tangents start at equal shares.
        shares = self.utility / hope[:, None]
        base = np.asarray(reservation) / hope
        at = [np.full(parties, s) for s in (1.0, 0.5, 0.25, 0.1, 0.02)]
        aim = np.concatenate([np.zeros(columns), np.ones(parties)])
        best: tuple[float, Ints] | None = None
        bound = np.inf
        for _ in range(_ROUNDS):
            cuts = []
            for point in at:
                for i in range(parties):  # z_i <= log p + (g_i - p) / p
                    row = np.zeros(columns + parties)
                    row[:columns], row[columns + i] = -shares[i] / point[i], 1.0
                    cuts.append((row, float(np.log(point[i]) - 1.0 - base[i] / point[i])))
            found = self.best(aim, reservation, cuts, extra=parties)
            if found is None:
                return None
            gains = (self.values(found[0]) - reservation) / hope
            product = float(np.maximum(gains, 0.0).prod())
            if best is None or product > best[0]:
                best = (product, found[0])
            bound = min(bound, float(np.exp(found[1])))
            if bound - best[0] <= 1e-7 * max(best[0], 1e-9):
                break
            at.append(np.maximum(gains, 1e-6))
        assert best is not None
        scale = float(hope.prod())
        return Bounded(self._point(best[1]), best[0] * scale, max(bound, best[0]) * scale)

    def frontier(self) -> Frontier:
        """The two-party frontier by the epsilon constraint.

        Raises:
            DealError: more or fewer than two parties.
            NoFeasiblePackage: nothing is feasible.
        """
        if len(self.payoffs) != 2:
            raise DealError(f"the epsilon constraint lists two parties, not {len(self.payoffs)}")
        steps = [1.0 / (_unit(p) or _FINE / max(span(p), 1e-300)) for p in self.payoffs]
        found: list[tuple[Floats, Ints]] = []
        least = np.full(2, -np.inf)
        while True:
            first = self.best(self.utility[0], least)
            if first is None:
                break
            top = self.values(first[0])
            second = self.best(self.utility[1], [top[0] - steps[0] / 2, least[1]])
            package = first[0] if second is None else second[0]
            values = self.values(package)
            if values[0] < top[0] - steps[0] / 2 or values[1] < top[1]:
                package, values = first[0], top
            found.append((values, package))
            least = np.array([-np.inf, values[1] + steps[1] / 2])
        if not found:
            raise NoFeasiblePackage("no package is feasible: the incompatible pairs rule out all")
        found.reverse()
        return Frontier(np.array([v for v, _ in found]), np.array([p for _, p in found]))
