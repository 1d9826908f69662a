"""Bayes' rule on paths, against posteriors worked out by hand; and signals in play."""

import numpy as np
import pytest
from mirrored import told
from small_game import Game

from winset.talks import Settings
from winset.talks.beliefs import Beliefs
from winset.talks.lsmc import solve
from winset.talks.play import Player
from winset.talks.problem import Problem, prepare
from winset.talks.terms import type_combos
from winset.talks.walk import heard

WHO = {"angry_world": 0.3, "angry_b": 0.4, "angry_public": 0.2}
WHO |= {"soft_world": 0.6, "soft_a": 0.5, "soft_public": 0.7}
BAD = {"bad_world": 0.5, "bad_a": 0.2, "bad_b": 0.6, "bad_public": 0.4}
COMBOS = [(0, 0), (0, 1), (1, 0), (1, 1)]  # (a is angry, b is hard)


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    game = Game(types=True, fact=True, months=2).with_(**WHO, **BAD)
    scenario = game.scenario(tmp_path_factory.mktemp("beliefs"))
    return prepare(scenario, "base", "today", Settings(draws=1, months=2, replicates=1))


def normal(mass: list[float]) -> np.ndarray:
    return np.array(mass) / sum(mass)


def test_the_combinations_are_in_this_order(problem: Problem) -> None:
    _, marks = type_combos(problem.deals)
    assert [(m["mood.angry"], m["grip.hard"]) for m in marks] == COMBOS
    assert [m["luck.bad"] for m in problem.hidden.marks] == [0.0, 1.0]


def test_nothing_seen_is_the_prior_given_the_own_type(problem: Problem) -> None:
    beliefs = Beliefs.start(problem, np.zeros(2, dtype=np.int64))
    b, mu = beliefs.of_types()
    # rows: a calm, a angry, b soft, b hard
    np.testing.assert_allclose(b[0, 0], [0.5, 0.5, 0, 0])
    np.testing.assert_allclose(b[0, 1], [0, 0, 0.5, 0.5])
    np.testing.assert_allclose(b[1, 2], [0.6, 0, 0.4, 0])
    np.testing.assert_allclose(b[1, 3], [0, 0.6, 0, 0.4])
    np.testing.assert_allclose(mu[0], normal([0.8 * 0.7, 0.8 * 0.3, 0.2 * 0.7, 0.2 * 0.3]))
    hidden = beliefs.of_hidden()
    np.testing.assert_allclose(hidden[:, 0], [[0.8, 0.2], [0.4, 0.6], [0.6, 0.4]])


def test_a_failed_meeting_is_news(problem: Problem) -> None:
    beliefs = Beliefs.start(problem, np.zeros(3, dtype=np.int64))
    signs = np.array([[0.9, 0.2, 0.6, 0.1]])
    beliefs.failed(np.array([1]), signs)
    beliefs.failed(np.array([1]), signs)  # twice
    b, mu = beliefs.of_types()
    np.testing.assert_allclose(b[0, 0], [0.5, 0.5, 0, 0])  # path 0 never met
    not_signed = (1 - signs[0]) ** 2
    np.testing.assert_allclose(b[1, 0, :2], normal([0.5 * not_signed[0], 0.5 * not_signed[1]]))
    prior = [0.56, 0.24, 0.14, 0.06]
    np.testing.assert_allclose(
        mu[1], normal([p * x for p, x in zip(prior, not_signed, strict=True)])
    )


def test_a_meeting_certain_to_sign_that_failed_leaves_no_hole(problem: Problem) -> None:
    beliefs = Beliefs.start(problem, np.zeros(1, dtype=np.int64))
    beliefs.failed(np.array([0]), np.array([[1.0, 1.0, 1.0, 1.0]]))
    b, mu = beliefs.of_types()
    assert np.isfinite(b).all() and mu.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(b[0, 0], [0.5, 0.5, 0, 0])


