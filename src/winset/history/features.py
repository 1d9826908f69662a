"""What is looked at in a record: every month, and for each series its level, end, slope, spread.

Per series, on its scale, over the months fitted that are on record: the values themselves; mean;
means of the last 3, 6 and 12; slope of a straight line; log of the spread about that line, log of
the spread of month-to-month changes; their lag-1 correlation; and the products of these in pairs,
which let the spread say how far the end is to be trusted.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

SHAPES: Final = (
    "mean", "last 3 months", "last 6 months", "last 12 months", "slope", "spread about the slope",
    "spread of changes", "lag-1 correlation",
)  # fmt: skip
#: standardised features beyond this are cut: a few wild simulations must not bend the regressions
_MOST: Final = 6.0


class Features:
    """Features of records, standardised over the simulations and cut at six spreads.

    series: id -> simulated records [N, T]; kept: the months looked at of each.
    """

    def __init__(
        self, series: Mapping[str, NDArray[Any]], kept: Mapping[str, NDArray[np.int64]]
    ) -> None:
        self._kept = kept
        self._centre = {
            id_: shapes(values[:, kept[id_]].astype(np.float64), kept[id_]).mean(axis=0)
            for id_, values in series.items()
        }
        raw = self._raw(series)
        self._mean = raw.mean(axis=0)
        self._spread = np.maximum(raw.std(axis=0), 1e-9)
        self._own: Singles | None = self._standard(raw)

    def table(self) -> Singles:
        """Features of the simulations, [N, F]: once, since they are large."""
        assert self._own is not None
        table, self._own = self._own, None
        return table

    def of(self, series: Mapping[str, NDArray[Any]]) -> Singles:
        """Features of other records, [M, F] from id -> [M, T]."""
        return self._standard(self._raw(series))

    def _raw(self, series: Mapping[str, NDArray[Any]]) -> Floats:
        parts = []
        for id_, values in series.items():
            own = np.asarray(values[:, self._kept[id_]], dtype=np.float64)
            summary = shapes(own, self._kept[id_])
            i, j = np.triu_indices(summary.shape[1])
            away = summary - self._centre[id_]
            parts += [own, summary, away[:, i] * away[:, j]]
        return np.concatenate(parts, axis=1)

    def _standard(self, raw: Floats) -> Singles:
        z = (raw - self._mean) / self._spread
        return np.clip(z, -_MOST, _MOST).astype(np.float32)


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
