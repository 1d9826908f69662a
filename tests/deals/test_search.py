"""Local search against counting out, on spaces with walls and a product of logistics to climb."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.deals import DealError, Payoff, extremes, frontier, search, value, value_each

from .small import every_package, random_payoff, random_space, space_of


def logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


def hard_case(rng, rows=6, issues=6):
    """A space, an objective like the chance of signing, and its values [rows, packages]."""
    space = random_space(rng, tuple(int(n) for n in rng.integers(2, 6, issues)), 8)
    parties = [random_payoff(rng, space, 4, whole=False, draws=rows) for _ in range(3)]
    wants = rng.normal(1.0, 1.5, (3, rows))

    def objective(packages, at):
        product = np.ones(len(packages))
        for party, want in zip(parties, wants, strict=True):
            product *= logistic((value_each(party, packages, at) - want[at]) / 0.5)
        return product

    packages = every_package(space)
    packages = packages[space.feasible(packages)]
    table = np.stack([objective(packages, np.full(len(packages), r)) for r in range(rows)])
    starts = [extremes(space, p).best[:, None] for p in parties]
    fronts = [frontier(space, *(p.at(r) for p in parties[:2])).packages for r in range(rows)]
    starts.append(np.stack([f[np.linspace(0, len(f) - 1, 8).round().astype(int)] for f in fronts]))
    return space, objective, np.concatenate(starts, axis=1), table


def test_it_misses_seldom_and_by_little():
    missed, short = 0, []
    for seed in range(40):
        space, objective, starts, table = hard_case(np.random.default_rng(seed))
        found = search(space, objective, starts)
        best = table.max(axis=1)
        assert (found.values <= best * (1 + 1e-12)).all()
        missed += int((found.values < best * (1 - 1e-9)).sum())
        short.extend(1 - found.values / best)
    assert missed <= 0.05 * len(short)
    assert np.mean(short) < 0.01


def test_pair_moves_help():
    total = {True: 0.0, False: 0.0}
    for seed in range(20):
        space, objective, starts, _ = hard_case(np.random.default_rng(seed))
        for pairs in total:
            total[pairs] += search(space, objective, starts[:, :2], pair_moves=pairs).values.sum()
    assert total[True] > 1.01 * total[False]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_the_result_is_feasible_has_its_value_and_no_single_step_beats_it(seed, whole):
    rng = np.random.default_rng(seed)
    space = random_space(rng, tuple(int(n) for n in rng.integers(1, 5, 5)), 5)
    payoff = random_payoff(rng, space, 3, whole, draws=4)
    masks = [rng.random((4, n)) < 0.8 for n in space.sizes]
    for mask in masks:
        mask[:, 0] |= ~mask.any(axis=1)
    starts = rng.integers(0, space.sizes, (4, 3, 5))

    def objective(packages, rows):
        assert (space.broken(packages, masks, rows) == 0).all()
        return value_each(payoff, packages, rows)

    found = search(space, objective, starts, masks)
    again = search(space, objective, starts, masks, batch=7)
    assert np.array_equal(found.packages, again.packages)
    rows = np.arange(4)
    done = np.isfinite(found.values)
    assert (space.broken(found.packages, masks, rows)[done] == 0).all()
    assert np.array_equal(value_each(payoff, found.packages, rows)[done], found.values[done])
    for k, n in enumerate(space.sizes):
        for option in range(n):
            near = found.packages.copy()
            near[:, k] = option
            ok = done & (space.broken(near, masks, rows) == 0)
            assert (value_each(payoff, near, rows)[ok] <= found.values[ok]).all()


def test_single_steps_cannot_cross_a_wall_and_pairs_can():
    space = space_of([2, 2], [(0, 0, 1, 1), (0, 1, 1, 0)])
    payoff = Payoff((np.array([0.0, 1.0]), np.array([0.0, 1.0])))

    def objective(packages, rows):
        return value(payoff, packages)[0]

    start = np.zeros((1, 1, 2), dtype=np.int64)
    assert search(space, objective, start, pair_moves=False).values.tolist() == [0.0]
    found = search(space, objective, start)
    assert found.values.tolist() == [2.0]
    assert found.packages.tolist() == [[1, 1]]


def test_infeasible_starts_are_mended_and_hopeless_rows_are_minus_infinity():
    space = space_of([2, 2, 2], [(0, 1, 1, 1), (1, 1, 2, 1), (0, 1, 2, 1)])
    start = np.ones((1, 1, 3), dtype=np.int64)
    found = search(space, lambda p, r: p.sum(axis=1), start)
    assert found.values.tolist() == [1.0]
    nothing = space_of([1, 2], [(0, 0, 1, 0), (0, 0, 1, 1)])
    found = search(nothing, lambda p, r: p.sum(axis=1), np.zeros((2, 1, 2), dtype=np.int64))
    assert np.isneginf(found.values).all()
    assert found.evaluations == 0
    nan = search(space_of([2]), lambda p, r: p[:, 0] * np.nan, np.zeros((1, 1, 1), dtype=np.int64))
    assert np.isneginf(nan.values).all()


def test_bad_starts_are_refused():
    space = space_of([2, 2])
    with pytest.raises(DealError, match="starts must be"):
        search(space, lambda p, r: p[:, 0], np.zeros((1, 2), dtype=np.int64))
    with pytest.raises(DealError, match="does not exist"):
        search(space, lambda p, r: p[:, 0], np.full((1, 1, 2), 2))
