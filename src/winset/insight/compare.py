"""Differences between strategies on the same draws, and how often each is best by one objective.

    diff = mean_d (a_d - b_d)      se = sd_r(mean of replicate r of a_d - b_d) / sqrt(R)

Strategies share the draws and the luck of every path (common random numbers), so the error of a
paired difference is far below that of either number. A difference is called clear where it exceeds
two standard errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from winset.study.design import CellKey
from winset.study.results import Results
from winset.study.summary import standard_error

__all__ = ["CLEAR", "Difference", "difference", "more_likely_than_not", "p_best", "paired"]

#: standard errors beyond which a difference is called clear
CLEAR: Final = 2.0


@dataclass(frozen=True)
class Difference:
    """A paired difference, its Monte Carlo error (None with a single replicate), and the draws it
    rests on.
    """

    diff: float
    se: float | None
    draws: int

    @property
    def clear(self) -> bool:
        """Whether it exceeds two standard errors."""
        return self.se is not None and abs(self.diff) > CLEAR * self.se

    @property
    def sign(self) -> int:
        """1 clearly above 0, -1 clearly below, else 0."""
        return (1 if self.diff > 0 else -1) if self.clear else 0

    def json(self) -> dict[str, float | None]:
        """Return the difference and its error as plain data."""
        return {"diff": self.diff, "se": self.se}


def difference(
    a: NDArray[np.float64], b: NDArray[np.float64], replicate: NDArray[np.int64]
) -> Difference | None:
    """Return the mean of a - b, each [draws], over the draws in which both are defined; None where
    none is.
    """
    gap = a - b
    use = np.isfinite(gap)
    if not use.any():
        return None
    kept = gap[use]
    mean = float(kept[0]) if np.ptp(kept) == 0 else float(np.mean(kept))
    return Difference(mean, standard_error(kept, replicate[use]), int(use.sum()))


def paired(
    results: Results, worldview: str, a: str, b: str, measure: str = "durable"
) -> Difference | None:
    """Return strategy a's measure less strategy b's in a worldview; None where either has none."""
    cells = [results.cells.get(CellKey(worldview, strategy)) for strategy in (a, b)]
    if any(cell is None or measure not in cell.measures for cell in cells):
        return None
    one, other = (cell for cell in cells if cell is not None)
    return difference(one.measures[measure], other.measures[measure], one.replicate)


def best_shares(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each row's share of columns in which it is the largest; a tie is split among those
    tied.

    `values` is [strategies, draws]. A row undefined (NaN) in a column is not in the running there;
    a column with no row defined counts for none. All zero where no column counts.
    """
    defined = np.isfinite(values)
    columns = defined.any(axis=0)
    if not columns.any():
        return np.zeros(len(values))
    held = np.where(defined, values, -np.inf)[:, columns]
    best = held == held.max(axis=0)
    shares: NDArray[np.float64] = (best / best.sum(axis=0)).mean(axis=1)
    return shares


def p_best(
    results: Results,
    worldview: str,
    objective: str,
    direction: int = 1,
    strategies: Sequence[str] | None = None,
) -> dict[str, float]:
    """Return each strategy's share of draws in which it does best by one objective, ties split.

    `direction` 1: more is better, -1: less is. Strategies without the measure are left out.
    """
    rows = {}
    for strategy in results.strategies if strategies is None else strategies:
        cell = results.cells.get(CellKey(worldview, strategy))
        if cell is not None and objective in cell.measures:
            rows[strategy] = direction * cell.measures[objective]
    if not rows:
        return {}
    shares = best_shares(np.stack(list(rows.values())))
    return {strategy: float(share) for strategy, share in zip(rows, shares, strict=True)}


def more_likely_than_not(
    results: Results, worldview: str, strategy: str, measure: str = "durable"
) -> float | None:
    """Return the share of draws in which the measure, a chance, is above one half; None where
    undefined.
    """
    cell = results.cells.get(CellKey(worldview, strategy))
    values = cell.measures.get(measure) if cell is not None else None
    if values is None or not (defined := np.isfinite(values)).any():
        return None
    return float(np.mean(values[defined] > 0.5))
