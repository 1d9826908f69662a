"""Flips, the worth of knowing, the regret table."""

from collections.abc import Callable

import numpy as np
import pytest

from winset.insight.flips import find_flips
from winset.insight.information import worth_of_each, worth_of_view
from winset.insight.regret_table import regret_table
from winset.study import Results


def test_a_planted_flip_is_found_where_it_is() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(size=(80, 200))
    level = rng.normal(0.5, 0.1, 200)
    values = {
        "a": level + 0.01 * rng.normal(size=200),
        "b": level + 0.2 * (x[9] - 0.4) + 0.01 * rng.normal(size=200),
        "c": level - 0.1,
    }
    found = find_flips(x, values, [("a", "b"), ("a", "c")])
    (flip,) = found.flips
    assert (flip.row, flip.below, flip.above) == (9, "a", "b")
    assert flip.between[0] < 0.4 < flip.between[1]
    assert flip.between[1] - flip.between[0] < 0.1
    at = np.quantile(x[9], [0.1, 0.9]) - 0.4
    assert flip.by_low[0] == pytest.approx(-0.2 * at[0], abs=4 * flip.by_low[1] + 0.004)
    assert flip.by_high[0] == pytest.approx(0.2 * at[1], abs=4 * flip.by_high[1] + 0.004)


def test_no_flip_where_the_order_does_not_change() -> None:
    rng = np.random.default_rng(2)
    x = rng.uniform(size=(30, 200))
    values = {"a": x[3] + 0.5, "b": 0.2 * x[3] + 0.01 * rng.normal(size=200)}
    assert find_flips(x, values, [("a", "b")]).flips == ()
    assert find_flips(x, values, []).flips == ()


def test_the_worth_of_knowing_has_its_closed_form() -> None:
    # max(0, c (x - 1/2)) on average over x ~ U(0, 1), less max(0, 0): c / 8.
    rng = np.random.default_rng(3)
    x = rng.uniform(size=(20, 2000))
    c = 0.4
    noise = rng.normal(0, 0.05, 2000)
    found = worth_of_each(x, np.stack([noise, noise + c * (x[7] - 0.5)]))
    best = found.each[0]
    assert best.row == 7 and best.p <= 0.02
    assert best.gain == pytest.approx(c / 8, abs=4 * best.error + 0.003)
    assert all(one.gain < 0.01 for one in found.each[1:])


def test_knowing_what_changes_no_choice_is_worth_nothing() -> None:
    rng = np.random.default_rng(4)
    x = rng.uniform(size=(20, 400))
    # It moves both alike, and the first is always ahead.
    found = worth_of_each(x, np.stack([x[0] + 0.3, x[0] + 0.01 * rng.normal(size=400)]))
    assert all(one.gain < 1e-6 for one in found.each)
    same = worth_of_each(x, np.stack([x[0], x[0]]))
    assert same.each == () and same.everything == 0


def test_the_worth_of_knowing_the_worldview_by_hand() -> None:
    means = np.array([[0.6, 0.2], [0.1, 0.4]])
    # Best without: 0.35 against 0.3; with: (0.6 + 0.4) / 2.
    gain, best = worth_of_view(means)
    assert (gain, best) == (pytest.approx(0.15), 0)
    gain, best = worth_of_view(means, np.array([0.0, 2.0]))
    assert (gain, best) == (pytest.approx(0.0), 1)


def test_regrets_over_objectives(order: Callable[..., Results]) -> None:
    wobble = 0.001 * np.arange(16)

    # Everything else the same everywhere: no strategy is behind by it.
    def cell(durable: float, deaths: float) -> dict[str, np.ndarray]:
        flat = {n: np.full(16, 0.5) for n in ("value.ukraine", "value.russia", "value.us")}
        return {
            "durable": durable + wobble,
            "deaths": deaths + wobble,
            "escalation": np.full(16, 0.1),
            **flat,
        }

    results = order(
        {
            ("article", "three_legs"): cell(0.6, 300),
            ("article", "walk_away"): cell(0.2, 100),
            ("pressure", "three_legs"): cell(0.3, 300),
            ("pressure", "walk_away"): cell(0.28, 100),
        }
    )
    table = regret_table(results, results.worldviews)
    first, second = table.rows["durable"]
    assert (first.strategy, first.most.diff) == ("three_legs", 0)
    assert (second.where, second.most.diff) == ("article", pytest.approx(0.4))
    assert second.mean == pytest.approx(0.21)
    assert table.rows["deaths"][0].strategy == "walk_away"
    assert table.close["durable"] == ("three_legs",)
    assert table.near["deaths"] == pytest.approx(10)
    assert table.never_best == ()
    one = regret_table(results, ("pressure",))
    assert one.close["durable"] == ("three_legs", "walk_away")
