"""Adjusted Winner against its published examples, and its three properties on any points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.deals import BadPayoff
from winset.deals.adjusted_winner import adjusted_winner


def test_the_custody_example():
    # custody, alimony, house, in the points printed by its authors
    found = adjusted_winner(np.array([25.0, 60.0, 15.0]), np.array([65.0, 25.0, 10.0]))
    assert found.points == pytest.approx([69.0, 69.0])
    assert found.shares == pytest.approx([0.0, 1.0, 0.6])
    assert found.divided == 2


def test_camp_david():
    israel = np.array([35.0, 10.0, 20.0, 10.0, 5.0, 20.0])
    egypt = np.array([55.0, 5.0, 10.0, 5.0, 20.0, 5.0])
    found = adjusted_winner(israel, egypt)
    assert found.points == pytest.approx([65.8333, 65.8333], abs=1e-3)
    assert found.shares == pytest.approx([1 / 6, 1, 1, 1, 0, 1])
    assert found.divided == 0


points = st.lists(st.integers(0, 50), min_size=1, max_size=8)


@given(points, st.randoms(use_true_random=False))
def test_even_free_of_envy_and_at_most_one_issue_divided(first, rng):
    second = [rng.randint(0, 50) for _ in first]
    if not sum(first) or not sum(second):
        with pytest.raises(BadPayoff):
            adjusted_winner(np.array(first), np.array(second))
        return
    found = adjusted_winner(np.array(first), np.array(second))
    one = 100 * np.array(first) / sum(first)
    two = 100 * np.array(second) / sum(second)
    assert found.points == pytest.approx([found.shares @ one, (1 - found.shares) @ two])
    assert found.points[0] == pytest.approx(found.points[1], abs=1e-9)
    assert found.points.min() >= 50 - 1e-9
    assert ((found.shares > 1e-12) & (found.shares < 1 - 1e-12)).sum() <= 1


@given(points, st.randoms(use_true_random=False))
def test_no_other_division_gives_both_more(first, rng):
    second = [rng.randint(1, 50) for _ in first]
    first = [p + 1 for p in first]
    found = adjusted_winner(np.array(first), np.array(second))
    one, two = 100 * np.array(first) / sum(first), 100 * np.array(second) / sum(second)
    # The efficient frontier: issues to the first in the order of the ratio of points.
    order = np.argsort(-one / two)
    best, left = 0.0, found.points[0]
    shares = np.zeros(len(one))
    for k in order:
        part = min(1.0, max(0.0, left / one[k]))
        shares[k], left = part, left - part * one[k]
    best = (1 - shares) @ two
    assert found.points[1] == pytest.approx(best, abs=1e-7)


@pytest.mark.parametrize("wrong", [[-1.0, 2.0], [np.nan, 1.0]])
def test_bad_points_are_named(wrong):
    with pytest.raises(BadPayoff, match="0 or more"):
        adjusted_winner(np.array(wrong), np.array([1.0, 1.0]))
