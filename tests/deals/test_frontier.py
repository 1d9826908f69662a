"""The exact frontier against the definition, applied to every package."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.deals import (
    BadPayoff,
    BadSpace,
    NoFeasiblePackage,
    Payoff,
    TooEntangled,
    frontier,
    value,
)

from .small import brute_frontier, every_package, problems, random_payoff, random_space, space_of


def both(a, b, packages):
    return np.stack([value(a, packages)[0], value(b, packages)[0]], axis=1)


def whole(payoff):
    tables = [*payoff.scores, *(t for _, _, t in payoff.pairs)]
    return all(np.array_equal(t, np.rint(t)) for t in tables)


@settings(max_examples=400, deadline=None)
@given(problems(), st.integers(0, 2**32 - 1))
def test_the_frontier_is_that_of_all_feasible_packages(problem, seed):
    space, a, b = problem
    rng = np.random.default_rng(seed)
    masks = [rng.random(n) < 0.85 for n in space.sizes]
    for mask in masks:
        mask[rng.integers(mask.size)] = True
    packages = every_package(space)
    packages = packages[space.feasible(packages, masks)]
    if not len(packages):
        with pytest.raises(NoFeasiblePackage):
            frontier(space, a, b, masks)
        return
    found = frontier(space, a, b, masks)
    wanted = brute_frontier(both(a, b, packages))
    if whole(a) and whole(b):
        assert np.array_equal(found.values, wanted)
    else:
        # Sums in another order differ in the last bit; nothing is closer together than that here.
        assert found.values.shape == wanted.shape
        np.testing.assert_allclose(found.values, wanted, rtol=0, atol=1e-10)
    assert space.feasible(found.packages, masks).all()
    assert np.array_equal(both(a, b, found.packages), found.values)
    assert (np.diff(found.values[:, 0]) > 0).all()
    assert (np.diff(found.values[:, 1]) < 0).all()


@settings(deadline=None)
@given(problems())
def test_swapping_the_parties_mirrors_the_frontier(problem):
    space, a, b = problem
    try:
        one = frontier(space, a, b)
    except NoFeasiblePackage:
        return
    other = frontier(space, b, a)
    np.testing.assert_allclose(other.values[::-1, ::-1], one.values, rtol=0, atol=1e-12)


@settings(deadline=None)
@given(problems())
def test_a_payoff_raised_by_a_constant_keeps_the_same_frontier(problem):
    space, a, b = problem
    raised = Payoff((a.scores[0] + 8.0, *a.scores[1:]), a.pairs)
    try:
        one = frontier(space, a, b)
    except NoFeasiblePackage:
        return
    other = frontier(space, raised, b)
    np.testing.assert_allclose(other.values, one.values + np.array([8.0, 0.0]), rtol=0, atol=1e-12)


def test_decimals_are_added_exactly():
    # 0.1 + 0.2 against 0 + 0.3: as floats two points of the frontier, as numbers one.
    space = space_of([2, 2], [(0, 0, 1, 1), (0, 1, 1, 0)])
    a = Payoff((np.array([0.1, 0.0]), np.array([0.2, 0.3])))
    b = Payoff((np.array([0.0, 0.1]), np.array([0.3, 0.2])))
    packages = np.array([[0, 0], [1, 1]])
    assert len(brute_frontier(both(a, b, packages))) == 2
    assert len(frontier(space, a, b, tie=0.0)) == 1


def test_rounding_does_not_list_a_point_twice():
    third = 1.0 / 3.0  # no decimal
    space = space_of([2] * 8)
    a = Payoff(tuple(np.array([0.0, w * third]) for w in (0.1, 0.2, 0.3, 0.7, 0.1, 0.6, 0.4, 0.5)))
    b = Payoff(tuple(-s for s in a.scores))
    found = frontier(space, a, b)
    assert len(found) == len(np.unique(np.round(both(a, b, every_package(space)), 9), axis=0))
    assert len(frontier(space, a, b, tie=0.0)) >= len(found)


def test_larger_spaces_against_counting_out():
    # 9 issues, up to 40,000 packages, as tangled as a real scenario.
    for seed in range(6):
        rng = np.random.default_rng(seed)
        sizes = tuple(int(n) for n in rng.integers(2, 5, 9))
        space = random_space(rng, sizes, 14)
        a = random_payoff(rng, space, 7, whole=seed % 2 == 0)
        b = random_payoff(rng, space, 7, whole=seed % 2 == 0)
        packages = every_package(space)
        packages = packages[space.feasible(packages)]
        values = both(a, b, packages)
        order = np.lexsort((-values[:, 1], -values[:, 0]))
        best = np.concatenate([[-np.inf], np.maximum.accumulate(values[order, 1])[:-1]])
        wanted = values[order][values[order, 1] > best][::-1]
        found = frontier(space, a, b)
        np.testing.assert_allclose(found.values, wanted, rtol=0, atol=1e-10)


def test_more_packages_than_could_be_listed():
    # 10^50 packages; the weighted-sum optimum of every slope lies on the frontier.
    rng = np.random.default_rng(3)
    space = space_of([10] * 50)
    a = Payoff(tuple(rng.integers(0, 101, 10) for _ in range(50)))
    b = Payoff(tuple(rng.integers(0, 101, 10) for _ in range(50)))
    found = frontier(space, a, b)
    assert np.array_equal(both(a, b, found.packages), found.values)
    for slope in (0.0, 0.2, 1.0, 5.0):
        best = sum((x + slope * y).max() for x, y in zip(a.scores, b.scores, strict=True))
        assert (found.values @ [1.0, slope]).max() == pytest.approx(best, rel=1e-12)


def test_single_options_and_one_issue():
    found = frontier(space_of([1, 1]), *(Payoff((np.ones(1), np.ones(1))) for _ in range(2)))
    assert found.values.tolist() == [[2.0, 2.0]]
    assert found.packages.tolist() == [[0, 0]]
    a, b = Payoff((np.array([1.0, 2.0, 2.0, 0.0]),)), Payoff((np.array([3.0, 1.0, 1.0, 3.0]),))
    found = frontier(space_of([4]), a, b)
    assert found.values.tolist() == [[1.0, 3.0], [2.0, 1.0]]
    assert found.packages[0].tolist() == [0]


def test_golden_trace_of_a_small_case():
    space = space_of([3, 2, 2], [(0, 2, 1, 1)])
    a = Payoff((np.array([0, 4, 9]), np.array([0, 5]), np.array([2, 0])))
    b = Payoff((np.array([9, 6, 0]), np.array([3, 0]), np.array([0, 4])), ((0, 2, -np.eye(3, 2)),))
    found = frontier(space, a, b)
    assert found.values.tolist() == [[0, 16], [5, 13], [9, 9], [11, 6]]
    assert found.packages.tolist() == [[0, 0, 1], [0, 1, 1], [1, 1, 1], [1, 1, 0]]


def test_all_options_of_an_issue_forbidden_is_an_error_that_names_it():
    space = space_of([2, 1, 2], [(0, 0, 1, 0), (0, 1, 1, 0)])
    zero = Payoff(tuple(np.zeros(n) for n in space.sizes))
    with pytest.raises(NoFeasiblePackage, match="'issue 0', 'issue 1'"):
        frontier(space, zero, zero)


def test_questions_that_cannot_be_asked():
    space = space_of([2, 2])
    one, many = Payoff((np.zeros(2),) * 2), Payoff((np.zeros((3, 2)),) * 2)
    with pytest.raises(BadPayoff, match=r"not of 3: use payoff\.at"):
        frontier(space, one, many)
    with pytest.raises(BadSpace, match="without rows"):
        frontier(space, one, one, [np.ones((2, 2), dtype=bool)] * 2)
    with pytest.raises(BadPayoff, match="1 issues"):
        frontier(space, one, Payoff((np.zeros(2),)))
    wide = space_of([6] * 12)
    every = tuple((a, b, np.zeros((6, 6))) for a in range(12) for b in range(a))
    tangled = Payoff(tuple(np.zeros(6) for _ in range(12)), every)
    with pytest.raises(TooEntangled):
        frontier(wide, tangled, tangled)
