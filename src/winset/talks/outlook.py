"""The states at which candidate texts are searched: the start of the war, and what the war may have
come to later.

A war moves what options are worth, and closes some (their `available` turns false): a list of texts
made for the start alone is then empty or second best. So texts are searched at W states of every
draw: the start; one path of the war without talks after each of `LATER` months; and the last of
these with every option shut that can be shut, since paths differ in when that comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from winset.scenario import Scenario
from winset.talks.hidden import Hidden
from winset.talks.menu import Floats
from winset.talks.packages import Deals
from winset.talks.scoring import Start
from winset.war import War

LATER = (0.5,)  # of the horizon
FAR_PATH = 1 << 21  # luck of its own


def later_state(
    war: War, params: Floats, target: Floats, columns: Floats, months: int, seed: int
) -> Floats:
    """[D, state] one path a draw after `months` without talks or endings. columns [H,:]: hidden
    facts, taken in turn by the draws."""
    draws = len(params)
    row = np.arange(draws)
    state = war.start(params, row)
    levels, hyp = np.tile(target, (draws, 1)), columns[row % len(columns)]
    inputs, path = np.zeros((draws, len(war.inputs))), np.full(draws, FAR_PATH)
    ended = np.full(draws, -1, dtype=np.int16)
    fired = np.zeros((draws, len(war.learned)), dtype=np.int8)
    signal = np.zeros((draws, len(war.signals)), dtype=np.int8)
    alive = np.ones(draws, dtype=bool)
    for month in range(months):
        war.step(
            state,
            params,
            row,
            levels,
            hyp,
            inputs,
            month,
            seed,
            row,
            path,
            alive & (ended < 0),
            sample_endings=False,
            ended=ended,
            fired=fired,
            signal=signal,
        )
    return state


def readings_at(
    war: War, params: Floats, target: Floats, hidden: Hidden, draws: int, state: Floats
) -> Floats:
    """[D,K] readings of one state a draw, as `start_readings`."""
    row = np.arange(draws)
    out = np.zeros((draws, len(war.readings)))
    hyp = np.repeat(hidden.columns[:1], draws, axis=0)
    inputs = np.zeros((draws, len(war.inputs)))
    war.read(state, params, row, np.tile(target, (draws, 1)), hyp, inputs, 0, out)
    return out


def outlook(
    scenario: Scenario,
    deals: Deals,
    at: Mapping[str, Floats],
    read: Callable[[int], Mapping[str, Floats]],
    value: Callable[[Mapping[str, Floats], int], tuple[Floats, Floats, Floats]],
    months: int,
    fixed: tuple[Floats, Floats, Floats, Floats],
) -> Start:
    """The states of every draw. at: readings at the start. read: readings after some months. value:
    contribution, cover and fighting on at a state. fixed: prior, tau, discount, omega."""
    later = sorted({round(share * months) for share in LATER} - {0})
    closable = np.array([name in at for name in _names(scenario, deals)])
    states = [(at, 0, False)]
    states += [(read(month), month, False) for month in later]
    if len(states) > 1 and closable.any():
        states.append((*states[-1][:2], True))
    parts, shut = [], []
    for z, t, forced in states:
        parts.append(value(z, t))
        closed = np.zeros((deals.draws, deals.menu.size), dtype=bool)
        for o, name in enumerate(_names(scenario, deals)):
            if name in z:
                closed[:, o] = True if forced else ~(z[name] > 0)
        shut.append(closed)
    contribution, cover, fighting = (np.concatenate([part[k] for part in parts]) for k in range(3))
    return Start(contribution, cover, fighting, np.concatenate(shut), *fixed)


def _names(scenario: Scenario, deals: Deals) -> list[str]:
    """The reading that says whether each option [O] is available."""
    space = deals.menu.space
    return [
        f"available|{issue}|{option}"
        for issue, options in zip(space.issues, space.options, strict=True)
        for option in options
    ]
