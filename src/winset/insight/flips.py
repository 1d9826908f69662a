"""Where, along one uncertain quantity, another strategy does better.

The difference of two strategies, draw by draw, is fitted as a curve in the quantity. It flips where
the curve is clearly (two standard errors) on one side of 0 at the quantity's 10th percentile and
clearly on the other at its 90th, and only where it depends on the quantity more than shuffled
differences do anywhere: over all quantities and all pairs looked at together, in one study of
twenty. Strategies share draws and luck, so most of the noise is gone from a difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from winset.insight.given_data import Curve, curve, first_order

__all__ = ["Flip", "Pairs", "find_flips"]

Floats = NDArray[np.float64]

CLEAR: Final = 2.0
LOW: Final = 0.1
HIGH: Final = 0.9


@dataclass(frozen=True)
class Flip:
    """The order of two strategies changes along a quantity (its row).

    at: where, in the quantity's unit; between: 90% interval of it (bootstrap over draws). below,
    above: the strategy that does better there. by_low, by_high: by how much at the 10th and at the
    90th percentile, with standard errors, as `below` less `above` and the reverse.
    """

    row: int
    at: float
    between: tuple[float, float]
    below: str
    above: str
    by_low: tuple[float, float]
    by_high: tuple[float, float]


@dataclass(frozen=True)
class Pairs:
    """The pairs looked at, and the flips among them, those nearest the middle first."""

    looked_at: tuple[tuple[str, str], ...]
    flips: tuple[Flip, ...]
    chance: float


def find_flips(
    x: Floats,
    values: Mapping[str, Floats],
    pairs: Sequence[tuple[str, str]],
    *,
    shuffles: int = 99,
    seed: int = 0,
) -> Pairs:
    """Look for flips of `pairs` of strategies along quantities x [quantities, n]; `values` is
    strategy -> [n], more being better.
    """
    looked_at = tuple(pairs)
    gaps = np.array([values[a] - values[b] for a, b in looked_at])
    if not len(gaps):
        return Pairs((), (), 1.0)
    chance = first_order(x, gaps, shuffles=shuffles, seed=seed).chance
    found = []
    for (a, b), gap in zip(looked_at, gaps, strict=True):
        alone = first_order(x, gap)
        for row in np.flatnonzero(alone.index > chance):
            flip = _flip(x[row], gap, int(alone.degree[row]), (a, b), int(row), seed)
            if flip is not None:
                found.append(flip)
    found.sort(key=lambda flip: -min(abs(flip.by_low[0]), abs(flip.by_high[0])))
    return Pairs(looked_at, tuple(found), chance)


def _flip(
    x: Floats, gap: Floats, degree: int, pair: tuple[str, str], row: int, seed: int
) -> Flip | None:
    fitted = curve(x, gap, degree)
    value, error = fitted.at(np.array([LOW, HIGH]))
    if value[0] * value[1] >= 0 or np.any(np.abs(value) < CLEAR * error):
        return None
    root = _root(fitted)
    rng = np.random.default_rng([seed, len(gap), row, 19])
    roots = []
    for _ in range(200):
        pick = rng.integers(0, len(gap), len(gap))
        again = _root(curve(x[pick], gap[pick], degree))
        if again is not None:
            roots.append(float(np.quantile(x[pick], again)))
    if root is None or len(roots) < 20:
        return None
    low, high = np.quantile(roots, [0.05, 0.95])
    below, above = pair if value[0] > 0 else pair[::-1]
    return Flip(
        row=row,
        at=float(np.quantile(x, root)),
        between=(float(low), float(high)),
        below=below,
        above=above,
        by_low=(float(abs(value[0])), float(error[0])),
        by_high=(float(abs(value[1])), float(error[1])),
    )


def _root(fitted: Curve) -> float | None:
    """The share of draws below the point where the curve changes sign, the middlemost one."""
    share = np.linspace(0.02, 0.98, 193)
    value, _ = fitted.at(share)
    at = np.flatnonzero(np.sign(value[:-1]) * np.sign(value[1:]) < 0)
    if not len(at):
        return None
    i = int(at[np.argmin(np.abs(share[at] - 0.5))])
    return float(share[i] + (share[i + 1] - share[i]) * value[i] / (value[i] - value[i + 1]))
