"""One number per measure and cell: mean over draws, its Monte Carlo error, and the spread over
draws.

    mean = sum_d w_d m_d / sum_d w_d          w_d = 1; for a measure conditional on an event, the
    draw's
                                              share of paths in which the event happened
    se   = sd_r(mean of replicate r) / sqrt(R)

R replicates are independent scrambles of the same low-discrepancy points (Owen 1997; randomised
quasi-Monte Carlo), so the spread of their means measures the error of the whole, which the spread
over draws within one replicate does not. p10, p50 and p90 are over draw means: they show what the
uncertain quantities do to the answer, the error shows what the finite run does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from winset.talks.cell import Cell
from winset.talks.paths import quantiles_of

__all__ = ["CONDITIONAL", "Estimate", "estimate", "summarise"]

#: measures that are means over some paths only -> the measure that says in what share of paths
CONDITIONAL: Final[Mapping[str, str]] = {
    "months_to_signing": "signed",
    "signed_outside_overlap": "signed",
    "durable_if_signed": "signed",
}


@dataclass(frozen=True)
class Estimate:
    """A measure in one cell. All None where it is defined in no draw; `se` None with a single
    replicate.
    """

    mean: float | None
    se: float | None
    p10: float | None
    p50: float | None
    p90: float | None

    def json(self) -> dict[str, float | None]:
        """Return the five numbers as plain data."""
        return asdict(self)


UNDEFINED: Final = Estimate(None, None, None, None, None)


def estimate(
    values: NDArray[np.float64],
    replicate: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
) -> Estimate:
    """Summarise `values`, NaN where undefined; `replicate`; `weights` >= 0: each [draws]."""
    use = np.isfinite(values)
    if weights is not None:
        use &= np.isfinite(weights) & (weights > 0)
    if not use.any():
        return UNDEFINED
    kept = values[use]
    weight = np.ones_like(kept) if weights is None else weights[use]
    p10, p50, p90 = quantiles_of(np.sort(kept)[None], (0.1, 0.5, 0.9))[0].tolist()
    mean = float(kept[0]) if np.ptp(kept) == 0 else float(np.average(kept, weights=weight))
    return Estimate(mean, standard_error(kept, replicate[use], weight), p10, p50, p90)


def standard_error(
    values: NDArray[np.float64],
    replicate: NDArray[np.int64],
    weights: NDArray[np.float64] | None = None,
) -> float | None:
    """Return sd/sqrt(R) of the replicates' (weighted) means of finite `values` [n]; None where R <
    2.
    """
    names, index = np.unique(replicate, return_inverse=True)
    if len(names) < 2:
        return None
    if np.ptp(values) == 0:  # a constant has no error, not even a rounding one
        return 0.0
    weight = np.ones_like(values) if weights is None else weights
    means = np.bincount(index, weights=weight * values) / np.bincount(index, weights=weight)
    return float(np.std(means, ddof=1) / np.sqrt(len(names)))


def summarise(cell: Cell) -> dict[str, Estimate]:
    """Return the estimate of every measure of a cell, in the cell's order."""
    found = {}
    for name, values in cell.measures.items():
        given = CONDITIONAL.get(name)
        weights = cell.measures.get(given) if given else None
        found[name] = estimate(values, cell.replicate, weights)
    return found


def fighting_on(cell: Cell) -> dict[str, Estimate]:
    """Return each signatory's value of fighting on at the start, in its own stakes."""
    return {party: estimate(v, cell.replicate) for party, v in cell.fighting_on.items()}
