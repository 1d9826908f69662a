"""How the months held back fell: coverage, sharpness and error, beside a plain baseline.

PIT_t = P(y_t <= the month on record | the months fitted); a central interval of mass c covers where
|PIT - 1/2| <= c/2. CRPS = E|Y - y| - E|Y - Y'|/2 (Gneiting and Raftery 2007), in the series' unit.
Baseline: each month to come is normal with mean and spread of the last twelve fitted, on the
series' scale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from winset.history.fit import Fit
from winset.history.observe import from_scale, on_record, to_scale
from winset.history.posterior import Draws
from winset.scenario.schema.calibration import Series

Floats = NDArray[np.float64]

LEVELS: Final = (0.5, 0.9)
AT: Final = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
_POINTS: Final = (np.arange(399) + 0.5) / 399


@dataclass(frozen=True)
class Scored:
    """One series: month numbers held back and on record [H]; values; quantiles `AT` [H, 5]; pit;
    baseline's pit and CRPS of both, mean over months (in the series' unit); alone [H] or empty: pit
    by the war model itself, without the record's errors; the mean of the months: on record, its
    quantiles and pit.
    """

    id: str
    series: Series
    months: NDArray[np.int64]
    value: Floats
    quantiles: Floats
    pit: Floats
    crps: float
    alone: Floats
    baseline_pit: Floats
    baseline_crps: float
    mean: float
    mean_quantiles: Floats
    mean_pit: float

    def inside(self, level: float) -> int:
        """Months inside the central interval of that mass."""
        return covered(self.pit, level)


def covered(pit: Floats, level: float) -> int:
    """How many lie in the central interval of that mass."""
    return int((np.abs(pit - 0.5) <= level / 2).sum())


def score(fit: Fit) -> list[Scored]:
    """Every series against its months held back."""
    return [_one(fit, id_) for id_ in fit.block.series]


def _one(fit: Fit, id_: str) -> Scored:
    series, recorded = fit.block.series[id_], fit.record.series[id_]
    held = np.arange(fit.fitted, fit.record.months)
    held = held[np.isfinite(recorded.value[held])]
    scale = on_record(series, recorded)
    pits, crps, quantiles, alone = [], [], [], []
    for month in held:
        draws = fit.draws(fit.find("month", id_, int(month)))
        pits.append(draws.below(float(scale[month])))
        quantiles.append(from_scale(series, draws.quantiles(AT)))
        points = from_scale(series, draws.quantiles(_POINTS))
        if series.scored:
            mine = fit.draws(fit.find("alone", id_, int(month)))
            alone.append(mine.below(float(scale[month])))
        crps.append(_crps(points, float(recorded.value[month])))
    base_pit, base_crps = _baseline(series, scale, recorded.value, fit.kept[id_], held)
    j = fit.find("mean", id_)
    mean = float(recorded.value[held].mean()) if len(held) else float("nan")
    return Scored(
        id_,
        series,
        held,
        recorded.value[held],
        np.array(quantiles).reshape(len(held), len(AT)),
        np.array(pits),
        float(np.mean(crps)) if crps else float("nan"),
        np.array(alone),
        base_pit,
        base_crps,
        mean,
        fit.quantiles(j, AT),
        fit.draws(j).below(float(to_scale(series, np.array([mean]))[0])),
    )


def _baseline(
    series: Series,
    scale: Floats,
    value: Floats,
    kept: NDArray[np.int64],
    held: NDArray[np.int64],
) -> tuple[Floats, float]:
    last = scale[kept[-12:]]
    mean, sd = float(last.mean()), max(float(last.std(ddof=1)), 1e-9)
    points = mean + sd * ndtri(_POINTS)
    even = Draws(points, np.full(len(points), 1 / len(points)))
    pit = np.array([even.below(float(scale[month])) for month in held])
    own = from_scale(series, points)
    crps = [_crps(own, float(value[month])) for month in held]
    return pit, float(np.mean(crps)) if crps else float("nan")


def _crps(points: Floats, value: float) -> float:
    """Of evenly weighted ascending points."""
    n = len(points)
    rank = 2 * np.arange(1, n + 1) - n - 1
    return float(np.abs(points - value).mean() - (rank * points).sum() / n**2)


def pooled(scores: Sequence[Scored], level: float) -> tuple[int, int]:
    """Months inside and months in all, over the series that are scored."""
    some = [s for s in scores if s.series.scored]
    return sum(s.inside(level) for s in some), sum(len(s.value) for s in some)
