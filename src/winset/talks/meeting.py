"""What a month of war costs each side, and the chance that talks meet."""

from __future__ import annotations

import numpy as np

from winset.scenario.expr import evaluate
from winset.talks.menu import Floats
from winset.talks.problem import Problem


def meeting_chance(problem: Problem, z: Floats, draw: np.ndarray) -> Floats:
    """[P] chance that talks meet, before cooling-off."""
    factor = np.zeros(problem.deals.draws) + evaluate(
        problem.deals.strategy.meeting_factor, problem.deals.number
    )
    return np.asarray(np.clip(z[:, problem.key["meeting"]] * factor[draw], 0.0, 1.0))


def costs(problem: Problem, z: Floats) -> Floats:
    """[P,R] monthly cost of war of each row."""
    rows = [row for row in problem.deals.rows if row.signatory]
    return np.stack([z[:, problem.key[f"cost|{w.party}|{w.type}"]] for w in rows], axis=1)
