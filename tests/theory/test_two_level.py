"""`theory/two-level` at its closed form: with lo = max(p - c_a, y_a), hi = min(p + c_b, 1 - y_b)

    lo < hi    signed at x = (lo + hi)/2         hi < lo    no deal

as errors and the width of the gates go to 0 together (Putnam 1988; Schelling 1960). With neither,
every text in the overlap is as sure as every other and the parties' own surplus is halved as far
as the gates allow: x = p + (c_b - c_a)/2 clipped to [lo, hi].
"""

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from theory_runs import NEEDS_ANCHORS, Runs, anchors, direct, mean

STEP = 0.001  # of the scenario's prize
HARD = {"tau": 0.0, "width": 0.0}


def limits(y_a: float, y_b: float = 0.0, p: float = 0.6, c: float = 0.4, k: float = 0.1):
    return max(p - c, y_a), min(p + k, 1 - y_b)


@NEEDS_ANCHORS
def test_the_anchor(runs: Runs) -> None:
    (row,) = anchors("two_level")
    for demand, middle in zip(
        row["inputs"]["ratifier_A"], row["expected"]["midpoint"], strict=True
    ):
        cell = runs.cell("two-level", {"demand.a": demand})
        assert 1 - cell["start"]["fighting_on"]["b"] == pytest.approx(row["inputs"]["range_hi"])
        assert cell["terms"][0]["package"]["prize"] == pytest.approx(middle, abs=STEP / 2)
        assert cell["terms"][0]["share"] == 1.0
        # Accepted by b and ratified by a, each with the logistic of the distance to its limit.
        sure = 1 / (1 + math.exp(-(0.7 - middle) / 0.01))
        assert mean(cell, "signed") == pytest.approx(sure**2, abs=1e-6)


def test_a_tougher_ratifier_moves_the_deal_by_half_until_the_sets_part() -> None:
    agreed, signed = {}, {}
    for y in (0.30, 0.34, 0.38, 0.42, 0.46, 0.5, 0.54, 0.58, 0.62, 0.66, 0.74, 0.78):
        cell = direct("two-level", {"demand.a": y})
        agreed[y] = cell.terms[0][0]["prize"]
        signed[y] = float(cell.measures["signed"][0])
    demands = sorted(agreed)
    for low, high in pairwise(demands):
        assert agreed[high] - agreed[low] == pytest.approx((high - low) / 2, abs=STEP)
        assert signed[high] < signed[low] + 1e-12
    assert signed[0.62] > 0.95 and signed[0.78] < 0.001


def test_the_other_sides_ratifiers_push_the_other_way() -> None:
    cell = direct("two-level", {"demand.a": 0.3, "demand.b": 0.5})
    assert cell.terms[0][0]["prize"] == pytest.approx(0.4, abs=STEP / 2)


def test_ratifiers_that_never_bind_leave_the_parties_middle() -> None:
    # lo = p - c_a = .2: the same limit as a's own would weigh twice, so it stands well below.
    cell = direct("two-level", {"demand.a": 0.05})
    lo, hi = limits(0.05)
    assert cell.terms[0][0]["prize"] == pytest.approx((lo + hi) / 2, abs=STEP / 2)


def test_where_two_limits_coincide_both_weigh() -> None:
    tau = 0.01
    cell = direct("two-level", {"demand.a": 0.2})
    assert cell.terms[0][0]["prize"] == pytest.approx(0.45 + tau * math.log(2) / 2, abs=STEP)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 90), st.integers(0, 90))
def test_hard_gates_clip_the_parties_own_split(a: int, b: int) -> None:
    y_a, y_b = a / 100, b / 100
    cell = direct("two-level", {"demand.a": y_a, "demand.b": y_b, **HARD})
    lo, hi = limits(y_a, y_b)
    # At exactly 1 - y_b = p + c_b, or lo = hi, somebody gains nothing.
    if lo < hi - 1e-9:
        assert cell.measures["signed"][0] == 1.0
        ((package, _),) = cell.terms
        assert package["prize"] == pytest.approx(min(max(0.45, lo), hi), abs=1e-9)
    elif hi < lo - 1e-9:
        assert cell.measures["signed"][0] == 0.0


def test_who_blocks_when_the_win_sets_part() -> None:
    # What a's home lets through is beyond b's limit: b is short by the gap.
    apart = direct("two-level", {"demand.a": 0.8, **HARD})
    assert apart.blocked_by["b"] == 1.0
    # Nothing at all passes both homes: neither party is to blame.
    homes = direct("two-level", {"demand.a": 0.6, "demand.b": 0.6, **HARD})
    assert homes.blocked_by["ratification"] == 1.0


@pytest.mark.parametrize("demand", [0.4, 0.6])
def test_the_regression_agrees(demand: float) -> None:
    exact = direct("two-level", {"demand.a": demand})
    other = direct(
        "two-level", {"demand.a": demand}, solver="lsmc", draws=2, paths=500, enough=4096
    )
    shares = [float(p["prize"]) * share for p, share in other.terms]
    assert sum(shares) == pytest.approx(exact.terms[0][0]["prize"], abs=0.01)
    assert other.measures["signed"].mean() == pytest.approx(exact.measures["signed"][0], abs=0.03)
