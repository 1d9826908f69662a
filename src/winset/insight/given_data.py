"""How much of an outcome each uncertain quantity explains by itself, from draws already made.

    S_i = Var(E[y | x_i]) / Var(y)            Sobol's first-order index (Sobol 1993)

E[y | x_i] is a polynomial of low degree in the rank of x_i (given-data estimation by orthogonal
polynomials: Sudret 2008; for ranks, Plischke 2010), its degree chosen by generalised
cross-validation (Craven and Wahba 1979), and S_i is the adjusted R2, which is 0 on average where
there is nothing. What chance alone would give is found by shuffling the outcome: p is the share of
shuffles in which the LARGEST index over all quantities reaches this one (Westfall and Young 1993),
so that one in twenty studies, not one in twenty quantities, finds something that is not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.polynomial.legendre import legvander
from numpy.typing import NDArray

__all__ = [
    "Curve",
    "FirstOrder",
    "Hinge",
    "Hinges",
    "bases",
    "curve",
    "find_hinges",
    "first_order",
    "standing_in",
    "steps_of",
]

Floats = NDArray[np.float64]

MOST: Final = 6
#: draws wanted for each degree of a polynomial
PER_DEGREE: Final = 20
#: chance of finding anything at all where there is nothing
FAMILY: Final = 0.05
_BLOCK: Final = 64


@dataclass(frozen=True)
class FirstOrder:
    """First-order indices of all quantities.

    index: [quantities] 0 to 1. degree: [quantities] of the polynomial used, 0 where none helps. p:
    [quantities] family-wise, 1 where no shuffles were made. chance: the index that shuffled
    outcomes exceed anywhere in one of twenty shuffles; 1 without shuffles.
    """

    index: Floats
    degree: NDArray[np.int64]
    p: Floats
    chance: float


def steps_of(draws: int) -> int:
    """The highest degree that so many draws carry: one per 20, from 1 to 6."""
    return int(np.clip(draws // PER_DEGREE, 1, MOST))


def standing(x: Floats) -> Floats:
    """Ranks of x [..., n] put on -1 to 1, ties at their middle."""
    from scipy.stats import rankdata

    u: Floats = (2.0 * rankdata(x, axis=-1) - 1.0) / x.shape[-1] - 1.0
    return u


def bases(x: Floats, degree: int) -> Floats:
    """Orthonormal polynomials of the ranks of x [quantities, n], the constant left out:
    [quantities, n, degree]. A column that ties leave without content is 0.
    """
    powers = legvander(standing(x), degree)[..., 1:]
    powers = powers - powers.mean(axis=-2, keepdims=True)
    q, r = np.linalg.qr(powers)
    size = np.abs(np.diagonal(r, axis1=-2, axis2=-1))
    kept = size > 1e-9 * np.sqrt(x.shape[-1])
    return np.asarray(q * kept[..., None, :])


def first_order(
    x: Floats,
    y: Floats,
    *,
    shuffles: int = 0,
    seed: int = 0,
    most: int | None = None,
) -> FirstOrder:
    """Return the first-order indices of quantities x [quantities, n] on an outcome y [n], or on
    several, [outcomes, n]: then each quantity's index is its largest over outcomes, and p and
    chance are those of all of them together.
    """
    outcomes = np.atleast_2d(y)
    n = x.shape[1]
    degree = steps_of(n) if most is None else most
    rng = np.random.default_rng([seed, n, 7])
    order = np.stack([rng.permutation(n) for _ in range(shuffles)]) if shuffles else None
    index, steps = np.zeros(len(x)), np.zeros(len(x), np.int64)
    largest = np.zeros(shuffles)
    for start in range(0, len(x), _BLOCK):
        block = slice(start, min(start + _BLOCK, len(x)))
        basis = bases(x[block], degree)
        for one in outcomes:
            unit = _unit(one)
            if unit is None:
                continue
            found, at = _best(basis, unit[:, None])
            better = found[:, 0] > index[block]
            index[block] = np.where(better, found[:, 0], index[block])
            steps[block] = np.where(better, at[:, 0], steps[block])
            if order is not None:
                chance, _ = _best(basis, unit[order].T)
                largest = np.maximum(largest, chance.max(axis=0))
    if not shuffles:
        return FirstOrder(index, steps, np.ones(len(x)), 1.0)
    reached = (largest[None, :] >= index[:, None] - 1e-12).sum(axis=1)
    p = np.where(index > 0, (reached + 1) / (shuffles + 1), 1.0)
    return FirstOrder(index, steps, p, float(np.quantile(largest, 0.95)))


def _unit(y: Floats) -> Floats | None:
    centred = y - y.mean()
    size = float(np.sqrt(centred @ centred))
    flat = size <= 1e-12 * max(1.0, float(np.abs(y).max()))
    return None if flat else np.asarray(centred / size)


def _best(basis: Floats, y: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Adjusted R2 [quantities, outcomes] at the degree with the least GCV, and that degree."""
    n, most = basis.shape[1], basis.shape[2]
    r2 = np.cumsum((np.swapaxes(basis, 1, 2) @ y) ** 2, axis=1)
    r2 = np.concatenate([np.zeros_like(r2[:, :1]), r2], axis=1)
    degrees = np.arange(most + 1)
    gcv = (1.0 - r2) / (1.0 - (degrees[None, :, None] + 1.0) / n) ** 2
    at = np.argmin(gcv, axis=1)
    held = np.take_along_axis(r2, at[:, None, :], axis=1)[:, 0]
    adjusted = 1.0 - (1.0 - held) * (n - 1.0) / (n - at - 1.0)
    return np.maximum(adjusted, 0.0), at


