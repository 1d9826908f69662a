"""Both solvers against exact dynamic programmes of small games, written with no code of the engine
(tests/support/small_oracle.py).

The exact solver agrees to 1e-9 (measured: 4e-15). The regression is compared at its default
settings but for the number of paths: 8,192 solver paths, 8,000 played ones.

**Tolerance of the regression.** The value of fighting on is a mean over solver paths of outcomes
whose spread is about .12: a standard error of .12/sqrt(8192) = .0013 (measured over 4 seeds and all
games: .0013, the worst error .0042); .006 is 4 of them and .0008. Chances and values are means over
8,000 played paths: 4 standard errors of theirs, and .006 for the value they were decided on.

**Measured bias** (means over 4 seeds): C below .0025 in every game, `signed` below .004 with a
standard error of .002: none that can be told from luck. What would bias C and no longer does:
sharing one fit between two months, as longer games do (by up to .023: the values of so short a game
move by .05 a month, so games of up to 12 months fit every month), and leaving out the news of the
one meeting at hand where refusals inform (by up to .050 where that news changes the text). The
latter is still left out where talks meet in fewer than a quarter of the months or cool off.

Where two texts are nearly as good as each other (a margin below .005, in no game here) the
regression's luck decides between them in a whole month at once, and C is off by what hangs on that.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from small_game import OPTIONS, Game
from small_oracle import Oracle

from winset.scenario import Scenario, load
from winset.talks import Cell, Settings, run_cell

WHO = {"angry_world": 0.1, "angry_b": 0.3, "angry_public": 0.36}
WHO |= {"soft_world": 0.48, "soft_a": 0.86, "soft_public": 0.52, "high_b": 19.6, "high_soft": 40.4}
WHO |= {
    "meet_base": 0.79,
    "low_angry": -10.9,
    "end_a": 0.11,
    "end_b": 0.12,
    "win_b0": 0.03,
    "win_b1": -0.02,
}
HARD = {"angry_world": 0.74, "angry_b": 0.12, "angry_public": 0.37, "bend_hard": 0.53}
HARD |= {"soft_world": 0.04, "soft_a": 0.92, "soft_public": 0.72, "tau_a": 0.13, "tau_b": 0.13}
HARD |= {"high_b": 21.0, "high_soft": 28.5, "end_a": 0.2, "end_b": 0.32, "win_a1": 0.19}
WORSE = {"win_abad": 0.25, "bad_a": 0.2, "bad_b": 0.6, "bad_world": 0.5, "bad_public": 0.4}
SIDES = {"win_a0": 0.01, "win_b0": 0.15, "win_b1": -0.14, "turn_a": 0.5, "turn_b": -0.5}
VOTE = {"home_floor": 0.9, "home_low": 0.8, "home_high": 0.55, "home_top": 0.2}
BREAKS = {"rupture_floor": 0.04, "rupture_low": 0.03, "rupture_high": 0.005, "shift_a": -0.05}
GAMES = {
    "hidden types, refusals no news, cooling off": Game(types=True, informs=False).with_(
        **WHO, cool=0.5, heal=0.4
    ),
    "texts that follow the front": Game(months=5).with_(**SIDES, end_a=0.2, end_b=0.6),
    "ratification, and a cost of failing at home": Game(months=5).with_(
        **VOTE, fail_a=0.05, fail_b=0.02, cool=0.3, heal=0.5
    ),
    "hidden types, refusals inform": Game(types=True, months=3).with_(**WHO),
    "the same, half a loaf is little": Game(types=True, months=3).with_(**HARD),
    "a hidden fact moves the hazard: survival informs": Game(fact=True, months=5).with_(**WORSE),
    "deals break down, and change the war to come": Game(months=5).with_(**BREAKS, shift_b=0.04),
    "no errors in acceptance": Game(months=5).with_(tau_a=0.0, tau_b=0.0, cost_a=0.06),
    "types, a fact and a vote at once": Game(types=True, fact=True, months=3).with_(
        **HARD, **WORSE, **VOTE, fail_a=0.04
    ),
    "war for ever after the horizon": Game(months=3, stated=False).with_(
        meet_base=0.2, win_a1=0.02, win_b1=-0.02
    ),
}

Load = Callable[[Game], Scenario]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small")


@pytest.fixture(scope="module")
def loaded(folder: Path) -> Load:
    made: dict[str, Scenario] = {}

    def get(game: Game) -> Scenario:
        text = game.text()
        if text not in made:
            made[text] = game.scenario(folder / str(len(made)))
        return made[text]

    return get


def solved(scenario: Scenario, game: Game, **changes: object) -> Cell:
    sizes = {"draws": 1, "paths": 1, "replicates": 1, "months": game.months, **changes}
    return run_cell(scenario, "base", "today", Settings(**sizes))  # type: ignore[arg-type]


def fighting_on(game: Game, oracle: Oracle, side: int) -> float:
    """C at the start, averaged over the world's types."""
    c = oracle.start().fighting
    if not game.types:
        return c[side, 0]
    second = game["angry.world"] if side == 0 else 1 - game["soft.world"]
    return (1 - second) * c[side, 0] + second * c[side, 1]


