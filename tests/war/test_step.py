"""The compiled step against an interpreter, exact traces, and the chances it should have."""

import math
import pickle

import numpy as np
import pytest
from oracle import Month
from standin import Paths, Standin, Values, standin, values

from winset.errors import ScenarioError, SolverError
from winset.scenario.expr import parse
from winset.war import compile_war

SCENARIO = standin(
    quantities={"g": 0.5, "loss": 2.0, "pc": 0.3, "cap": 40.0},
    state={
        "x": {"start": "10*g", "low": 0, "high": "cap"},
        "y": {"start": 3},
        "ammo": {"start": 1.5, "low": 0},
    },
    derived={
        "z": {"value": "normal(0, 1) + x"},
        "w": {"value": "exp(-z / 10) * g + logistic(y - 3)"},
        "strong": {"value": "x > y and z"},
    },
    flows={
        "f": {"to": "x", "take_from": "y", "rate": "g * lever.l * w"},
        "n": {"to": "y", "rate": "normal(0.5, loss) * lognormal(1, 0.2) + strong * 0.25"},
        "made": {"to": "ammo", "rate": "uniform(0, 0.5)"},
    },
    events={
        "hit": {"chance": "pc", "changes": {"x": "1 + uniform(0, 1)", "y": "-0.1 * w"}},
        "shock": {"rate": "0.2 * max(y, 0) / (1 + x ** 2)", "changes": {"y": "-1"}},
        "win": {"rate": "0.02 * (x > 3)", "outcome": "won", "changes": {"x": 5}},
        "sudden": {"chance": "0.01 + 0.01 * bernoulli(0.5)", "outcome": "lost"},
    },
    outcomes={
        "won": {},
        "lost": {},
        "empty": {"when": "y < -4 or (month >= 12 and lever.l < 0.05)"},
        "late": {"when": "month >= 30"},
    },
    levers={
        "l": {"today": 0.2, "delay": 3, "stock": "ammo", "use": "g", "cost": "3 * level"},
        "k": {"today": 1.0, "delivered": "min(level, 0.2 + x / 50)", "stock": "ammo", "use": 1},
    },
    learning={"seen": {"event": "hit", "holders": {"a": [1, 1]}}},
)
SAMPLE = values(g=[0.5, 0.8], loss=[2.0, 1.0], pc=[0.3, 0.6], cap=[40.0, 6.0])


def paths_of(scenario: Standin, sample: Values, paths: int = 4000, **readings: str) -> Paths:
    war = compile_war(scenario, {name: parse(text) for name, text in readings.items()})
    draws = len(next(iter(sample.values.values()), [0.0]))
    row = np.arange(paths, dtype=np.int64) % draws
    return Paths(war, war.params(sample, scenario, "base"), paths, row)


def test_the_step_is_what_an_interpreter_of_the_schema_makes_of_it() -> None:
    run = paths_of(SCENARIO, SAMPLE, z="z", w="w", spent="lever.l.cost", k="lever.k")
    run.target[:] = np.random.default_rng(1).random(run.target.shape)
    chosen = {name: v[run.row] for name, v in SAMPLE.values.items()}
    months = []
    for month in range(15):
        keep = np.flatnonzero(run.alive)
        who = (run.seed, run.draw[keep], run.path[keep])
        oracle = Month(SCENARIO, {k: v[keep] for k, v in chosen.items()}, "base", who)
        stocks = {n: run.state[keep, i].copy() for i, n in enumerate(run.war.stocks)}
        levels = {n: run.state[keep, 3 + i].copy() for i, n in enumerate(run.war.levers)}
        target = run.target[keep]
        reading = run.read(luck=True)[keep]
        oracle.begin(stocks, levels, target, month)
        wanted = [oracle.look(n) for n in ("z", "w", "lever.l.cost", "lever.k")]
        np.testing.assert_allclose(reading, np.stack(wanted, axis=1), rtol=1e-12)
        new, kept, ended = oracle.step(stocks, levels, target, month)
        run.step()
        for i, name in enumerate(run.war.stocks):
            np.testing.assert_allclose(run.state[keep, i], new[name], rtol=1e-11, atol=1e-11)
        for i, name in enumerate(run.war.levers):
            np.testing.assert_allclose(run.state[keep, 3 + i], kept[name], rtol=1e-12)
        np.testing.assert_array_equal(run.ended[keep], ended)
        months.append(np.bincount(ended + 1, minlength=5))
    # Every way to end but the last date was taken, so the comparison saw them all.
    assert (np.sum(months, axis=0)[:4] > 20).all()


