"""How far an answer swings with each uncertain quantity: a tornado, from a study's own draws.

    swing of q = E[measure | q at its 90th percentile] - E[measure | q at its 10th]

with E[. | q] the polynomial in the ranks of q that first-order indices are taken from
(`given_data`), so nothing is run again and all other quantities stay as uncertain as they are. A
quantity is shown where its index is beyond what shuffled outcomes give in one worldview at least;
elsewhere it stands beside it with its error, since not moving the answer there is a finding too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from winset.insight.given_data import curve, first_order
from winset.insight.hinges import LEAST, looked_at
from winset.study.design import CellKey, DesignError
from winset.study.results import Results

__all__ = ["HOLDS", "Swing", "swings"]

#: family-wise chance up to which a quantity counts
HOLDS: Final = 0.05
_SHUFFLES: Final = 99


@dataclass(frozen=True)
class Swing:
    """One quantity in one worldview.

    low, high: its 10th and 90th percentile. at_low, at_high: the measure's mean there, and the
    standard errors. index: share of the variance over draws it explains alone. p: family-wise
    chance of as much where there is nothing.
    """

    id: str
    low: float
    high: float
    at_low: tuple[float, float]
    at_high: tuple[float, float]
    index: float
    p: float

    @property
    def size(self) -> float:
        """What the measure moves by, from the 10th to the 90th percentile of the quantity."""
        return self.at_high[0] - self.at_low[0]

    @property
    def holds(self) -> bool:
        """Whether it is beyond chance."""
        return self.p <= HOLDS


def swings(
    results: Results,
    measure: str = "durable",
    strategy: str | None = None,
    worldviews: Sequence[str] = (),
    seed: int = 0,
) -> dict[str, dict[str, Swing]]:
    """Return worldview -> quantity -> swing, for the quantities that hold in some worldview,
    largest first by their largest swing where they hold.

    Raises DesignError for a measure or strategy the study does not have, and where it has fewer
    than 24 draws.
    """
    chosen = strategy or results.scenario.spec.headline or results.strategies[0]
    results.measure(measure)
    if chosen not in results.strategies:
        raise DesignError(
            [f"no strategy {chosen!r} in this study; it has: {', '.join(results.strategies)}"]
        )
    if results.settings.draws < LEAST:
        raise DesignError(
            [f"the study has {results.settings.draws} draws; at least {LEAST} are needed to tell "
             "one uncertain quantity from another"]
        )  # fmt: skip
    found: dict[str, dict[str, Swing]] = {}
    for worldview in worldviews or results.worldviews:
        if CellKey(worldview, chosen) in results.cells:
            found[worldview] = _view(results, CellKey(worldview, chosen), measure, seed)
    largest: dict[str, float] = {}
    for by in found.values():
        for id_, one in by.items():
            if one.holds:
                largest[id_] = max(largest.get(id_, 0.0), abs(one.size))
    order = sorted(largest, key=lambda i: -largest[i])
    return {w: {i: by[i] for i in order if i in by} for w, by in found.items()}


def _view(results: Results, key: CellKey, measure: str, seed: int) -> dict[str, Swing]:
    y = np.asarray(results.cells[key].measures[measure], np.float64)
    ids, x = looked_at(results, key)
    use = np.isfinite(y)
    if int(use.sum()) < LEAST or not ids or np.ptp(y[use]) == 0:
        return {}
    known, told = x[:, use], y[use]
    order = first_order(known, told, shuffles=_SHUFFLES, seed=seed)
    out = {}
    for row, id_ in enumerate(ids):
        value, error = curve(known[row], told, max(int(order.degree[row]), 1)).at(
            np.array([0.1, 0.9])
        )
        low, high = np.quantile(known[row], [0.1, 0.9])
        out[id_] = Swing(
            id_,
            float(low),
            float(high),
            (float(value[0]), float(error[0])),
            (float(value[1]), float(error[1])),
            float(order.index[row]),
            float(order.p[row]),
        )
    return out
