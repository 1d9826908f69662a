"""Results to judge: made up, and made to order."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fake_cells import MAKERS, FakeScenario, flagship_like, make, small

from winset.study import CellKey, Results, conduct, plan
from winset.talks.cell import Settings

Order = Callable[..., Results]


@pytest.fixture(scope="session")
def full() -> Results:
    """A study of the flagship's size."""
    design = plan(FakeScenario(flagship_like()), draws=32, paths=32)
    return conduct(design, workers=1, makers=MAKERS)


@pytest.fixture
def order() -> Order:
    """Results with the measures asked for: order({(worldview, strategy): {measure: [draws]}})."""

    def _order(
        measures: Mapping[tuple[str, str], Mapping[str, Any]], data: dict[str, Any] | None = None
    ) -> Results:
        scenario = FakeScenario(data or small())
        given = max(np.size(v) for m in measures.values() for v in m.values())
        draws = given if given > 1 else 16
        settings = Settings(draws=draws, paths=8, replicates=min(draws, 4))
        cells = {}
        for (worldview, strategy), wanted in measures.items():
            cell = make(scenario, worldview, strategy, settings)
            own = {k: np.broadcast_to(np.asarray(v, float), draws) for k, v in wanted.items()}
            key = CellKey(worldview, strategy)
            cells[key] = replace(cell, measures={**cell.measures, **own})
        return Results(
            scenario=scenario,
            settings=settings,
            worldviews=tuple(dict.fromkeys(w for w, _ in measures)),
            strategies=tuple(dict.fromkeys(s for _, s in measures)),
            cells=cells,
        )

    return _order
