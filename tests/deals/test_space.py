"""Spaces and payoffs: what they refuse, what they count, and the way from names to numbers."""

import numpy as np
import pytest
from hypothesis import given

from winset.deals import BadPayoff, BadSpace, Payoff, Space, value, value_each

from .small import every_package, problems, space_of

TRIO = Space(
    ("land", "force", "money"),
    (("all", "half"), ("cap", "free", "none"), ("some", "lots")),
    ((1, 2, 0, 0), (0, 0, 1, 2), (1, 1, 2, 1)),
)


def test_forbidden_pairs_are_kept_sorted_and_once():
    assert TRIO.forbidden == ((0, 0, 1, 2), (1, 1, 2, 1))
    assert TRIO.edges == ((0, 1), (1, 2))
    assert TRIO.conflicts()[0, 1].tolist() == [[False, False, True], [False] * 3]


def test_size_is_exact_however_large():
    assert TRIO.size == 12
    assert space_of([10] * 60).size == 10**60


def test_a_package_goes_to_numbers_and_back():
    choice = {"money": "lots", "land": "half", "force": "none"}
    row = TRIO.package(choice)
    assert row.tolist() == [1, 2, 1]
    assert TRIO.describe(row) == choice


def test_feasible_by_hand():
    packages = np.array([[0, 0, 0], [0, 2, 0], [1, 2, 0], [0, 1, 1], [1, 1, 0]])
    assert TRIO.feasible(packages).tolist() == [True, False, True, False, True]
    masks = TRIO.restrict({"land": ["half"]})
    assert TRIO.feasible(packages, masks).tolist() == [False, False, True, False, True]
    assert TRIO.broken(packages, masks).tolist() == [1, 2, 0, 2, 0]


def test_masks_by_row():
    masks = list(TRIO.everything())
    masks[0] = np.array([[True, False], [False, True]])
    packages = np.array([[0, 0, 0], [0, 0, 0], [1, 0, 0]])
    assert TRIO.broken(packages, masks, np.array([0, 1, 1])).tolist() == [0, 1, 0]
    with pytest.raises(BadSpace, match="rows"):
        TRIO.feasible(packages, masks)


@pytest.mark.parametrize(
    ("issues", "options", "forbidden", "says"),
    [
        ((), (), (), "at least one issue"),
        (("a",), (("x",), ("y",)), (), "1 issues but 2"),
        (("a", "a"), (("x",), ("y",)), (), "named twice"),
        (("a",), ((),), (), "'a' has no options"),
        (("a",), (("x", "x"),), (), "an option twice"),
        (("a", "b"), (("x",), ("y",)), ((0, 0, 2, 0),), "no issue number 2"),
        (("a", "b"), (("x",), ("y",)), ((0, 0, 1, 1),), "'b' has no option number 1"),
        (("a", "b"), (("x", "z"), ("y",)), ((0, 0, 0, 1),), "belong to issue 'a'"),
    ],
)
def test_a_bad_space_says_what_is_wrong(issues, options, forbidden, says):
    with pytest.raises(BadSpace, match=says):
        Space(issues, options, forbidden)


def test_names_that_do_not_exist_are_refused():
    with pytest.raises(BadSpace, match="no issue 'sea'"):
        TRIO.package({"sea": "all"})
    with pytest.raises(BadSpace, match="nothing on issue 'force'"):
        TRIO.package({"land": "all"})
    with pytest.raises(BadSpace, match="no option 'most'; it has all, half"):
        TRIO.package({"land": "most", "force": "cap", "money": "some"})
    with pytest.raises(BadSpace, match="no issue 'sea'"):
        TRIO.restrict({"sea": []})
    with pytest.raises(BadSpace, match="no option 'most'"):
        TRIO.restrict({"land": ["most"]})
    with pytest.raises(BadSpace, match="no option of issue 'land' is allowed"):
        TRIO.restrict({"land": []})
    with pytest.raises(BadSpace, match="2 option masks"):
        TRIO.check_allowed(TRIO.everything()[:2])
    with pytest.raises(BadSpace, match="boolean"):
        TRIO.check_allowed([np.ones(2), *TRIO.everything()[1:]])  # type: ignore[list-item]


def test_value_by_hand():
    payoff = Payoff(
        (np.array([[1.0, 2.0], [10.0, 20.0]]), np.array([0.5, 0.0, 0.25]), np.zeros(2)),
        ((1, 0, np.array([[0.0, 7.0], [0.0, 0.0], [0.0, 0.0]])),),
    )
    packages = np.array([[1, 0, 0], [0, 2, 1]])
    assert payoff.draws == 2
    assert value(payoff, packages).tolist() == [[9.5, 1.25], [27.5, 10.25]]
    assert value_each(payoff, packages, np.array([1, 0])).tolist() == [27.5, 1.25]
    assert value(payoff.at(1), packages).tolist() == [[27.5, 10.25]]
    assert value(payoff.negated(), packages).tolist() == [[-9.5, -1.25], [-27.5, -10.25]]


@given(problems(draws=3))
def test_a_draw_taken_out_has_that_draws_values(problem):
    space, payoff, _ = problem
    packages = every_package(space)
    whole = value(payoff, packages)
    for draw in range(3):
        assert np.array_equal(value(payoff.at(draw), packages)[0], whole[draw])
        each = value_each(payoff, packages, np.full(len(packages), draw))
        assert np.array_equal(each, whole[draw])


def test_a_payoff_cannot_be_changed_afterwards():
    scores = np.zeros(2)
    payoff = Payoff((scores,))
    scores[0] = 5.0
    assert payoff.scores[0].tolist() == [[0.0, 0.0]]
    with pytest.raises(ValueError, match="read-only"):
        payoff.scores[0][0, 0] = 1.0


def test_a_bad_payoff_says_what_is_wrong():
    two = np.zeros(2)
    with pytest.raises(BadPayoff, match="finite"):
        Payoff((np.array([np.nan, 1.0]),))
    with pytest.raises(BadPayoff, match="number of draws"):
        Payoff((np.zeros((2, 2)), np.zeros((3, 2))))
    with pytest.raises(BadPayoff, match="two different issues"):
        Payoff((two, two), ((1, 1, np.zeros((2, 2))),))
    with pytest.raises(BadPayoff, match="options"):
        Payoff((two, two), ((0, 1, np.zeros((2, 3))),))
    with pytest.raises(BadPayoff, match="shape"):
        Payoff((np.zeros((1, 1, 2)),))
    with pytest.raises(BadPayoff, match="2 issues; there are 3"):
        Payoff((two, two)).check_fits(TRIO)
    with pytest.raises(BadPayoff, match="'force' has 3 options but 2 scores"):
        Payoff((two, two, two)).check_fits(TRIO)
