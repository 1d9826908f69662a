"""The search for the least change, on cells whose answer can be worked by hand."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from need_cells import BASE, LEVERS, MAKERS, NUMBERS
from valley import template, written

from winset.api import load, need
from winset.insight.moves import Change, Move, Step, beliefs_of, levers_of, with_changes
from winset.study import DesignError


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return load(written(tmp_path_factory.mktemp("need"), template()))


def chance(levels: dict[str, float], numbers: dict[str, float]) -> float:
    return (
        BASE
        + sum(gain * levels[i] for i, gain in LEVERS.items())
        + sum(gain * numbers[i] for i, gain in NUMBERS.items())
    )


STEADY = {"arms": 0.8, "pledge": 0.8}
HOPEFUL = {"p_peace": 0.6, "collapse": 0.01}
GRIM = {"p_peace": 0.15, "collapse": 0.04}


def ask(valley: Any, **more: Any) -> Any:
    settings = {"by": 12, "draws": 16, "paths": 4, "workers": 1, "makers": MAKERS, **more}
    return need(valley, **settings)


def test_the_moves_are_what_can_be_changed(valley: Any) -> None:
    levers = {(m.id, m.start, m.end) for m in levers_of(valley, "steady")}
    assert levers == {
        ("arms", 0.8, 1), ("arms", 0.8, 0), ("pledge", 0.8, 1), ("pledge", 0.8, 0),
    }  # fmt: skip
    beliefs = {(m.id, m.start, m.end) for m in beliefs_of(valley, "grim")}
    ends = {id_: {e for i, _, e in beliefs if i == id_} for id_ in GRIM}
    # the lowest 10th and highest 90th percentile over both worldviews
    assert sorted(ends["p_peace"]) == [pytest.approx(0.05, abs=0.06), pytest.approx(0.8)]
    assert all(s == pytest.approx(0.15) for i, s, _ in beliefs if i == "p_peace")


def test_a_change_is_written_in_and_nothing_else(valley: Any) -> None:
    lever = Step(Move("levers", "arms", 0.8, 1.0, 1.0), 0.5)
    belief = Step(Move("beliefs", "p_peace", 0.15, 0.8, 0.75))
    scenario, keys = with_changes(
        valley, "grim", "steady", [Change(), Change((lever,)), Change((lever, belief))]
    )
    assert keys[0] == ("grim", "steady") and keys[1][0] == "grim" and keys[2][0] != "grim"
    assert scenario.strategy(keys[1][1]).levers == {
        **valley.strategy("steady").levers,
        "arms": pytest.approx(0.9),
    }
    held = scenario.quantity("p_peace", keys[2][0])
    assert held.value == 0.8 and held.believed_by == valley.quantity("p_peace", "grim").believed_by
    assert scenario.quantity("collapse", keys[2][0]) == valley.quantity("collapse", "grim")
    assert scenario.quantity("p_peace", "grim") == valley.quantity("p_peace", "grim")
    assert Change((lever, belief)).size == pytest.approx(0.1 + 0.65 / 0.75)


def test_reached_already(valley: Any) -> None:
    now = chance(STEADY, HOPEFUL)
    (found,) = ask(valley, worldviews=["hopeful"], durable=now - 0.02)
    assert found.ways == () and found.now.mean == pytest.approx(now, abs=0.003)


def test_the_least_single_lever(valley: Any) -> None:
    # From 0.8 the other way of arms gives 0.05: 0.03 is three fifths of that, so 5/8 of the way.
    now = chance(STEADY, HOPEFUL)
    (found,) = ask(valley, worldviews=["hopeful"], durable=now + 0.03, change="levers")
    (way,) = found.ways
    assert way.reaches(now + 0.03)
    (step,) = way.change.steps
    assert step.move.id == "arms" and step.value == pytest.approx(0.8 + 0.2 * 0.625)
    assert way.change.size == pytest.approx(0.125)
    assert way.chance.mean == pytest.approx(now + 0.03125, abs=0.003)
    first = way.singles[0]
    assert (first.move.id, first.move.end) == ("arms", 1)
    assert first.effect.diff == pytest.approx(0.05) and first.effect.se < 1e-9


def test_two_levers_where_one_is_not_enough(valley: Any) -> None:
    # arms to 1 gives .05, pledge to 1 .02: .06 needs both, by 7/8 of the way together.
    now = chance(STEADY, HOPEFUL)
    (found,) = ask(valley, worldviews=["hopeful"], durable=now + 0.06, change="levers")
    (way,) = found.ways
    assert {step.move.id for step in way.change.steps} == {"arms", "pledge"}
    # ... and then pledge, trimmed alone, by no more: .04375 + .0175 is the least on the grid.
    gain = sum(LEVERS[s.move.id] * (s.value - s.move.start) for s in way.change.steps)
    assert gain == pytest.approx(0.06125)
    assert way.reaches(now + 0.06)


def test_nothing_within_limits_does_it_and_that_is_said(valley: Any) -> None:
    now = chance(STEADY, HOPEFUL)
    (found,) = ask(valley, worldviews=["hopeful"], durable=now + 0.09, change="levers")
    (way,) = found.ways
    assert way.change is None and not way.reaches(now + 0.09)
    assert way.best.mean == pytest.approx(now + 0.07, abs=0.003)
    assert {step.value for step in way.best_change.steps} == {1.0}


def test_beliefs_are_searched_apart(valley: Any) -> None:
    now = chance(STEADY, GRIM)
    levers, beliefs = ask(valley, worldviews=["grim"], durable=now + 0.15)[0].ways
    assert levers.change is None
    (step,) = beliefs.change.steps
    assert step.move.id == "p_peace" and 0.15 < step.value <= 0.8
    assert NUMBERS["p_peace"] * (step.value - 0.15) == pytest.approx(0.15, abs=0.03)


def test_the_same_question_has_the_same_answer_from_the_folder(valley: Any, tmp_path: Path) -> None:
    now = chance(STEADY, HOPEFUL)
    asked = {"worldviews": ["hopeful"], "durable": now + 0.06, "out": tmp_path / "kept"}
    first = ask(valley, **asked)
    cells = {p.name: p.stat().st_mtime_ns for p in (tmp_path / "kept" / "cells").iterdir()}
    second = ask(valley, **asked)
    assert first == second
    assert cells == {p.name: p.stat().st_mtime_ns for p in (tmp_path / "kept" / "cells").iterdir()}


def test_luck_of_the_search_is_not_reported(valley: Any) -> None:
    (found,) = ask(valley, worldviews=["hopeful"], durable=chance(STEADY, HOPEFUL) + 0.03)
    searched = np.random.default_rng(1).normal(0, 0.002, 16).mean()
    fresh = np.random.default_rng(1 + 1_000_003).normal(0, 0.002, 16).mean()
    (step,) = found.ways[0].change.steps
    exact = chance({**STEADY, "arms": step.value}, HOPEFUL)
    assert found.ways[0].chance.mean == pytest.approx(exact + fresh, abs=1e-9)
    assert abs(fresh - searched) > 1e-5


@pytest.mark.parametrize(
    ("wish", "said"),
    [({"durable": 1.5}, "--durable"), ({"by": 0}, "--by"), ({"strategy": "stedy"}, "steady")],
)
def test_a_wish_that_cannot_be(valley: Any, wish: dict[str, Any], said: str) -> None:
    with pytest.raises(DesignError, match=said):
        ask(valley, **{"durable": 0.5, **wish})
