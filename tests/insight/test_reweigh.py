"""Preferences read in anew give what preparing a worldview gives, fighting on held."""

from typing import Any

import numpy as np
import pytest

from winset.insight.opening import gains, ratification
from winset.insight.readied import Readied, ready
from winset.insight.reweigh import only_preferences, reweighed
from winset.scenario import load
from winset.scenario.scenario import build

FIGHTING = {"ukraine": 0.3, "russia": 0.4}
MOVED = (
    "russia.weight.nato_status=35",
    "ua_public.influence=0.9",
    "ukraine.score.nato_status.INVITE=80",
)


@pytest.fixture(scope="module")
def plain() -> Any:
    return load("ukraine-2025")


@pytest.fixture(scope="module")
def other(plain: Any) -> Any:
    return build(plain.spec, plain.places, MOVED)


@pytest.fixture(scope="module")
def before(plain: Any) -> Readied:
    return ready(plain, "article", "three_legs", FIGHTING, 8, 1)


def packages(readied: Readied) -> np.ndarray:
    rng = np.random.default_rng(3)
    sizes = readied.middle.deals.menu.space.sizes
    return np.stack([rng.integers(0, size, 200) for size in sizes], axis=1)


def test_it_is_what_preparing_anew_gives(plain: Any, other: Any, before: Readied) -> None:
    anew = ready(other, "article", "three_legs", FIGHTING, 8, 1)
    quick = reweighed(before, other)
    looked = packages(before)
    for mine, theirs in ((quick.middle, anew.middle), (quick.drawn, anew.drawn)):
        for draw in range(theirs.deals.draws):
            for combo in range(theirs.problem.priors.world_types.shape[1]):
                np.testing.assert_array_equal(
                    gains(mine, draw, combo, looked), gains(theirs, draw, combo, looked)
                )
            np.testing.assert_array_equal(
                ratification(mine, draw, looked), ratification(theirs, draw, looked)
            )
    assert (gains(before.middle, 0, 0, looked) != gains(quick.middle, 0, 0, looked)).any()
    assert (ratification(before.middle, 0, looked) != ratification(quick.middle, 0, looked)).any()


def test_a_stated_value_of_fighting_on_moves_gains_by_as_much(before: Readied, plain: Any) -> None:
    looked = packages(before)
    stated = reweighed(before, plain, {"russia": 0.6})
    lasts = gains(before.middle, 0, 0, looked) - gains(stated.middle, 0, 0, looked)
    fine = np.isfinite(lasts).all(axis=1)
    assert (lasts[fine, 0] == 0).all()
    # gain = A (v - C) + ..., so 0.2 more of C takes 0.2 A, with A above 0 and no more than 1
    assert (lasts[fine, 1] > 0).all() and (lasts[fine, 1] <= 0.2 + 1e-12).all()


def test_what_is_a_preference(plain: Any) -> None:
    ids = [text.partition("=")[0] for text in MOVED]
    assert only_preferences(plain, ids)
    assert not only_preferences(plain, [*ids, "ru_time_on_side"])
    assert not only_preferences(plain, ["nothing"])
