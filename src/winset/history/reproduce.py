"""What the war model cannot do by itself: the shape of each series, without the record's errors.

From the simulations nearest to the record in the summaries of all that is free (posterior
predictive checks, Gelman, Meng and Stern 1996, by rejection): for each series scored, where its
shape over all months lies among those of the model's own readings. Errors of the record could hide
a trend or a swing that the model lacks, so they are left out here; a month's spread is therefore
expected to be somewhat larger on record, a trend or a level is not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from winset.history.features import SHAPES, shapes
from winset.history.fit import Fit
from winset.history.observe import on_record

Floats = NDArray[np.float64]

#: shapes that are looked at
ASKED: Final = ("mean", "slope", "spread about the slope", "spread of changes")
_KEEP: Final = 400


@dataclass(frozen=True)
class Shape:
    """One shape of one series on its scale (spreads no longer as logarithms): on record; 5th, 50th
    and 95th percentile of the model alone; share of it below the record.
    """

    id: str
    shape: str
    value: float
    quantiles: Floats
    below: float


def reproduce(fit: Fit) -> list[Shape]:
    """Every asked shape of every series scored, over the months of the fit."""
    free = [j for j, t in enumerate(fit.targets) if t.kind in ("free", "now", "error")]
    m, own = fit.posterior.m[:, free], fit.own[0][0, free]
    distance = (((m - own) / m.std(axis=0)) ** 2).sum(axis=1)
    second = fit.train[len(fit.train) // 2 :]
    near = second[np.argsort(distance)[:_KEEP]]
    out = []
    for id_, series in fit.block.series.items():
        if not series.scored:
            continue
        kept = fit.kept[id_]
        theirs = shapes(fit.observed.alone[id_][near][:, kept].astype(np.float64), kept)
        mine = shapes(on_record(series, fit.record.series[id_])[None, kept], kept)
        for name in ASKED:
            i = SHAPES.index(name)
            model, value = theirs[:, i], float(mine[0, i])
            below = float((model < value).mean())
            quantiles = np.quantile(model, [0.05, 0.5, 0.95])
            if name.startswith("spread"):
                quantiles, value = np.exp(quantiles), float(np.exp(value))
            out.append(Shape(id_, name, value, quantiles, below))
    return out