@dataclass(frozen=True)
class Curve:
    """E[y | x] along the ranks of x: coefficients of Legendre polynomials and their covariance."""

    coefficients: Floats
    covariance: Floats

    def at(self, share: float | Floats) -> tuple[Floats, Floats]:
        """The value and its standard error at quantiles of x (0 to 1)."""
        u = 2.0 * np.asarray(share, np.float64) - 1.0
        powers = legvander(u, len(self.coefficients) - 1)
        error = np.sqrt(np.einsum("...i,ij,...j->...", powers, self.covariance, powers))
        return powers @ self.coefficients, error


def curve(x: Floats, y: Floats, degree: int) -> Curve:
    """Fit E[y | x] for x, y [n] by least squares in the ranks of x."""
    powers = legvander(standing(x), degree)
    inverse = np.linalg.pinv(powers.T @ powers)
    coefficients = inverse @ powers.T @ y
    left = y - powers @ coefficients
    variance = float(left @ left) / max(1, len(y) - degree - 1)
    return Curve(coefficients, np.asarray(variance * inverse, np.float64))


def standing_in(known: Floats, x: Floats) -> Floats:
    """Where x [m] stands among `known` [n], on -1 to 1."""
    ranked = np.sort(known)
    share = np.searchsorted(ranked, x, "left") + np.searchsorted(ranked, x, "right")
    u: Floats = np.asarray(share, np.float64) / len(known) - 1.0
    return u


@dataclass(frozen=True)
class Hinge:
    """A quantity that an outcome hangs on.

    row: its row. degree: of the polynomial. index, error: the share of the outcome's variance over
    draws that it explains by itself, and the standard error (bootstrap over draws). p: family-wise
    chance of finding as much where there is nothing.
    """

    row: int
    degree: int
    index: float
    error: float
    p: float


@dataclass(frozen=True)
class Hinges:
    """Quantities that an outcome hangs on, strongest first.

    together, error: the share of the variance that a sum of their curves explains on draws not
    used in choosing and fitting (five-fold cross-validation; 0 where it does not beat the mean).
    chance: the index that a quantity without effect exceeds anywhere in one of twenty studies.
    """

    hinges: tuple[Hinge, ...]
    together: float
    chance: float


def find_hinges(
    x: Floats, y: Floats, *, most: int = 8, shuffles: int = 199, seed: int = 0
) -> Hinges:
    """Choose, one after another, the quantities of x [quantities, n] that explain most of what is
    left of y [n], until shuffling what is left does as well in one of twenty (Freedman and Lane
    1983). The index is the fall of the adjusted R2 of all chosen when the quantity is left out:
    for independent quantities Sobol's first-order index.
    """
    chosen, chance = _choose(x, y, most, shuffles, seed)
    if not chosen:
        return Hinges((), 0.0, chance)
    parts = [bases(x[None, row], degree)[0] for row, degree, _ in chosen]
    whole = _shares(parts, y)
    rng = np.random.default_rng([seed, len(y), 11])
    resampled = []
    for _ in range(200):
        pick = rng.integers(0, len(y), len(y))
        again = [bases(x[None, row, pick], degree)[0] for row, degree, _ in chosen]
        resampled.append(_shares(again, y[pick]))
    errors = np.std(np.array(resampled), axis=0, ddof=1)
    found = [
        Hinge(row, degree, float(max(index, 0.0)), float(error), p)
        for (row, degree, p), index, error in zip(chosen, whole, errors, strict=True)
    ]
    found.sort(key=lambda one: -one.index)
    return Hinges(tuple(found), _unseen_share(x, y, most, shuffles, seed), chance)


