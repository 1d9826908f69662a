"""Signals: who hears what, and what fighting on is worth once it was heard, against closed forms.

A war whose months are all alike, so that what fighting on is worth under each hypothesis is one
number V_h, and after any news C = sum_h posterior(h) V_h:

    V = (-c + d [p W + (1-p) s G]) / (1 - d (1-p) (1 - s)),   s the chance of signing in a month
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from winset.scenario import load
from winset.talks import Settings
from winset.talks.lsmc import solve
from winset.talks.play import Player
from winset.talks.problem import Problem, prepare

TEXT = """
winset: 1
id: news
title: News
as_of: "2000-01-01"
start: 2000-01
months: 30
parties: {a: {name: A}, b: {name: B}}
quantities: {unused: {low: 0.1, mid: 0.2, high: 0.3}}
events: {fall: {chance: 0.02 + 0.1 * crack.real, outcome: a_falls}}
outcomes: {a_falls: {victor: b, imposes: {line: top}}}
hypotheses:
  crack:
    values: [none, real]
    prior: {none: 0.7, real: 0.3}
    priors: {a: {none: 0.9, real: 0.1}, b: {none: 0.4, real: 0.6}}
  grip:
    values: [soft, hard]
    known_to: [b]
    prior: {soft: 0.6, hard: 0.4}
    priors: {a: {soft: 0.5, hard: 0.5}, public: {soft: 0.6, hard: 0.4}}
signals:
  noise: {about: ABOUT, chance: {YES: 0.15, NO: 0.5}WORLD}
issues: {line: {options: {low: {}, half: {}, top: {}}, no_deal: low, power: [a, b]}}
preferences:
  a:
    weights: {line: 1}
    scores: {line: {low: 100, half: 70, top: 0}}
    war_cost: 0.05
    discount: 0.9
  b:
    weights: {line: 1}
    scores: {line: {low: 0, half: "90 * grip.soft", top: 100}}
    war_cost: 0.001
    discount: 0.9
ratification: {a: {midpoint: 0, steepness: 1000, gates: [{when: 1 - deal.line.half, chance: 0}]}}
talks: {meeting: MEET, temperature: {a: 0.002, b: 0.002}, refusals_inform: INFORMS}
strategies: {today: {label: Today}}
worldviews: {keen: {label: Keen}, deaf: {label: Deaf, disable: [noise]}}
"""
HIDDEN = {"ABOUT": "crack", "YES": "none", "NO": "real", "MEET": "0", "WORLD": ""}
TYPE = {"ABOUT": "grip", "YES": "soft", "NO": "hard", "MEET": "0.3", "WORLD": ""}
SIZES = {"draws": 16, "paths": 64, "replicates": 4, "months": 30, "solver_paths": 256}


def news(folder: Path, marks: Mapping[str, str], worldview: str = "keen") -> Problem:
    text = TEXT
    for mark, part in {"INFORMS": "false", **marks}.items():
        text = text.replace(mark, part)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    return prepare(load(folder), worldview, "today", Settings(**SIZES))  # type: ignore[arg-type]


class Watched(Player):
    """A player that keeps what was believed, and what fighting on was thought to be worth."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem, solve(problem))
        self.seen: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []

    def _talk(self, t: int, b: np.ndarray, mu: np.ndarray, hidden: np.ndarray) -> None:
        live = self.run.status == 0
        found = (self.c, b, hidden.transpose(1, 0, 2), self.beliefs.types)
        self.seen.append(tuple(x[live].copy() for x in found))  # type: ignore[arg-type]
        super()._talk(t, b, mu, hidden)


def agree(found: np.ndarray, expected: np.ndarray, most: float) -> None:
    """Wherever paths heard alike, what was found is on average within `most` of what is expected
    (draws differ by the noise of the regression)."""
    for value in np.unique(np.round(expected, 6)):
        alike = np.abs(expected - value) < 1e-5
        if alike.sum() >= 16:
            assert found[alike].mean() == pytest.approx(value, abs=most)


def test_what_a_hidden_fact_makes_fighting_on_worth_after_its_signals(tmp_path: Path) -> None:
    # No talks. Where refusals inform the solver goes over its paths twice: both times with signals.
    for informs in ("false", "true"):
        player = Watched(news(tmp_path / informs, {**HIDDEN, "INFORMS": informs}))
        player.play()
        each = [-0.05 / (1 - 0.9 * (1 - p)) for p in (0.02, 0.12)]
        for month in (3, 8, 14):
            c, _, hidden, _ = player.seen[month]
            expected = hidden[:, 0] @ np.array(each)  # a's own posterior
            assert np.ptp(expected) > 0.1  # there was news indeed
            agree(c[:, 0], expected, 0.012)


@pytest.mark.parametrize("world", ["", ", world: 0.3"])
def test_what_the_other_sides_type_makes_it_worth_after_signals(tmp_path: Path, world: str) -> None:
    # Every half way is signed by a soft b and refused by a hard one.
    player = Watched(news(tmp_path, {**TYPE, "WORLD": world}))
    player.play()
    alive = 0.9 * (1 - np.array([[0.02, 0.12]]))
    signs = np.array([[0.3], [0.0]])
    table = (-0.05 + alive * signs * 0.7) / (1 - alive * (1 - signs))  # [soft hard, none real]
    for month in (2, 5, 9):
        c, b, hidden, _ = player.seen[month]
        expected = np.einsum("pt,tf,pf->p", b[:, 0], table, hidden[:, 0])  # a's own beliefs
        assert np.ptp(expected) > 0.2
        agree(c[:, 0], expected, 0.03)


def test_a_signal_switched_off_is_no_news(tmp_path: Path) -> None:
    for marks, informs in ((HIDDEN, "false"), (TYPE, "false")):
        text = news(tmp_path / marks["ABOUT"], {**marks, "INFORMS": informs}, "deaf")
        player = Watched(text)
        player.play()
        _, b, hidden, types = player.seen[8]
        assert (types == 0.0).all()
        np.testing.assert_allclose(b[:, 0, 0], 0.5)
        survived = np.array([0.9 * 0.98**8, 0.1 * 0.88**8])  # months survived are news all the same
        np.testing.assert_allclose(hidden[:, 0, 1], survived[1] / survived.sum())
