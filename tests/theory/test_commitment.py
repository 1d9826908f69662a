"""`theory/commitment` at its closed form: with D the discount and s = `later_share`,

    war  iff  D p2 - p1 > (1 - D) c_d + D s (c_d + c_r)

s = 0 and c_d = (1 - D) K is Fearon's (1995) D p2 - p1 > K (1 - D)^2; s = 1 is Powell's (2004, 2006)
D p2 - p1 > c_d + D c_r. A guarantor that makes deals bind leaves Fearon's range.
"""

import pytest
from theory_runs import NEEDS_ANCHORS, Runs, anchors, direct, mean


def threshold(p1: float, c_d: float, c_r: float, d: float, s: float) -> float:
    return (p1 + (1 - d) * c_d + d * s * (c_d + c_r)) / d


def numbers(p1: float, p2: float, c_d: float, c_r: float, d: float, s: float) -> dict[str, float]:
    power = {"power.now": p1, "power.later": p2, "cost.d": c_d, "cost.r": c_r}
    return {**power, "discount": d, "later_share": s}


def fights(p1: float, p2: float, c_d: float, c_r: float, d: float, s: float) -> bool:
    cell = direct("commitment", numbers(p1, p2, c_d, c_r, d, s), strategy="alone")
    signed = float(cell.measures["signed"][0])
    assert signed in (0.0, 1.0)
    return signed == 0.0


@NEEDS_ANCHORS
def test_fearons_anchor(runs: Runs) -> None:
    (row,) = anchors("prevent_fearon")
    given, expected = row["inputs"], row["expected"]
    p1, d = given["p1"], given["delta"]
    c = (1 - d) * given["c_B"]  # a lump of monthly benefits, as a share of the stake
    at = expected["p2_threshold"]
    assert threshold(p1, c, 0.2, d, 0) == pytest.approx(at, abs=1e-8)
    for p2, war in (
        (expected["war_if_p2"], True),
        (expected["peace_if_p2"], False),
        (at + 1e-6, True),
        (at - 1e-6, False),
    ):
        alone, bound = runs.cells("commitment", numbers(p1, p2, c, 0.2, d, 0))
        assert (alone["strategy"], bound["strategy"]) == ("alone", "guarantee")
        assert mean(alone, "signed") == float(not war)
        assert mean(alone, "overlap_at_start") == float(not war)
        assert mean(bound, "signed") == 1.0


@NEEDS_ANCHORS
def test_powells_anchor() -> None:
    (row,) = anchors("prevent_powell")
    given, expected = row["inputs"], row["expected"]
    rest = (given["c_D"], given["c_R"], given["delta"])
    p1, at = given["p1"], expected["p2_threshold"]
    assert threshold(p1, *rest, 1) == pytest.approx(at, abs=1e-8)
    # So large a shift that no division of the later surplus helps.
    assert all(fights(p1, expected["war_if_p2"], *rest, s) for s in (0, 0.5, 1))
    # Undetermined below: war or peace as the later surplus falls.
    assert fights(p1, expected["undetermined_if_p2"], *rest, 0)
    assert not fights(p1, expected["undetermined_if_p2"], *rest, 1)
    assert fights(p1, at + 1e-6, *rest, 1) and not fights(p1, at - 1e-6, *rest, 1)


@pytest.mark.parametrize(
    ("p1", "c_d", "c_r", "d", "s"),
    [(0.2, 0.05, 0.15, 0.9, 0.3), (0.5, 0.2, 0.0, 0.98, 0.7), (0.1, 0.3, 0.3, 0.8, 0.0)],
)
def test_the_threshold_elsewhere(p1: float, c_d: float, c_r: float, d: float, s: float) -> None:
    at = threshold(p1, c_d, c_r, d, s)
    assert fights(p1, at + 1e-6, c_d, c_r, d, s)
    assert not fights(p1, at - 1e-6, c_d, c_r, d, s)


def test_what_the_sides_get() -> None:
    # War values are Fearon's; a deal of one month is worth (1 - D) x + D R.
    p1, p2, c_d, c_r, d, s = 0.3, 0.4, 0.1, 0.1, 0.95, 0.5
    cell = direct("commitment", numbers(p1, p2, c_d, c_r, d, s), strategy="alone")
    assert cell.fighting_on["d"][0] == pytest.approx(1 - p1 - c_d, abs=1e-12)
    assert cell.fighting_on["r"][0] == pytest.approx(p1 - c_r, abs=1e-12)
    ((package, _),) = cell.terms
    later = 1 - p2 - c_d + s * (c_d + c_r)
    x = package["prize"]
    assert cell.measures["value.d"][0] == pytest.approx((1 - d) * x + d * later, abs=1e-12)
    assert cell.measures["value.r"][0] == pytest.approx((1 - d) * (1 - x) + d * (1 - later))
    assert cell.measures["durable"][0] == 0.0  # nothing binds: certain to break down


def test_who_stands_in_the_way_is_the_side_that_declines(runs: Runs) -> None:
    alone, bound = runs.cells("commitment", {})
    assert alone["blocked_by"] == {"d": 1.0, "r": 0.0, "ratification": 0.0}
    # Bound deals are those of the bargaining range [p1 - c_r, p1 + c_d]: here d's share around .7.
    assert bound["terms"][0]["package"]["prize"] == pytest.approx(0.7)
    assert mean(bound, "durable") == 1.0
    assert mean(bound, "value.d") == pytest.approx(0.7)


def test_without_a_shift_there_is_no_commitment_problem() -> None:
    assert not fights(0.4, 0.4, 0.05, 0.05, 0.95, 0.0)
    assert not fights(0.4, 0.3, 0.05, 0.05, 0.95, 0.0)


def test_the_regression_agrees_on_either_side() -> None:
    for p2, war in ((0.8, 1.0), (0.4, 0.0)):
        cell = direct(
            "commitment",
            {"power.later": p2},
            strategy="alone",
            solver="lsmc",
            draws=2,
            paths=100,
            enough=4096,
        )
        assert cell.measures["signed"].mean() == 1 - war
