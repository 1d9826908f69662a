"""Boxes and trees: a planted box comes back, shuffled outcomes give nothing."""

import numpy as np
import pytest

from winset.insight.boxes import Box, Limit, prim, rounded
from winset.insight.discovery import box_search, discover, tree_search


def planted(
    n: int, seed: int, noise: float = 0.05, count: int = 40
) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.uniform(size=(count, n))
    inside = (x[5] > 0.6) & (x[11] < 0.5)
    return x, np.where(rng.uniform(size=n) < noise, ~inside, inside)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_prim_recovers_a_planted_box(seed: int) -> None:
    x, success = planted(512, seed, count=12)
    box = prim(x, success)
    limits = {one.row: one for one in box.limits}
    assert set(limits) == {5, 11}
    assert limits[5].low == pytest.approx(0.6, abs=0.05) and limits[5].high is None
    assert limits[11].high == pytest.approx(0.5, abs=0.05) and limits[11].low is None


def test_two_sided_limits_with_enough_draws() -> None:
    rng = np.random.default_rng(4)
    x = rng.uniform(size=(10, 1000))
    box = prim(x, (x[3] > 0.3) & (x[3] < 0.7))
    (limit,) = box.limits
    assert (limit.row, limit.low, limit.high) == (
        3,
        pytest.approx(0.3, abs=0.03),
        pytest.approx(0.7, abs=0.03),
    )


@pytest.mark.parametrize("search", [box_search, tree_search])
def test_what_is_found_holds_on_draws_not_seen(search) -> None:
    if search is tree_search:
        pytest.importorskip("sklearn")
    x, success = planted(256, 5)
    found = discover(search, x, success)
    assert found is not None and found.found and found.p <= 0.02
    rows = {limit.row for leaf in found.leaves for limit in leaf.box.limits}
    assert rows == {5, 11}
    assert found.density > 0.85 and found.outside < 0.15
    assert found.unseen[0] > 0.6 and found.unseen_outside[0] < 0.25
    inside = np.logical_or.reduce([leaf.box.holds(x) for leaf in found.leaves])
    assert found.share == pytest.approx(inside.mean())
    assert found.coverage == pytest.approx(success[inside].sum() / success.sum())


@pytest.mark.parametrize("search", [box_search, tree_search])
def test_on_shuffled_outcomes_nothing_is_found(search) -> None:
    if search is tree_search:
        pytest.importorskip("sklearn")
    x, success = planted(128, 6)
    rng = np.random.default_rng(7)
    found = [discover(search, x, rng.permutation(success), seed=s) for s in range(8)]
    # 8 searches at 5%: 3 or more have a chance of 0.006.
    assert sum(one is not None and one.found for one in found) < 3


def test_too_few_of_one_kind() -> None:
    x = np.random.default_rng(8).uniform(size=(4, 60))
    assert discover(box_search, x, np.arange(60) < 3) is None
    assert prim(x, np.zeros(60, bool)) == Box()


def test_a_box_holds_what_it_says() -> None:
    x = np.array([[0.0, 1.0, 2.0], [5.0, 6.0, 7.0]])
    box = Box((Limit(0, low=1.0), Limit(1, high=6.5)))
    assert box.holds(x).tolist() == [False, True, False]
    assert Box().holds(x).all()


def test_limits_are_rounded_to_what_can_be_said() -> None:
    assert rounded(0.123456, 0.2) == 0.12
    assert rounded(12345.6, 4000.0) == 12300.0
    assert rounded(0.5, 0.0) == 0.5
