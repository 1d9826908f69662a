"""What a record says of a number that is not in it: regression-adjusted ABC, one number at a time.

1. Semi-automatic summaries (Fearnhead and Prangle 2012): over one half of the simulations, ridge
   regressions of the target on the features give m(x), its expectation, and v(x), the expected
   logarithm of its squared residual.
2. Rejection: the simulations of the other half nearest to the record in (m, v), with Epanechnikov
   weights.
3. Adjustment: local-linear in (m, v), residuals scaled by exp((v(record) - v)/2) (Beaumont, Zhang
   and Balding 2002; Blum and Francois 2010), each target by its own summaries (Nott et al. 2014).

A target is a free quantity (as its normal score under the prior, so that bounds hold) or a month to
come (on the series' scale): the months to come are posterior predictive without a second pass.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

#: ridge penalty a simulation, on standardised features: fits new simulations as well as any less
_RIDGE: Final = 0.2
#: share of simulations kept near a record, and the least number of them
_SHARE: Final = 0.03
_LEAST: Final = 400


@dataclass(frozen=True)
class Draws:
    """Weighted draws of a target: values [K] ascending, weights [K] that sum to 1."""

    values: Floats
    weights: Floats

    def quantiles(self, at: Floats) -> Floats:
        """Values below which these shares of the weight lie, linear between mid-ranks."""
        middle = np.cumsum(self.weights) - 0.5 * self.weights
        return np.interp(at, middle, self.values)

    def below(self, value: float) -> float:
        """Share of the weight below a value: the probability integral transform."""
        middle = np.cumsum(self.weights) - 0.5 * self.weights
        return float(np.interp(value, self.values, middle, left=0.0, right=1.0))


class Posterior:
    """The regressions over the first half; `draws` then answers for any record from the second.

    x [N, F] standardised features, targets [N, J]. m, v [N - N // 2, J]: summaries of the second.
    """

    def __init__(self, x: Singles, targets: Floats) -> None:
        half = len(x) // 2
        first, second = x[:half], x[half:]
        self._centre = targets.mean(axis=0)
        self._spread = np.maximum(targets.std(axis=0), 1e-12)
        y = (targets - self._centre) / self._spread
        self._y = y[half:]
        solve = _Ridge(first)
        self._mean = solve(y[:half])
        loud = np.log((y[:half] - first @ self._mean) ** 2 + 1e-4)
        self._loud0 = loud.mean(axis=0)
        self._loud = solve(loud - self._loud0)
        self.m, self.v = self.summaries(second)
        self._scale_m = np.maximum(self.m.std(axis=0), 1e-9)
        self._scale_v = np.maximum(self.v.std(axis=0), 1e-9)
        self._keep = min(len(second), max(_LEAST, round(_SHARE * len(second))))

    def summaries(self, x: Singles) -> tuple[Floats, Floats]:
        """m and v of records [M, F]: each [M, J]."""
        mean = (x @ self._mean).astype(np.float64)
        return mean, (x @ self._loud).astype(np.float64) + self._loud0

    def draws(self, m: Floats, v: Floats, target: int) -> Draws:
        """Posterior draws of one target given a record's own m and v of it (single numbers)."""
        j = target
        dm = (self.m[:, j] - m) / self._scale_m[j]
        dv = (self.v[:, j] - v) / self._scale_v[j]
        distance = dm * dm + dv * dv
        near = np.argpartition(distance, self._keep - 1)[: self._keep]
        reach = float(distance[near].max()) + 1e-12
        weight = np.maximum(1.0 - distance[near] / reach, 1e-6)
        y = self._y[near, j]
        design = np.stack([np.ones(len(near)), dm[near], dv[near]], axis=1)
        gram = design.T @ (weight[:, None] * design) + 1e-8 * np.eye(3)
        line = np.linalg.solve(gram, design.T @ (weight * y))
        ratio = np.exp(np.clip(0.5 * (v - self.v[near, j]), -1.5, 1.5))
        adjusted = line[0] + (y - design @ line) * ratio
        order = np.argsort(adjusted)
        values = adjusted[order] * self._spread[j] + self._centre[j]
        return Draws(values, weight[order] / weight.sum())


class _Ridge:
    """Ridge regressions on one set of features: factored once."""

    def __init__(self, x: Singles) -> None:
        from scipy.linalg import cho_factor

        gram = np.zeros((x.shape[1], x.shape[1]))
        for first in range(0, len(x), 4096):
            part = x[first : first + 4096].astype(np.float64)
            gram += part.T @ part
        gram[np.diag_indices_from(gram)] += _RIDGE * len(x)
        self._x, self._factor = x, cho_factor(gram)

    def __call__(self, y: Floats) -> Singles:
        from scipy.linalg import cho_solve

        right = np.zeros((self._x.shape[1], y.shape[1]))
        for first in range(0, len(y), 4096):
            part = self._x[first : first + 4096].astype(np.float64)
            right += part.T @ y[first : first + 4096]
        return np.asarray(cho_solve(self._factor, right), dtype=np.float32)