def test_crossed_is_the_check_that_the_step_makes() -> None:
    run = paths_of(SCENARIO, SAMPLE)
    run.target[:] = 0.04
    for _ in range(14):
        run.step(sample_endings=False)
        going = run.alive | (run.ended >= 0)
        np.testing.assert_array_equal(run.war.crossed(*run.here)[going], run.ended[going])
        assert not set(run.ended) & {0, 1}  # no event ends the war


def test_a_trace_by_hand() -> None:
    scenario = standin(
        state={"men": {"start": 10, "low": 0}, "gone": {"start": 0}},
        flows={"losses": {"to": "gone", "take_from": "men", "rate": "0.5 * men * lever.push"}},
        levers={"push": {"today": 0, "delay": 2}},
        outcomes={"over": {"when": "men < 3"}},
    )
    run = paths_of(scenario, values(), paths=1)
    run.target[:] = 1.0
    trace = []
    for _ in range(4):
        run.step()
        trace.append((run.stock("men")[0], run.state[0, 2], run.ended[0]))
    # Levels 1/2, 3/4, 7/8: men 10 x 3/4 x 5/8 x 9/16; a path that has ended stands still.
    assert trace == [(7.5, 0.5, -1), (4.6875, 0.75, -1), (2.63671875, 0.875, 0), trace[2]]


def test_a_path_not_alive_is_untouched() -> None:
    run = paths_of(SCENARIO, SAMPLE)
    run.alive[::3] = False
    before = run.state.copy()
    run.ended[:] = 7
    run.fired[:] = 9
    run.step()
    np.testing.assert_array_equal(run.state[::3], before[::3])
    assert (run.ended[::3] == 7).all() and (run.fired[::3] == 9).all()
    assert (run.ended[1::3] != 7).all() and (run.fired[1::3] <= 1).all()
    assert (run.state[1::3] != before[1::3]).any(axis=1).all()


def test_luck_does_not_depend_on_order_or_on_other_elements() -> None:
    run = paths_of(SCENARIO, SAMPLE)
    turned = paths_of(SCENARIO, SAMPLE)
    for name in ("row", "draw", "path", "state", "target"):
        setattr(turned, name, np.ascontiguousarray(getattr(turned, name)[::-1]))
    for _ in range(5):
        run.step()
        turned.step()
    np.testing.assert_array_equal(run.state, turned.state[::-1])

    def walk(**more: dict[str, object]) -> Paths:
        flows = {**more, "mine": {"to": "x", "rate": "normal(0, 1) * poisson(2)"}}
        return paths_of(
            standin(state={"x": {"start": 0}, "y": {"start": 0}}, flows=flows), values()
        )

    alone, beside = walk(), walk(other={"to": "y", "rate": "normal(0, 1) + uniform(0, 1)"})
    off = walk(other={"to": "y", "rate": "normal(0, 1)", "enabled": False})
    for run in (alone, beside, off):
        run.step()
    np.testing.assert_array_equal(alone.stock("x"), beside.stock("x"))
    np.testing.assert_array_equal(alone.stock("x"), off.stock("x"))
    assert (off.stock("y") == 0).all() and beside.stock("y").std() > 0.5


RACE = standin(
    quantities={"fast": 0.8, "slow": 0.3},
    events={
        "one": {"rate": "fast", "outcome": "a_wins"},
        "two": {"rate": "slow", "outcome": "b_wins"},
        "three": {"chance": 0.1, "outcome": "b_wins"},
        "four": {"rate": 5, "outcome": "never", "enabled": False},
    },
    outcomes={"a_wins": {}, "b_wins": {}, "never": {}, "later": {"when": "month > 3"}},
)


