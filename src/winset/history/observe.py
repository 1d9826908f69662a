"""What would be on record of a simulated war: bias, counting and errors that persist.

    y_t = g^-1( g(bias * reading_t) + e_t ),  e_t = rho e_{t-1} + sqrt(1 - rho^2) sd z_t,
    e_0 = sd z_0

g: identity, log or log-odds. A share is then counted: k_t ~ Binomial(n_t, y_t), n_t as on record in
the months fitted and the model's own `trials` after. Everything is kept on the scale g; a counted
share as log((k + 1/2) / (n - k + 1/2)), the empirical log-odds (Haldane 1956), simulated and on
record alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from winset.history.record import Record, Recorded
from winset.history.simulate import Simulated
from winset.scenario.distributions import quantile
from winset.scenario.schema.calibration import Calibration, Series

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

#: shares and levels are kept this far from where a scale ends
_EDGE: Final = 1e-4


@dataclass(frozen=True)
class Observed:
    """Simulated records: series -> [N, T] on the series' scale; alone: the same without errors
    and counting, what the war model itself says; errors: `SERIES.bias`, `.sd`, `.persistence` ->
    [N] where they are uncertain.
    """

    series: Mapping[str, Singles]
    alone: Mapping[str, Singles]
    errors: Mapping[str, Floats]


def observe(
    block: Calibration,
    simulated: Simulated,
    record: Record,
    counted: int,
    seed: int,
    *,
    independent: bool = False,
) -> Observed:
    """Records of the simulated wars. counted: months in which shares are counted out of as many as
    on record. independent: no error carries over to the next month.
    """
    series: dict[str, Singles] = {}
    alone: dict[str, Singles] = {}
    errors: dict[str, Floats] = {}
    for id_, part in block.series.items():
        luck = np.random.default_rng([seed, crc32(id_.encode())])
        reading = simulated.readings[f"reading/{id_}"][:, : record.months].astype(np.float64)
        drawn = _errors(part, len(reading), luck)
        if independent:
            drawn["persistence"] = np.zeros(len(reading))
        on_scale = to_scale(part, reading * drawn["bias"][:, None])
        alone[id_] = on_scale.astype(np.float32)
        on_scale += _wandering(drawn["sd"], drawn["persistence"], reading.shape, luck)
        if part.of is not None:
            n = _trials(simulated.readings[f"trials/{id_}"], record.series[id_], counted)
            k = luck.binomial(n, expit(on_scale))
            on_scale = np.log((k + 0.5) / (n - k + 0.5))
        series[id_] = on_scale.astype(np.float32)
        for name, values in drawn.items():
            if np.ptp(values) > 0:
                errors[f"{id_}.{name}"] = values
    return Observed(series, alone, errors)


def on_record(part: Series, recorded: Recorded) -> Floats:
    """The record itself on the series' scale, [T]; NaN where there is none."""
    if part.of is None:
        return to_scale(part, recorded.value)
    n = recorded.counted
    k = recorded.value * n
    return np.asarray(np.log((k + 0.5) / (n - k + 0.5)))


def to_scale(part: Series, value: Floats) -> Floats:
    """g: from the series' own unit to the scale on which errors add up."""
    if part.scale == "log":
        return np.log(np.maximum(value, _EDGE))
    if part.scale == "logit":
        return np.asarray(logit(np.clip(value, _EDGE, 1 - _EDGE)))
    return np.array(value, dtype=np.float64)


def from_scale(part: Series, value: Floats) -> Floats:
    """Back from the scale to the series' own unit."""
    if part.scale == "log":
        return np.asarray(np.exp(value))
    return np.asarray(expit(value)) if part.scale == "logit" else np.asarray(value)


def _errors(part: Series, count: int, luck: np.random.Generator) -> dict[str, Floats]:
    wanted = {"bias": part.bias, "sd": part.error.sd, "persistence": part.error.persistence}
    return {name: quantile(q, luck.uniform(size=count)) for name, q in wanted.items()}


def _wandering(
    sd: Floats, rho: Floats, shape: tuple[int, ...], luck: np.random.Generator
) -> Floats:
    out = luck.standard_normal(shape)
    step = np.sqrt(1.0 - rho**2)
    for t in range(1, shape[1]):
        out[:, t] = rho * out[:, t - 1] + step * out[:, t]
    return np.asarray(out * sd[:, None])


def _trials(model: Singles, recorded: Recorded, counted: int) -> NDArray[np.int64]:
    n = np.rint(np.clip(model[:, : len(recorded.value)], 1, 1e9)).astype(np.int64)
    known = np.flatnonzero(np.isfinite(recorded.counted[:counted]))
    n[:, known] = recorded.counted[known].astype(np.int64)
    return n
