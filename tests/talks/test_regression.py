"""The weighted ridge regression behind the value of fighting on (winset.talks.regression)."""

import numpy as np

from winset.talks.regression import Regression


def test_a_draw_whose_paths_are_all_over_leaves_no_hole() -> None:
    # At the horizon of a stated value the residual is zero everywhere, and a draw may have no path
    # left: its level is then the level of all, never not-a-number (which would spread backwards).
    draw = np.repeat(np.arange(3), 4)
    x = np.linspace(-1.0, 1.0, 12)[None]
    found = Regression(x, np.where(draw == 2, 0.0, 1.0), draw, 3).fit(np.zeros(12))
    assert np.isfinite(found.intercept).all()
    np.testing.assert_allclose(found.predict(x, np.zeros((0, 12)), draw), 0.0, atol=1e-12)


def test_values_on_the_same_paths_are_fitted_as_if_alone() -> None:
    rng = np.random.default_rng(4)
    draw = np.repeat(np.arange(5), 40)
    x, weight = rng.normal(size=(3, 200)), rng.uniform(size=200)
    noise = rng.normal(size=(2, 200))
    values = [x[0] * k + rng.normal(size=200) + draw for k in (1.0, -2.0)]
    both = Regression(x, weight, draw, 5, noise)
    shared = [both.fit(y) for y in values]
    for y, found in zip(values, shared, strict=True):
        alone = Regression(x, weight, draw, 5, noise).fit(y)
        np.testing.assert_array_equal(found.slope, alone.slope)
        np.testing.assert_array_equal(found.intercept, alone.intercept)
    assert abs(shared[0].slope[0] - 1.0) < 0.25
    assert abs(shared[1].slope[0] + 2.0) < 0.25
