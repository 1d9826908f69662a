"""Separate tracks in the talks against an exact dynamic programme (tests/support/track_game.py).

**Tolerance.** As in test_small_games: .006 for the regression, and 4 standard errors of 8,000
played paths.

**Measured bias** (seeds 1 to 3). Where the text tabled with nothing closed stays the same, C is
off by less than .004 in every game. The value of fighting on locks what would be tabled now rather
than what closed months ago: in games made so that the text changes from month to month while tracks
are closed, C is off by up to .028 and chances by up to .03 (`FLIPS`; .03 is allowed there).
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from track_game import TRACKS, TrackGame, TrackOracle

from winset.errors import ScenarioError, SolverError
from winset.scenario import Scenario, load
from winset.talks import Cell, Settings, run_cell, trace_path

HOME = {"home_base": 0.9, "home_x": 0.5, "fail_a": 0.03, "fail_b": 0.02, "cool": 0.4, "heal": 0.5}
QUICK = {"momentum": 1.8, "complexity": 1.2}
STABLE = {"turn_a": 0.0, "turn_b": 0.0, "win_a1": 0.0, "win_b1": 0.0}
REVERSED = ("three", "two", "one")
GAMES = {
    "sequence": TrackGame(),
    "sequence, momentum and complexity": TrackGame(order=REVERSED).with_(**QUICK),
    "sequence, hold-out": TrackGame().with_(momentum=0.5, complexity=0.6),
    "sequence, a vote at home and cooling off": TrackGame().with_(**QUICK, **HOME),
    "sequence, partial agreements stand": TrackGame(order=REVERSED).with_(
        partial=0.8, **QUICK, **STABLE, ay=0.35
    ),
    "sequence, deals break down": TrackGame().with_(rupture=0.02, shift_a=-0.05, shift_b=0.04),
    "parallel": TrackGame("parallel"),
    "parallel, momentum, a vote at home": TrackGame("parallel").with_(**QUICK, **HOME, **STABLE),
    "parallel, partial agreements stand": TrackGame("parallel").with_(partial=0.6, **STABLE),
}
FLIPS = {
    "sequence, partial agreements stand": TrackGame(order=REVERSED).with_(
        partial=0.8, **QUICK, win_a0=0.15, win_b0=0.15
    ),
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


def settings_of(game: TrackGame, **changes: object) -> Settings:
    sizes = {"draws": 8, "paths": 1000, "replicates": 4, "enough": 8192, **changes}
    return Settings(months=game.months, solver="lsmc", **sizes)  # type: ignore[arg-type]


def solved(scenario: Scenario, game: TrackGame, **changes: object) -> Cell:
    return run_cell(scenario, "base", "today", settings_of(game, **changes))


@pytest.mark.parametrize("name", GAMES)
def test_the_regression(name: str, loaded: Load) -> None:
    agrees(GAMES[name], loaded, 0.006)


@pytest.mark.parametrize("name", FLIPS)
def test_texts_that_change_while_tracks_are_closed(name: str, loaded: Load) -> None:
    agrees(FLIPS[name], loaded, 0.03)


def agrees(game: TrackGame, loaded: Load, bias: float) -> None:
    oracle, cell = TrackOracle(game), solved(loaded(game), game)
    start = oracle.at(0, 0, False, ((), (None,) * 4))
    for side in (0, 1):
        found = cell.fighting_on["ab"[side]].mean()
        assert found == pytest.approx(start.fighting[side], abs=bias)
    played = oracle.play()
    closed = [f"closed.{track}" for track in TRACKS]
    for measure in ("signed", "ended.a_wins", "ended.b_wins", "at_war", "closed_in_vain", *closed):
        error = np.sqrt(played[measure] * (1 - played[measure]) / 8000)
        found = cell.measures[measure].mean()
        assert found == pytest.approx(played[measure], abs=4 * error + bias), measure
    for measure in ("value.a", "value.b"):
        found = cell.measures[measure].mean()
        assert found == pytest.approx(played[measure], abs=4 * 0.25 / 8000**0.5 + bias), measure


def test_the_games_do_test_locks_and_partial_agreements() -> None:
    game = GAMES["sequence, partial agreements stand"]
    whole, none = TrackOracle(game).play(), TrackOracle(game.with_(partial=0.0)).play()
    assert abs(whole["value.a"] - none["value.a"]) > 0.01
    assert whole["closed_in_vain"] > 0.2
    oracle = TrackOracle(FLIPS["parallel, momentum, a vote at home"])
    oracle.play()
    texts = {key: found.package for key, found in oracle.known.items() if found.package}
    tabled = {text for (_, _, _, state), text in texts.items() if not state[0]}  # type: ignore[misc]
    assert len(tabled) > 1


def test_without_friction_the_package_comes_first_for_everybody() -> None:
    """Exactly, with no errors in acceptance; every order, and in parallel."""
    numbers = {"tau_a": 0.0, "tau_b": 0.0}
    package = TrackOracle(TrackGame("package").with_(**numbers)).play()
    others = [TrackGame("parallel"), TrackGame(), TrackGame(order=REVERSED)]
    for game in others:
        other = TrackOracle(game.with_(**numbers)).play()
        for measure in ("signed", "value.a", "value.b"):
            assert other[measure] <= package[measure] + 1e-12, (game.mode, game.order, measure)
            if game.mode == "sequence":
                assert other[measure] < package[measure] - 0.01


def test_with_friction_a_sequence_may_come_first(loaded: Load) -> None:
    rare = {"tau_a": 0.6, "tau_b": 0.6, "end_a": 0.6, "end_b": 0.62, "meet_base": 0.85}
    rare |= {"win_a0": 0.001, "win_a1": 0.0, "win_b0": 0.001, "win_b1": 0.0}
    rare |= {"ax": 0.25, "ay": 0.25, "az": 0.25, "aw": 0.25}
    rare |= {"bx": 0.25, "by": 0.25, "bz": 0.25, "bw": 0.25, "cost_a": 0.002, "cost_b": 0.002}
    fast = {**rare, "momentum": 8.0, "complexity": 3.0}
    package = replace(TrackGame("package"), months=12).with_(**rare)
    sequence = replace(TrackGame(), months=12).with_(**fast)
    assert TrackOracle(sequence).play()["signed"] > TrackOracle(package).play()["signed"] + 0.02
    cells = [solved(loaded(game), game) for game in (package, sequence)]
    assert cells[1].measures["signed"].mean() > cells[0].measures["signed"].mean() + 0.02


@pytest.mark.parametrize("solver", ["lsmc", "exact"])
def test_the_package_is_what_it_was(loaded: Load, tmp_path: Path, solver: str) -> None:
    """Stating tracks and negotiating the package is, bit for bit, stating none."""
    game = replace(TrackGame("package"), order=REVERSED).with_(**QUICK, partial=0.5)
    text = game.text()
    head, _, tail = text.partition("tracks:\n")
    (tmp_path / "scenario.yaml").write_text(head + tail[tail.index("talks:") :], encoding="utf-8")
    settings = replace(settings_of(game, enough=256, paths=50), solver=solver)  # type: ignore[arg-type]
    said = run_cell(loaded(game), "base", "today", settings)
    plain = run_cell(load(tmp_path), "base", "today", settings)
    assert list(said.measures) == list(plain.measures)
    for name, values in plain.measures.items():
        assert np.array_equal(said.measures[name], values, equal_nan=True), name
    for party, values in plain.fighting_on.items():
        assert np.array_equal(said.fighting_on[party], values)


def test_what_cannot_be_kept_is_open_again(tmp_path: Path) -> None:
    """An option that is gone leaves no text that keeps it: nothing was signed, talks start anew."""
    game = replace(TrackGame(), months=12).with_(complexity=6.0, tau_a=0.3, tau_b=0.3)
    text = game.text().replace(
        "  x: {options: {lo: {}, hi: {}}", "  x: {options: {lo: {}, hi: {available: 1 - front}}"
    )
    assert "available" in text
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    settings = settings_of(game, draws=1, paths=64, replicates=1, enough=256)
    scenario = load(tmp_path)
    reopened = 0
    for path in range(64):
        closed: list[str] = []
        for month in trace_path(scenario, "base", "today", settings, 0, path):
            if month.event != "closed":
                continue
            (track,) = month.closed
            assert month.text is not None
            if track == "one" and closed:  # the first track closes a second time
                reopened += 1
                closed = []
            # one track at a time, in order
            assert track == ("one", "two", "three")[len(closed)]
            closed.append(track)
    assert reopened > 0


def test_a_path_keeps_what_it_closed(loaded: Load) -> None:
    game = FLIPS["parallel, momentum, a vote at home"]
    settings = settings_of(game, draws=1, paths=64, replicates=1, enough=256)
    held_in_all = 0
    for path in range(64):
        held: dict[str, object] = {}
        for month in trace_path(loaded(game), "base", "today", settings, 0, path):
            if month.text is not None:
                for issue, option in held.items():
                    assert month.text[issue] == option
                    held_in_all += 1
            if month.event == "closed" and month.text is not None:
                assert month.closed
                for track in month.closed:
                    held |= {issue: month.text[issue] for issue in TRACKS[track]}
    assert held_in_all > 20


def test_the_same_seed_gives_the_same_numbers(loaded: Load) -> None:
    game = GAMES["parallel, momentum, a vote at home"]
    small = {"enough": 256, "paths": 50}
    one, two = (solved(loaded(game), game, **small) for _ in range(2))
    for name, values in one.measures.items():
        assert np.array_equal(values, two.measures[name], equal_nan=True)
    other = solved(loaded(game), game, **small, seed=2)
    assert not np.array_equal(one.measures["signed"], other.measures["signed"])


def test_hidden_types_learn_from_what_closes(tmp_path: Path) -> None:
    """A track that closes is news as a failed session is: beliefs move both ways."""
    text = replace(TrackGame(), months=12).text()
    text = text.replace(
        "issues:\n",
        "hypotheses:\n  grip: {values: [soft, hard], known_to: [b],"
        " prior: {soft: 0.5, hard: 0.5}}\n"
        "issues:\n",
        1,
    )
    text = text.replace("war_cost: cost.b", "war_cost: cost.b + 0.12 * grip.soft")
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    game = replace(TrackGame(), months=12)
    settings = settings_of(game, draws=1, paths=64, replicates=1, enough=512)
    scenario = load(tmp_path)
    after = {"closed": [], "failed": []}  # type: dict[str, list[float]]
    for path in range(40):
        months = trace_path(scenario, "base", "today", settings, 0, path)
        for now, then in pairwise(months):
            gap = then.beliefs["public.grip.soft"] - now.beliefs["public.grip.soft"]
            if now.event == "closed":
                after["closed"].append(gap)
            elif now.event == "talks failed":
                after["failed"].append(gap)
    assert np.mean(after["closed"]) > 0.001
    assert np.mean(after["failed"]) < -0.001


def test_the_exact_solver_says_that_it_cannot(loaded: Load) -> None:
    settings = replace(settings_of(TrackGame()), solver="exact")
    with pytest.raises(SolverError, match="separate tracks"):
        run_cell(loaded(TrackGame()), "base", "today", settings)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    two: [y]\n", "    two: [y, x]\n", "in one track only"),
        ("    two: [y]\n", "", "in no track: y"),
        ("    two: [y]\n", "    two: [yy]\n", "yy"),
        ("order: [one, two, three]", "order: [one, three]", "names every track once"),
        ("order: [one, two, three]", "order: [one, two, threee]", "threee"),
        ("mode: sequence", "mode: sequences", "sequences"),
        ("momentum: momentum", "momentum: momentun", "momentun"),
    ],
)
def test_what_is_wrong_is_said(old: str, new: str, said: str, tmp_path: Path) -> None:
    text = TrackGame().text()
    assert old in text
    (tmp_path / "scenario.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path)
    assert said in str(caught.value)


def test_a_momentum_that_is_no_number_is_refused(tmp_path: Path) -> None:
    text = (
        TrackGame().text().replace("  momentum: momentum\n", "  momentum: (momentum - 2) ** 0.5\n")
    )
    (tmp_path / "scenario.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SolverError, match=r"tracks\.momentum"):
        run_cell(load(tmp_path), "base", "today", settings_of(TrackGame(), draws=1, replicates=1))


def test_acceptance_falls_as_tracks_close() -> None:
    """Whoever expects the rest to close soon gains less by accepting now: the hold-out problem."""
    oracle = TrackOracle(GAMES["sequence"])
    oracle.play()
    found = {
        len(state[0]): here
        for (month, front, _, state), here in oracle.known.items()  # type: ignore[misc]
        if month == 2 and front == 0 and here.package == (1, 1, 0, 0)
    }
    chances = [found[closed].moves[0][0] for closed in range(3)]
    assert chances == pytest.approx([0.879, 0.773, 0.587], abs=0.001)