def test_hazards_are_competing_risks_and_what_the_step_draws() -> None:
    paths = 200_000
    run = paths_of(RACE, values(fast=0.8, slow=0.3), paths)
    hazard = run.hazards()
    other = 0.3 - math.log(0.9)
    total = 0.8 + other
    stop = 1 - math.exp(-total)
    expected = np.array([0.8 / total * stop, other / total * stop, 0, 0])
    np.testing.assert_allclose(hazard, np.tile(expected, (paths, 1)), rtol=1e-13)
    run.step()
    seen = np.array([(run.ended == i).mean() for i in range(4)])
    np.testing.assert_array_less(abs(seen - expected), 4 * np.sqrt(stop / paths) + 1e-12)
    assert seen[2] == seen[3] == 0


def test_certain_and_impossible_events() -> None:
    scenario = standin(
        quantities={"p": 1.0},
        events={
            "sure": {"chance": "p", "outcome": "yes"},
            "both": {"chance": 1, "outcome": "no"},
            "never": {"rate": -3, "outcome": "no"},
        },
        outcomes={"yes": {}, "no": {}},
    )
    run = paths_of(scenario, values(p=1.0), 100)
    np.testing.assert_array_equal(run.hazards(), np.tile([1.0, 0.0], (100, 1)))
    run.step()
    assert (run.ended == 0).all()
    none = paths_of(scenario, values(p=0.0), 100)
    np.testing.assert_array_equal(none.hazards(), np.tile([0.0, 1.0], (100, 1)))


def test_an_ending_applies_its_changes_and_only_the_winner_does() -> None:
    scenario = standin(
        state={"x": {"start": 0}, "y": {"start": 0}, "z": {"start": 0}},
        flows={"f": {"to": "z", "rate": 1}},
        events={
            "one": {"rate": 2, "outcome": "first", "changes": {"x": 1}},
            "two": {"rate": 2, "outcome": "second", "changes": {"y": 1}},
        },
        outcomes={"first": {}, "second": {}},
        learning={"l": {"event": "two", "holders": {"a": [1, 1]}}},
    )
    run = paths_of(scenario, values(), 2000)
    run.step()
    np.testing.assert_array_equal(run.stock("x"), run.ended == 0)
    np.testing.assert_array_equal(run.stock("y"), run.ended == 1)
    np.testing.assert_array_equal(run.fired[:, 0], run.ended == 1)
    assert (run.stock("z") == 1).all() and set(run.ended) == {-1, 0, 1}
    unended = paths_of(scenario, values(), 2000)
    unended.step(sample_endings=False)
    assert (unended.state[:, :2] == 0).all() and (unended.ended == -1).all()


def test_signals_follow_the_worlds_value_and_can_be_off() -> None:
    scenario = standin(
        quantities={"real": 0.4},
        hypotheses={"h": {"values": ["p", "q"], "prior": {"p": 0.5, "q": 0.5}}},
        signals={
            "s": {"about": "h", "chance": {"p": 0.9, "q": 0.2}},
            "w": {"about": "h", "chance": {"p": 0.9, "q": 0.2}, "world": "real"},
            "off": {"about": "h", "chance": {"p": 0.9, "q": 0.2}, "enabled": False},
        },
    )
    run = paths_of(scenario, values(real=0.4), 40_000)
    run.hyp[::2, 0] = 1
    run.hyp[1::2, 1] = 1
    run.step()
    got = [run.signal[::2, 0].mean(), run.signal[1::2, 0].mean(), run.signal[:, 1].mean()]
    np.testing.assert_allclose(got, [0.9, 0.2, 0.4], atol=0.012)
    assert (run.signal[:, 2] == -1).all()