def _choose(
    x: Floats, y: Floats, most: int, shuffles: int, seed: int
) -> tuple[list[tuple[int, int, float]], float]:
    """Rows with their degrees and p, in the order chosen, and the first step's chance index."""
    n = x.shape[1]
    degree = steps_of(n)
    rng = np.random.default_rng([seed, n, 7])
    order = np.stack([rng.permutation(n) for _ in range(shuffles)])
    basis = bases(x, degree)
    left = y - y.mean()
    scale = float(np.abs(y).max())
    chosen: list[tuple[int, int, float]] = []
    model = np.ones((n, 1)) / np.sqrt(n)
    chance = 1.0
    while len(chosen) < most and n - model.shape[1] > 2 * PER_DEGREE // 4:
        unit = _unit(left) if float(np.abs(left).max(initial=0.0)) > 1e-12 * scale else None
        if unit is None:
            break
        index, at = _best(basis, unit[:, None])
        taken = [row for row, _, _ in chosen]
        index[taken] = 0.0
        largest, _ = _best(basis, unit[order].T)
        largest[taken] = 0.0
        tops = largest.max(axis=0)
        if not chosen:
            chance = float(np.quantile(tops, 0.95))
        row = int(np.argmax(index[:, 0]))
        p = (1 + int((tops >= index[row, 0] - 1e-12).sum())) / (shuffles + 1)
        if p > FAMILY or index[row, 0] <= 0:
            break
        chosen.append((row, int(at[row, 0]), p))
        model, _ = np.linalg.qr(np.column_stack([model, basis[row, :, : at[row, 0]]]))
        left = y - model @ (model.T @ y)
    return chosen, chance


def _shares(parts: list[Floats], y: Floats) -> Floats:
    """By how much the adjusted R2 falls when each part [n, degree] is left out."""
    whole = _adjusted(parts, y)
    return np.array(
        [whole - _adjusted([*parts[:i], *parts[i + 1 :]], y) for i in range(len(parts))]
    )


def _adjusted(parts: list[Floats], y: Floats) -> float:
    unit = _unit(y)
    if unit is None or not parts:
        return 0.0
    # Polynomials of resampled draws may coincide: what adds nothing counts for nothing.
    u, size, _ = np.linalg.svd(np.column_stack(parts), full_matrices=False)
    u = u[:, size > 1e-8]
    left = len(y) - u.shape[1] - 1.0
    if left <= 0:
        return 0.0
    r2 = float(np.sum((u.T @ unit) ** 2))
    return float(1.0 - (1.0 - r2) * (len(y) - 1.0) / left)


def _unseen_share(x: Floats, y: Floats, most: int, shuffles: int, seed: int) -> float:
    """1 - squared error over that of the mean, on draws not seen."""
    n = len(y)
    rng = np.random.default_rng([seed, n, 17])
    fold = rng.permutation(n) % 5
    missed = plain = 0.0
    for k in range(5):
        out = fold == k
        known, told = x[:, ~out], y[~out]
        chosen, _ = _choose(known, told, most, max(39, shuffles // 4), seed + k + 1)
        here: list[Floats] = [np.ones((len(told), 1))]
        there: list[Floats] = [np.ones((int(out.sum()), 1))]
        for row, degree, _ in chosen:
            for values, into in ((known[row], here), (x[row, out], there)):
                u = standing_in(known[row], values)
                into.append(np.asarray(legvander(u, degree)[:, 1:], np.float64))
        fit = np.linalg.lstsq(np.hstack(here), told, rcond=None)[0]
        missed += float(np.sum((y[out] - np.hstack(there) @ fit) ** 2))
        plain += float(np.sum((y[out] - told.mean()) ** 2))
    return max(0.0, 1.0 - missed / plain) if plain > 0 else 0.0
