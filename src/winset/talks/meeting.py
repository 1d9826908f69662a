"""What a month of war costs each side, and the chance that talks meet."""

from __future__ import annotations

import numpy as np

from winset.talks.menu import Floats
from winset.talks.problem import Problem


def meeting_chance(problem: Problem, z: Floats, draw: np.ndarray) -> Floats:
    """[P] chance that talks meet, before cooling-off."""
    chance: Floats = np.clip(z[:, problem.key["meeting"]] * problem.meeting_factor[draw], 0.0, 1.0)
    return chance


def costs(problem: Problem, z: Floats) -> Floats:
    """[P,R] monthly cost of war of each row."""
    return np.ascontiguousarray(z[:, problem.cost_at])
