"""Frontiers and solution points of random small spaces against the definitions, package by package.

10,000 spaces: two to four parties, hard and soft pairs, boxes over several issues, whole numbers
and floats, and reservation values that leave much, little or nothing.
"""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from winset.deals import (
    SOLUTIONS,
    Box,
    NoFeasiblePackage,
    Payoff,
    frontier_of,
    near_frontier,
    overlap,
    value,
)

from .small import every_package, random_payoff, random_space


def all_values(payoffs, packages):
    return np.stack([value(p, packages)[0] for p in payoffs], axis=1)


def undominated(values):
    """Distinct rows that no other row beats, by definition."""
    distinct = np.unique(values, axis=0)
    at_least = (distinct[None] >= distinct[:, None]).all(axis=2)
    above = (distinct[None] > distinct[:, None]).any(axis=2)
    return distinct[~(at_least & above).any(axis=1)]


def boxed(rng, space, payoff, whole):
    """The payoff and a box over three or more of its issues."""
    if len(space.issues) < 3:
        return payoff
    count = int(rng.integers(3, len(space.issues) + 1))
    issues = tuple(int(k) for k in rng.choice(len(space.issues), count, replace=False))
    masks = tuple(rng.random(space.sizes[k]) < 0.6 for k in issues)
    points = float(rng.integers(-5, 12)) if whole else rng.normal()
    return Payoff(payoff.scores, payoff.pairs, (Box(issues, masks, points),))


@st.composite
def small_spaces(draw, part=0):
    """(space, payoffs, whole numbers or not, generator)."""
    parties = draw(st.integers(2, 4))
    sizes = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=4 if parties < 4 else 3)))
    rng = np.random.default_rng([part, draw(st.integers(0, 2**32 - 1))])
    space = random_space(rng, sizes, int(rng.integers(0, 6)))
    whole = draw(st.booleans())
    payoffs = [random_payoff(rng, space, int(rng.integers(0, 4)), whole) for _ in range(parties)]
    if rng.random() < 0.3:
        payoffs = [boxed(rng, space, p, whole) for p in payoffs]
    return space, payoffs, whole, rng


def measures(values, reservation):
    """Name -> what the solution maximises over the rows of the overlap, from the definitions."""
    gains = values - reservation
    hope = gains.max(axis=0)
    shares = np.where(hope > 0, gains / np.where(hope > 0, hope, 1.0), 1.0)
    return {
        "nash": gains.prod(axis=1),
        "kalai_smorodinsky": shares.min(axis=1),
        "egalitarian": gains.min(axis=1),
        "utilitarian": gains.sum(axis=1),
    }


def balanced(values, reservation):
    """Raiffa's point by its definition, over any rows: the largest smallest share at the last d."""
    at, inside = np.array(reservation, dtype=float), values
    for _ in range(200):
        hope = inside.max(axis=0) - at
        nxt = at + hope / values.shape[1]
        after = inside[(inside >= nxt).all(axis=1)]
        if not len(after) or hope.max() < 1e-11:
            break
        at, inside = nxt, after
    hope = inside.max(axis=0) - at
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = np.where(hope > 1e-12, (inside - at) / hope, 1.0).min(axis=1)
    return at, hope, shares.max()


def check(space, payoffs, whole, rng):
    packages = every_package(space)
    packages = packages[space.feasible(packages)]
    if not len(packages):
        with pytest.raises(NoFeasiblePackage):
            frontier_of(space, payoffs)
        return
    values = all_values(payoffs, packages)
    found = frontier_of(space, payoffs)
    wanted = undominated(values)
    assert found.values.shape == wanted.shape
    if whole:
        assert np.array_equal(found.values, wanted)
    else:
        np.testing.assert_allclose(found.values, wanted, rtol=0, atol=1e-9)
    assert space.feasible(found.packages).all()
    np.testing.assert_allclose(all_values(payoffs, found.packages), found.values, atol=1e-12)

    reservation = np.quantile(values, rng.random() ** 2, axis=0)
    inside = values[(values >= reservation).all(axis=1)]
    if not len(inside):
        assert all(solution(found, reservation) is None for solution in SOLUTIONS.values())
        assert not len(overlap(found, reservation))
        return
    best = measures(inside, reservation)
    for name, wanted_measure in best.items():
        point = SOLUTIONS[name](found, reservation)
        mine = measures(np.concatenate([point.values[None], inside]), reservation)[name][0]
        assert mine == pytest.approx(wanted_measure.max(), abs=1e-9), name
        assert (value(payoffs[0], point.package[None])[0] == point.values[0]).all()
    at, hope, share = balanced(inside, reservation)
    point = SOLUTIONS["raiffa"](found, reservation)
    mine = np.where(hope > 1e-12, (point.values - at) / np.where(hope > 1e-12, hope, 1), 1.0)
    assert mine.min() == pytest.approx(share, abs=1e-7)


@pytest.mark.parametrize("part", range(4))
def test_frontier_and_solutions_of_small_spaces(part):
    @settings(
        max_examples=2500,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(small_spaces(part))
    def look(problem):
        check(*problem)

    look()


@settings(max_examples=150, deadline=None)
@given(small_spaces(), st.sampled_from([0.01, 0.1, 0.5]))
def test_a_rounded_frontier_keeps_its_stated_error(problem, share):
    space, payoffs, _, _ = problem
    packages = every_package(space)
    packages = packages[space.feasible(packages)]
    if not len(packages):
        return
    near = near_frontier(space, payoffs, shares=(share,))
    values = all_values(payoffs, packages)
    reached = (near.points.values[None] >= values[:, None] - near.error - 1e-9).all(axis=2)
    assert reached.any(axis=1).all()
    assert near_frontier(space, payoffs).exact
