"""Win-sets and their overlap, every package of them, by exact decomposition.

Issues that durability and red lines read are combined one by one; given them a party's win-set is
x_i >= threshold_i over the remaining issues, whose sums are laid out once, sorted by the first
party's, and swept. Nothing is sampled: a count is a count. Work is at most the number of feasible
packages, mostly far less, as a combination in which somebody cannot reach its threshold is skipped
whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from winset.deals import DealError
from winset.insight import _sweeps
from winset.insight.opening import (
    Opening,
    Terms,
    combinations_of,
    deal_terms,
    holding_issues,
    straight,
)
from winset.talks.menu import Floats

#: combinations of the issues that durability reads, and of the rest
_MOST_ABOVE: Final = 500_000
_MOST_BELOW: Final = 400_000
_MOST: Final = 4e9
_KEPT: Final = 300_000


@dataclass(frozen=True, eq=False)
class Laid:
    """One draw under one type combination, laid out for the sweep. C combinations above, N below,
    K signatories, F options below that interact with issues above.
    """

    issues: tuple[list[int], list[int]]
    above: np.ndarray  # [C, issues above]
    below: np.ndarray  # [N, issues below], by the first signatory's sum falling
    sums: Floats  # [K,N]
    digits: np.ndarray  # [N,L]
    added: Floats  # [C,K]
    cross: Floats  # [C,K,F]
    clash: np.ndarray  # [C,F] bool
    spans: np.ndarray  # [L+1] where each interacting issue's options lie in F
    need: Floats  # [C,K] thresholds of x
    held: Terms  # what holds of the combinations above

    def packages(self, c: np.ndarray, n: np.ndarray) -> np.ndarray:
        """Packages [B, issues] of combination numbers above and below."""
        out = np.zeros((len(c), len(self.issues[0]) + len(self.issues[1])), dtype=np.int64)
        out[:, self.issues[0]] = self.above[c]
        out[:, self.issues[1]] = self.below[n]
        return out


@dataclass(frozen=True, eq=False)
class Meeting:
    """What a sweep found: feasible packages, those in each win-set [K], those in all, and packages
    of the overlap [B, issues]: all of them where `complete`, else every n-th.
    """

    feasible: int
    each: np.ndarray
    both: int
    packages: np.ndarray
    complete: bool


def lay_out(
    opening: Opening,
    draw: int,
    combo: int,
    satisfied: tuple[int, ...] = (),
    least: Floats | None = None,
) -> Laid:
    """Lay out a draw under a type combination.

    satisfied: issues on which every signatory counts as having its best option there is on the
    table, to see what they keep apart. least [signatories]: the gain over fighting on that counts
    as enough (0).

    Raises:
        DealError: too many packages to go through one by one.
    """
    deals = opening.deals
    space = deals.menu.space
    above, below = _split(deals, holding_issues(deals))
    _passable(deals, above)
    upper, lower = combinations_of(opening, draw, above), combinations_of(opening, draw, below)
    if len(upper) > _MOST_ABOVE or len(lower) > _MOST_BELOW or len(upper) * len(lower) > _MOST:
        raise DealError(
            f"{len(upper):,} x {len(lower):,} packages are too many to go through one by one."
            " Restrict what is on the table with --strategy, or merge options."
        )
    rows = opening.rows(combo)
    conflicts = space.conflicts()
    crossing = [
        m
        for m in below
        if any(
            (min(m, k), max(m, k)) in _edges(opening, draw, rows) | set(conflicts) for k in above
        )
    ]
    starts = np.concatenate([[0], np.cumsum([space.sizes[m] for m in crossing])]).astype(np.int64)
    added = np.zeros((len(upper), len(rows)))
    sums = np.zeros((len(rows), len(lower)))
    cross = np.zeros((len(upper), len(rows), int(starts[-1])))
    clash = np.zeros((len(upper), int(starts[-1])), dtype=bool)
    for k, row in enumerate(rows):
        own, pairs = straight(opening, draw, row)
        for m in satisfied:
            own = _best_everywhere(opening, draw, own, m)
            pairs = [p for p in pairs if m not in p[:2]]
        for place, m in enumerate(above):
            added[:, k] += own[int(deals.menu.first[m]) + upper[:, place]]
        for place, m in enumerate(below):
            sums[k] += own[int(deals.menu.first[m]) + lower[:, place]]
        for a, b, table in pairs:
            if a in above and b in above:
                added[:, k] += table[upper[:, above.index(a)], upper[:, above.index(b)]]
            elif a in below and b in below:
                sums[k] += table[lower[:, below.index(a)], lower[:, below.index(b)]]
            else:
                up, down, turned = (a, b, table) if a in above else (b, a, table.T)
                at = int(starts[crossing.index(down)])
                chosen = upper[:, above.index(up)]
                cross[:, k, at : at + space.sizes[down]] += turned[chosen]
    for (a, b), bad in conflicts.items():
        if (a in above) != (b in above):
            up, down, turned_bad = (a, b, bad) if a in above else (b, a, bad.T)
            at = int(starts[crossing.index(down)])
            clash[:, at : at + space.sizes[down]] |= turned_bad[upper[:, above.index(up)]]
    order = np.argsort(-sums[0], kind="stable")
    lower, sums = lower[order], np.ascontiguousarray(sums[:, order])
    digits = np.stack(
        [lower[:, below.index(m)] + starts[i] for i, m in enumerate(crossing)], axis=1
    ) if crossing else np.zeros((len(lower), 0), dtype=np.int64)  # fmt: skip
    floor = np.zeros(len(rows)) if least is None else least
    need, held = _thresholds(opening, draw, combo, rows, above, upper, floor)
    return Laid((above, below), upper, lower, sums, digits, added, cross, clash, starts, need, held)


def _passable(deals: Any, above: list[int]) -> None:
    """Raise `DealError` where the issues above cannot even be listed."""
    many = float(np.prod([float(deals.menu.space.sizes[m]) for m in above]))
    if many > 20 * _MOST_ABOVE:
        lasting = deals.scenario.spec.durability
        reason = "" if lasting is None or lasting.played is None else (
            " Where the peace is played on (durability: endogenous) how long a deal holds hangs on"
            " all of it; `winset plan`, `plans` and `run` value texts one by one."
        )  # fmt: skip
        raise DealError(
            f"win-sets are counted by combinations of the issues that durability reads: {many:.2g}"
            f" of them are too many.{reason}"
        )


def _split(deals: Any, holding: list[int]) -> tuple[list[int], list[int]]:
    """Issues above (all that durability reads) and below, the latter not too many to lay out."""
    sizes = deals.menu.space.sizes
    above, below = list(holding), [m for m in range(len(sizes)) if m not in holding]
    while below and np.prod([float(sizes[m]) for m in below]) > 20_000:
        above.append(below.pop(0))
    if not above and below:
        above.append(below.pop(0))
    return sorted(above), below


def _edges(opening: Opening, draw: int, rows: list[int]) -> set[tuple[int, int]]:
    pairs = [p for row in rows for p in straight(opening, draw, row)[1]]
    return {(min(a, b), max(a, b)) for a, b, _ in pairs}


def _best_everywhere(opening: Opening, draw: int, own: Floats, m: int) -> Floats:
    """`own` with every option of issue m worth what its best one on the table is."""
    first = int(opening.deals.menu.first[m])
    at = slice(first, first + opening.deals.menu.space.sizes[m])
    out = own.copy()
    out[at] = own[at][opening.allowed[draw, at]].max()
    return out


def _thresholds(
    opening: Opening,
    draw: int,
    combo: int,
    rows: list[int],
    above: list[int],
    upper: np.ndarray,
    floor: Floats,
) -> tuple[Floats, Terms]:
    """x [C,K] from which on a signatory prefers the deal to fighting on; inf: never."""
    packages = np.zeros((len(upper), len(opening.deals.menu.space.issues)), dtype=np.int64)
    packages[:, above] = upper
    found = deal_terms(opening, draw, combo, packages)
    fight = opening.fighting[draw, rows]
    safe = np.maximum(found.lasts, 1e-12)
    least = fight + (floor + found.penalty - (1 - found.lasts) * found.shift) / safe
    power = opening.deals.power[draw, rows]
    bent = np.maximum(least, 0.0) ** (1.0 / power)
    need = np.where(least > 1.0, np.inf, np.where(least <= 0.0, -np.inf, bent))
    return np.asarray(need), found


def outline(opening: Opening, draw: int, combo: int, laid: Laid, step: float) -> np.ndarray:
    """Packages among which is, for every package of the overlap, one that gives the first signatory
    at most `step` less and every other no less; for two signatories.
    """
    rows = opening.rows(combo)
    c, n = _sweeps.outline(
        laid.sums, laid.digits, laid.added, laid.cross, laid.clash, laid.spans, laid.need,
        laid.held.lasts, laid.held.shift, laid.held.penalty,
        opening.fighting[draw, rows], opening.deals.power[draw, rows], step,
    )  # fmt: skip
    return laid.packages(c, n)


def sweep(laid: Laid, each: bool = True, kept: int = _KEPT) -> Meeting:
    """Count win-sets and overlap. each: also every signatory's own win-set and the feasible
    packages (a full sweep).
    """
    own, both, feasible = _sweeps.count(
        laid.sums, laid.digits, laid.added, laid.cross, laid.clash, laid.spans, laid.need, each
    )
    stride = max(1, -(-int(both) // kept))
    c, n = _sweeps.take(
        laid.sums, laid.digits, laid.added, laid.cross, laid.clash, laid.spans, laid.need,
        stride, int(both) // stride + 1,
    )  # fmt: skip
    return Meeting(int(feasible), own, int(both), laid.packages(c, n), stride == 1)


def closest(laid: Laid) -> tuple[float, np.ndarray, Floats]:
    """The package at which the smallest surplus x_i - threshold_i is largest: that surplus (below
    0: the win-sets do not meet), the package and every signatory's surplus.
    """
    best, c, n, surplus = _sweeps.closest(
        laid.sums, laid.digits, laid.added, laid.cross, laid.clash, laid.spans,
        np.clip(laid.need, -1e6, 1e6),
    )  # fmt: skip
    if c < 0:
        return -np.inf, np.zeros(0, dtype=np.int64), surplus
    return float(best), laid.packages(np.array([c]), np.array([n]))[0], surplus
