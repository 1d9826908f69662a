"""The weighted ridge regression behind the value of fighting on (winset.talks.regression)."""

import numpy as np

from winset.talks.regression import fit


def test_a_draw_whose_paths_are_all_over_leaves_no_hole() -> None:
    # At the horizon of a stated value the residual is zero everywhere, and a draw may have no path
    # left: its level is then the level of all, never not-a-number (which would spread backwards).
    draw = np.repeat(np.arange(3), 4)
    x = np.linspace(-1.0, 1.0, 12)[None]
    found = fit(x, np.zeros(12), np.where(draw == 2, 0.0, 1.0), draw, 3)
    assert np.isfinite(found.intercept).all()
    np.testing.assert_allclose(found.predict(x, np.zeros((0, 12)), draw), 0.0, atol=1e-12)
