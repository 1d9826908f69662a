"""Closing of tracks without a war: the chain against plain recursion, and its theorems."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from winset.talks.tracks import (
    Steps,
    best_order,
    closing,
    factors,
    scaled,
    sequence_first,
    steps,
)

CHANCE = st.floats(0.01, 0.99)
SIZES = st.lists(st.integers(1, 6), min_size=2, max_size=4)


def named(sizes: list[int]) -> dict[str, int]:
    return {f"t{n}": size for n, size in enumerate(sizes)}


def by_recursion(mode: str, sizes: list[int], s: float, m: float, c: float, r: float, kappa: float,
                 h: float, months: int) -> list[float]:  # fmt: skip
    """Chance of having signed within 1, 2, ... months, over every set of closed tracks."""
    total, every = sum(sizes), frozenset(range(len(sizes)))
    now, by, signed = {frozenset[int](): 1.0}, [], 0.0
    for _ in range(months):
        then: dict[frozenset[int], float] = {}
        for closed, mass in now.items():
            left = sorted(every - closed)
            table = left if mode == "parallel" else left[:1]
            n = sum(sizes[k] for k in table)
            odds = s / (1 - s) * (total / n) ** c * m ** len(closed)
            p = odds / (1 + odds)
            there = {closed: 1 - kappa}
            for yes in itertools.product((True, False), repeat=len(table)):
                new = closed | {k for k, y in zip(table, yes, strict=True) if y}
                chance = kappa * math.prod(p if y else 1 - p for y in yes)
                if new == every:
                    signed += mass * chance * r
                    new, chance = closed, chance * (1 - r)
                there[new] = there.get(new, 0.0) + chance
            for new, chance in there.items():
                then[new] = then.get(new, 0.0) + mass * chance * (1 - h)
        by.append(signed)
        now = then
    return by


@settings(max_examples=60, deadline=None)
@given(
    mode=st.sampled_from(["parallel", "sequence"]), sizes=SIZES, s=CHANCE,
    m=st.floats(0.3, 4), c=st.floats(0, 2), r=CHANCE, kappa=CHANCE, h=st.floats(0, 0.3),
)  # fmt: skip
def test_the_chain_is_the_recursion(
    mode: str, sizes: list[int], s: float, m: float, c: float, r: float, kappa: float, h: float
) -> None:
    found = closing(
        steps(mode, named(sizes)), s, momentum=m, complexity=c, ratified=r, meeting=kappa,  # type: ignore[arg-type]
        ends=h, discount=0.97, months=12,
    )  # fmt: skip
    by = by_recursion(mode, sizes, s, m, c, r, kappa, h, 3000)
    assert found.by == pytest.approx(by[:12], abs=1e-12)
    each = np.diff([0.0, *by])
    if 1.0 - by[-1] < 1e-9 or h > 0.01:  # the tail is in
        t = np.arange(1, 3001)
        assert found.signed == pytest.approx(each.sum(), abs=1e-8)
        assert found.months == pytest.approx((each * t).sum() / each.sum(), rel=1e-6)
        assert found.discounted == pytest.approx((each * 0.97 ** (t - 1)).sum(), abs=1e-8)
        assert found.signed + found.ended == pytest.approx(1.0, abs=1e-8)


@settings(max_examples=200, deadline=None)
@given(
    mode=st.sampled_from(["parallel", "sequence"]), sizes=SIZES, s=CHANCE, m=st.floats(0.2, 1.0),
    r=CHANCE, kappa=CHANCE, h=st.floats(0, 0.3), gain=st.floats(0, 1), cost=st.floats(0, 0.1),
)  # fmt: skip
def test_without_friction_the_package_dominates(
    mode: str, sizes: list[int], s: float, m: float, r: float, kappa: float, h: float,
    gain: float, cost: float,
) -> None:  # fmt: skip
    """No month by which another way has signed more often (first-order stochastic dominance), so
    that it is worth no less to whoever gains by signing. Complexity 0, momentum at most 1."""
    more = {"ratified": r, "meeting": kappa, "ends": h, "discount": 0.98, "months": 40}
    package = closing(steps("package", named(sizes)), s, **more)  # type: ignore[arg-type]
    other = closing(steps(mode, named(sizes)), s, momentum=m, **more)  # type: ignore[arg-type]
    assert (package.by >= other.by - 1e-12).all()
    assert package.signed >= other.signed - 1e-9

    def worth(found: object) -> float:
        # signing is worth more than a lost war (0) and a war that goes on (less than 0)
        return gain * found.discounted - cost * found.waited  # type: ignore[attr-defined,no-any-return]

    assert worth(package) >= worth(other) - 1e-9


@settings(max_examples=200, deadline=None)
@given(sizes=SIZES, s=st.floats(0.001, 0.9), m=st.floats(0.3, 6), c=st.floats(0, 3))
def test_where_a_sequence_closes_first(sizes: list[int], s: float, m: float, c: float) -> None:
    """The stated region is the region: sum 1/f < 1 - (K - 1) s / (1 - s)."""
    moves = steps("sequence", named(sizes))
    factor = factors(moves, m, c)
    sequence = closing(moves, s, momentum=m, complexity=c, months=1).months
    k = len(sizes) - 1
    assert sequence == pytest.approx(1 + k + (1 - s) / s * (1 / factor).sum(), rel=1e-9)
    gap = (1 / factor).sum() - 1 + k * s / (1 - s)
    if abs(gap) > 1e-9:
        assert sequence_first(factor, s) == (sequence < 1 / s) == (gap < 0)
    if s >= 1 / (k + 1):
        assert not sequence_first(factor, s)


def test_the_region_is_not_empty_and_needs_friction() -> None:
    sizes = named([4, 4, 4])
    moves = steps("sequence", sizes)
    assert not sequence_first(factors(moves, 1.0, 0.0), 0.01)
    assert not sequence_first(factors(moves, 1e9, 0.0), 0.01)  # momentum alone is not enough
    assert not sequence_first(factors(moves, 1.0, 0.9), 0.01)
    assert sequence_first(factors(moves, 1.0, 1.1), 0.01)  # equal tracks, rare acceptance: c > 1
    assert sequence_first(factors(moves, 2.5, 0.5), 0.01)


@settings(max_examples=100, deadline=None)
@given(sizes=SIZES, s=st.floats(0.01, 0.5), m=st.floats(0.3, 4), c=st.floats(0, 3))
def test_the_best_order_is_the_best(sizes: list[int], s: float, m: float, c: float) -> None:
    tracks = named(sizes)

    def months(order: tuple[str, ...]) -> float:
        moves = steps("sequence", {name: tracks[name] for name in order})
        return closing(moves, s, momentum=m, complexity=c, months=1).months

    best = min(months(order) for order in itertools.permutations(tracks))
    assert months(best_order(tracks, m, c)) == pytest.approx(best, rel=1e-9)


def test_the_regimes_of_three_tracks() -> None:
    moves = steps("parallel", named([1, 2, 3]))
    assert moves.regimes == 7
    assert moves.tries.tolist() == [3, 2, 2, 2, 1, 1, 1]
    assert (np.diff(moves.first) == 2**moves.tries - 1).all()
    # every step leads to the set it says
    for u in range(7):
        for x in range(moves.first[u], moves.first[u + 1]):
            after = moves.closed[u] | moves.gained[x]
            assert after.all() if moves.to[x] < 0 else (moves.closed[moves.to[x]] == after).all()
    sequence = steps("sequence", named([1, 2, 3]))
    assert sequence.to.tolist() == [1, 2, -1]
    assert factors(sequence, 2.0, 1.0).tolist() == [6.0, 6.0, 8.0]
    assert factors(moves, 1.0, 1.0)[0] == 1.0  # side by side, all issues are at the table


def test_one_track_is_the_package() -> None:
    package: Steps = steps("package", named([3, 2]))
    assert package.regimes == 1
    assert package.to.tolist() == [-1]
    assert factors(package, 3.0, 2.0).tolist() == [1.0]
    found = closing(package, 0.2, ratified=0.5, meeting=0.5, months=3)
    assert found.months == pytest.approx(1 / 0.05)
    assert found.by == pytest.approx([0.05, 1 - 0.95**2, 1 - 0.95**3])


def test_odds_are_scaled_and_chances_stay_chances() -> None:
    assert scaled(0.5, 3.0) == pytest.approx(0.75)
    assert scaled(0.0, 1e6) == 0.0
    assert scaled(1.0, 1e-6) == pytest.approx(1.0)
