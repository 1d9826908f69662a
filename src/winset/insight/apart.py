"""The same war with no talks: what the months do where nobody ever signs.

The levers stand at the strategy's levels and its rules that need no talks apply; draws, luck and
endings are those of the war alone (`winset war`). Quantiles over the first paths of each draw.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from winset.scenario import Scenario
from winset.scenario.sampling import sample
from winset.study.results import Results
from winset.war import play_war

__all__ = ["without_talks"]

#: paths a draw, as many as a study's courses are read from
_PATHS: Final = 16
#: quantiles of the rows, in this order
QUANTILES: Final = (0.1, 0.25, 0.5, 0.75, 0.9)


def without_talks(results: Results, strategy: str) -> dict[str, Mapping[str, NDArray[np.float64]]]:
    """Return worldview -> quantity -> [months + 1, quantiles], the war under `strategy` with no
    talks, on the study's draws; quantiles as in `QUANTILES`. Raises SolverError as `play_war`.
    """
    at = results.settings
    return {
        w: _played(results.scenario, w, strategy, at.draws, at.replicates, at.months, at.seed)
        for w in results.worldviews
    }


@lru_cache(maxsize=32)
def _played(
    scenario: Scenario,
    worldview: str,
    strategy: str,
    draws: int,
    replicates: int,
    months: int,
    seed: int,
) -> Mapping[str, NDArray[np.float64]]:
    drawn = sample(scenario, worldview, draws, replicates, seed)
    return play_war(scenario, worldview, strategy, draws, _PATHS, months, seed, drawn=drawn).courses
