"""What a month of war costs each side, and the chance that talks meet."""

from __future__ import annotations

import numba as nb
import numpy as np

from winset.talks.menu import Floats
from winset.talks.paths import AGAIN, ARMISTICE, WAR
from winset.talks.pricing import Array
from winset.talks.problem import Problem


def meeting_chance(problem: Problem, z: Floats, draw: np.ndarray) -> Floats:
    """[P] chance that talks meet, before cooling-off."""
    chance: Floats = np.clip(z[:, problem.key["meeting"]] * problem.meeting_factor[draw], 0.0, 1.0)
    return chance


def costs(problem: Problem, z: Floats) -> Floats:
    """[P,R] monthly cost of war of each row."""
    return np.ascontiguousarray(z[:, problem.cost_at])


@nb.njit(cache=True, nogil=True, error_model="numpy")
def pay(
    status: Array,
    signed_at: Array,
    z: Array,
    cost_at: Array,
    rows: Array,
    share_at: int,
    discount: Array,
    draw: Array,
    value: Array,
    factor: Array,
    fought: Array,
    live: Array,
) -> None:
    """A month's cost of war off the values [P,S] of paths that have not signed, at their true rows
    [P,S] (an armistice costs the share in reading share_at, -1: nothing), and a month more of
    discount [D,S] on them; fills live [P] (at war) and counts its months."""
    for p in range(len(status)):
        live[p] = status[p] == WAR or status[p] == AGAIN
        if live[p]:
            fought[p] += 1.0
        if signed_at[p] >= 0:
            continue
        paying = 1.0 if live[p] else 0.0
        if status[p] == ARMISTICE and share_at >= 0:
            paying = z[p, share_at]
        for s in range(value.shape[1]):
            value[p, s] -= z[p, cost_at[rows[p, s]]] * factor[p, s] * paying
            factor[p, s] *= discount[draw[p], s]
