"""A study of the flagship's size to show."""

from collections.abc import Iterator

import numpy as np
import pytest
from fake_cells import MAKERS, FakeScenario, flagship_like

from winset.insight.space import PlanPoint, Space
from winset.study import Results, conduct, plan


@pytest.fixture(scope="session")
def full() -> Results:
    design = plan(FakeScenario(flagship_like()), draws=32, paths=32)
    return conduct(design, workers=1, makers=MAKERS)


@pytest.fixture(autouse=True, scope="module")
def war_made_up() -> Iterator[None]:
    """Made-up scenarios have no war to play: what would come of it is made up, too."""

    def alone(results: Results, strategy: str) -> dict[str, dict[str, np.ndarray]]:
        months = np.arange(results.settings.months + 1)[:, None]
        course = months * np.array([[1.0, 1.5, 2.0, 2.5, 3.0]])
        return {w: {"front": course} for w in results.worldviews}

    def space(results: Results, worldview: str, strategy: str) -> Space:
        x = np.linspace(-0.4, 0.6, 20)
        moves = np.zeros((13, 2, 3)) + np.array([-0.1, 0.0, 0.1])
        moves[:, 0] -= 0.01 * np.arange(13)[:, None]
        plans = (
            PlanPoint("MEMO", "A memorandum", (-0.9, 0.5), 0.0, True),
            PlanPoint("MIDDLE", "The middle", (0.1, 0.1), 0.7, False),
            PlanPoint("NEAR", "Near the middle", (0.11, 0.1), 0.2, False),
        )
        months = tuple(range(13))
        return Space(
            worldview, ("ukraine", "russia"), ("", "aims.limited"),
            np.stack([x, 0.4 - x], axis=1), plans, months, moves, np.linspace(1, 0.2, 13),
        )  # fmt: skip

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("winset.views.charts.war.without_talks", alone)
        patch.setattr("winset.views.charts.space.space_of", space)
        yield
