"""Counts of packages against counting them."""

import numpy as np
from hypothesis import given, settings

from winset.deals import Payoff
from winset.deals.counting import count_at_least, feasible_packages

from .small import every_package, space_of
from .test_ten_thousand import all_values, small_spaces


@settings(max_examples=300, deadline=None)
@given(small_spaces())
def test_counts_are_those_of_every_package(problem):
    space, payoffs, _, rng = problem
    masks = [rng.random(n) < 0.8 for n in space.sizes]
    for mask in masks:
        mask[rng.integers(mask.size)] = True
    packages = every_package(space)
    packages = packages[space.feasible(packages, masks)]
    assert feasible_packages(space, masks) == len(packages)
    if not len(packages):
        return
    values = all_values(payoffs, packages)
    least = np.quantile(values, rng.random(), axis=0)
    found = count_at_least(space, payoffs, least, masks)
    wanted = int((values >= least - 1e-9).all(axis=1).sum())
    assert found.packages == wanted
    assert found.error == 0.0
    assert found.share == wanted / len(packages)


def test_a_space_of_ten_to_the_forty_is_counted_whole():
    space = space_of((10,) * 40, [(0, 0, 1, 0)])
    assert feasible_packages(space) == 10**40 - 10**38


def test_what_cannot_be_walked_is_an_estimate_and_says_so():
    space = space_of((10,) * 30)
    rng = np.random.default_rng(3)
    payoffs = [Payoff(tuple(rng.random(10) for _ in range(30))) for _ in range(2)]
    middle = np.array([sum(float(s.mean()) for s in p.scores) for p in payoffs])
    found = count_at_least(space, payoffs, middle, nodes=10_000)
    assert found.packages is None
    assert 0 < found.error < 0.01
    # Two sums of thirty independent scores, each above its mean half of the time.
    assert abs(found.share - 0.25) < 0.03
