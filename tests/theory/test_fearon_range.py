"""`theory/fearon-range` at its closed form: the range [p - c_a, p + c_b], split in the middle.

    C_a = p - c_a,  C_b = 1 - p - c_b;  Nash split p + (c_b - c_a)/2;  utilities x ** risk

(Fearon 1995; Nash 1950.) Also what model.md promises of an engine without errors, cooling-off,
ratifiers or breakdown (tau = 0, kappa = 1, r = 1, h = 0): acceptance is an indicator, and the
surplus is halved inside the overlap.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from theory_runs import NEEDS_ANCHORS, Runs, anchors, direct, mean

from winset.talks import Cell

SHARES = st.integers(0, 100).map(lambda n: n / 100)


def agreed(cell: Cell) -> float:
    ((package, share),) = cell.terms
    assert share == 1.0
    return float(package["prize"])


@NEEDS_ANCHORS
def test_the_anchors(runs: Runs) -> None:
    rows = anchors("range")
    assert len(rows) == 2
    for row in rows:
        given_, expected = row["inputs"], row["expected"]
        risk = 0.5 if "averse" in row["id"] else 1.0
        numbers = {"win_chance": given_["p"], "cost.a": given_["c_A"], "cost.b": given_["c_B"]}
        cell = runs.cell("fearon-range", {**numbers, "risk.a": risk, "risk.b": risk})
        on = cell["start"]["fighting_on"]
        assert on["a"] ** (1 / risk) == pytest.approx(expected["lo"], abs=1e-12)
        assert 1 - on["b"] ** (1 / risk) == pytest.approx(expected["hi"], abs=1e-12)
        assert mean(cell, "signed") == 1.0 and mean(cell, "months_to_signing") == 0.0
        assert mean(cell, "overlap_at_start") == 1.0
        (text,) = cell["terms"]
        assert text["package"]["prize"] == pytest.approx((expected["lo"] + expected["hi"]) / 2)


@settings(max_examples=20, deadline=None)
@given(SHARES, SHARES, SHARES)
def test_the_range_and_its_middle(p: float, c_a: float, c_b: float) -> None:
    cell = direct("fearon-range", {"win_chance": p, "cost.a": c_a, "cost.b": c_b})
    assert cell.fighting_on["a"][0] == pytest.approx(p - c_a, abs=1e-12)
    assert cell.fighting_on["b"][0] == pytest.approx(1 - p - c_b, abs=1e-12)
    costly = c_a + c_b > 1e-9
    # A deal is signed exactly where both are better off: acceptance is an indicator.
    assert cell.measures["signed"][0] == float(costly)
    assert cell.measures["ended.a_wins"][0] == pytest.approx(0.0 if costly else p, abs=1e-12)
    if costly:  # no share beyond the whole prize can be signed
        assert agreed(cell) == pytest.approx(min(max(p + (c_b - c_a) / 2, 0), 1), abs=1e-6)
        assert cell.measures["value.a"][0] + cell.measures["value.b"][0] == pytest.approx(1)


def test_a_war_that_costs_nothing_leaves_nothing_to_share() -> None:
    cell = direct("fearon-range", {"cost.a": 0.0, "cost.b": 0.0})
    assert cell.measures["signed"][0] == 0.0
    assert cell.measures["value.a"][0] == pytest.approx(0.6)


def test_a_side_that_shuns_risk_settles_for_less() -> None:
    shares = [agreed(direct("fearon-range", {"risk.a": risk})) for risk in (1.0, 0.8, 0.6)]
    assert shares[0] > shares[1] > shares[2]


def test_errors_in_acceptance_cost_the_deal_its_certainty() -> None:
    # Both gain (c_a + c_b)/2 = .15 by the middle: at tau = .05 each accepts with logistic(3).
    cell = direct("fearon-range", {"tau": 0.05})
    yes = 1 / (1 + 2.718281828459045**-3)
    assert cell.measures["signed"][0] == pytest.approx(yes**2, abs=1e-12)
    assert cell.measures["ended.a_wins"][0] == pytest.approx(0.6 * (1 - yes**2), abs=1e-12)


@pytest.mark.parametrize("numbers", [{}, {"win_chance": 0.33, "cost.a": 0.05, "tau": 0.03}])
def test_the_regression_agrees(numbers: dict[str, float]) -> None:
    # One month, one state: the regression has nothing to fit but a mean of two endings.
    exact = direct("fearon-range", numbers)
    other = direct("fearon-range", numbers, solver="lsmc", draws=2, paths=1000, enough=4096)
    for side in "ab":
        assert other.fighting_on[side][0] == pytest.approx(exact.fighting_on[side][0], abs=0.03)
    assert other.measures["signed"].mean() == pytest.approx(exact.measures["signed"][0], abs=0.03)
