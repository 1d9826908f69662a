"""What charts would play or work out of a made-up scenario's war, made up: it has none to play."""

from collections.abc import Iterator

import numpy as np
import pytest
from fake_cells import FakeScenario

from winset.insight import apart, space
from winset.insight.space import PlanPoint, Space
from winset.study import Results


def alone(results: Results, strategy: str) -> object:
    if not isinstance(results.scenario, FakeScenario):
        return apart.without_talks(results, strategy)
    months = np.arange(results.settings.months + 1)[:, None]
    course = months * np.array([[1.0, 1.5, 2.0, 2.5, 3.0]])
    return {w: {"front": course} for w in results.worldviews}


def space_of(results: Results, worldview: str, strategy: str) -> Space:
    if not isinstance(results.scenario, FakeScenario):
        return space.space_of(results, worldview, strategy)
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
        worldview,
        ("ukraine", "russia"),
        ("", "aims.limited"),
        np.stack([x, 0.4 - x], axis=1),
        plans,
        months,
        moves,
        np.linspace(1, 0.2, 13),
    )


@pytest.fixture(autouse=True, scope="module")
def war_made_up() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("winset.views.charts.war.without_talks", alone)
        patch.setattr("winset.views.charts.space.space_of", space_of)
        yield
