"""Cells whose measures are plain functions of levers and rules: for tests of the search.

    durable = 0.3 + 0.4 arms (1 - arms) + 0.2 pledge + turned + luck     best at arms 0.5, pledge 1
    deaths  = 1000 - 300 pledge - 200 turned + 50 arms + luck
    turned  = 0.05 where a rule by date sets pledge above its level

Luck depends on the seed, the draw and (a little) on the levels, so that the best of many on the
draws of a search is too good there. In the worldview `grim` a pledge does harm.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from winset.insight.improve_cells import Candidate, with_candidate
from winset.insight.search_space import TEMPLATE
from winset.study.makers import Makers
from winset.talks.cell import Cell, Settings

MAKERS = Makers(cell="improve_cells:make", warm=None)
NOISY = Makers(cell="improve_cells:noisy", warm=None)


def make(
    scenario: Any, worldview: str, strategy: str, settings: Settings, noise: float = 0.0
) -> Cell:
    own, sign, text = strategy.partition("|")
    name = strategy
    if sign:
        scenario, name = with_candidate(scenario, Candidate.read(text), int(own)), TEMPLATE
    chosen = scenario.strategy(name)
    arms, pledge = chosen.levers["arms"], chosen.levers["pledge"]
    dated = [r for r in chosen.rules if r.when.names == {"month"} and "pledge" in r.set]
    turned = 0.05 * any(r.set["pledge"] > pledge for r in dated)
    sense = -1.0 if worldview == "grim" else 1.0
    draws = settings.draws
    rng = np.random.default_rng([settings.seed, 3])
    luck = rng.normal(0, 0.02, draws)
    own_luck = np.random.default_rng(
        [settings.seed, round(100 * arms), round(100 * pledge)]
    ).normal(0, noise, draws)
    durable = 0.3 + 0.4 * arms * (1 - arms) + sense * (0.2 * pledge + turned) + luck + own_luck
    deaths = 1000 - sense * (300 * pledge + 4000 * turned) + 50 * arms + 100 * luck
    return Cell(
        worldview=worldview,
        strategy=strategy,
        measures={
            "durable": np.clip(durable, 0, 1),
            "deaths": deaths,
            "value.north": durable,
            "months_of_war": deaths / 100,
        },
        replicate=np.repeat(np.arange(settings.replicates), draws // settings.replicates),
        sampled={},
        courses={},
        terms=(),
        blocked_by={},
        fighting_on={},
    )


def noisy(scenario: Any, worldview: str, strategy: str, settings: Settings) -> Cell:
    """Nothing does anything: every difference is luck."""
    cell = make(scenario, worldview, "stand_aside", settings)
    rng = np.random.default_rng([settings.seed, abs(hash_of(strategy))])
    measures = {
        name: values + rng.normal(0, 0.05 * np.abs(values).mean(), len(values))
        for name, values in cell.measures.items()
    }
    return replace(cell, strategy=strategy, measures=measures)


def hash_of(text: str) -> int:
    """A number of a text, the same in every process."""
    import hashlib

    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
