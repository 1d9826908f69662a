"""What a record says of a number that is not in it: regression-adjusted ABC, one number at a time.

1. Semi-automatic summaries (Fearnhead and Prangle 2012): over one half of the simulations, ridge
   regressions of the target on the features give m(x), its expectation, and v(x), the expected
   logarithm of its squared residual. The penalty is the one that does best on the other half.
2. Rejection: the simulations of the other half nearest to the record in (m, v), with Epanechnikov
   weights.
3. Adjustment: local-linear in (m, v), residuals scaled by exp((v(record) - v)/2) (Beaumont, Zhang
   and Balding 2002; Blum and Francois 2010), each target by its own summaries (Nott et al. 2014).

A target is a free quantity (as its normal score under the prior, so that bounds hold) or a month to
come (on the series' scale): the months to come are posterior predictive without a second pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

#: ridge penalties a simulation that are tried, on standardised features
_RIDGES: Final = (0.3, 0.1, 0.03, 0.01, 0.003)
#: the largest is taken whose error on new simulations is within this part of the least
_SLACK: Final = 0.003
#: share of simulations kept near a record, and the least number of them
_SHARE: Final = 0.03
_LEAST: Final = 400
_CHUNK: Final = 4096


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
        ridge = _Ridge(first)
        self._mean = ridge.fit(y[:half], second, y[half:])
        loud = np.log((y - x @ self._mean) ** 2 + 1e-4)
        self._loud0 = loud[:half].mean(axis=0)
        loud -= self._loud0
        self._loud = ridge.fit(loud[:half], second, loud[half:])
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
    """Ridge regressions on one set of features, decomposed once for every penalty."""

    def __init__(self, x: Singles) -> None:
        gram = np.zeros((x.shape[1], x.shape[1]))
        for part in _parts(x):
            gram += part.T @ part
        self._x = x
        self._values, self._vectors = np.linalg.eigh(gram)

    def fit(self, y: Floats, new_x: Singles, new_y: Floats) -> Singles:
        """Coefficients [F, J] of y [N, J]; each column's penalty is chosen by the error on new
        simulations.
        """
        right = np.zeros((self._x.shape[1], y.shape[1]))
        for i, part in enumerate(_parts(self._x)):
            right += part.T @ y[_CHUNK * i : _CHUNK * (i + 1)]
        turned = self._vectors.T @ right
        tried, errors = [], []
        for penalty in _RIDGES:
            shrunk = turned / (self._values + penalty * len(self._x))[:, None]
            tried.append((self._vectors @ shrunk).astype(np.float32))
            errors.append(((new_y - new_x @ tried[-1]) ** 2).mean(axis=0))
        table = np.stack(errors)
        chosen = np.argmax(table <= (1 + _SLACK) * table.min(axis=0), axis=0)
        return np.stack(tried)[chosen, :, np.arange(y.shape[1])].T


def _parts(x: Singles) -> Iterator[Floats]:
    for first in range(0, len(x), _CHUNK):
        yield x[first : first + _CHUNK].astype(np.float64)
