"""Solution points and frontiers by integer programming against the definitions."""

import numpy as np
import pytest
from hypothesis import given, settings

from winset.deals import DealError, NoFeasiblePackage, Payoff, value
from winset.deals.programme import Programme

from .small import every_package, space_of
from .test_ten_thousand import all_values, measures, small_spaces, undominated


@settings(max_examples=60, deadline=None)
@given(small_spaces())
def test_points_equal_those_of_every_package(problem):
    space, payoffs, whole, rng = problem
    packages = every_package(space)
    packages = packages[space.feasible(packages)]
    ask = Programme(space, payoffs)
    values = all_values(payoffs, packages)
    if not len(packages):
        assert ask.utilitarian([-1e3] * len(payoffs)) is None
        return
    reservation = np.quantile(values, rng.random() ** 2, axis=0) - 1e-7
    inside = values[(values >= reservation).all(axis=1)]
    wanted = measures(inside, reservation) if len(inside) else {}
    for name in ("utilitarian", "egalitarian", "kalai_smorodinsky", "nash"):
        found = getattr(ask, name)(reservation)
        if not len(inside):
            assert found is None, name
            continue
        best = wanted[name].max()
        near = 1e-5 * max(1.0, abs(best))
        assert found.bound >= best - near, name
        assert found.measure == pytest.approx(best, abs=near), name
        assert (all_values(payoffs, found.solution.package[None])[0] == found.solution.values).all()
    if whole and len(payoffs) == 2:
        assert np.array_equal(ask.frontier().values, undominated(values))


def test_a_frontier_of_three_is_refused_and_an_empty_one_named():
    space = space_of((1, 1), [(0, 0, 1, 0)])
    flat = Payoff((np.zeros(1), np.zeros(1)))
    with pytest.raises(DealError, match="two parties, not 3"):
        Programme(space, [flat] * 3).frontier()
    with pytest.raises(NoFeasiblePackage):
        Programme(space, [flat] * 2).frontier()


def test_masks_close_options():
    space = space_of((2, 2))
    a = Payoff((np.array([0.0, 5.0]), np.array([0.0, 1.0])))
    allowed = [np.array([True, False]), np.array([True, True])]
    point = Programme(space, [a], allowed).utilitarian([0.0])
    assert value(a, point.solution.package[None])[0, 0] == 1.0