def test_levers_share_a_stock_in_order_and_never_overdraw() -> None:
    scenario = standin(
        state={"store": {"start": 1.0, "low": 0}},
        levers={
            "one": {"today": 1, "stock": "store", "use": 0.75},
            "two": {"today": 1, "stock": "store", "use": 0.5},
        },
    )
    run = paths_of(scenario, values(), 1, one="lever.one", two="lever.two")
    run.target[:] = 1
    np.testing.assert_allclose(run.read(), [[1.0, 0.5]])
    run.step()
    assert run.stock("store")[0] == 0
    np.testing.assert_array_equal(run.read(), [[0.0, 0.0]])


def test_a_number_changes_no_source_and_a_structure_does() -> None:
    def source(rate: str, start: float = 1.0) -> str:
        state = {"x": {"start": start, "low": -100 * start}}
        flows = {"f": {"to": "x", "rate": rate}}
        return compile_war(standin(quantities={"q": 1}, state=state, flows=flows), {}).source

    base = source("0.3 * x + exp(-q / 7)")
    assert base == source("0.4 * x + exp(-q / 3)", 2.0)
    # Numbers that happen to be equal are no structure.
    assert source("0.3 * x + 0.3") == source("0.3 * x + 0.2")
    assert base != source("0.3 + x + exp(-q / 7)")
    assert "flow" not in base and "exp(-" not in base


def test_switches_are_parameters() -> None:
    scenario = standin(
        state={"x": {"start": 0}},
        flows={"f": {"to": "x", "rate": 1}, "g": {"to": "x", "rate": 10}},
        worldviews={"w": {"label": "w", "disable": ["g"]}},
    )
    war = compile_war(scenario, {})
    for view, expected in (("base", 11), ("w", 1)):
        run = Paths(war, war.params(values(), scenario, view), 2)
        run.step()
        assert (run.stock("x") == expected).all()


def test_a_holders_own_numbers_can_stand_in() -> None:
    scenario = standin(quantities={"q": 1}, state={"x": {"start": "q"}})
    war = compile_war(scenario, {"twice": parse("2 * q")})
    sample = Values({"q": np.array([1.0])}, {("a", "q"): np.array([5.0])})
    for holder, expected in ((None, 2), ("a", 10), ("b", 2)):
        run = Paths(war, war.params(sample, scenario, "base", holder), 1)
        assert run.read()[0, 0] == expected


@pytest.mark.parametrize("paths", [1, 2, 7, 8, 9, 15, 16, 17])
def test_a_path_does_not_feel_its_neighbours(paths: int) -> None:
    """Any number of paths, of any mixture of draws, alive or not, is the same as each alone."""
    rng = np.random.default_rng(paths)
    together = paths_of(SCENARIO, SAMPLE, paths, z="z", w="w")
    together.row[:] = together.draw[:] = rng.integers(0, 2, paths)
    together.state[:] = together.war.start(together.params, together.row)
    together.target[:] = rng.random(together.target.shape)
    together.alive[:] = rng.random(paths) < 0.8
    alone = []
    for p in range(paths):
        one = paths_of(SCENARIO, SAMPLE, 1, z="z", w="w")
        for name in ("row", "draw", "path", "state", "target", "alive"):
            getattr(one, name)[:] = getattr(together, name)[p : p + 1]
        alone.append(one)
    for _ in range(3):
        for run in (together, *alone):
            run.step()
        for p, one in enumerate(alone):
            np.testing.assert_array_equal(together.state[p], one.state[0])
            assert together.ended[p] == one.ended[0]
            np.testing.assert_array_equal(together.fired[p], one.fired[0])
        readings = together.read(luck=True)
        np.testing.assert_array_equal(readings, [one.read(luck=True)[0] for one in alone])
        hazards = [one.hazards(luck=True)[0] for one in alone]
        np.testing.assert_array_equal(together.hazards(luck=True), hazards)


