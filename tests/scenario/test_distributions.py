"""Percentiles are met, refusals say why, families agree with their known values."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from winset.scenario.distributions import LN9, DistributionError, fault, quantile
from winset.scenario.schema.base import Quantity

PERCENTILES = np.array([0.1, 0.5, 0.9])
FINE = np.linspace(0.001, 0.999, 999)
numbers = st.floats(-1e3, 1e3).map(lambda x: round(x, 3))


def spread(low: float, mid: float, high: float, *bounds: float | None) -> Quantity:
    return Quantity(low=low, mid=mid, high=high, bounds=bounds or (None, None))


@given(st.lists(numbers, min_size=3, max_size=3), st.tuples(st.floats(0, 9), st.floats(0, 9)))
def test_any_three_percentiles_accepted_are_met_and_rise(
    three: list[float], room: tuple[float, float]
) -> None:
    low, mid, high = sorted(three)
    for bounds in ((None, None), (low - room[0], None), (None, high + room[1]), None):
        limits = (low - room[0], high + room[1]) if bounds is None else bounds
        assume(limits[0] is None or limits[1] is None or limits[0] < limits[1])
        quantity = spread(low, mid, high, *limits)
        if fault(quantity):
            with pytest.raises(DistributionError, match="lopsided"):
                quantile(quantity, 0.5)
            continue
        size = max(abs(low), abs(high), 1.0)
        np.testing.assert_allclose(
            quantile(quantity, PERCENTILES), [low, mid, high], atol=1e-9 * size
        )
        values = quantile(quantity, FINE)
        assert (np.diff(values) >= -1e-9 * size).all()
        assert limits[0] is None or values.min() >= limits[0]
        assert limits[1] is None or values.max() <= limits[1]


def test_symmetric_percentiles_make_a_logistic() -> None:
    odds = np.log(FINE / (1 - FINE))
    np.testing.assert_allclose(quantile(spread(-1, 1, 3), FINE), 1 + 2 * odds / LN9, atol=1e-12)


def test_keelins_closed_form_on_a_skewed_triple() -> None:
    # a1 = 4, a2 = 5 / (2 ln 9), a3 = 1 / (0.8 ln 9); at y = 0.75: ln 3 = ln 9 / 2.
    got = quantile(spread(2, 4, 7), 0.75)
    assert float(got) == pytest.approx(4 + 5 / 4 + 0.25 / 1.6, abs=1e-12)


def test_semi_bounded_and_bounded_are_metalogs_of_log_and_logit() -> None:
    got = quantile(spread(1, 10, 100, 0, None), FINE)
    np.testing.assert_allclose(np.log10(got), 1 + np.log(FINE / (1 - FINE)) / LN9, atol=1e-12)
    inside = quantile(spread(0.2, 0.5, 0.8, 0, 1), FINE)
    scale = math.log(4) / LN9
    np.testing.assert_allclose(
        np.log(inside / (1 - inside)), scale * np.log(FINE / (1 - FINE)), atol=1e-9
    )


def test_the_limit_of_skewness() -> None:
    # |a3| / a2 = 2.5 |1 - 2 r| with r the place of mid: 1.66711 at r = 0.166578.
    assert fault(spread(0, 0.1666, 1)) == ""
    assert "between 0.167 and 0.833" in fault(spread(0, 0.1665, 1))
    assert np.diff(quantile(spread(0, 0.1666, 1), np.linspace(1e-6, 1 - 1e-6, 99999))).min() >= 0
    assert "bounds: [0, null]" in fault(spread(1, 2, 40)) and not fault(spread(1, 2, 40, 0, None))


def test_percentiles_on_a_bound_put_chance_on_it() -> None:
    score = spread(95, 100, 100, 0, 100)
    np.testing.assert_allclose(quantile(score, PERCENTILES), [95, 100, 100])
    assert (quantile(score, FINE[FINE >= 0.5]) == 100).all()
    low = quantile(spread(0, 4, 10, 0, None), FINE)
    assert low.min() == 0 and (low[FINE > 0.11] > 0).all()
    flat = quantile(spread(16.5, 16.5, 17), FINE)
    assert flat[FINE < 0.5].max() == 16.5 and flat.max() > 17


def test_a_constant_and_a_value() -> None:
    assert (quantile(spread(3, 3, 3, 0, 3), FINE) == 3).all()
    assert (quantile(Quantity(value=2), FINE) == 2).all()


@pytest.mark.parametrize(
    ("family", "parameters", "at", "expected"),
    [
        ("normal", (10, 2), 0.975, 10 + 2 * 1.959963984540054),
        ("lognormal", (3, 0.5), 0.5, 3.0),
        ("uniform", (2, 6), 0.25, 3.0),
        ("beta", (1, 2), 0.75, 0.5),
        ("gamma", (1, 4), 1 - math.exp(-2), 8.0),
        ("triangular", (0, 1, 4), 0.25, 1.0),
        ("triangular", (0, 1, 4), 0.75, 4 - math.sqrt(3)),
    ],
)
def test_families(family: str, parameters: tuple[float, ...], at: float, expected: float) -> None:
    got = quantile(Quantity(family=family, parameters=parameters), at)  # type: ignore[arg-type]
    assert float(got) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    ("quantity", "says"),
    [
        (spread(3, 2, 4), "must rise, found 3, 2, 4"),
        (spread(-1, 2, 4, 0, None), "-1 lies beyond its bound 0"),
        (spread(0, 2, 4, 0, 3), "4 lies beyond its bound 3"),
        (spread(0, 2, 4, 5, 1), "bounds 5 and 1 are not in rising order"),
        (Quantity(low=1, high=2), "needs low, mid and high"),
        (Quantity(formula="x"), "formula"),
        (Quantity(family="normal", parameters=(1, -1)), "mean sd, sd >= 0; found 1, -1"),
        (Quantity(family="beta", parameters=(1,)), "found 1"),
    ],
)
def test_refusals_say_what_is_wrong(quantity: Quantity, says: str) -> None:
    with pytest.raises(DistributionError) as caught:
        quantile(quantity, 0.5)
    assert says in str(caught.value)
