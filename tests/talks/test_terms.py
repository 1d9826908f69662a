"""Ratification, consents, red lines, gates and A, worked out by hand or summed by brute force."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from winset.scenario import load
from winset.talks import Settings
from winset.talks.problem import Problem, prepare
from winset.talks.terms import lasting, ratified, support, terms

TEXT = """
winset: 1
id: homes
title: Homes
as_of: "2000-01-01"
start: 2000-01
months: 2
parties: {a: {name: A}, b: {name: B}, m: {name: M, role: outside}}
quantities: {weight: 3, pressure: 0.2}
hypotheses:
  mood: {values: [calm, angry], known_to: [a], prior: {calm: 0.5, angry: 0.5}}
issues:
  land: {options: {kept: {}, third: {}, half: {}, lost: {}}, no_deal: kept}
  shield: {options: {none: {}, some: {consent: [guard], attributes: {steel: 2}}}, no_deal: none}
preferences:
  a:
    weights: {land: 1, shield: 1}
    scores: {land: {kept: 100, third: 60, half: 40, lost: 0}, shield: {none: 0, some: 100}}
    red_lines:
      - {when: deal.land.lost}
      - {when: deal.land.half * mood.angry, cost: 0.1 * deal.steel}
  b:
    weights: {land: 1, shield: 1}
    scores: {land: {kept: 0, third: 40, half: 60, lost: 100}, shield: {none: 100, some: 0}}
  m: {weights: {land: 1}, scores: {land: {kept: 100, third: 60, half: 40, lost: 0}}}
constituencies:
  hawks:
    party: a
    influence: weight
    tolerates:
      land: {at_most: kept, per_step: 0.5, share: 3}
      shield: {at_least: some, per_step: 0.4, share: 1}
  doves: {party: a, influence: 1, tolerates: {land: {at_most: half}}, eased: -0.25 * deal.steel}
ratification:
  a:
    midpoint: 0.5
    steepness: 8
    cover: pressure
    cover_on: 0.5 * deal.shield.some
    gates: [{when: deal.land.half, chance: 0.4}, {when: deal.steel - 3, chance: 0}]
consents:
  guard: {of: m, chance: 0.5 + 0.5 * value.m * support.a}
durability:
  hazard: 0.01 * (1 + mood.angry) * (1 - 0.5 * deal.shield.some)
  shift: {a: -0.1 * deal.land.half}
