"""What it would be worth to know one thing before choosing.

    EVPPI(x) = E_x[ max_s E[m_s | x] ] - max_s E[m_s]

the expected value of partial perfect information: by how much the measure m would rise on average
if x were known when the strategy s is chosen. E[m_s | x] is a curve in the quantity, fitted to the
draws of the study (Strong, Oakley and Brennan 2014, with polynomials in ranks in place of splines).
The maximum of noisy curves is too high on average; what comes out where nothing is to be known is
found by shuffling the draws. The standard error is the spread over curves drawn from their sampling
distribution. 0 does not say that a quantity does not matter: only that no choice hangs on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from winset.insight.given_data import bases, steps_of

__all__ = ["Worth", "Worths", "worth_of_each", "worth_of_view"]

Floats = NDArray[np.float64]

#: strategies that may be chosen: as many as these, the best by their means
IN_PLAY: Final = 6
DRAWN: Final = 200


@dataclass(frozen=True)
class Worth:
    """What knowing one quantity (its row) is worth, in the measure's unit, with its standard
    error; p: family-wise chance of as much where there is nothing to be known.
    """

    row: int
    gain: float
    error: float
    p: float


@dataclass(frozen=True)
class Worths:
    """Quantities by what knowing them is worth, most first; the strategy chosen without; what
    knowing everything is worth at most (the luck of finite paths is in it, so it is too high).
    """

    best: int
    each: tuple[Worth, ...]
    everything: float


def worth_of_each(
    x: Floats, values: Floats, *, most: int = 5, shuffles: int = 99, seed: int = 0
) -> Worths:
    """Return what knowing each quantity of x [quantities, n] is worth when a strategy is chosen by
    `values` [strategies, n], more being better.
    """
    means = values.mean(axis=1)
    best = int(np.argmax(means))
    play = np.argsort(-means, kind="stable")[:IN_PLAY]
    held = values[play]
    n = x.shape[1]
    basis = bases(x, min(4, steps_of(n)))
    gains, steps = _gains(basis, held)
    rng = np.random.default_rng([seed, n, 23])
    tops = np.array(
        [_gains(basis, held[:, rng.permutation(n)])[0].max(initial=0.0) for _ in range(shuffles)]
    )
    order = np.argsort(-gains, kind="stable")[:most]
    each = [
        Worth(
            row=int(row),
            gain=float(gains[row]),
            error=_error(basis[row, :, : steps[row]], held, rng),
            p=float((1 + int((tops >= gains[row] - 1e-12).sum())) / (shuffles + 1)),
        )
        for row in order
        if gains[row] > 0
    ]
    return Worths(best, tuple(each), float(values.max(axis=0).mean() - means[best]))


def _gains(basis: Floats, values: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """The worth of each quantity, and the degree used: of differences to the first strategy by
    generalised cross-validation.
    """
    n, most = basis.shape[1], basis.shape[2]
    gaps = values - values[0]
    gaps = gaps - gaps.mean(axis=1, keepdims=True)
    total = float(np.sum(gaps**2))
    if total <= 1e-18 * max(1.0, float(np.abs(values).max())) ** 2:
        return np.zeros(len(basis)), np.zeros(len(basis), np.int64)
    coefficients = np.swapaxes(basis, 1, 2) @ gaps.T
    held = np.cumsum(np.sum(coefficients**2, axis=2), axis=1) / total
    held = np.concatenate([np.zeros_like(held[:, :1]), held], axis=1)
    gcv = (1.0 - held) / (1.0 - (np.arange(most + 1) + 1.0) / n) ** 2
    at = np.argmin(gcv, axis=1)
    used = np.arange(1, most + 1)[None, :, None] <= at[:, None, None]
    fitted = basis @ (coefficients * used)
    level = (values - values[0]).mean(axis=1)
    return (fitted + level).max(axis=2).mean(axis=1) - float(level.max()), at


def _error(basis: Floats, values: Floats, rng: np.random.Generator) -> float:
    """Spread of the worth over curves drawn from their sampling distribution."""
    n = values.shape[1]
    gaps = values - values[0]
    design = np.column_stack([np.full(n, n**-0.5), basis])
    coefficients = design.T @ gaps.T
    left = gaps.T - design @ coefficients
    spread = left.T @ left / max(1, n - design.shape[1])
    size, way = np.linalg.eigh(spread)
    root = way * np.sqrt(np.maximum(size, 0.0))
    found = []
    for _ in range(DRAWN):
        noise = rng.standard_normal(coefficients.shape) @ root.T
        fitted = design @ (coefficients + noise)
        found.append(fitted.max(axis=1).mean() - fitted.mean(axis=0).max())
    return float(np.std(found, ddof=1))


def worth_of_view(means: Floats, weights: Floats | None = None) -> tuple[float, int]:
    """What it is worth to know which worldview is right, and the strategy chosen without: `means`
    [worldviews, strategies], more being better; `weights` of worldviews, default alike.
    """
    count = means.shape[0]
    w = np.full(count, 1.0 / count) if weights is None else weights / weights.sum()
    average = w @ means
    return float(w @ means.max(axis=1) - average.max()), int(np.argmax(average))