def test_a_month_survived_is_news(problem: Problem) -> None:
    beliefs = Beliefs.start(problem, np.zeros(2, dtype=np.int64))
    hazard = np.array([[[0.05, 0.05], [0.3, 0.1]]] * 2)  # good, bad: two ways of ending each
    beliefs.survived(hazard, np.array([True, False]))
    beliefs.survived(hazard, np.array([True, False]))
    hidden = beliefs.of_hidden()
    np.testing.assert_allclose(hidden[0, 0], normal([0.8 * 0.9**2, 0.2 * 0.6**2]))
    np.testing.assert_allclose(hidden[1, 0], normal([0.4 * 0.9**2, 0.6 * 0.6**2]))
    np.testing.assert_allclose(hidden[0, 1], [0.8, 0.2])  # over already: nothing survived


def test_a_type_called_impossible_still_knows_itself(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    game = Game(types=True, months=2).with_(soft_a=1.0, soft_public=1.0, soft_world=1.0)
    scenario = game.with_(**{"angry_b": 0.0}).scenario(tmp_path_factory.mktemp("sure"))
    sure = prepare(scenario, "base", "today", Settings(draws=1, months=2, replicates=1))
    b, mu = Beliefs.start(sure, np.zeros(1, dtype=np.int64)).of_types()
    np.testing.assert_allclose(b.sum(axis=2), 1.0)
    assert b[0, 3, 1] + b[0, 3, 3] == pytest.approx(1.0)  # b, being hard, knows that it is
    np.testing.assert_allclose(mu[0], [1, 0, 0, 0])


@pytest.fixture(scope="module")
def rumours(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    """The war of tests/support/mirrored.py: a signal about b's type, .2 or .35 a month."""
    scenario = told(tmp_path_factory.mktemp("rumours"), "a", "b", tau=0.05)
    sizes = {"draws": 8, "paths": 400, "replicates": 4, "months": 10}
    return prepare(scenario, "base", "today", Settings(**sizes))  # type: ignore[arg-type]


def test_signals_update_by_their_chances(rumours: Problem) -> None:
    beliefs = Beliefs.start(rumours, np.zeros(4, dtype=np.int64))
    z = np.zeros((4, len(rumours.war.readings)))
    z[:, rumours.key["signal|rumour|small"]] = 0.2
    z[:, rumours.key["signal|rumour|great"]] = 0.35
    seen = np.array([[1], [0], [1], [-1]], dtype=np.int8)  # -1: switched off
    heard(beliefs, z, seen, np.array([True, True, False, True]))
    _, marks = type_combos(rumours.deals)
    _, mu = beliefs.of_types()
    great = mu @ np.array([m["hunger.great"] for m in marks])
    yes, no = 0.55 * 0.35 / (0.55 * 0.35 + 0.45 * 0.2), 0.55 * 0.65 / (0.55 * 0.65 + 0.45 * 0.8)
    np.testing.assert_allclose(great, [yes, no, 0.55, 0.55], atol=1e-12)


def test_signals_come_as_often_as_what_is_true_says(rumours: Problem) -> None:
    # In play a signal about a type is drawn under the true type: how often it came can be read off
    # the likelihoods that everybody holds at the end.
    player = Player(rumours, solve(rumours))
    _, marks = type_combos(rumours.deals)
    great = np.array([m["hunger.great"] for m in marks])[player.run.truth] > 0
    small = next(t for t, m in enumerate(marks) if m["hunger.small"] and m["resolve.low"])
    other = next(t for t, m in enumerate(marks) if m["hunger.great"] and m["resolve.low"])
    player.informs = False  # signals alone
    player.play()
    who = np.concatenate([part.index for part in [*player.done, player.run]])
    assert len(who) == len(great)
    # paths that are still at it: both log-likelihoods moved by the month's signal, and only by it
    ratio = player.beliefs.types[:, other] - player.beliefs.types[:, small]
    up, down = np.log(0.35 / 0.2), np.log(0.65 / 0.8)
    left = great[player.run.index]
    months = player.run.fought
    count = (ratio - months * down) / (up - down)
    np.testing.assert_allclose(count, np.round(count), atol=1e-6)  # whole numbers of rumours
    for is_great, chance in ((True, 0.35), (False, 0.2)):
        mine = left == is_great
        found = count[mine].sum() / months[mine].sum()
        error = (chance * (1 - chance) / months[mine].sum()) ** 0.5
        assert found == pytest.approx(chance, abs=4 * error)
