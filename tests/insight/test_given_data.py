"""First-order indices from given draws: analytic values, chance, properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.insight.given_data import bases, curve, find_hinges, first_order, steps_of

#: Ishigami's function with a = 7, b = 0.1 (Ishigami and Homma 1990): variance and first-order parts
A, B = 7.0, 0.1
PARTS = (
    0.5 * (1 + B * np.pi**4 / 5) ** 2,
    A**2 / 8,
    0.0,
)
VARIANCE = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
EXACT = np.array(PARTS) / VARIANCE


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[0]) + A * np.sin(x[1]) ** 2 + B * x[2] ** 4 * np.sin(x[0])


def test_ishigami() -> None:
    x = np.random.default_rng(1).uniform(-np.pi, np.pi, (3, 4096))
    found = first_order(x, ishigami(x), shuffles=99, seed=1)
    assert found.index == pytest.approx(EXACT, abs=0.03)
    assert found.p[0] == found.p[1] == pytest.approx(0.01)
    assert found.p[2] > 0.05


def test_ishigami_lies_within_its_own_errors() -> None:
    x = np.random.default_rng(2).uniform(-np.pi, np.pi, (3, 1024))
    found = {h.row: h for h in find_hinges(x, ishigami(x)).hinges}
    for row in (0, 1):
        assert abs(found[row].index - EXACT[row]) < 3 * found[row].error
        assert found[row].error < 0.04


def test_a_linear_sum_gives_its_shares() -> None:
    # Var = sum w^2 / 12, so S_i = w_i^2 / sum w^2 = 16/21, 4/21, 1/21.
    x = np.random.default_rng(3).uniform(size=(3, 1024))
    y = np.array([4.0, 2.0, 1.0]) @ x
    found = find_hinges(x, y)
    assert [h.row for h in found.hinges] == [0, 1, 2]
    for hinge, exact in zip(found.hinges, np.array([16, 4, 1]) / 21, strict=True):
        assert hinge.index == pytest.approx(exact, abs=max(0.01, 3 * hinge.error))
    assert found.together > 0.98


def test_against_salib_on_a_saltelli_design() -> None:
    saltelli = pytest.importorskip("SALib.sample.sobol")
    analyse = pytest.importorskip("SALib.analyze.sobol")
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[-np.pi, np.pi]] * 3}
    design = saltelli.sample(problem, 1024, calc_second_order=False, seed=4)
    said = analyse.analyze(problem, ishigami(design.T), calc_second_order=False, seed=4)
    x = np.random.default_rng(4).uniform(-np.pi, np.pi, (3, 2048))
    ours = first_order(x, ishigami(x)).index
    for i in range(3):
        assert abs(said["S1"][i] - EXACT[i]) < 1.5 * said["S1_conf"][i] + 1e-3
        assert abs(ours[i] - said["S1"][i]) < 1.5 * said["S1_conf"][i] + 0.02


def test_nothing_is_found_where_there_is_nothing() -> None:
    rng = np.random.default_rng(5)
    false = 0
    for seed in range(40):
        x, y = rng.uniform(size=(60, 96)), rng.normal(size=96)
        false += bool(find_hinges(x, y, shuffles=39, seed=seed).hinges)
    # 40 studies at 5%: 2 expected; 8 or more have a chance of 0.0006.
    assert false < 8


def test_a_weak_effect_is_seen_once_the_strong_one_is_taken_out() -> None:
    rng = np.random.default_rng(6)
    x = rng.uniform(size=(200, 128))
    y = 3 * x[7] + 0.9 * x[90] + 0.1 * rng.normal(size=128)
    alone = first_order(x, y, shuffles=199)
    assert alone.p[90] > 0.05
    assert {h.row for h in find_hinges(x, y).hinges} >= {7, 90}


def test_an_outcome_that_never_changes_hangs_on_nothing() -> None:
    x = np.random.default_rng(7).uniform(size=(5, 64))
    found = find_hinges(x, np.full(64, 0.25))
    assert found.hinges == () and found.together == 0


@given(st.integers(24, 90), st.integers(1, 4), st.integers(0, 1000))
def test_bases_are_orthonormal_also_with_ties(n: int, kinds: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = np.stack([rng.uniform(size=n), rng.integers(0, kinds, n).astype(float)])
    for basis, row in zip(bases(x, steps_of(n)), x, strict=True):
        gram = basis.T @ basis
        size = np.diag(gram)
        assert np.all((np.abs(size - 1) < 1e-9) | (np.abs(size) < 1e-9))
        assert np.abs(gram - np.diag(size)).max() < 1e-9
        assert np.abs(basis.sum(axis=0)).max() < 1e-6
        assert int(np.round(size.sum())) <= len(np.unique(row)) - 1 or len(np.unique(row)) == 1
        # equal values have equal polynomials: what is explained is a function of the quantity
        for value in np.unique(row):
            assert np.ptp(basis[row == value], axis=0).max() < 1e-7


@given(st.integers(0, 1000))
def test_rank_order_is_all_that_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0.1, 2, (3, 50)), rng.normal(size=50)
    same = first_order(np.exp(3 * x), y)
    assert np.allclose(first_order(x, y).index, same.index)


def test_a_curve_gives_the_line_it_was_drawn_with() -> None:
    x = np.arange(200.0)
    value, error = curve(x, 2 * x, 1).at(np.array([0.25, 0.75]))
    assert value == pytest.approx([99, 299]) and error == pytest.approx([0, 0], abs=1e-9)