@pytest.mark.parametrize("name", GAMES)
def test_the_exact_solver(name: str, loaded: Load) -> None:
    game = GAMES[name]
    oracle, cell = Oracle(game), solved(loaded(game), game, solver="exact")
    for side in (0, 1):
        expected = fighting_on(game, oracle, side)
        assert cell.fighting_on["ab"[side]][0] == pytest.approx(expected, abs=1e-9)
    if not game.stated:
        return  # what an unfinished war is worth is then a convention of the solver's
    played = oracle.play()
    for measure, value in played.items():
        if measure in cell.measures:
            assert cell.measures[measure][0] == pytest.approx(value, abs=1e-9), measure
    found = {package["line"]: share for package, share in cell.terms}
    for option in OPTIONS:
        share = played.get(f"text.{option}", 0.0) / played["signed"]
        assert found.get(option, 0.0) == pytest.approx(share, abs=1e-9)


@pytest.mark.parametrize("name", GAMES)
def test_the_regression(name: str, loaded: Load) -> None:
    game = GAMES[name]
    oracle = Oracle(game)
    many = {"draws": 8, "paths": 1000, "replicates": 4, "enough": 8192, "rounds": 4}
    cell = solved(loaded(game), game, solver="lsmc", **many)
    for side in (0, 1):
        expected = fighting_on(game, oracle, side)
        assert cell.fighting_on["ab"[side]].mean() == pytest.approx(expected, abs=0.006)
    if not game.stated:
        return
    played = oracle.play()
    for measure in ("signed", "ended.a_wins", "ended.b_wins", "at_war", "durable"):
        error = np.sqrt(played[measure] * (1 - played[measure]) / 8000)
        found = cell.measures[measure].mean()
        assert found == pytest.approx(played[measure], abs=4 * error + 0.006), measure
    for measure in ("value.a", "value.b"):  # spread over paths below .25
        found = cell.measures[measure].mean()
        assert found == pytest.approx(played[measure], abs=4 * 0.25 / 8000**0.5 + 0.006), measure


def test_texts_do_follow_the_front_and_the_news() -> None:
    # Else the games above would not test the choice of a text.
    for name in ("texts that follow the front", "hidden types, refusals inform"):
        played = Oracle(GAMES[name]).play()
        assert played["text.low"] > 0.1 and played["text.high"] > 0.1


def test_news_counts(loaded: Load) -> None:
    # Refusals and survival do move these games: switching them off changes what comes of it.
    heard = GAMES["hidden types, refusals inform"]
    deaf = Game(heard.numbers, heard.months, types=True, informs=False)
    one = solved(loaded(heard), heard, solver="exact", refusals_inform=True)
    two = solved(loaded(heard), heard, solver="exact", refusals_inform=False)
    assert abs(one.measures["signed"][0] - two.measures["signed"][0]) > 0.005
    played = Oracle(deaf).play()
    assert two.measures["signed"][0] == pytest.approx(played["signed"], abs=1e-9)


UNIT = st.integers(0, 20).map(lambda n: n / 20)
ANY = {
    "low_a": UNIT.map(lambda x: 15 + 40 * x),
    "high_b": UNIT.map(lambda x: 15 + 40 * x),
    "win_a1": UNIT.map(lambda x: 0.2 * x),
    "win_b0": UNIT.map(lambda x: 0.05 + 0.2 * x),
    "cost_a": UNIT.map(lambda x: 0.02 + 0.1 * x),
    "soft_a": UNIT,
    "angry_b": UNIT,
    "meet_base": UNIT.map(lambda x: 0.9 * x),
    "home_low": UNIT,
    "home_high": UNIT,
    "fail_a": UNIT.map(lambda x: 0.1 * x),
    "rupture_low": UNIT.map(lambda x: 0.02 * x),
    "shift_b": UNIT.map(lambda x: 0.2 * x - 0.1),
}


@settings(max_examples=25, deadline=None)
@given(st.fixed_dictionaries(ANY))
def test_the_exact_solver_at_any_numbers(folder: Path, numbers: dict[str, float]) -> None:
    more = {"cool": 0.6, "heal": 0.3}
    game = Game(types=True, informs=False, months=3).with_(**{**WHO, **more, **numbers})
    home = folder / "any"
    if not home.exists():
        game.scenario(home)
    sets = [f"{id}={x!r}" for id, x in game.numbers.items()]
    oracle = Oracle(game)
    cell = solved(load(home, overrides=sets), game, solver="exact")
    played = oracle.play()
    assume(not near_a_tie(oracle))
    for side in (0, 1):
        expected = fighting_on(game, oracle, side)
        assert cell.fighting_on["ab"[side]][0] == pytest.approx(expected, abs=1e-9)
    assert cell.measures["signed"][0] == pytest.approx(played["signed"], abs=1e-9)


def near_a_tie(oracle: Oracle) -> bool:
    """Two texts that are as good as each other are told apart by rounding."""
    return any(s.margin < 1e-9 for s in oracle.known.values())
