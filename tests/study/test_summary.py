"""One number per measure: means, errors and spreads."""

import numpy as np
import pytest
from fake_cells import FakeScenario, make, small
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from winset.study.summary import estimate, standard_error, summarise
from winset.talks.cell import Settings


def test_a_worked_case() -> None:
    values = np.array([0.0, 1.0, 2.0, 5.0])
    found = estimate(values, np.array([0, 0, 1, 1]))
    assert found.mean == 2.0
    # replicate means .5 and 3.5: sd 2.1213, over sqrt(2)
    assert found.se == pytest.approx(1.5)
    assert (found.p10, found.p50, found.p90) == pytest.approx((0.3, 1.5, 4.1))


def test_a_conditional_mean_weighs_each_draw_by_how_often_it_came() -> None:
    # months to signing: 10 in a draw that always signs, 30 in one that signs in a tenth of its
    # paths
    values = np.array([10.0, 30.0, np.nan])
    signed = np.array([1.0, 0.1, 0.0])
    found = estimate(values, np.array([0, 1, 2]), signed)
    assert found.mean == pytest.approx((10 + 3) / 1.1)
    assert found.p90 == pytest.approx(28.0)


def test_what_is_never_defined_is_null() -> None:
    found = estimate(np.full(4, np.nan), np.array([0, 0, 1, 1]))
    assert found.json() == {"mean": None, "se": None, "p10": None, "p50": None, "p90": None}


def test_a_single_replicate_has_no_error() -> None:
    assert standard_error(np.array([1.0, 2.0]), np.array([3, 3])) is None


def test_the_cells_conditional_measures_are_found() -> None:
    cell = make(FakeScenario(small()), "article", "three_legs", Settings(draws=16, paths=8))
    months, signed = cell.measures["months_to_signing"], cell.measures["signed"]
    pooled = np.nansum(months * signed) / signed.sum()
    assert summarise(cell)["months_to_signing"].mean == pytest.approx(pooled)
    assert summarise(cell)["deaths"].mean == pytest.approx(cell.measures["deaths"].mean())


@settings(deadline=None)
@given(
    arrays(np.float64, 24, elements=st.floats(-1e6, 1e6)),
    st.floats(-1e3, 1e3),
    st.floats(0.01, 100),
)
def test_moved_and_scaled_values_give_moved_and_scaled_numbers(
    values: np.ndarray, shift: float, scale: float
) -> None:
    replicate = np.arange(24) % 8
    one, other = estimate(values, replicate), estimate(values * scale + shift, replicate)
    size = 1e-9 * (1 + np.abs(values).max() * scale + abs(shift))
    for name in ("mean", "p10", "p50", "p90"):
        assert getattr(other, name) == pytest.approx(getattr(one, name) * scale + shift, abs=size)
    assert other.se == pytest.approx(one.se * scale, abs=size)


def test_the_error_is_the_error() -> None:
    """Over many studies the mean misses the truth by about one standard error."""
    rng = np.random.default_rng(7)
    replicate = np.arange(64) % 8
    found = [estimate(rng.normal(size=64), replicate) for _ in range(4000)]
    spread = np.std([e.mean for e in found])
    stated = np.sqrt(np.mean([e.se**2 for e in found]))
    assert stated == pytest.approx(spread, rel=0.05)
