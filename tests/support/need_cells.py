"""Cells whose chance is a plain function of levers and disputed numbers: for tests of the search.

    chance = base + sum(gain of a lever x its level) + sum(gain of a number x the number) + luck

`GAINS` are in the scenario's own words; luck depends on the seed and the draw alone, so that it is
the same for every change.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from winset.study.makers import Makers
from winset.talks.cell import Cell, Settings

MAKERS = Makers(cell="need_cells:make", warm=None)
BASE = 0.1
LEVERS = {"arms": 0.25, "pledge": 0.1}
NUMBERS = {"p_peace": 0.3, "collapse": -2.0}


def make(scenario: Any, worldview: str, strategy: str, settings: Settings) -> Cell:
    levels = scenario.strategy(strategy).levers
    chance = BASE + sum(gain * levels[lever] for lever, gain in LEVERS.items())
    for id_, gain in NUMBERS.items():
        quantity = scenario.quantity(id_, worldview)
        chance += gain * (quantity.mid if quantity.value is None else quantity.value)
    rng = np.random.default_rng(settings.seed)
    draws = settings.draws
    luck = rng.normal(0, 0.002, draws)
    return Cell(
        worldview=worldview,
        strategy=strategy,
        measures={"durable_term": np.clip(chance + luck, 0, 1)},
        replicate=np.repeat(np.arange(settings.replicates), draws // settings.replicates),
        sampled={},
        courses={},
        terms=(),
        blocked_by={},
        fighting_on={},
    )
