"""Is the fit itself calibrated? Simulation-based calibration (Talts et al. 2018).

A simulated record, held apart from the fit, has known quantities and a known future. If the fit is
right, the probability integral transform of each truth under the posterior from its record is
uniform over simulated records. Reported: histograms in 20 bins, chi-square against uniform,
coverage of central intervals; and how far the pooled coverage of months to come varies by luck
where the model is exactly true, which is what the real score is to be judged by.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from winset.history.fit import Fit
from winset.history.score import LEVELS, covered

Floats = NDArray[np.float64]

BINS: Final = 20


@dataclass(frozen=True)
class Ranks:
    """pit: target number -> [M] over the records held apart; pooled: level -> [M] share of the
    scored months to come inside, one a record; least: level -> [M] least months inside of any
    scored series.
    """

    pit: Mapping[int, Floats]
    pooled: Mapping[float, Floats]
    least: Mapping[float, Floats]

    def histogram(self, targets: list[int]) -> NDArray[np.int64]:
        """Counts in 20 bins over some targets together."""
        every = np.concatenate([self.pit[j] for j in targets])
        return np.histogram(every, bins=BINS, range=(0, 1))[0].astype(np.int64)

    def p_value(self, target: int) -> float:
        """Chi-square test of one target's histogram against uniform."""
        pit = self.pit[target]
        bins = max(2, min(BINS, len(pit) // 10))
        counts = np.histogram(pit, bins=bins, range=(0, 1))[0]
        due = len(pit) / bins
        return float(chi2.sf(((counts - due) ** 2 / due).sum(), bins - 1))

    def coverage(self, targets: list[int], level: float) -> float:
        """Share of truths in the central interval of that mass."""
        every = np.concatenate([self.pit[j] for j in targets])
        return covered(every, level) / len(every)


def ranks(fit: Fit, progress: Callable[[int], None] | None = None) -> Ranks:
    """Fit every simulated record that was held apart, and see where its truth falls."""
    m, v = fit.held_summaries()
    pit: dict[int, Floats] = {}
    for j, target in enumerate(fit.targets):
        if target.kind == "alone":
            continue
        truths = fit.scores[fit.test, j]
        pit[j] = np.array(
            [fit.posterior.draws(m[i, j], v[i, j], j).below(truths[i]) for i in range(len(truths))]
        )
        if progress is not None and (target.kind != "month" or j % 10 == 0):
            progress(j + 1)
    months = {
        id_: np.stack(
            [pit[j] for j, t in enumerate(fit.targets) if t.kind == "month" and t.id == id_]
        )
        for id_, series in fit.block.series.items()
        if series.scored
    }
    inside = {
        level: np.stack([(np.abs(p - 0.5) <= level / 2).sum(axis=0) for p in months.values()])
        for level in LEVELS
    }
    length = fit.record.months - fit.fitted
    pooled = {level: n.sum(axis=0) / (len(n) * length) for level, n in inside.items()}
    least = {level: n.min(axis=0).astype(np.float64) for level, n in inside.items()}
    return Ranks(pit, pooled, least)
