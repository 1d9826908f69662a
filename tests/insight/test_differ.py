"""Parts of a difference: Shapley's average against games whose answer is known."""

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest
from valley import changed, template
from valley_lab import valley_design

from winset.insight.differ import (
    Group,
    _orders,
    _part,
    groups_in_dispute,
    study_difference,
)
from winset.study import DesignError

REPLICATE = np.repeat(np.arange(4), 2)
GROUPS = [Group((f"C{i}",), (f"q{i}",)) for i in range(4)]
NOISE = np.linspace(-0.01, 0.01, 8)


def game(inside: frozenset[int]) -> np.ndarray:
    """Worth 1, 2, 3, 4 alone; 0 and 1 together 6 more, 0, 1 and 2 together 9 less."""
    worth = sum(i + 1 for i in inside)
    worth += 6 * ({0, 1} <= inside) - 9 * ({0, 1, 2} <= inside)
    return worth + len(inside) * NOISE


def exact(i: int) -> float:
    """Shapley's value over all orders."""
    every = list(permutations(range(4)))
    steps = [game(frozenset(o[: o.index(i) + 1])) - game(frozenset(o[: o.index(i)])) for o in every]
    return float(np.mean(steps))


def test_all_orders_give_the_value_worked_by_hand() -> None:
    # 6 is split between two, -9 among three
    by_hand = [1 + 3 - 3, 2 + 3 - 3, 3 - 3, 4]
    for i in range(4):
        found = _part(i, GROUPS[i], list(permutations(range(4))), game, REPLICATE)
        assert found.part.diff == pytest.approx(by_hand[i], abs=1e-9) == exact(i)


def test_parts_add_up_in_any_sample_of_orders() -> None:
    whole = float(np.mean(game(frozenset(range(4))) - game(frozenset())))
    for seed in range(5):
        orders = _orders(4, 6, seed)
        parts = [_part(i, GROUPS[i], orders, game, REPLICATE) for i in range(4)]
        assert sum(part.part.diff for part in parts) == pytest.approx(whole, abs=1e-12)


def test_pairs_of_orders_settle_what_pairs_of_groups_do_together() -> None:
    """An order and its reverse split an interaction of two evenly: no error of orders is left."""

    def two(inside: frozenset[int]) -> np.ndarray:
        return np.full(8, 6.0 * ({0, 1} <= inside) + len(inside))

    for seed in range(3):
        found = _part(0, GROUPS[0], _orders(4, 2, seed), two, REPLICATE)
        assert found.part.diff == 4.0


def test_the_error_of_orders_is_their_spread() -> None:
    exacts = exact(0)
    hits = 0
    for seed in range(40):
        found = _part(0, GROUPS[0], _orders(4, 12, seed), game, REPLICATE)
        hits += abs(found.part.diff - exacts) <= 2 * found.orders + 1e-9
    assert hits >= 33  # about 95% of 40, less what six pairs' spread misjudges


def test_orders_are_permutations_each_followed_by_its_reverse() -> None:
    orders = _orders(5, 8, 1)
    assert len(orders) == 8 and orders == _orders(5, 8, 1) != _orders(5, 8, 2)
    assert all(sorted(order) == list(range(5)) for order in orders)
    assert all(orders[n + 1] == orders[n][::-1] for n in range(0, 8, 2))


def test_groups_are_what_claims_take_and_the_rest_is_named(tmp_path: Path) -> None:
    scenario = valley_design(tmp_path).scenario
    assert groups_in_dispute(scenario, "hopeful", "grim") == (
        Group(("C1",), ("collapse",)),
        Group((), ("p_peace",)),
    )
    joined = changed(template(), "takes: [collapse]", "takes: [collapse, p_peace]")
    joined = changed(joined, "rival: {of: grim, means", "rival: {of: grim, takes: [p_peace], means")
    scenario = valley_design(tmp_path, joined).scenario
    assert groups_in_dispute(scenario, "hopeful", "grim") == (
        Group(("C1", "C2"), ("p_peace", "collapse")),
    )


def test_a_real_difference_adds_up_and_is_taken_up_again(tmp_path: Path) -> None:
    design = valley_design(tmp_path)
    found = study_difference(design, "hopeful", "grim", permutations=4, folder=tmp_path / "d")
    assert sum(p.part.diff for p in found.parts) == pytest.approx(found.whole.diff, abs=1e-12)
    assert found.rest.diff == 0 and found.cells == 4
    assert found.whole.diff == pytest.approx((found.value_b.mean or 0) - (found.value_a.mean or 0))
    alone = {p.group.quantities: p for p in found.parts}[("collapse",)]
    assert alone.from_a is not None and alone.from_b is not None
    # with two groups Shapley's value is the mean of the two ends
    assert alone.part.diff == pytest.approx((alone.from_a.diff + alone.from_b.diff) / 2, abs=1e-12)
    again = study_difference(design, "hopeful", "grim", permutations=4, folder=tmp_path / "d")
    assert again.json() | {"elapsed_s": 0} == found.json() | {"elapsed_s": 0}


def test_worldviews_that_are_none_are_refused(tmp_path: Path) -> None:
    design = valley_design(tmp_path)
    with pytest.raises(DesignError, match="Did you mean grim"):
        study_difference(design, "hopeful", "grimm")
    with pytest.raises(DesignError, match="does not differ from itself"):
        study_difference(design, "grim", "grim")
