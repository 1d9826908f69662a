"""Separate tracks in the talks against an exact dynamic programme (tests/support/track_game.py).

**Tolerance.** As in test_small_games: .006 for the regression, and 4 standard errors of 8,000 played
paths. The value of fighting on locks, on the solver's paths, what would be tabled now rather than
what closed months ago; measured over 4 seeds and all games, the bias of C stays below .004.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from track_game import TRACKS, TrackGame, TrackOracle

from winset.errors import ScenarioError, SolverError
from winset.scenario import Scenario, load
from winset.talks import Cell, Settings, run_cell, trace_path

HOME = {"home_base": 0.9, "home_x": 0.5, "fail_a": 0.03, "fail_b": 0.02, "cool": 0.4, "heal": 0.5}
QUICK = {"momentum": 1.8, "complexity": 1.2}
REVERSED = ("three", "two", "one")
GAMES = {
    "sequence": TrackGame(),
    "sequence, momentum and complexity": TrackGame(order=REVERSED).with_(**QUICK),
    "sequence, hold-out": TrackGame().with_(momentum=0.5, complexity=0.6),
    "sequence, a vote at home and cooling off": TrackGame().with_(**QUICK, **HOME),
    "sequence, partial agreements stand": TrackGame(order=REVERSED).with_(
        partial=0.8, **QUICK, win_a0=0.15, win_b0=0.15
    ),
    "sequence, deals break down": TrackGame().with_(rupture=0.02, shift_a=-0.05, shift_b=0.04),
    "parallel": TrackGame("parallel"),
    "parallel, momentum, a vote at home": TrackGame("parallel").with_(**QUICK, **HOME),
    "parallel, partial agreements stand": TrackGame("parallel").with_(
        partial=0.6, win_a0=0.15, win_b0=0.1
    ),
}
Load = Callable[[TrackGame], Scenario]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Load:
    folder = tmp_path_factory.mktemp("tracks")
    made: dict[str, Scenario] = {}

    def get(game: TrackGame) -> Scenario:
        text = game.text()
        if text not in made:
            made[text] = game.scenario(folder / str(len(made)))
        return made[text]

    return get


def solved(scenario: Scenario, game: TrackGame, **changes: object) -> Cell:
    sizes = {"draws": 8, "paths": 1000, "replicates": 4, "enough": 8192, **changes}
    settings = Settings(months=game.months, solver="lsmc", **sizes)  # type: ignore[arg-type]
    return run_cell(scenario, "base", "today", settings)


@pytest.mark.parametrize("name", GAMES)
def test_the_regression(name: str, loaded: Load) -> None:
    game = GAMES[name]
    oracle, cell = TrackOracle(game), solved(loaded(game), game)
    start = oracle.at(0, 0, False, ((), (None,) * 4))
    for side in (0, 1):
        found = cell.fighting_on["ab"[side]].mean()
        assert found == pytest.approx(start.fighting[side], abs=0.006)
    played = oracle.play()
    closed = [f"closed.{track}" for track in TRACKS]
    for measure in ("signed", "ended.a_wins", "ended.b_wins", "at_war", "closed_in_vain", *closed):
        error = np.sqrt(played[measure] * (1 - played[measure]) / 8000)
        found = cell.measures[measure].mean()
        assert found == pytest.approx(played[measure], abs=4 * error + 0.006), measure
    for measure in ("value.a", "value.b"):
        found = cell.measures[measure].mean()
        assert found == pytest.approx(played[measure], abs=4 * 0.25 / 8000**0.5 + 0.006), measure
