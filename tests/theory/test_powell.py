"""`theory/powell` at its closed form (Powell 1999, 2006): with the peace played on by the engine of
the war, no hazard stated anywhere,

    war  iff  p2 - p1 > c_d + c_r

the shift in power exceeds what war costs the two together, wherever D c_d + c_r >= (1 - D) p2 (else
the side that declines would sign a truce of a month).
"""

import numpy as np
import pytest
from theory_runs import Runs, direct, mean

from winset.scenario import load
from winset.talks import Settings
from winset.talks.problem import prepare

#: the share 0.6 lies this far within what d accepts: a grid of shares has a threshold of its own
INSIDE = 5e-7


def numbers(p1: float, p2: float, c_d: float, c_r: float, d: float) -> dict[str, float]:
    power = {"power.now": p1, "power.later": p2, "cost.d": c_d, "cost.r": c_r}
    return {**power, "discount": d}


def fights(p1: float, p2: float, c_d: float, c_r: float, d: float, **more: float) -> bool:
    given = numbers(p1, p2, c_d, c_r, d) | more
    cell = direct("powell", given, strategy="alone")
    signed, durable = float(cell.measures["signed"][0]), float(cell.measures["durable"][0])
    assert signed == durable  # what is signed here lasts
    assert signed in (0.0, 1.0)
    return signed == 0.0


@pytest.mark.parametrize(
    ("p1", "c_d", "c_r", "d"),
    [(0.3, 0.1, 0.1, 0.95), (0.2, 0.2, 0.05, 0.95), (0.15, 0.25, 0.2, 0.99), (0.4, 0.0, 0.15, 0.9)],
)
def test_war_iff_the_shift_exceeds_the_costs(p1: float, c_d: float, c_r: float, d: float) -> None:
    least = 1 - p1 - c_d  # on the grid of shares, but for rounding: moved just inside
    assert least * 200 == pytest.approx(round(least * 200))
    c_d += INSIDE
    at = p1 + c_d + c_r
    assert not fights(p1, at - 1e-6, c_d, c_r, d)
    assert fights(p1, at + 1e-6, c_d, c_r, d)
    assert not fights(p1, at - 0.1, c_d, c_r, d)
    assert fights(p1, min(at + 0.2, 1.0), c_d, c_r, d)


def test_a_fine_grid_of_thresholds() -> None:
    """Along the shift in power there is one switch from peace to war, at the costs."""
    shifts = [k / 40 for k in range(25)]
    wars = [fights(0.3, 0.3 + s, 0.1 + INSIDE, 0.1, 0.95) for s in shifts]
    assert wars == [s > 0.2 + INSIDE for s in shifts]


def test_a_truce_of_a_month_where_the_future_counts_little() -> None:
    """Beyond the threshold d signs a truce, all of the month for itself, iff D p2 - p1 <= (1 - D)
    c_d and r gets no less than its war: known to break, and it breaks.
    """
    p1, p2, c_d, c_r = 0.3, 0.55, 0.1, 0.1
    threshold = (p1 + c_d) / (p2 + c_d)  # of D
    for d, signs in ((threshold - 0.01, 1.0), (threshold + 0.01, 0.0)):
        cell = direct("powell", numbers(p1, p2, c_d, c_r, d), strategy="alone")
        assert cell.measures["signed"][0] == signs
        assert cell.measures["durable"][0] == 0.0
        if signs:
            ((package, _),) = cell.terms
            x = package["prize"]
            worth = (1 - d) * x + d * (1 - p2 - c_d)
            assert cell.measures["value.d"][0] == pytest.approx(worth, abs=1e-9)


def test_what_the_war_is_worth_comes_from_its_engine() -> None:
    scenario = load("theory/powell", overrides=["power.now=0.25", "power.later=0.65"])
    problem = prepare(scenario, "base", "alone", Settings(draws=1, paths=1, months=1, replicates=1))
    peace = problem.deals.peace
    assert peace.reviews.tolist() == list(range(1, 13))
    assert peace.start[0] == pytest.approx([1 - 0.25 - 0.1, 0.25 - 0.1], abs=1e-12)
    for month in (0, 11):
        assert peace.war[0, 0, month] == pytest.approx([1 - 0.65 - 0.1, 0.65 - 0.1], abs=1e-12)
    assert peace.error == pytest.approx(0.0, abs=1e-12)


def test_a_tripwire_brings_the_deals_back() -> None:
    """With an attack costing a more, r keeps the peace iff 1 - x >= p2 - c_r - a: war iff the shift
    exceeds c_d + c_r + a.
    """
    for a in (0.1, 0.25):
        at = 0.3 + 0.1 + INSIDE + 0.1 + a
        for p2, war in ((at - 1e-6, False), (at + 1e-6, True)):
            given = numbers(0.3, p2, 0.1 + INSIDE, 0.1, 0.95) | {"tripwire.cost": a}
            cell = direct("powell", given, strategy="tripwire")
            assert cell.measures["signed"][0] == float(not war)


def test_errors_in_the_choice_to_attack_make_every_peace_uncertain() -> None:
    """tau > 0: the chance of no renewed war in the window is prod (1 - p_k), here by hand."""
    tau, d, window = 0.02, 0.95, 12
    given = numbers(0.3, 0.35, 0.1, 0.1, d) | {"tau.attack": tau}
    cell = direct("powell", given, strategy="alone")
    ((package, _),) = cell.terms
    v = np.array([package["prize"], 1 - package["prize"]])
    war = np.array([1 - 0.35 - 0.1, 0.35 - 0.1])
    keep, lasts = v.copy(), 1.0
    for _ in range(window):
        attack = 1 / (1 + np.exp(-(war - keep) / tau))
        p = 1 - (1 - attack).prod()
        keep, lasts = (1 - d) * v + d * ((1 - p) * keep + p * war), lasts * (1 - p)
    assert 0.01 < lasts < 0.99
    assert cell.measures["durable"][0] == pytest.approx(lasts, abs=1e-9)
    assert cell.measures["value.d"][0] == pytest.approx(keep[0], abs=1e-9)
    assert cell.measures["value.r"][0] == pytest.approx(keep[1], abs=1e-9)


def test_through_the_command_line(runs: Runs) -> None:
    alone, tripwire = runs.cells("powell", {})
    assert (alone["strategy"], tripwire["strategy"]) == ("alone", "tripwire")
    assert mean(alone, "signed") == 0.0 and alone["blocked_by"]["d"] == 1.0
    assert mean(tripwire, "signed") == mean(tripwire, "durable") == 1.0


def test_the_regression_agrees_on_either_side() -> None:
    size = {"solver": "lsmc", "draws": 2, "paths": 100, "enough": 4096}
    for p2, war in ((0.8, 1.0), (0.45, 0.0)):
        cell = direct("powell", {"power.later": p2}, strategy="alone", **size)
        assert cell.measures["signed"].mean() == 1 - war
