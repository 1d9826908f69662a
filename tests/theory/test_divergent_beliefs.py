"""`theory/divergent-beliefs` at its closed forms: each side's gambler's ruin at its own estimate.

    W = (1 - r^n)/(1 - r^N), D = (N W - n)/(2p - 1);  C_a = W(p_a) - k_a D(p_a)
    C_b = 1 - W(p_b) - k_b D(p_b);  an overlap iff C_a + C_b < 1

(Feller 1968, ch. XIV; Smith and Stam 2004.)
"""

import pytest
from theory_runs import Runs, direct, mean


def ruin(forts: float, start: float, p: float) -> tuple[float, float]:
    if p == 0.5:
        return start / forts, start * (forts - start)
    r = (1 - p) / p
    wins = (1 - r**start) / (1 - r**forts)
    return wins, (forts * wins - start) / (2 * p - 1)


@pytest.mark.parametrize(
    ("own", "other", "low", "high"), [(0.55, 0.45, 0.6159, 0.5), (0.52, 0.48, 0.4753, 0.6481)]
)
def test_the_two_cases(runs: Runs, own: float, other: float, low: float, high: float) -> None:
    cell = runs.cell("divergent-beliefs", {"estimate.a": own, "estimate.b": other})
    on = cell["start"]["fighting_on"]
    assert on["a"] == pytest.approx(low, abs=5e-5)
    assert 1 - on["b"] == pytest.approx(high, abs=5e-5)
    assert mean(cell, "overlap_at_start") == float(low < high)
    assert mean(cell, "signed") == 0.0  # talks never meet
    # The world is a third thing: at an even chance the war lasts 25 battles and is even.
    assert mean(cell, "months_of_war") == pytest.approx(25, abs=1e-6)
    assert mean(cell, "ended.a_wins") == pytest.approx(0.5, abs=2e-9)  # 400 battles at most


@pytest.mark.parametrize(
    ("forts", "start", "mine", "theirs", "k_a", "k_b"),
    [(10, 4, 0.6, 0.4, 0.005, 0.01), (6, 3, 0.5, 0.45, 0.02, 0.0), (5, 2, 0.55, 0.55, 0.01, 0.02)],
)
def test_the_closed_form_elsewhere(
    forts: int, start: int, mine: float, theirs: float, k_a: float, k_b: float
) -> None:
    numbers = {"forts": forts, "start": start, "estimate.a": mine, "estimate.b": theirs}
    cell = direct("divergent-beliefs", {**numbers, "cost.a": k_a, "cost.b": k_b})
    (w_a, d_a), (w_b, d_b) = ruin(forts, start, mine), ruin(forts, start, theirs)
    c_a, c_b = w_a - k_a * d_a, 1 - w_b - k_b * d_b
    assert cell.fighting_on["a"][0] == pytest.approx(c_a, abs=1e-8)
    assert cell.fighting_on["b"][0] == pytest.approx(c_b, abs=1e-8)
    assert cell.measures["overlap_at_start"][0] == float(c_a + c_b < 1)


def test_agreement_on_the_odds_is_agreement() -> None:
    # One estimate for both: only the costs of war remain between them, and talks end it at once.
    both = {"estimate.a": 0.6, "estimate.b": 0.6, "meeting": 1.0}
    cell = direct("divergent-beliefs", both)
    assert cell.measures["signed"][0] == 1.0
    assert cell.measures["months_to_signing"][0] == 0.0


def test_no_battle_changes_a_dogmatic_mind() -> None:
    # They meet after every battle and never agree while the line is where it was; what talks do is
    # raise what each hopes for. Fighting on is never worth less than to the finish.
    numbers = {"meeting": 1.0, "estimate.a": 0.6, "estimate.b": 0.4}
    talking = direct("divergent-beliefs", numbers)
    silent = direct("divergent-beliefs", {**numbers, "meeting": 0.0})
    for side in "ab":
        assert talking.fighting_on[side][0] >= silent.fighting_on[side][0] - 1e-12
    assert talking.measures["overlap_at_start"][0] == 0.0
