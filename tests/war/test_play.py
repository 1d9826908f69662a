"""Wars played with no talks: costs, endings, horizons, courses, hypotheses, and their worth."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standin import Standin, standin

from winset.errors import OverrideError, SolverError
from winset.scenario import load
from winset.study.war_report import plan_war, report_wars
from winset.study.war_value import war_values
from winset.war import WarResult, play_war

PREFERENCE: dict[str, Any] = {"weights": {}, "scores": {}}


def memoryless(h: float = 0.2, **more: Any) -> Standin:
    """A war that ends each month with chance `h`, costing `c` of a stake a month."""
    return standin(
        quantities={"h": h, "c": 0.03, "d": 0.9, "share": 0.7},
        state={"x": {"start": 1}},
        flows={"grow": {"to": "x", "rate": 2}},
        events={"end": {"chance": "h", "outcome": "over", "changes": {"x": 100}}},
        outcomes={"over": {}},
        preferences={
            "a": {**PREFERENCE, "war_cost": "c", "discount": "d"},
            "b": {**PREFERENCE, "war_cost": "c * x"},
        },
        hypotheses={"fact": {"values": ["p", "q"], "prior": {"p": "share", "q": "1 - share"}}},
        course=["x", "age"],
        derived={"age": {"value": "month"}},
        **more,
    )


def play(scenario: Standin, draws: int = 16, paths: int = 500, **more: Any) -> WarResult:
    return play_war(scenario, "base", "today", draws, paths, **more)


def test_lengths_costs_and_states_path_by_path() -> None:
    result = play(memoryless())
    months = result.months
    assert months.min() == 1 and (result.ended == 0).all()
    # Geometric: mean 5, and a tail of (1 - h)^t.
    assert abs(months.mean() - 5) < 4 * np.sqrt(20 / months.size)
    assert abs((months > 10).mean() - 0.8**10) < 4 * np.sqrt(0.11 / months.size)
    np.testing.assert_allclose(result.cost["a"], 0.03 * (1 - 0.9**months) / 0.1)
    np.testing.assert_allclose(result.cost["b"], 0.03 * months**2)
    np.testing.assert_allclose(result.state[:, 0], 1 + 2 * months + 100)


def test_an_ending_of_chance_0_never_comes() -> None:
    """It once came at once: the clock of a rate of minus 0 ran backwards."""
    assert (play(memoryless(h=0.0), months=4).ended == -1).all()


def test_a_horizon_cuts_the_war() -> None:
    result = play(memoryless(), months=3)
    whole = play(memoryless())
    cut = whole.months > 3
    np.testing.assert_array_equal(result.ended, np.where(cut, -1, 0))
    np.testing.assert_array_equal(result.months, np.minimum(whole.months, 3))
    assert result.horizon == 3 and whole.horizon is None
    scenario = memoryless(months=2)
    assert play(scenario).months.max() == 2 and play(scenario, months=4).months.max() == 4


def by_path(result: WarResult) -> dict[tuple[int, int], tuple[Any, ...]]:
    rows = zip(result.batch.row, result.batch.path, strict=True)
    numbers = zip(result.months, result.state[:, 0], result.cost["b"], strict=True)
    return dict(zip(((int(d), int(p)) for d, p in rows), numbers, strict=True))


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(1, 30), st.integers(1, 3), st.integers(0, 20))
def test_paths_do_not_depend_on_batches_or_workers(
    draws: int, paths: int, workers: int, more: int
) -> None:
    one = by_path(play(memoryless(), draws, paths + more, watch=False))
    first = by_path(play(memoryless(), draws, paths, workers=workers))
    assert first.items() <= one.items()
    if more:
        rest = by_path(play(memoryless(), draws, more, first_path=paths))
        assert {**first, **rest} == one


def test_courses_are_quantiles_over_all_paths_and_the_end_is_each_ones_own() -> None:
    result = play(memoryless())
    whole = play(memoryless(), months=200)
    course = whole.courses["x"]
    assert course.shape == (201, 5) and result.courses["x"].shape == (25, 5)
    np.testing.assert_array_equal(result.courses["x"][:25], course[:25])
    np.testing.assert_array_equal(course[0], 1)
    months = whole.months
    for month in (1, 4, 9):
        at = np.where(months <= month, 101 + 2 * months, 1 + 2 * month)
        np.testing.assert_allclose(course[month], np.quantile(at, (0.1, 0.25, 0.5, 0.75, 0.9)))
        ages = np.quantile(np.minimum(months, month), (0.1, 0.25, 0.5, 0.75, 0.9))
        np.testing.assert_allclose(whole.courses["age"][month], ages)
    final = np.quantile(101 + 2 * months, (0.1, 0.25, 0.5, 0.75, 0.9))
    np.testing.assert_allclose(result.final["x"], final)
    np.testing.assert_allclose(whole.final["x"], final)


def test_hypotheses_are_drawn_from_the_worlds_prior_and_share_luck() -> None:
    view = {"label": "v", "priors": {"fact": {"world": {"p": 0.2, "q": 0.8}}}}
    scenario = memoryless(worldviews={"v": view, "w": {"label": "w"}})
    low, high = (
        play_war(scenario, v, "today", 16, 500, months=1).batch.hyp[:, 0] for v in ("v", "w")
    )
    assert abs(low.mean() - 0.2) < 0.02 and abs(high.mean() - 0.7) < 0.02
    assert (low <= high).all()


def test_beliefs_stand_at_their_priors_and_levers_at_the_strategys_levels() -> None:
    scenario = standin(
        quantities={"share": 0.7},
        state={"seen": {"start": 0}, "known": {"start": 0}, "level": {"start": 0}},
        flows={
            "f": {"to": "seen", "rate": "belief.b.fact.p + gap.a + refused.b"},
            "g": {"to": "known", "rate": "belief.a.fact.p - fact.p"},
            "h": {"to": "level", "rate": "lever.l"},
        },
        hypotheses={
            "fact": {
                "values": ["p", "q"],
                "prior": {"p": "share", "q": "1 - share"},
                "priors": {"b": {"p": 1, "q": 3}},
                "known_to": ["a"],
            }
        },
        levers={"l": {"today": 0.5}},
        strategies={"more": {"label": "m", "levers": {"l": 0.75}}},
        months=2,
    )
    for strategy, level in (("today", 1.0), ("more", 1.5)):
        result = play_war(scenario, "base", strategy, 4, 50)
        np.testing.assert_array_equal(result.state[:, :3], np.tile([0.5, 0, level], (200, 1)))


def test_a_war_already_over_at_the_start() -> None:
    over = standin(state={"x": {"start": 3}}, outcomes={"done": {"when": "x > 2"}})
    result = play(over, 2, 5)
    assert (result.ended == 0).all() and (result.months == 0).all()


def test_a_war_without_end_is_an_error_and_so_are_too_many_paths() -> None:
    with pytest.raises(SolverError, match="20 of 20 paths have not ended after 100,000 months"):
        play(standin(state={"x": {"start": 0}}, outcomes={"never": {}}), 2, 10)
    with pytest.raises(SolverError, match="at most 1048576 x 134217728"):
        play(memoryless(), 2_000_000, 1)


WAR = """
winset: 1
id: small
title: A small war
as_of: "2000-01-01"
start: 2000-01
{months}
parties: {{a: {{name: A}}, b: {{name: B}}}}
quantities:
  h: {{value: 0.1, unit: 1/month}}
  c: {{value: 0.01}}
  d: {{value: 0.95}}
  line: {{value: 0.4}}
