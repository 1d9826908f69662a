"""Cells whose chance is a weighted sum of the probabilities of a few quantities: for Sobol indices
with known values.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from winset.insight.saltelli import _design
from winset.scenario.sampling import sample
from winset.study.makers import Makers
from winset.talks.cell import Cell, Settings

MAKERS = Makers(cell="linear_cells:make", warm=None)
WEIGHTS = {"p_peace": 0.4, "collapse": 0.2, "advance": 0.1, "losses": 0.1}


def make(scenario: Any, worldview: str, strategy: str, settings: Settings) -> Cell:
    """In a study from the ranks of its draws, in a design from its points."""
    sampled: dict[str, Any] = {}
    if "|" in strategy:
        _, block, text = strategy.split("|", 2)
        design, _ = _design(scenario, worldview, *json.loads(text))
        at = design.blocks()[int(block)]
        u = {id_: at[:, n] for n, id_ in enumerate(design.names)}
    else:
        drawn = sample(scenario, worldview, settings.draws, settings.replicates, settings.seed)
        sampled = dict(drawn.values)
        u = {i: x.argsort().argsort() / len(x) for i, x in sampled.items()}
    chance = sum(weight * u[id_] for id_, weight in WEIGHTS.items())
    return Cell(
        worldview=worldview,
        strategy=strategy,
        measures={"durable": np.asarray(chance)},
        replicate=np.repeat(np.arange(settings.replicates), settings.draws // settings.replicates),
        sampled=sampled,
        courses={},
        terms=(),
        blocked_by={},
        fighting_on={},
    )
