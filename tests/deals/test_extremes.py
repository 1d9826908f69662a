"""Best and worst packages against counting out every package."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.deals import (
    NoFeasiblePackage,
    Payoff,
    TooEntangled,
    extremes,
    maximum,
    value,
    value_each,
)
from winset.deals.elimination import component, elimination_order

from .small import every_package, problems, space_of


@settings(max_examples=300, deadline=None)
@given(problems(draws=4), st.integers(0, 2**32 - 1))
def test_extremes_are_those_of_all_feasible_packages(problem, seed):
    space, payoff, _ = problem
    rng = np.random.default_rng(seed)
    masks = [rng.random(n) < 0.8 for n in space.sizes]
    for mask in masks:
        mask[rng.integers(mask.size)] = True
    packages = every_package(space)
    packages = packages[space.feasible(packages, masks)]
    if not len(packages):
        with pytest.raises(NoFeasiblePackage):
            extremes(space, payoff, masks)
        return
    values = value(payoff, packages)
    found = extremes(space, payoff, masks)
    draws = np.arange(payoff.draws)
    np.testing.assert_allclose(found.high, values.max(axis=1), rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.low, values.min(axis=1), rtol=0, atol=1e-12)
    for claimed, package in ((found.high, found.best), (found.low, found.worst)):
        assert space.feasible(package, masks).all()
        assert np.array_equal(value_each(payoff, package, draws), claimed)


@given(problems(), st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_masks_by_draw_are_the_draws_done_one_by_one(problem, seed):
    space, payoff, _ = problem
    rng = np.random.default_rng(seed)
    masks = [rng.random((3, n)) < 0.7 for n in space.sizes]
    for mask in masks:
        mask[:, 0] |= ~mask.any(axis=1)
    try:
        high, best = maximum(space, payoff, masks)
    except NoFeasiblePackage:
        return
    for draw in range(3):
        one, package = maximum(space, payoff, [m[draw] for m in masks])
        assert one[0] == high[draw]
        assert np.array_equal(package[0], best[draw])


def test_one_package_only():
    space = space_of([1, 1])
    found = extremes(space, Payoff((np.array([3.0]), np.array([4.0]))))
    assert found.low.tolist() == found.high.tolist() == [7.0]
    assert found.best.tolist() == found.worst.tolist() == [[0, 0]]


def test_nothing_feasible_names_the_issues_and_the_draws():
    # Every option of issue 1 is forbidden with the only option of issue 0; issue 2 is free.
    space = space_of([1, 2, 3], [(0, 0, 1, 0), (0, 0, 1, 1)])
    payoff = Payoff(tuple(np.zeros(n) for n in space.sizes))
    with pytest.raises(NoFeasiblePackage, match="'issue 0', 'issue 1'") as caught:
        extremes(space, payoff)
    assert "issue 2" not in str(caught.value)

    space = space_of([2, 2], [(0, 0, 1, 0)])
    masks = [np.array([[True, False], [True, True]]), np.array([True, False])]
    with pytest.raises(NoFeasiblePackage, match=r"1 of 2 draws \(first: 0\)"):
        extremes(space, Payoff((np.zeros(2), np.zeros(2))), masks)


def test_too_tangled_a_space_is_refused_before_memory_runs_out():
    space = space_of([6] * 12)
    table = np.zeros((6, 6))
    every = tuple((a, b, table) for a in range(12) for b in range(a))
    with pytest.raises(TooEntangled, match="12 issues hang together"):
        extremes(space, Payoff(tuple(np.zeros(6) for _ in range(12)), every))


def test_elimination_order_of_a_chain_and_a_star():
    chain = elimination_order((2,) * 5, [(0, 1), (1, 2), (3, 2), (3, 4)])
    assert sorted(x for x, _ in chain) == [0, 1, 2, 3, 4]
    assert max(len(s) for _, s in chain) == 1
    star = elimination_order((9, 2, 2, 2), [(0, 1), (0, 2), (0, 3), (0, 3)])
    assert max(len(s) for _, s in star) == 1
    assert component(1, [(0, 1), (2, 1), (3, 4)]) == (0, 1, 2)