state: {{held: {{start: line}}}}
events:
  end: {{rate: h, outcome: won}}
  draw: {{rate: h, outcome: out}}
outcomes:
  won: {{victor: a, imposes: {{land: 1}}, cost: {{a: 0.05}}}}
  out: {{}}
hypotheses:
  kind: {{values: [calm, wild], known_to: [b], prior: {{calm: 0.5, wild: 0.5}}}}
issues:
  land: {{divisible: {{low: 0, high: 1, step: 0.01}}, no_deal: 0.5, power: [a]}}
  rest:
    options: {{yes: {{}}, no: {{}}}}
    no_deal: {{yes: held, no: 1 - held}}
preferences:
  a:
    weights: {{land: 3, rest: 1}}
    scores: {{land: 100 * share, rest: {{yes: 100, no: 0}}}}
    war_cost: c
    discount: d
  b:
    weights: {{land: 1, rest: 1}}
    scores: {{land: 100 * (1 - share), rest: {{yes: 0, no: 100}}}}
    war_cost: c + 0.01 * kind.wild
    discount: d
    aspiration: 1 + kind.wild
course: [held]
"""


def small(folder: Path, months: str = "", *overrides: str) -> Any:
    file = folder / "small.yaml"
    file.write_text(WAR.format(months=months), encoding="utf-8")
    return load(file, overrides=overrides)


def closed_form(cost: float, worth: float) -> float:
    """Value of a war that ends with a constant hazard, the two endings equally likely."""
    chance, d = 1 - np.exp(-0.2), 0.95
    return float((-cost + d * chance * worth) / (1 - d * (1 - chance)))


def expected() -> dict[str, float]:
    a = closed_form(0.01, ((0.75 + 0.1 - 0.05) + (0.375 + 0.1)) / 2)
    calm = closed_form(0.01, ((0 + 0.3) + (0.25 + 0.3)) / 2)
    wild = closed_form(0.02, (0.3**2 + 0.55**2) / 2)
    return {"a": a, "b": (calm + wild) / 2}


@pytest.mark.parametrize("months", ["", "months: 1", "months: 4"])
def test_the_worth_of_a_war_is_its_closed_form_whatever_the_horizon(
    tmp_path: Path, months: str
) -> None:
    result = play_war(small(tmp_path, months), "base", "today", 64, 1000)
    values = war_values(small(tmp_path, months), result)
    for party, worth in expected().items():
        error = values[party].std() / np.sqrt(len(values[party]))
        assert abs(values[party].mean() - worth) < 4 * error
        assert error < 0.003


def test_a_horizon_may_have_a_stated_value(tmp_path: Path) -> None:
    text = "months: 1\nat_horizon: {{value: {{a: held / 2, b: 0.9}}}}".replace("{{", "{")
    scenario = small(tmp_path, text.replace("}}", "}"))
    result = play_war(scenario, "base", "today", 4, 100)
    values = war_values(scenario, result)
    going = result.ended < 0
    np.testing.assert_allclose(values["a"][going], -0.01 + 0.95 * 0.2)
    wild = result.batch.hyp[:, 1][going]
    np.testing.assert_allclose(values["b"][going], -0.01 - 0.01 * wild + 0.95 * 0.9)


def test_a_report_counts_what_was_played(tmp_path: Path) -> None:
    scenario = small(tmp_path)
    plan = plan_war(scenario, draws=32, paths=100)
    (report,) = report_wars(scenario, plan)
    result = play_war(scenario, "base", "today", 32, 100, replicates=8)
    assert report.outcomes["won"].mean == pytest.approx((result.ended == 0).mean())
    assert report.months.mean == pytest.approx(result.months.mean())
    assert report.going.mean == 0 and report.paths == 100
    for party, worth in war_values(scenario, result).items():
        assert report.value[party].mean == pytest.approx(worth.mean())
    with pytest.raises(OverrideError, match="no strategy 'bold'"):
        report_wars(scenario, plan, strategy="bold")


def test_a_small_war_is_played_until_its_errors_are_small(tmp_path: Path) -> None:
    scenario = small(tmp_path)
    (report,) = report_wars(scenario, plan_war(scenario))
    for party, worth in expected().items():
        value = report.value[party]
        assert value.mean is not None and value.se is not None
        assert value.se < 0.002 and abs(value.mean - worth) < 3 * value.se
    assert report.months.se is not None and report.months.se < 0.005 * 5.5
