"""Conditions under which an outcome is common: the patient rule induction method (PRIM).

From all draws, peel off a twentieth at the low or high end of one quantity, whichever leaves the
highest share of successes; go on until a tenth of the draws is left; of all boxes on the way take
the one whose share of successes is furthest above that of all draws, in standard errors; paste back
what does not lower it (Friedman and Fisher 1999). Limits that do no work by a binomial test are
dropped (the quasi-p-values of Bryant and Lempert 2010), and at most three are kept, so that the box
can be said in a sentence. With fewer than 400 draws a quantity is limited on one side only: a
middle range is too easily found by chance. Limits are rounded to figures that can be said, and
every number given holds for the rounded box.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Box", "Limit", "prim", "rounded"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

PEEL: Final = 0.05
LEAST: Final = 0.10
LIMITS: Final = 3
#: draws from which on a quantity may be limited on both sides
BOTH_SIDES: Final = 400
USEFUL: Final = 0.05


@dataclass(frozen=True)
class Limit:
    """A quantity (its row) from `low` to `high`; None where there is no limit on that side."""

    row: int
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Box:
    """Limits that hold together; none: everything."""

    limits: tuple[Limit, ...] = ()

    def holds(self, x: Floats) -> Bools:
        """Which draws of x [quantities, n] lie in the box."""
        inside = np.ones(x.shape[1], np.bool_)
        for limit in self.limits:
            if limit.low is not None:
                inside &= x[limit.row] >= limit.low
            if limit.high is not None:
                inside &= x[limit.row] <= limit.high
        return inside

    def moved(self, rows: NDArray[np.int64]) -> Box:
        """The same box where row i is called rows[i]."""
        return Box(tuple(replace(one, row=int(rows[one.row])) for one in self.limits))


def rounded(value: float, spread: float) -> float:
    """A number to the figure that is about a fiftieth of `spread` (> 0)."""
    if not np.isfinite(value) or spread <= 0:
        return value
    places = -int(np.floor(np.log10(spread / 20.0)))
    return float(round(value, places))


def prim(x: Floats, success: Bools) -> Box:
    """Return the box of x [quantities, n] in which `success` [n] is most clearly common; the empty
    box where no limit raises its share.
    """
    hit = success.astype(np.float64)
    if not 0 < hit.sum() < len(hit):
        return Box()
    box = _useful(_pasted(_peeled(x, hit), x, hit), x, hit)
    if 0 < len(box.limits) < len(x):
        # Once more with the quantities that do some work, undisturbed by the rest.
        rows = np.array([one.row for one in box.limits], np.int64)
        again = _useful(_pasted(_peeled(x[rows], hit), x[rows], hit), x[rows], hit)
        box = again.moved(rows) if len(again.limits) == len(rows) else box
    low, high = np.quantile(x, [0.05, 0.95], axis=1)
    return Box(
        tuple(
            Limit(
                one.row,
                None if one.low is None else rounded(one.low, high[one.row] - low[one.row]),
                None if one.high is None else rounded(one.high, high[one.row] - low[one.row]),
            )
            for one in box.limits
        )
    )


def _peeled(x: Floats, hit: Floats) -> Box:
    n, base = len(hit), float(hit.mean())
    inside = np.arange(n)
    low, high = np.full(len(x), -np.inf), np.full(len(x), np.inf)
    best, highest = Box(), 0.0
    least = max(5, int(np.ceil(LEAST * n)))
    while len(inside) > least:
        m = len(inside)
        cut = min(max(1, round(PEEL * m)), m - least)
        now = x[:, inside]
        edges = np.partition(now, (cut, m - 1 - cut), axis=1)
        floor, ceiling = edges[:, cut], edges[:, m - 1 - cut]
        kept = np.concatenate([now >= floor[:, None], now <= ceiling[:, None]])
        count = kept.sum(axis=1)
        share = np.where(count < m, kept @ hit[inside] / np.maximum(count, 1), -1.0)
        if n < BOTH_SIDES:
            share[np.concatenate([np.isfinite(high), np.isfinite(low)])] = -1.0
        way = int(np.lexsort((-count, -share))[0])
        if share[way] < 0:
            break
        row = way % len(x)
        if way < len(x):
            below = now[row][now[row] < floor[row]]
            low[row] = 0.5 * (floor[row] + below.max())
        else:
            above = now[row][now[row] > ceiling[row]]
            high[row] = 0.5 * (ceiling[row] + above.min())
        inside = inside[kept[way]]
        if len(inside) < least:
            break
        sure = (share[way] - base) * np.sqrt(len(inside) / (1.0 - len(inside) / n + 1e-9))
        if sure > highest:
            best, highest = _box(low, high), float(sure)
    return best


def _box(low: Floats, high: Floats) -> Box:
    return Box(
        tuple(
            Limit(
                int(row),
                float(low[row]) if np.isfinite(low[row]) else None,
                float(high[row]) if np.isfinite(high[row]) else None,
            )
            for row in np.flatnonzero(np.isfinite(low) | np.isfinite(high))
        )
    )


def _share(box: Box, x: Floats, hit: Floats) -> float:
    inside = box.holds(x)
    return float(hit[inside].mean()) if inside.any() else 0.0


def _pasted(box: Box, x: Floats, hit: Floats) -> Box:
    """Widen limits, a twentieth of the box at a time, while the share of successes holds."""
    going = bool(box.limits)
    while going:
        going = False
        now = _share(box, x, hit)
        step = max(1, round(PEEL * int(box.holds(x).sum())))
        for at, one in enumerate(box.limits):
            for side in ("low", "high"):
                if getattr(one, side) is None:
                    continue
                wider = _wider(box, at, side, x, step)
                if _share(wider, x, hit) >= now:
                    box, going = wider, True
                    break
            if going:
                break
        box = Box(tuple(one for one in box.limits if one.low is not None or one.high is not None))
    return box


def _wider(box: Box, at: int, side: str, x: Floats, step: int) -> Box:
    one = box.limits[at]
    free = replace(one, low=None) if side == "low" else replace(one, high=None)
    others = Box((*box.limits[:at], free, *box.limits[at + 1 :])).holds(x)
    values = np.sort(x[one.row][others])
    if side == "low":
        outside = values[values < one.low]
        edge = outside[-step - 1] if len(outside) > step else None
        moved = replace(one, low=None if edge is None else float(edge + outside[-step]) / 2)
    else:
        outside = values[values > one.high]
        edge = outside[step] if len(outside) > step else None
        moved = replace(one, high=None if edge is None else float(edge + outside[step - 1]) / 2)
    return Box((*box.limits[:at], moved, *box.limits[at + 1 :]))


def _useful(box: Box, x: Floats, hit: Floats) -> Box:
    """Drop the limits that do least, until each does some work and no more than three are left."""
    from scipy.stats import binom

    while box.limits:
        inside = box.holds(x)
        m, hits = int(inside.sum()), float(hit[inside].sum())
        doubt = []
        for at in range(len(box.limits)):
            without = Box((*box.limits[:at], *box.limits[at + 1 :])).holds(x)
            doubt.append(float(binom.sf(hits - 1, m, hit[without].mean())))
        worst = int(np.argmax(doubt))
        if doubt[worst] <= USEFUL and len(box.limits) <= LIMITS:
            break
        box = Box((*box.limits[:worst], *box.limits[worst + 1 :]))
    return box
