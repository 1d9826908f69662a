"""Solution points, by hand and against the definitions."""

import numpy as np
import pytest
from hypothesis import given, settings

from winset.deals import (
    Frontier,
    NoFeasiblePackage,
    egalitarian,
    frontier,
    kalai_smorodinsky,
    nash,
    overlap,
    utilitarian,
)

from .small import problems

POINTS = np.array([[0.0, 10.0], [2.0, 9.5], [5.0, 7.0], [7.0, 4.5], [12.0, 1.0]])
LINE = Frontier(POINTS, np.arange(5)[:, None])


def test_the_four_points_by_hand():
    assert nash(LINE, (0.0, 0.0)).values.tolist() == [5.0, 7.0]  # 35 against 31.5
    assert egalitarian(LINE, (0.0, 0.0)).values.tolist() == [5.0, 7.0]
    # Shares of (12, 10): (.417, .7), (.583, .45): the smaller is larger in the second.
    assert kalai_smorodinsky(LINE, (0.0, 0.0)).values.tolist() == [7.0, 4.5]
    assert utilitarian(LINE, (0.0, 0.0)).values.tolist() == [12.0, 1.0]


def test_a_reservation_cuts_the_frontier_and_the_hopes():
    inside = overlap(LINE, (2.0, 4.5))
    assert inside.values.tolist() == POINTS[1:4].tolist()
    assert inside.packages.tolist() == [[1], [2], [3]]
    # Hopes are now 5 and 5: shares (3/5, 2.5/5), (5/5, 0), (0, 1).
    found = kalai_smorodinsky(LINE, (2.0, 4.5))
    assert (found.place, found.package.tolist()) == (2, [2])
    assert nash(LINE, (2.0, 4.5)).place == 2
    assert utilitarian(LINE, (2.0, 4.5)).place == 2


def test_no_overlap_no_solution():
    assert len(overlap(LINE, (8.0, 2.0))) == 0
    for solution in (nash, kalai_smorodinsky, egalitarian, utilitarian):
        assert solution(LINE, (8.0, 2.0)) is None


def test_ties_go_to_the_larger_smaller_gain_then_the_larger_sum():
    # Only one party can gain: every product is 0, the other's gain decides.
    flat = Frontier(np.array([[1.0, 5.0]]), np.array([[0]]))
    for solution in (nash, kalai_smorodinsky, egalitarian, utilitarian):
        assert solution(flat, (1.0, 2.0)).place == 0
    equal = Frontier(np.array([[2.0, 6.0], [3.0, 4.0], [6.0, 2.0]]), np.zeros((3, 1), dtype=int))
    assert nash(equal, (0.0, 0.0)).place == 1
    assert utilitarian(equal, (0.0, 0.0)).place == 0


@settings(deadline=None)
@given(problems())
def test_moving_and_scaling_a_partys_units_moves_nash_and_ks_along(problem):
    space, a, b = problem
    try:
        points = frontier(space, a, b)
    except NoFeasiblePackage:
        return
    low = tuple(points.values.min(axis=0))
    scaled = Frontier(points.values * [4.0, 0.5] + [16.0, -2.0], points.packages)
    moved = (low[0] * 4.0 + 16.0, low[1] * 0.5 - 2.0)
    gains = points.values - low
    shares = gains / np.maximum(gains.max(axis=0), 1e-300)
    for solution, measure in (
        (nash, gains.prod(axis=1)),
        (kalai_smorodinsky, shares.min(axis=1)),
    ):
        place = solution(scaled, moved).place
        assert measure[place] == pytest.approx(measure.max(), abs=1e-9)
