"""Samples: percentiles, evenness, names that stay put, worldviews, beliefs, correlations."""

import sys
from pathlib import Path

import numpy as np
import pytest

from winset.errors import ScenarioError
from winset.scenario.points import points
from winset.scenario.sampling import sample

sys.path.insert(0, str(Path(__file__).parents[1] / "war"))

from standin import Standin, standin

QUANTITIES = {
    "a": {"low": 1, "mid": 2, "high": 4, "bounds": [0, None]},
    "b": {"low": -1, "mid": 0, "high": 1},
    "fixed": 3,
    "sum": "a + b * fixed",
}


def scenario(**more: object) -> Standin:
    return standin(quantities={**QUANTITIES, **more})  # type: ignore[dict-item]


def test_sampled_percentiles_are_the_stated_ones() -> None:
    got = sample(scenario(), "base", 4096, 4).values
    np.testing.assert_allclose(np.quantile(got["a"], [0.1, 0.5, 0.9]), [1, 2, 4], rtol=5e-3)
    np.testing.assert_allclose(np.quantile(got["b"], [0.1, 0.5, 0.9]), [-1, 0, 1], atol=5e-3)
    assert (got["fixed"] == 3).all()
    np.testing.assert_array_equal(got["sum"], got["a"] + 3 * got["b"])


def test_every_block_of_a_power_of_two_is_stratified_in_every_coordinate() -> None:
    u = points(["x", "y.z", "w"], 64, 5, 7)
    assert u.shape == (3, 5, 64) and u.min() > 0 and u.max() < 1
    for m in (1, 2, 4, 8, 16, 32, 64):
        blocks = np.sort(np.floor(u.reshape(3, 5, 64 // m, m) * m), axis=-1)
        np.testing.assert_array_equal(blocks, np.broadcast_to(np.arange(m), blocks.shape))


def test_points_beat_random_ones() -> None:
    # Mean of a smooth function of 4 coordinates; exact value 1. Root mean square over 64 scrambles.
    def error(u: np.ndarray) -> float:
        value = np.prod(1 + (u - 0.5) * np.array([1, 0.5, 0.3, 0.2])[:, None, None], axis=0)
        return float(np.sqrt(np.mean((value.mean(axis=-1) - 1) ** 2)))

    even = error(points(["p", "q", "r", "s"], 256, 64, 1))
    chance = error(np.random.default_rng(1).random((4, 64, 256)))
    assert even < chance / 4


def test_scrambles_are_independent_and_uniform() -> None:
    u = points(["x", "y"], 1, 20_000, 3)[:, :, 0]
    np.testing.assert_allclose(np.histogram(u, 20, (0, 1))[0], 2000, atol=250)
    assert abs(np.corrcoef(u)[0, 1]) < 0.03
    assert abs(np.corrcoef(u[0, 1:], u[0, :-1])[0, 1]) < 0.03
    # The estimate of a mean from one scramble is unbiased.
    means = points(["x"], 16, 4000, 3)[0].mean(axis=-1)
    assert abs(means.mean() - 0.5) < 4 * means.std() / np.sqrt(4000)


def test_a_name_keeps_its_luck_whatever_else_there_is() -> None:
    few = sample(scenario(), "base", 100, 5)
    others = {f"other{i}": {"low": 0, "mid": 1, "high": 2} for i in range(300)}
    many = sample(scenario(**others), "base", 100, 5)
    for id in QUANTITIES:
        np.testing.assert_array_equal(few.values[id], many.values[id])
    assert not np.array_equal(few.values["a"], sample(scenario(), "base", 100, 5, 2).values["a"])
    np.testing.assert_array_equal(few.replicate, np.repeat(np.arange(5), 20))


def test_worldviews_share_luck() -> None:
    view = {"label": "v", "set": {"a": {"low": 10, "mid": 20, "high": 40, "bounds": [0, None]}}}
    both = standin(quantities=QUANTITIES, worldviews={"v": view, "w": {"label": "w"}})
    one, other = (sample(both, v, 64, 8).values for v in ("v", "w"))
    np.testing.assert_allclose(one["a"], 10 * other["a"], rtol=1e-12)
    np.testing.assert_array_equal(one["b"], other["b"])


def test_draws_that_do_not_divide() -> None:
    got = sample(scenario(), "base", 10, 4)
    np.testing.assert_array_equal(np.bincount(got.replicate), [3, 3, 2, 2])
    np.testing.assert_array_equal(sample(scenario(), "base", 2, 8).replicate, [0, 1])
    assert len(got.values["fixed"]) == 10


def test_beliefs_share_the_probability_and_go_through_formulas() -> None:
    believed = {"p": {"low": 4, "mid": 8, "high": 16, "bounds": [0, None]}, "q": {"value": 7}}
    got = sample(
        standin(
            quantities={
                **QUANTITIES,
                "a": {**QUANTITIES["a"], "believed_by": believed},  # type: ignore[dict-item]
            }
        ),
        "base",
        64,
    )
    np.testing.assert_allclose(got.believed["p", "a"], 4 * got.values["a"], rtol=1e-12)
    assert (got.believed["q", "a"] == 7).all()
    np.testing.assert_allclose(got.believed["q", "sum"], 7 + 3 * got.values["b"])
    assert set(got.believed) == {("p", "a"), ("q", "a"), ("p", "sum"), ("q", "sum")}


def test_rank_correlations() -> None:
    links = [{"between": ["a", "b"], "rank": 0.6}, {"between": ["b", "c"], "rank": -0.5}]
    three = {**QUANTITIES, "c": {"family": "gamma", "parameters": [2, 1]}}
    linked = standin(quantities=three, correlations=links)
    got = sample(linked, "base", 8192, 4).values
    ranks = np.corrcoef([np.argsort(np.argsort(got[id])) for id in "abc"])
    np.testing.assert_allclose([ranks[0, 1], ranks[1, 2]], [0.6, -0.5], atol=0.03)
    np.testing.assert_allclose(np.quantile(got["c"], 0.5), 1.678347, rtol=0.02)
    plain = sample(standin(quantities=three), "base", 8192, 4).values
    np.testing.assert_array_equal(got["a"], plain["a"])
    together = [{"between": ["a", "b"], "rank": 1}]
    equal = sample(standin(quantities=QUANTITIES, correlations=together), "base", 256).values
    order = np.argsort(equal["a"])
    assert (np.diff(equal["b"][order]) > -1e-3).all()


def test_what_cannot_be_sampled_is_all_named_at_once() -> None:
    bad = scenario(
        skew={"low": 0, "mid": 1, "high": 90},
        open={"disputed": True},
        theirs={"value": 1, "believed_by": {"p": {"low": 3, "mid": 2, "high": 1}}},
    )
    with pytest.raises(ScenarioError) as caught:
        sample(bad, "base", 8)
    paths = [problem.path for problem in caught.value.problems]
    assert paths == ["quantities.skew", "quantities.open", "quantities.theirs.believed_by.p"]
    with pytest.raises(ScenarioError, match="p -> q -> p"):
        sample(scenario(p="q + 1", q="2 * p"), "base", 8)
    ranks = {"ab": 0.9, "bc": 0.9, "ac": -0.9}
    links = [{"between": list(pair), "rank": rank} for pair, rank in ranks.items()]
    three = {**QUANTITIES, "c": {"family": "uniform", "parameters": [0, 1]}}
    with pytest.raises(ScenarioError, match="contradict"):
        sample(standin(quantities=three, correlations=links), "base", 8)
