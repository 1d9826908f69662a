"""Paired differences, and how often each is best."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from winset.insight.compare import (
    Difference,
    best_shares,
    difference,
    more_likely_than_not,
    p_best,
    paired,
)
from winset.study import Results

REPLICATE = np.arange(16) % 4
chances = arrays(np.float64, 16, elements=st.integers(0, 64).map(lambda k: k / 64))


def test_a_worked_case() -> None:
    a, b = np.array([3.0, 5.0, 2.0, 6.0]), np.array([1.0, 2.0, 1.0, 4.0])
    found = difference(a, b, np.array([0, 0, 1, 1]))
    assert found is not None
    assert found.diff == 2.0
    assert found.se == pytest.approx(0.5)  # replicate means 2.5 and 1.5
    assert found.draws == 4


def test_pairing_takes_the_common_part_of_the_error_away() -> None:
    rng = np.random.default_rng(1)
    common = rng.normal(size=16)
    a, b = common + 0.01 * rng.normal(size=16) + 0.1, common + 0.01 * rng.normal(size=16)
    found, alone = difference(a, b, REPLICATE), difference(a, np.zeros(16), REPLICATE)
    assert found is not None and alone is not None
    assert found.clear
    assert found.se is not None and alone.se is not None
    assert found.se < alone.se / 5
    assert found.diff == pytest.approx(0.1, abs=0.02)


@settings(deadline=None)
@given(chances, chances, chances)
def test_differences_are_antisymmetric_and_add_up(
    a: np.ndarray, b: np.ndarray, c: np.ndarray
) -> None:
    ab, ba = difference(a, b, REPLICATE), difference(b, a, REPLICATE)
    bc, ac = difference(b, c, REPLICATE), difference(a, c, REPLICATE)
    assert ab and ba and bc and ac
    assert ba.diff == pytest.approx(-ab.diff, abs=1e-12)
    assert ba.se == pytest.approx(ab.se, abs=1e-12)
    assert ac.diff == pytest.approx(ab.diff + bc.diff, abs=1e-12)
    assert ac.se <= ab.se + bc.se + 1e-12


@settings(deadline=None)
@given(chances, st.floats(-1, 1))
def test_with_itself_it_is_nought_and_a_constant_gap_has_no_error(
    a: np.ndarray, gap: float
) -> None:
    same, moved = difference(a, a, REPLICATE), difference(a, a - gap, REPLICATE)
    assert same == Difference(0.0, 0.0, 16)
    assert same.sign == 0
    assert moved is not None and moved.se is not None
    assert moved.diff == pytest.approx(gap, abs=1e-12)
    assert moved.se <= 1e-12


@settings(deadline=None)
@given(chances, st.permutations(range(4)))
def test_the_names_of_the_replicates_do_not_matter(a: np.ndarray, names: list[int]) -> None:
    b = np.sqrt(a)
    one = difference(a, b, REPLICATE)
    other = difference(a, b, np.array(names)[REPLICATE] + 7)
    assert one is not None and other is not None
    assert other.diff == one.diff
    assert other.se == pytest.approx(one.se, abs=1e-12)


def test_draws_undefined_in_either_are_left_out() -> None:
    a, b = np.array([1.0, np.nan, 3.0]), np.array([0.0, 0.0, np.nan])
    assert difference(a, b, np.array([0, 1, 2])) == Difference(1.0, None, 1)
    assert difference(a[1:], b[1:], np.array([0, 1])) is None


@settings(deadline=None)
@given(arrays(np.float64, (5, 12), elements=st.integers(0, 3).map(float)))
def test_shares_of_draws_sum_to_one_and_ties_are_split(values: np.ndarray) -> None:
    shares = best_shares(values)
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()
    # whoever is a twin of another shares alike
    twins = np.vstack([values, values[:1]])
    assert best_shares(twins)[0] == best_shares(twins)[-1]
    # a strictly increasing change of scale changes nothing
    assert best_shares(np.exp(values)) == pytest.approx(shares)


def test_who_is_undefined_is_not_in_the_running() -> None:
    nan = np.nan
    values = np.array([[1.0, nan, nan, 2.0], [0.0, 5.0, nan, 2.0], [nan, 1.0, nan, 0.0]])
    assert best_shares(values) == pytest.approx([1.5 / 3, 1.5 / 3, 0])
    assert best_shares(np.full((2, 3), nan)).tolist() == [0, 0]


def test_p_best_goes_the_right_way(order) -> None:
    results: Results = order(
        {
            ("article", "three_legs"): {"deaths": [1, 2, 3, 4]},
            ("article", "walk_away"): {"deaths": [2, 1, 4, 4]},
        }
    )
    assert p_best(results, "article", "deaths", -1) == {"three_legs": 0.625, "walk_away": 0.375}
    assert p_best(results, "article", "deaths", 1) == {"three_legs": 0.375, "walk_away": 0.625}
    assert p_best(results, "article", "no such", 1) == {}


def test_more_likely_than_not_is_strict(order) -> None:
    results: Results = order({("article", "three_legs"): {"durable": [0.5, 0.51, 0.2, np.nan]}})
    assert more_likely_than_not(results, "article", "three_legs") == pytest.approx(1 / 3)
    assert more_likely_than_not(results, "article", "walk_away") is None


def test_what_is_not_run_has_no_difference(order) -> None:
    results: Results = order({("article", "three_legs"): {"durable": 0.3}})
    assert paired(results, "article", "three_legs", "walk_away") is None
    assert paired(results, "article", "three_legs", "three_legs", "no such") is None
