"""One fit: simulations and a record in, what is free and what comes next out.

Targets are the free quantities, what they have become at the end of the fit (`now`), the errors of
the record, every month after the fit of every series, and the mean of those months. All are targets
as normal scores of their place among the simulations, and come back through the same values, so
that a posterior never leaves its prior's bounds and wild simulations bend no regression.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from winset.history.features import Features
from winset.history.observe import Observed, from_scale, on_record, to_scale
from winset.history.posterior import Draws, Posterior
from winset.history.record import Record
from winset.history.simulate import Simulated
from winset.scenario.schema.calibration import Calibration

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Target:
    """What is asked of a record: kind `free`, `now`, `error`, `month`, `mean`, or `alone` (a month
    without the record's errors); the quantity or series; the month counted from the start.
    """

    kind: str
    id: str
    month: int = -1


class Fit:
    """A record's posterior, and that of any simulated record.

    fitted: months fitted. kept: of each series, those of them that are on record. scores [N, J]:
    the targets of the simulations; natural [N, J]: their values in rising order, in the quantity's
    unit or on the series' scale. train [R], test [M]: simulations that the fit rests on, and those
    held apart to check it.
    """

    def __init__(
        self,
        block: Calibration,
        simulated: Simulated,
        observed: Observed,
        record: Record,
        fitted: int,
        held_apart: int,
    ) -> None:
        self.block, self.record, self.fitted = block, record, fitted
        self.kept = {
            id_: np.flatnonzero(np.isfinite(record.series[id_].value[:fitted]))
            for id_ in block.series
        }
        self.targets, columns = _targets(block, simulated, observed, record, fitted)
        scored = [_normal_scores(column) for column in columns]
        self.scores = np.stack([scores for scores, _ in scored], axis=1)
        self.natural = np.stack([values for _, values in scored], axis=1)
        every = np.random.default_rng(0).permutation(len(self.scores))
        self.test, self.train = np.sort(every[:held_apart]), np.sort(every[held_apart:])
        self.observed = observed
        self._features = Features(
            {id_: values[self.train] for id_, values in observed.series.items()}, self.kept
        )
        self.posterior = Posterior(self._features.table(), self.scores[self.train])
        mine = {
            id_: on_record(part, record.series[id_])[None, :] for id_, part in block.series.items()
        }
        self.own = self.posterior.summaries(self._features.of(mine))
        self.far = _farness(self.posterior, self.own)

    def draws(self, target: int) -> Draws:
        """Posterior draws of a target given the record, in the quantity's unit or on the series'
        scale.
        """
        m, v = self.own
        drawn = self.posterior.draws(m[0, target], v[0, target], target)
        return Draws(_from_scores(drawn.values, self.natural[:, target]), drawn.weights)

    def held_summaries(self) -> tuple[Floats, Floats]:
        """m and v of the simulated records held apart."""
        series = {id_: values[self.test] for id_, values in self.observed.series.items()}
        return self.posterior.summaries(self._features.of(series))

    def quantiles(self, target: int, at: Floats) -> Floats:
        """Posterior quantiles of a target in its own unit."""
        values = self.draws(target).quantiles(at)
        kind = self.targets[target]
        if kind.kind in ("month", "mean", "alone"):
            return from_scale(self.block.series[kind.id], values)
        return values

    def find(self, kind: str, id_: str, month: int = -1) -> int:
        """The number of a target."""
        return self.targets.index(Target(kind, id_, month))


def _targets(
    block: Calibration, simulated: Simulated, observed: Observed, record: Record, fitted: int
) -> tuple[list[Target], list[Floats]]:
    targets, columns = [], []
    for id_, free in block.free.items():
        targets.append(Target("free", id_))
        columns.append(simulated.theta[id_])
        if free.now is not None:
            targets.append(Target("now", id_))
            columns.append(simulated.readings[f"now/{id_}"][:, fitted].astype(np.float64))
    for name, values in observed.errors.items():
        targets.append(Target("error", name))
        columns.append(values)
    for id_, part in block.series.items():
        values = observed.series[id_][:, fitted : record.months].astype(np.float64)
        for month in range(fitted, record.months):
            targets.append(Target("month", id_, month))
            columns.append(values[:, month - fitted])
            if part.scored:
                targets.append(Target("alone", id_, month))
                columns.append(observed.alone[id_][:, month].astype(np.float64))
        if record.months > fitted:
            targets.append(Target("mean", id_))
            held = np.isfinite(record.series[id_].value[fitted:])
            if not held.any():
                held[:] = True
            columns.append(to_scale(part, from_scale(part, values)[:, held].mean(axis=1)))
    return targets, columns


def _normal_scores(values: Floats) -> tuple[Floats, Floats]:
    """Rank-based normal scores, ties by order, and the sorted values."""
    order = np.argsort(values, kind="stable")
    scores = np.empty(len(values))
    scores[order] = ndtri((np.arange(len(values)) + 0.5) / len(values))
    return scores, values[order]


def _from_scores(scores: Floats, ascending: Floats) -> Floats:
    from scipy.special import ndtr

    at = (np.arange(len(ascending)) + 0.5) / len(ascending)
    return np.interp(ndtr(scores), at, ascending)


def _farness(posterior: Posterior, own: tuple[Floats, Floats]) -> Mapping[str, Floats]:
    """Share of simulations whose own summary lies lower than the record's: m and v, [J]."""
    m, v = own
    return {
        "m": (posterior.m < m[0]).mean(axis=0),
        "v": (posterior.v < v[0]).mean(axis=0),
    }
