"""What is looked at in a record: every month, and for each series its level, end, slope, spread.

Per series, on its scale, over the months fitted that are on record: the values themselves; mean;
means of the last 3, 6 and 12; slope of a straight line; log of the spread about that line, log of
the spread of month-to-month changes; the lag-1 correlation about the line; and the products of
these in pairs, which let the spread say how far the end is to be trusted.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

SHAPES: Final = (
    "mean", "last 3 months", "last 6 months", "last 12 months", "slope", "spread about the slope",
    "spread of changes", "lag-1 correlation",
)  # fmt: skip
#: places among the simulations at which a normal score is known, and between which it is linear
_PLACES: Final = (np.arange(1000) + 0.5) / 1000
_SCORES: Final = ndtri(_PLACES)


class Features:
    """Features of records on the footing of the simulations.

    series: id -> simulated records [N, T]; kept: the months looked at of each. Values and shapes
    become normal scores of their place among the simulations (so that a few wild ones bend no
    regression), products are those of the scores, and every column is standardised.
    """

    def __init__(
        self, series: Mapping[str, NDArray[Any]], kept: Mapping[str, NDArray[np.int64]]
    ) -> None:
        self._kept = kept
        self._knots: dict[str, Floats] = {}
        for id_, values in series.items():
            raw = _raw(values[:, kept[id_]], kept[id_])
            self._knots[id_] = np.quantile(raw, _PLACES, axis=0)
        own = self._scores(series)
        self._mean, self._spread = own.mean(axis=0), np.maximum(own.std(axis=0), 1e-9)
        self._own: Singles | None = (own - self._mean) / self._spread

    def table(self) -> Singles:
        """Features of the simulations, [N, F]: once, since they are large."""
        assert self._own is not None
        table, self._own = self._own, None
        return table

    def of(self, series: Mapping[str, NDArray[Any]]) -> Singles:
        """Features of other records, [M, F] from id -> [M, T]."""
        return np.asarray((self._scores(series) - self._mean) / self._spread, dtype=np.float32)

    def _scores(self, series: Mapping[str, NDArray[Any]]) -> Singles:
        parts = []
        for id_, values in series.items():
            raw, knots = _raw(values[:, self._kept[id_]], self._kept[id_]), self._knots[id_]
            score = np.empty(raw.shape, dtype=np.float32)
            for column in range(raw.shape[1]):
                score[:, column] = np.interp(raw[:, column], knots[:, column], _SCORES)
            summary = score[:, -len(SHAPES) :]
            i, j = np.triu_indices(len(SHAPES))
            parts += [score, summary[:, i] * summary[:, j]]
        return np.concatenate(parts, axis=1)


def _raw(values: NDArray[Any], months: NDArray[np.int64]) -> Floats:
    own = np.asarray(values, dtype=np.float64)
    return np.concatenate([own, shapes(own, months)], axis=1)


def shapes(values: Floats, months: NDArray[np.int64]) -> Floats:
    """The `SHAPES` of one series, [N, 8]; spreads as logarithms."""
    time = months - months.mean()
    mean = values.mean(axis=1)
    slope = values @ time / (time @ time)
    about = values - mean[:, None] - slope[:, None] * time
    changes = np.diff(values, axis=1)
    spread = about.std(axis=1) + 1e-9
    lag = (about[:, 1:] * about[:, :-1]).mean(axis=1) / spread**2
    ends = [values[:, -n:].mean(axis=1) for n in (3, 6, 12)]
    return np.stack(
        [mean, *ends, slope, np.log(spread), np.log(changes.std(axis=1) + 1e-9), lag], axis=1
    )
