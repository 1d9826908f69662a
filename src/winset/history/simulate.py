"""Many wars from the priors: what the model says of every series, month by month.

Each simulation has a draw of its own of every quantity and its own luck. Worldviews take equal
parts, so that none stands out. The war that is on record did not end, so no event ends it here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from winset.history.earlier import as_it_was, calibration_of, expressions, lever_levels
from winset.scenario import Scenario
from winset.scenario.sampling import sample
from winset.war import War, compile_war
from winset.war.hidden import draw_hypotheses, start_inputs

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

#: simulations played at a time: one sample of the quantities
_CHUNK: Final = 2048


@dataclass(frozen=True)
class Simulated:
    """N simulations of T months.

    readings: name (see `earlier.expressions`) -> [N, T + 1], at the start of each month and of the
    one after the last; theta: free quantity -> [N]; view [N]: number of the worldview.
    """

    readings: Mapping[str, Singles]
    theta: Mapping[str, Floats]
    view: NDArray[np.int64]


def simulate(
    scenario: Scenario,
    worldviews: tuple[str, ...],
    simulations: int,
    months: int,
    seed: int,
    progress: Callable[[int], None] | None = None,
) -> Simulated:
    """Play `simulations` wars from the priors. Raises SolverError as the war does."""
    block = calibration_of(scenario)
    then = as_it_was(scenario)
    exprs = expressions(block)
    war = compile_war(then, exprs)
    levels = lever_levels(scenario, war.levers, months + 1)
    shares = np.array_split(np.arange(simulations), len(worldviews))
    out = {name: np.empty((simulations, months + 1), dtype=np.float32) for name in exprs}
    theta = {id_: np.empty(simulations) for id_ in block.free}
    view = np.empty(simulations, dtype=np.int64)
    chunk = 0
    for number, (worldview, share) in enumerate(zip(worldviews, shares, strict=True)):
        for first in range(0, len(share), _CHUNK):
            piece = slice(share[first], share[first] + len(share[first : first + _CHUNK]))
            count = piece.stop - piece.start
            luck = (seed * 1_000_003 + chunk) % (1 << 31)
            chunk += 1
            for name, values in _play(then, war, worldview, count, levels, luck, theta, piece):
                out[name][piece] = values
            view[piece] = number
            if progress is not None:
                progress(int(piece.stop))
    return Simulated(out, theta, view)


def _play(
    then: Scenario,
    war: War,
    worldview: str,
    count: int,
    levels: Floats,
    seed: int,
    theta: Mapping[str, Floats],
    piece: slice,
) -> list[tuple[str, Singles]]:
    values = sample(then, worldview, count, 1, seed)
    for id_, table in theta.items():
        table[piece] = values.values[id_]
    row = np.arange(count, dtype=np.int64)
    path = np.zeros(count, dtype=np.int64)
    params = war.params(values, then, worldview)
    hyp = draw_hypotheses(then, war, values, worldview, seed, row, path)
    inputs = start_inputs(then, war, values, worldview, row, hyp)
    state = war.start(params, row)
    state[:, len(war.stocks) :] = levels[0]
    ended = np.full(count, -1, dtype=np.int16)
    fired = np.zeros((count, len(war.learned)), dtype=np.int8)
    signal = np.zeros((count, len(war.signals)), dtype=np.int8)
    last = len(levels) - 1
    read = np.empty((last + 1, count, len(war.readings)), dtype=np.float32)
    out = np.empty((count, len(war.readings)))
    for month in range(last + 1):
        target = np.tile(levels[month], (count, 1))
        war.read(
            state, params, row, target, hyp, inputs, month, out, seed=seed, draw=row, path=path
        )
        read[month] = out
        if month < last:
            alive = np.ones(count, dtype=np.bool_)
            war.step(
                state, params, row, target, hyp, inputs, month, seed, row, path, alive,
                sample_endings=False, ended=ended, fired=fired, signal=signal,
            )  # fmt: skip
    return [(name, read[:, :, i].T) for i, name in enumerate(war.readings)]