def test_poisson_terms_are_drawn_path_by_path() -> None:
    scenario = standin(
        quantities={"m": 3.0},
        state={"x": {"start": 0}},
        flows={"f": {"to": "x", "rate": "poisson(m * (1 + month))"}},
    )
    run = paths_of(scenario, values(m=[3.0, 40.0]), 20_000)
    before = run.state.copy()
    run.step()
    drawn = (run.state - before)[:, 0]
    for row, mean in enumerate((3.0, 40.0)):
        mine = drawn[run.row == row]
        assert (mine == mine.round()).all()
        assert abs(mine.mean() - mean) < 4 * math.sqrt(mean / 10_000)
        assert abs(mine.var() / mean - 1) < 0.08


def test_arrays_that_do_not_fit_are_refused_before_compiled_code_sees_them() -> None:
    run = paths_of(SCENARIO, SAMPLE, 20)
    whole = run.target
    run.target = whole[:, :1]
    with pytest.raises(SolverError, match=r"target has shape \(20, 1\); it must be \(20, 2\)"):
        run.step()
    run.target = np.asfortranarray(whole)  # an input is copied where it must be
    run.step()
    run.state = np.asfortranarray(run.state)
    with pytest.raises(SolverError, match="state must be a contiguous array of float64"):
        run.step()
    run.state = np.ascontiguousarray(run.state)
    run.row = run.row + 5
    with pytest.raises(IndexError, match="row"):
        run.step()
    empty = paths_of(SCENARIO, SAMPLE, 0)
    empty.step()


def test_what_is_not_finite_is_named() -> None:
    scenario = standin(
        state={"calm": {"start": 1}, "wild": {"start": 2, "high": 9}},
        flows={"f": {"to": "wild", "rate": "1 / (1 - month)"}},
    )
    run = paths_of(scenario, values(), 3)
    run.step()
    with pytest.raises(SolverError, match="stock wild became inf in month 1 of draw 0, path 0"):
        run.step()
    rates = {"bad": {"rate": "log(month - 1)", "outcome": "end"}}
    run = paths_of(standin(events=rates, outcomes={"end": {}}), values(), 3)
    with pytest.raises(SolverError, match=r"rate of event bad .* month 0"):
        run.step()
    with pytest.raises(SolverError, match="start of stock x is inf"):
        paths_of(standin(quantities={"q": 0}, state={"x": {"start": "1 / q"}}), values(q=0.0), 3)


def test_truth_values_count_as_numbers_as_in_the_language() -> None:
    run = paths_of(
        standin(state={"x": {"start": 0.5}}),
        values(),
        1,
        conjunction="(x and 0.25) * 8",
        sum="(x > 0) + (x < 1) + (x > 9)",
        choice="where(x, x > 0, 7)",
        negative="-(x > 0)",
        most="max(x > 0, 0.25, not x)",
        power="(2 * x > 0) ** 2 + 4 ** x",
    )
    np.testing.assert_array_equal(run.read(), [[8.0, 2.0, 1.0, -1.0, 1.0, 3.0]])


def test_unknown_names_and_circles_are_refused() -> None:
    with pytest.raises(ScenarioError, match=r"flow/f/rate.*found nothing"):
        compile_war(standin(state={"x": {"start": 0}}, flows={"f": {"rate": "nothing"}}), {})
    derived = {"p": {"value": "q + 1"}, "q": {"value": "lever.l"}}
    levers = {"l": {"delivered": "p"}}
    with pytest.raises(ScenarioError, match="p -> q -> lever 0 -> p"):
        compile_war(standin(derived=derived, levers=levers), {"r": parse("p")})
    with pytest.raises(ScenarioError, match="only quantities"):
        compile_war(standin(state={"x": {"start": "month"}}), {})


def test_luck_must_be_told_where_a_reading_needs_it() -> None:
    run = paths_of(SCENARIO, SAMPLE, z="z")
    with pytest.raises(SolverError, match="needs seed, draw and path"):
        run.read()


def test_a_war_can_be_sent_to_another_process() -> None:
    run = paths_of(SCENARIO, SAMPLE)
    again = paths_of(SCENARIO, SAMPLE)
    again.war = pickle.loads(pickle.dumps(again.war))
    run.step()
    again.step()
    np.testing.assert_array_equal(run.state, again.state)