talks: {temperature: {a: 0.05, b: 0.05}}
"""
LAND = ("kept", "third", "half", "lost")
SHIELD = ("none", "some")
EVERY = [(land, shield) for land in LAND for shield in SHIELD]


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    folder = tmp_path_factory.mktemp("homes")
    (folder / "scenario.yaml").write_text(TEXT, encoding="utf-8")
    return prepare(load(folder), "base", "today", Settings(draws=1, months=2, replicates=1))


def package(land: str, shield: str) -> np.ndarray:
    return np.array([LAND.index(land), SHIELD.index(shield)])


def hawks(land: str, shield: str) -> float:
    on_land = max(0.0, 1 - 0.5 * LAND.index(land))
    on_shield = 1.0 if shield == "some" else 0.6
    return 0.75 * on_land + 0.25 * on_shield


def doves(land: str, shield: str) -> float:
    on_land = max(0.0, 1 - 0.5 * max(0, LAND.index(land) - 2))
    return max(0.0, on_land - 0.25 * (2 if shield == "some" else 0))


def at_home(land: str, shield: str) -> float:
    return (3 * hawks(land, shield) + doves(land, shield)) / 4


@pytest.mark.parametrize(("land", "shield"), EVERY)
def test_support_is_the_influence_weighted_mean(problem: Problem, land: str, shield: str) -> None:
    found = support(problem.deals, problem.home, "a", np.zeros(1, int), package(land, shield)[None])
    assert found[0] == pytest.approx(at_home(land, shield), abs=1e-12)
    # a home without constituencies minds nothing
    none = support(problem.deals, problem.home, "b", np.zeros(1, int), package(land, shield)[None])
    assert none[0] == 1.0


@pytest.mark.parametrize(("land", "shield"), EVERY)
def test_the_chance_of_ratification(problem: Problem, land: str, shield: str) -> None:
    deals, draw = problem.deals, np.zeros(1, int)
    one = package(land, shield)[None]
    contribution = deals.contribution(
        deals.score, deals.believed, np.broadcast_to(deals.no_deal, (1, deals.menu.size))
    )
    utility = deals.utility(deals.raw(contribution, draw, one), draw)
    found = terms(deals, problem.home, draw, one, utility)
    value_m = (100, 60, 40, 0)[LAND.index(land)] / 100
    passing = 0.4 if land == "half" else 1.0
    if shield == "some":  # the guarantor's consent
        passing *= 0.5 + 0.5 * value_m * at_home(land, shield)
    assert found.pass_[0] == pytest.approx(passing, abs=1e-12)
    cover = 0.2 * (0.5 if shield == "some" else 0.0)
    own = 1 / (1 + math.exp(-8 * (at_home(land, shield) + cover - 0.5)))
    r = ratified(problem.home, found, draw, np.array([[0.2, 0.0]]))
    assert r[0] == pytest.approx(own * passing, abs=1e-12)
    # red lines: refused outright, or at a cost to the angry type alone (rows: calm, angry, b, m)
    assert found.veto[0].tolist() == [land == "lost", land == "lost", False, False]
    cost = 0.1 * 2 if land == "half" and shield == "some" else 0.0
    np.testing.assert_allclose(found.penalty[0], [0, cost, 0, 0], atol=1e-12)
    guarded = 0.5 if shield == "some" else 1.0
    np.testing.assert_allclose(found.hazard[0], [0.01 * guarded, 0.02 * guarded], atol=1e-12)
    np.testing.assert_allclose(found.shift[0], [-0.1 if land == "half" else 0, 0], atol=1e-12)


@given(
    st.floats(0, 0.5), st.floats(0.5, 0.99), st.integers(0, 80), st.sampled_from((0, 0.001, 0.3))
)
def test_the_weight_of_a_deal_by_brute_force(
    hazard: float, discount: float, window: int, late: float
) -> None:
    # Share of the discounted months in which the deal is in force: it breaks after a month of the
    # window with the hazard, after a later one with the late hazard. 4,000 months are for ever.
    months = np.arange(4000)
    broken = np.where(months < window, hazard, late)
    in_force = np.concatenate([[1.0], np.cumprod(1 - broken)[:-1]])
    expected = ((1 - discount) * discount**months * in_force).sum()
    found = lasting(np.array(hazard), np.array(discount), window, late)
    assert found == pytest.approx(expected, abs=1e-12)


def test_where_months_are_not_discounted_only_for_ever_counts() -> None:
    one = np.array(1.0)
    assert lasting(np.array(0.01), one, 60, 0.0) == pytest.approx(0.99**60, abs=1e-12)
    assert lasting(np.array(0.01), one, 60, 0.001) == pytest.approx(0.0, abs=1e-12)


@given(st.floats(0, 0.3), st.floats(0.5, 0.999), st.integers(1, 60))
def test_a_deal_is_worth_less_the_sooner_it_breaks(h: float, d: float, window: int) -> None:
    some, more = (float(lasting(np.array(x), np.array(d), window, 0.0)) for x in (h, h + 0.01))
    assert 0.0 <= more <= some + 1e-15 <= 1.0 + 1e-14
    assert float(lasting(np.array(0.0), np.array(d), window, 0.0)) == pytest.approx(1.0)
    # what breaks at once is worth its first month
    assert float(lasting(np.array(1.0), np.array(d), window, 0.0)) == pytest.approx(1 - d)


def test_the_compiled_weight_is_the_same(problem: Problem) -> None:
    from winset.talks.pricing import _lasting

    for h in (0.0, 0.01, 0.3, 1.0):
        for d in (0.9, 0.99, 1.0):
            for late in (0.0, 0.02):
                plain = float(lasting(np.array(h), np.array(d), 60, late))
                assert _lasting(h, d, 60, late) == pytest.approx(plain, abs=1e-12)
